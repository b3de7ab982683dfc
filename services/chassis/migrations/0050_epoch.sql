-- A log whose store was put back to an earlier state begins a new epoch: what was said after that state is gone, and
-- its numbers are given again. since is the number up to which the log of before goes on.
alter table outbox_head add column epoch bigint not null default 0;
create table outbox_epoch (
  epoch bigint not null,
  shard integer not null,
  since bigint not null,
  primary key (epoch, shard)
);

-- The epoch of the log that a cursor counts in, and when the event happened that was applied last.
alter table inbox_cursor add column epoch bigint not null default 0;
alter table inbox_cursor add column happened_at timestamptz;

-- What was applied here of a log and is not in it any more.
create table inbox_gone (
  consumer text not null,
  producer text not null,
  shard integer not null,
  epoch bigint not null,
  since bigint not null,
  applied bigint not null,
  found_at timestamptz not null,
  primary key (consumer, producer, shard, epoch)
);
