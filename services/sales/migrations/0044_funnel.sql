-- Figures of stages and deals, and the records behind them.

-- How long a closed deal was open: the sum of its stays, where one is known.
alter table opportunity add column cycle_s bigint check (cycle_s >= 0);
update opportunity set cycle_s = (select sum(v.dwell_s) from stage_visit v where v.opportunity = opportunity.id)
  where state <> 'OPEN';
create index opportunity_of_process_by_closing on opportunity (process, state, closed_at, id);
create index opportunity_of_process_and_owner on opportunity (process, owner, created_at, id);
create index opportunity_of_process_and_territory on opportunity (process, territory, created_at, id);

-- What lists are ordered by must not be null: a visit of which nobody knows when it began is the first.
alter table stage_visit add column entered_order timestamptz not null default '1970-01-01T00:00:00+00:00';
update stage_visit set entered_order = entered_at where entered_at is not null;
create index stage_visit_of_stage_by_entry on stage_visit (stage, entered_order, id);
