-- Functions that are about fields of records, not about records.
insert into grant_function (code) values ('PERSONAL_DATA'), ('COST');
insert into grant_reach (code) values ('TEAM');

-- Whether whoever could do the same before they were functions was granted them: one row once that is so.
create table field_rights_introduced (
    id uuid not null primary key references organisation (id),
    at timestamptz not null
);

-- Members who see each other's records. The ids of the members are words with blanks between.
create table team_state (code text not null primary key);
insert into team_state (code) values ('ACTIVE'), ('ARCHIVED');

create table team (
    id uuid not null primary key,
    version bigint not null,
    name text not null,
    members text not null,
    state text not null references team_state (code),
    epoch bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index team_name_in_use on team (name) where state = 'ACTIVE';
create index team_by_name on team (name, id);
create index team_by_state on team (state, name, id);

-- Records that are shown to those whose they are not.
create table share_state (code text not null primary key);
insert into share_state (code) values ('ACTIVE'), ('REVOKED'), ('EXPIRED');

create table share (
    id uuid not null primary key,
    version bigint not null,
    kind text not null,
    record uuid not null,
    member uuid references member (id),
    team uuid references team (id),
    access text not null references grant_access (code),
    ends_at timestamptz,
    sharer uuid not null references member (id),
    state text not null references share_state (code),
    epoch bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check ((member is null) <> (team is null))
);
create unique index share_with_member on share (record, member) where state = 'ACTIVE' and member is not null;
create unique index share_with_team on share (record, team) where state = 'ACTIVE' and team is not null;
create index share_by_time on share (created_at, id);
create index share_by_state on share (state, created_at, id);
create index share_by_record on share (record, created_at, id);
create index share_by_record_state on share (record, state, created_at, id);
create index share_by_member on share (member, created_at, id);
create index share_by_member_state on share (member, state, created_at, id);
create index share_by_team_state on share (team, state, created_at, id);
