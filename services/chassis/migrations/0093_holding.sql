-- What a leaver handover moved: one row for each record, so that its report can be proved and it can be rolled back.
create table holding_move_state (code text not null primary key);
insert into holding_move_state (code) values ('MOVED'), ('RESTORED'), ('KEPT');
create table holding_move (
  handover uuid not null,
  kind text not null,
  object uuid not null,
  from_member uuid not null,
  to_member uuid not null,
  -- What he held of it: the record itself, a place in its team, a task, an offer that waits for him.
  seats jsonb not null,
  state text not null references holding_move_state (code),
  moved_at timestamptz not null,
  primary key (handover, kind, object)
);
create index holding_move_left on holding_move (handover, kind, state, object);

-- Offers that wait for somebody, or for his next word.
create index handoff_open_to on handoff (to_member, subject_id) where state = 'OFFERED';
create index handoff_open_from on handoff (from_member, subject_id) where state = 'OFFERED';
