-- What stood where in the organisation from when until when. Its subject is a territory or a member, its place a territory, a
-- member or a department, as the kind says; the columns below say the same, each for the lists of its kind. What was so before
-- these rows were kept starts at the begin of 1970.
create table placement_kind (code text not null primary key);
insert into placement_kind (code) values
    ('TERRITORY_PARENT'), ('TERRITORY_MANAGER'), ('MEMBER_TERRITORY'), ('MEMBER_DEPARTMENT');
create table placement_state (code text not null primary key);
insert into placement_state (code) values ('PLANNED'), ('IN_FORCE'), ('ENDED'), ('CANCELLED'), ('REFUSED');

create table placement (
    id uuid not null primary key,
    version bigint not null,
    kind text not null references placement_kind (code),
    subject uuid not null,
    place uuid,
    territory uuid references territory (id),
    parent uuid references territory (id),
    member uuid references member (id),
    department uuid references department (id),
    starts_at timestamptz not null,
    ends_at timestamptz,
    state text not null references placement_state (code),
    refusal_reason text not null,
    author uuid,
    epoch bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index placement_in_force on placement (kind, subject) where state = 'IN_FORCE';
create unique index placement_planned on placement (kind, subject, starts_at) where state = 'PLANNED';
create index placement_by_start on placement (starts_at, id);
create index placement_by_kind on placement (kind, starts_at, id);
create index placement_by_state on placement (state, starts_at, id);
create index placement_by_territory on placement (territory, starts_at, id);
create index placement_by_parent on placement (parent, starts_at, id);
create index placement_by_member on placement (member, starts_at, id);
create index placement_by_department on placement (department, starts_at, id);

-- Whether what stood where before these rows were kept was noted: one row once that is so.
create table placement_begun (
    id uuid not null primary key references organisation (id),
    at timestamptz not null
);
