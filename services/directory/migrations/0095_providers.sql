-- Accounts at providers of OpenID Connect by which members sign in.
create table identity_state (code text not null primary key);
insert into identity_state (code) values ('BOUND'), ('REMOVED');

create table identity (
    id uuid not null primary key,
    version bigint not null,
    member uuid not null references member (id),
    provider text not null,
    issuer text not null,
    subject text not null,
    name text not null,
    state text not null references identity_state (code),
    seen_at timestamptz not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index identity_by_subject on identity (issuer, subject);
-- A member signs in by one account at each provider.
create unique index identity_of_member on identity (member, issuer) where state = 'BOUND';
create index identity_by_member on identity (member, created_at, id);

-- Who comes for the first time may be found by his e-mail address.
create index member_by_email on member (lower(email));

-- What browsers held that came back from a provider, by SHA-256: it is good once. Kept as long as it would be good.
create table spent_attempt (
    hash bytea not null primary key,
    ends_at timestamptz not null
);
create index spent_attempt_by_end on spent_attempt (ends_at);

-- By which provider somebody signed in; empty if by his password.
alter table session add column provider text not null default '';

-- Roles that must have a second factor, with blanks between.
alter table settings add column second_factor_demanded_of text not null default '';
