-- Links by which members set their passwords themselves.
create table password_link_purpose (code text not null primary key);
insert into password_link_purpose (code) values ('INVITATION'), ('RESET');
create table password_link_state (code text not null primary key);
insert into password_link_state (code) values ('OPEN'), ('USED'), ('REVOKED'), ('EXPIRED');

create table password_link (
    id uuid not null primary key,
    version bigint not null,
    member uuid not null references member (id),
    purpose text not null references password_link_purpose (code),
    state text not null references password_link_state (code),
    creator uuid not null references member (id),
    ends_at timestamptz not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index password_link_open on password_link (member, purpose) where state = 'OPEN';
create index password_link_by_time on password_link (created_at, id);
create index password_link_by_state on password_link (state, created_at, id);
create index password_link_by_member on password_link (member, created_at, id);
create index password_link_by_member_state on password_link (member, state, created_at, id);

-- Apart from the link, so that no list and no audit row ever meets it: the SHA-256 of what stands behind `/join#`.
create table password_link_secret (
    hash bytea not null primary key,
    link uuid not null references password_link (id)
);

-- Keys of programs. The functions are a list of pairs, ["SALES", "WRITE"].
create table api_key_state (code text not null primary key);
insert into api_key_state (code) values ('ACTIVE'), ('REVOKED'), ('EXPIRED');

create table api_key (
    id uuid not null primary key,
    version bigint not null,
    member uuid not null references member (id),
    name text not null,
    functions text not null,
    state text not null references api_key_state (code),
    epoch bigint not null,
    ends_at timestamptz not null,
    used_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index api_key_by_time on api_key (created_at, id);
create index api_key_by_state on api_key (state, created_at, id);
create index api_key_by_member on api_key (member, created_at, id);
create index api_key_by_member_state on api_key (member, state, created_at, id);

-- Apart from the key for the same reason.
create table api_key_secret (
    hash bytea not null primary key,
    api_key uuid not null references api_key (id)
);

-- What members show besides their passwords: one row a member, kept when it is taken away.
create table second_factor_state (code text not null primary key);
insert into second_factor_state (code) values ('PENDING'), ('ACTIVE'), ('REMOVED');

create table second_factor (
    member uuid not null primary key references member (id),
    version bigint not null,
    state text not null references second_factor_state (code),
    confirmed_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

-- Apart from it for the same reason: the secret, encrypted under the key of the deployment, and the half minute of the last code
-- that was taken, so that none is taken twice.
create table second_factor_secret (
    member uuid not null primary key references second_factor (member),
    locked bytea not null,
    last_step bigint not null
);

-- Recovery codes that were not used yet, by SHA-256.
create table recovery_code (
    member uuid not null references second_factor (member),
    hash bytea not null,
    primary key (member, hash)
);
