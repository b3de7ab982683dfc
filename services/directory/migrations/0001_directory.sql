-- The organisation: one row. Its epoch counts the changes of the directory; whoever changes something locks this row
-- first, so that changes and their events have one total order.
create table organisation (
    id uuid not null primary key,
    epoch bigint not null
);

create table department_state (code text not null primary key);
insert into department_state (code) values ('ACTIVE'), ('ARCHIVED');

create table department (
    id uuid not null primary key,
    version bigint not null,
    name text not null,
    state text not null references department_state (code),
    epoch bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index department_name_in_use on department (name) where state = 'ACTIVE';
create index department_by_name on department (name, id);
create index department_by_state on department (state, name, id);

create table territory_state (code text not null primary key);
insert into territory_state (code) values ('ACTIVE'), ('ARCHIVED');

-- A manager is a member; no foreign key says so, because members refer to territories and a table cannot refer to a later one.
create table territory (
    id uuid not null primary key,
    version bigint not null,
    name text not null,
    parent uuid references territory (id),
    manager uuid,
    state text not null references territory_state (code),
    epoch bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index territory_name_in_use on territory (parent, name) where state = 'ACTIVE';
create index territory_by_name on territory (name, id);
create index territory_by_parent on territory (parent, name, id);
create index territory_by_manager on territory (manager, name, id);
create index territory_by_state on territory (state, name, id);

create table member_state (code text not null primary key);
insert into member_state (code) values ('ACTIVE'), ('INACTIVE');

create table member (
    id uuid not null primary key,
    version bigint not null,
    name text not null,
    display_name text not null,
    email text not null,
    department uuid references department (id),
    roles text not null,
    territory uuid references territory (id),
    language text not null,
    state text not null references member_state (code),
    sessions_valid_from bigint not null,
    epoch bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index member_name on member (name);
create index member_by_name on member (name, id);
create index member_by_department on member (department, name, id);
create index member_by_territory on member (territory, name, id);
create index member_by_state on member (state, name, id);

-- The roles of `member.roles` once more, with the name, so that members of a role are listed by name without a sort.
create table member_role (
    role text not null,
    name text not null,
    member uuid not null references member (id),
    primary key (role, member)
);
create index member_role_by_name on member_role (role, name, member);
create index member_role_by_member on member_role (member);

-- Apart from the member, so that no list and no audit row ever meets a hash.
create table credential (
    member uuid not null primary key references member (id),
    hash text not null,
    set_at timestamptz not null
);

create table sign_in_attempts (
    name text not null primary key,
    failures integer not null,
    since timestamptz not null
);
create index sign_in_attempts_by_age on sign_in_attempts (since);

create table grant_function (code text not null primary key);
insert into grant_function (code) values
    ('MARKETING'), ('ROUTING'), ('SALES'), ('COMMERCE'), ('CUSTOMER'), ('IMPORT'), ('ANALYSIS'), ('ADMINISTRATION');
create table grant_access (code text not null primary key);
insert into grant_access (code) values ('READ'), ('WRITE');
create table grant_reach (code text not null primary key);
insert into grant_reach (code) values ('OWN'), ('TERRITORY'), ('ALL');
create table grant_state (code text not null primary key);
insert into grant_state (code) values ('ACTIVE'), ('REVOKED');

create table function_grant (
    id uuid not null primary key,
    version bigint not null,
    function text not null references grant_function (code),
    access text not null references grant_access (code),
    reach text not null references grant_reach (code),
    role text,
    department uuid references department (id),
    state text not null references grant_state (code),
    epoch bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check ((role is null) <> (department is null))
);
create index function_grant_by_time on function_grant (created_at, id);
create index function_grant_by_function on function_grant (function, created_at, id);
create index function_grant_by_role on function_grant (role, created_at, id);
create index function_grant_by_department on function_grant (department, created_at, id);
create index function_grant_by_state on function_grant (state, created_at, id);

create table duplicate_policy (code text not null primary key);
insert into duplicate_policy (code) values ('WARN'), ('LINK'), ('REFUSE');

create table settings (
    id uuid not null primary key references organisation (id),
    version bigint not null,
    time_zone text not null,
    currency text not null,
    leads_enabled boolean not null,
    contracts_enabled boolean not null,
    first_response_hours integer not null,
    duplicate_policy text not null references duplicate_policy (code),
    epoch bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
