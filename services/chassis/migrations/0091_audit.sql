-- From where a change came, as far as that is known: the address, and by which way in.
alter table audit add column address text;
alter table audit add column way text;

-- The place of a row in the chain of its store, and its hash, which holds that of the row before. Both come after the commit:
-- whoever changes something never waits for whoever chains.
alter table audit add column seq bigint;
alter table audit add column hash bytea;
create unique index audit_chained on audit (seq);
create index audit_unchained on audit (id) where seq is null;

-- Ids are made of the instant, so the order of ids is that of time.
create index audit_kind on audit (kind, id);
create index audit_member on audit (member, id);

-- The end of the chain: one row, which whoever chains locks first.
create table audit_head (
  one integer not null primary key,
  seq bigint not null,
  hash bytea
);
insert into audit_head (one, seq) values (1, 0);
