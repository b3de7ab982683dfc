-- Browsers that somebody is signed in with.
create table session_state (code text not null primary key);
insert into session_state (code) values ('ACTIVE'), ('ENDED'), ('REVOKED'), ('EXPIRED');

create table session (
    id uuid not null primary key,
    version bigint not null,
    member uuid not null references member (id),
    device text not null,
    address text not null,
    state text not null references session_state (code),
    epoch bigint not null,
    seen_at timestamptz not null,
    rest_hours integer not null,
    ends_at timestamptz not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index session_by_member on session (member, created_at, id);
create index session_by_state on session (member, state, created_at, id);

-- Apart from the session, so that no list and no audit row ever meets it: the SHA-256 of what the browser holds.
create table session_secret (
    hash bytea not null primary key,
    session uuid not null references session (id)
);
