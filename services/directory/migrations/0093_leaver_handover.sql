-- What somebody who leaves holds, on its way to his successors.
create table leaver_handover_state (code text not null primary key);
insert into leaver_handover_state (code) values
    ('PLANNED'), ('RUNNING'), ('STOPPED'), ('DONE'), ('ROLLING_BACK'), ('ROLLED_BACK'), ('CANCELLED');

create table leaver_handover (
    id uuid not null primary key,
    version bigint not null,
    member uuid not null references member (id),
    successor uuid not null references member (id),
    rules jsonb not null,
    note text not null,
    state text not null references leaver_handover_state (code),
    report jsonb not null,
    took_access boolean not null,
    territories jsonb not null,
    stop_reason text not null,
    executed_by uuid,
    executed_at timestamptz,
    ended_at timestamptz,
    epoch bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index leaver_handover_open on leaver_handover (member)
    where state in ('PLANNED', 'RUNNING', 'STOPPED', 'ROLLING_BACK');
create index leaver_handover_age on leaver_handover (created_at, id);
create index leaver_handover_of_member on leaver_handover (member, created_at, id);
create index leaver_handover_in_state on leaver_handover (state, created_at, id);
