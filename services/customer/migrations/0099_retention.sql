-- How many went by themselves on which day of the firm, and of which kind.
create table retention_kind (code text not null primary key);
insert into retention_kind (code) values ('PROSPECT'), ('PROSPECT_CONTACT'), ('ARCHIVED_CONTACT'), ('LEAD');
create table retention_day (
  day date not null,
  kind text not null references retention_kind (code),
  records bigint not null,
  primary key (day, kind)
);
-- Who may go by himself.
create index party_retention on party (id) where kind = 'PERSON' and state <> 'ACCOUNT' and erased_at is null;
create index contact_retention on contact (id) where state = 'ARCHIVED' and erased_at is null;
