-- Leads that joined a deal after the one that it came from, and deals that were retracted.

insert into opportunity_state (code) values ('RETRACTED');
insert into visit_outcome (code) values ('RETRACTED');

create table joined_lead (
  opportunity uuid not null references opportunity (id),
  lead uuid not null,
  sequence bigint not null,
  joined_at timestamptz not null,
  joined_by uuid not null,
  primary key (opportunity, lead),
  unique (opportunity, sequence)
);

-- What others built on a deal, as far as they told: it cannot be retracted any more.
create table opportunity_use (
  opportunity uuid not null,
  kind text not null,
  id uuid not null,
  primary key (opportunity, kind, id)
);
