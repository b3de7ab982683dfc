-- The funnel of the chain: every object of one of its hops as the events about it told. It is taken in by a consumer of its
-- own, which reads the logs from their beginning.

-- Words that a column may hold. A new word is an insert: SQLite cannot alter a check.
create table hop (code text not null primary key, position integer not null unique);
insert into hop (code, position) values ('LEAD', 1), ('OPPORTUNITY', 2), ('PROJECT', 3), ('CONTRACT', 4), ('ORDER', 5);
create table standing (code text not null primary key);
insert into standing (code) values ('OPEN'), ('DONE'), ('LOST'), ('GONE');

create table entrant (
  id uuid not null primary key,
  kind text not null references hop (code),
  position integer not null references hop (position),
  version bigint not null,
  state text not null,
  standing text not null references standing (code),
  owner uuid,
  territory uuid,
  source_kind text not null,
  currency text not null,
  amount_minor bigint,
  entered_at timestamptz not null,
  ended_at timestamptz,
  -- The same in seconds since 1970, which both engines can subtract.
  entered_s bigint not null,
  ended_s bigint
);
create index entrant_entered on entrant (kind, entered_at, id);
create index entrant_owner on entrant (kind, owner, entered_at, id);
create index entrant_territory on entrant (kind, territory, entered_at, id);

-- What came from what, and since when: from its source, or because it joined later.
create table descent (
  parent uuid not null,
  child uuid not null,
  since_s bigint not null,
  primary key (parent, child)
);

-- How far the events of each producer have been counted, and when the last of them happened.
create table counted (
  producer text not null,
  shard integer not null,
  sequence bigint not null,
  happened_at timestamptz not null,
  primary key (producer, shard)
);
