-- What a service says and hears.

-- The end of each shard of the service's own log: the number given last, the number up to which the
-- bus has it, and which stream of the bus that was.
create table outbox_head (
  shard integer not null primary key,
  head bigint not null,
  published bigint not null,
  stream text not null
);

-- The log itself: what is committed here is said. seq is dense within a shard and null until the
-- event is numbered. The order given is that of an aggregate's versions.
create table outbox (
  aggregate uuid not null,
  version bigint not null,
  event_id uuid not null,
  shard integer not null,
  seq bigint,
  kind text not null,
  at timestamptz not null,
  trace text not null,
  payload bytea not null check (length(payload) <= 262144),
  primary key (aggregate, version)
);
create index outbox_pending on outbox (aggregate, version) where seq is null;
create unique index outbox_log on outbox (shard, seq);

-- How far each log that this service follows has been applied; committed with the effects.
create table inbox_cursor (
  consumer text not null,
  producer text not null,
  shard integer not null,
  applied bigint not null,
  primary key (consumer, producer, shard)
);

-- Events that could not be applied, and those of the same aggregate behind them. next_at is null
-- for one that waits behind another one, or for a person.
create table inbox_parked (
  consumer text not null,
  producer text not null,
  shard integer not null,
  seq bigint not null,
  event_id uuid not null,
  aggregate uuid not null,
  version bigint not null,
  kind text not null,
  at timestamptz not null,
  trace text not null,
  payload bytea not null,
  attempts integer not null,
  next_at timestamptz,
  error text not null,
  primary key (consumer, producer, shard, seq)
);
create index inbox_due on inbox_parked (consumer, producer, next_at);

-- Which replica does work that one is enough for. Losing a lease costs double work, never an event.
create table lease (
  name text not null primary key,
  holder uuid not null,
  until timestamptz not null
);
