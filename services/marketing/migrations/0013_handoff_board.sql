-- Leads that were handed on where nobody in Baton sells.
insert into lead_routing (code) values ('OUTSIDE');
-- Where what is on offer belongs, and the clocks of offers that were made before there were any.
update handoff set owner = (select o.owner from lead o where o.id = handoff.subject_id),
  territory = (select o.territory from lead o where o.id = handoff.subject_id)
  where subject_kind = 'LEAD';
insert into timer (kind, subject, due_at, attempts)
  select 'lead_handoff_overdue', id, due_at, 0 from handoff where state = 'OFFERED' and due_at is not null;
