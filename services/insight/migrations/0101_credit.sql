-- For whom an object counts: its owner until it is done or lost, then for good the one who owned it as that came.
alter table entrant add column credit uuid;
update entrant set credit = owner;
create index entrant_credit on entrant (kind, credit, entered_at, id);
