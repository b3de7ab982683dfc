-- Views of lists that people keep under a name. `audience` says who sees one besides its owner: a role, `*` for everybody,
-- nothing for nobody.
create table saved_view (
    id uuid not null primary key,
    version bigint not null,
    owner uuid not null references member (id),
    list text not null,
    name text not null,
    content jsonb not null,
    audience text,
    opens_list boolean not null,
    position bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index saved_view_name on saved_view (owner, list, name);
create unique index saved_view_opening on saved_view (owner, list) where opens_list;
create index saved_view_of_owner on saved_view (owner, list, position, id);
create index saved_view_for_audience on saved_view (audience, list, position, id);
