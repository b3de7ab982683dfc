-- Sales processes and their stages.

create table process_state (code text not null primary key);
insert into process_state (code) values ('ACTIVE'), ('ARCHIVED');

create table process (
  id uuid not null primary key,
  name text not null,
  product_line text not null,
  state text not null references process_state (code),
  version bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index process_by_name on process (name, id);
create index process_by_age on process (created_at, id);
-- The process that a new deal takes.
create index process_for_line on process (product_line, state, created_at, id);

-- A retired stage stays: deals have passed it.
create table stage (
  id uuid not null primary key,
  process uuid not null references process (id),
  position integer not null check (position > 0),
  name text not null,
  probability_percent integer not null check (probability_percent between 0 and 100),
  retired boolean not null
);
create index stage_of_process on stage (process, retired, position);
