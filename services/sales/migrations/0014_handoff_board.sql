-- Where what is on offer belongs.
update handoff set owner = (select o.owner from opportunity o where o.id = handoff.subject_id),
  territory = (select o.territory from opportunity o where o.id = handoff.subject_id)
  where subject_kind = 'OPPORTUNITY';
update handoff set owner = (select o.owner from project o where o.id = handoff.subject_id),
  territory = (select o.territory from project o where o.id = handoff.subject_id)
  where subject_kind = 'PROJECT';
