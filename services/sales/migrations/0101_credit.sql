-- For whom deals and their visits count: the owner while they are open, then for good the one who owned the deal as they
-- ended. What ended before this was noted counts for the present owner.
alter table opportunity add column credit uuid;
update opportunity set credit = owner;
create index opportunity_of_process_and_credit on opportunity (process, credit, created_at, id);

alter table stage_visit add column credit uuid;
update stage_visit set credit = (select o.owner from opportunity o where o.id = stage_visit.opportunity);
create index stage_visit_of_credit on stage_visit (credit, stage, entered_order, id);
