-- Handoffs on boards: where the object belongs, by when an answer is due, and to whom what is late went up.
insert into handoff_state (code) values ('OUTSIDE');
alter table handoff add column owner uuid;
alter table handoff add column territory uuid;
alter table handoff add column escalated_at timestamptz;
alter table handoff add column escalated_to uuid;
-- The due time for sorting: where there is none it lies at the end of time, because what is sorted by is never null.
alter table handoff add column due_by timestamptz not null default '9999-12-31T00:00:00+00:00';
update handoff set due_by = due_at where due_at is not null;
-- What is asked of a board: a kind in a state; everything, or what somebody may see by one of these; in each order.
create index handoff_board_due on handoff (kind, state, due_by, id);
create index handoff_board_age on handoff (kind, state, offered_at, id);
create index handoff_board_owner_due on handoff (kind, state, owner, due_by, id);
create index handoff_board_owner_age on handoff (kind, state, owner, offered_at, id);
create index handoff_board_territory_due on handoff (kind, state, territory, due_by, id);
create index handoff_board_territory_age on handoff (kind, state, territory, offered_at, id);
create index handoff_board_from_due on handoff (kind, state, from_member, due_by, id);
create index handoff_board_from_age on handoff (kind, state, from_member, offered_at, id);
create index handoff_board_to_due on handoff (kind, state, to_member, due_by, id);
create index handoff_board_to_age on handoff (kind, state, to_member, offered_at, id);
create index handoff_board_escalated_due on handoff (kind, state, escalated_to, due_by, id);
create index handoff_board_escalated_age on handoff (kind, state, escalated_to, offered_at, id);
-- What is on offer of a kind of object, for when a function is switched off.
create index handoff_on_offer on handoff (subject_kind, id) where state = 'OFFERED';
