-- What every service keeps besides its own nouns.

-- Answers by request id: in the same transaction as the work, so a repeat finds either all of it or nothing.
create table idempotency (
  principal text not null,
  request_key text not null,
  method text not null,
  fingerprint bytea not null,
  response bytea,
  created_at timestamptz not null,
  primary key (principal, request_key)
);
create index idempotency_age on idempotency (created_at);

-- Who changed what: one row for each change.
create table audit (
  id uuid not null primary key,
  at timestamptz not null,
  member uuid,
  service text,
  call text not null,
  trace text not null,
  kind text not null,
  object uuid not null,
  version bigint not null,
  verb text not null,
  changes jsonb not null
);
create index audit_object on audit (object, version);

-- Permanent keys of what came from outside.
create table external_key (
  kind text not null,
  system text not null,
  external_id text not null,
  object uuid not null,
  primary key (kind, system, external_id)
);
create index external_key_object on external_key (object);

-- Blocks of human numbers.
create table number_block (
  prefix text not null,
  year integer not null,
  next bigint not null,
  primary key (prefix, year)
);

-- The directory as this service knows it.
create table directory_fact (
  kind text not null,
  id uuid not null,
  facts bytea not null,
  primary key (kind, id)
);
create table directory_epoch (epoch bigint not null);
insert into directory_epoch (epoch) values (0);

-- What is to happen when time comes.
create table timer (
  kind text not null,
  subject uuid not null,
  due_at timestamptz not null,
  attempts integer not null,
  primary key (kind, subject)
);
create index timer_due on timer (due_at);

-- Offers of work from one function to another.
create table handoff_state (code text not null primary key);
insert into handoff_state (code) values ('OFFERED'), ('ACCEPTED'), ('RETURNED'), ('WITHDRAWN');
create table handoff (
  id uuid not null primary key,
  kind text not null,
  subject_kind text not null,
  subject_id uuid not null,
  from_member uuid not null,
  to_member uuid,
  offered_at timestamptz not null,
  due_at timestamptz,
  state text not null references handoff_state (code),
  reason text,
  answered_by uuid,
  answered_at timestamptz
);
create index handoff_subject on handoff (subject_id, offered_at, id);
create unique index handoff_open on handoff (kind, subject_id) where state = 'OFFERED';

-- Durable commands of several steps.
create table operation_state (code text not null primary key);
insert into operation_state (code) values ('RUNNING'), ('DONE'), ('FAILED');
create table operation (
  id uuid not null primary key,
  kind text not null,
  subject uuid not null,
  state text not null references operation_state (code),
  step integer not null,
  data jsonb not null,
  member uuid,
  trace text not null,
  attempts integer not null,
  next_at timestamptz not null,
  deadline timestamptz not null,
  failure text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index operation_open on operation (kind, subject) where state = 'RUNNING';
create index operation_due on operation (next_at) where state = 'RUNNING';
create index operation_subject on operation (kind, subject, created_at);
