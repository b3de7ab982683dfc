-- What an object came from beyond its source: leads that joined a deal.
create table joined (
  kind text not null,
  id uuid not null,
  source_kind text not null,
  source_id uuid not null,
  primary key (kind, id, source_kind, source_id)
);
create index joined_from on joined (source_kind, source_id, id);
