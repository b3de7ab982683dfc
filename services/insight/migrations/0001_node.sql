-- The chain: every object that some service told of, and what it came from.

-- What an object is called and how it stands is asked of its owner whenever it is shown, so none of it is kept here.
create table node (
  kind text not null,
  id uuid not null,
  source_kind text not null,
  source_id text not null,
  version bigint not null,
  primary key (kind, id)
);
create index node_from on node (source_kind, source_id, id);

-- How far the events of each producer have been taken in, and when the last of them happened.
create table progress (
  producer text not null,
  shard integer not null,
  sequence bigint not null,
  happened_at timestamptz not null,
  primary key (producer, shard)
);
