-- Files that members take out: a right of its own, and what is kept of each.
insert into grant_function (code) values ('EXPORT');

-- From how many rows on those who administer are told of an export.
alter table settings add column large_export_rows integer not null default 1000;

create table export_format (code text not null primary key);
insert into export_format (code) values ('CSV'), ('NDJSON');
create table export_state (code text not null primary key);
insert into export_state (code) values ('RUNNING'), ('DONE'), ('STOPPED');
create table export_stop_reason (code text not null primary key);
insert into export_stop_reason (code) values
    ('CALLER_GONE'), ('LIST_FAILED'), ('TIME_OVER'), ('SYSTEM_STOPPED'), ('NEVER_ENDED');

-- Filters are a list of {field, values}, columns one of names. How many rows went out is not known while it runs, or if nobody was
-- left to tell.
create table export (
    id uuid not null primary key,
    version bigint not null,
    member uuid not null references member (id),
    collection text not null,
    filters text not null,
    columns text not null,
    format text not null references export_format (code),
    state text not null references export_state (code),
    stop_reason text references export_stop_reason (code),
    row_count bigint,
    large boolean not null,
    way text not null,
    address text not null,
    ends_at timestamptz not null,
    ended_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check ((state = 'STOPPED') = (stop_reason is not null)),
    check ((state = 'RUNNING') = (ended_at is null)),
    check (state <> 'DONE' or row_count is not null)
);
create index export_by_time on export (created_at, id);
create index export_by_member on export (member, created_at, id);
create index export_by_collection on export (collection, created_at, id);
create index export_by_member_collection on export (member, collection, created_at, id);
create index export_large on export (large, created_at, id);
create index export_large_by_member on export (member, large, created_at, id);
create index export_large_by_collection on export (collection, large, created_at, id);
