-- Where what is on offer belongs.
update handoff set owner = (select o.owner from sales_order o where o.id = handoff.subject_id),
  territory = (select o.territory from sales_order o where o.id = handoff.subject_id)
  where subject_kind = 'ORDER';
