-- Opportunities, their lines and their path through the stages.

create table opportunity_state (code text not null primary key);
insert into opportunity_state (code) values ('OPEN'), ('WON'), ('LOST');
create table commerce_state (code text not null primary key);
insert into commerce_state (code) values ('NONE'), ('OFFERED'), ('HANDING_OVER'), ('ACCEPTED'), ('HANDED_OVER'),
  ('OUTSIDE');
create table loss_reason (code text not null primary key);
insert into loss_reason (code) values ('PRICE'), ('COMPETITOR'), ('NO_BUDGET'), ('NO_NEED'), ('PRODUCT_FIT'),
  ('TIMING'), ('NO_RESPONSE'), ('OTHER'), ('UNKNOWN');
create table visit_outcome (code text not null primary key);
insert into visit_outcome (code) values ('OPEN'), ('MOVED_ON'), ('MOVED_BACK'), ('WON'), ('LOST');

create table opportunity (
  id uuid not null primary key,
  number text not null unique,
  name text not null,
  party uuid,
  contact uuid,
  process uuid not null references process (id),
  stage uuid not null references stage (id),
  state text not null references opportunity_state (code),
  commerce text not null references commerce_state (code),
  currency text not null,
  stated_minor bigint,
  amount_minor bigint,
  probability_percent integer not null check (probability_percent between 0 and 100),
  expected_close date,
  description text not null,
  loss_reason text references loss_reason (code),
  competitor text not null,
  closed_at timestamptz,
  source_kind text not null,
  source_id text not null,
  owner uuid not null,
  territory uuid,
  import_print uuid,
  version bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- What lists are ordered by must not be null: an unknown amount is the least, an unknown date the last.
  amount_order bigint not null,
  close_order date not null,
  check ((state = 'OPEN') = (closed_at is null)),
  check ((state = 'LOST') = (loss_reason is not null)),
  check ((state = 'WON') = (commerce <> 'NONE'))
);
-- A list for every scope (all, owner, territory) in every order, and the filters that people use most.
create index opportunity_by_age on opportunity (created_at, id);
create index opportunity_by_amount on opportunity (amount_order, id);
create index opportunity_by_close on opportunity (close_order, id);
create index opportunity_of_owner_by_age on opportunity (owner, created_at, id);
create index opportunity_of_owner_by_amount on opportunity (owner, amount_order, id);
create index opportunity_of_owner_by_close on opportunity (owner, close_order, id);
create index opportunity_of_territory_by_age on opportunity (territory, created_at, id);
create index opportunity_of_territory_by_amount on opportunity (territory, amount_order, id);
create index opportunity_of_territory_by_close on opportunity (territory, close_order, id);
create index opportunity_of_party on opportunity (party, created_at, id);
create index opportunity_of_source on opportunity (source_id, created_at, id);
create index opportunity_in_stage on opportunity (stage, created_at, id);
create index opportunity_of_process on opportunity (process, created_at, id);
create index opportunity_in_state on opportunity (state, created_at, id);
create index opportunity_in_state_by_amount on opportunity (state, amount_order, id);
create index opportunity_in_state_by_close on opportunity (state, close_order, id);

create table opportunity_line (
  id uuid not null primary key,
  opportunity uuid not null references opportunity (id),
  position integer not null,
  product uuid,
  description text not null,
  quantity_milli bigint not null check (quantity_milli > 0),
  unit_price_minor bigint,
  discount_bp integer not null check (discount_bp between 0 and 10000),
  amount_minor bigint,
  check ((unit_price_minor is null) = (amount_minor is null))
);
create index opportunity_line_of on opportunity_line (opportunity, position);

-- For every stage: visits = moved on + moved back + won + lost + still open.
create table stage_visit (
  id uuid not null primary key,
  opportunity uuid not null references opportunity (id),
  sequence bigint not null,
  stage uuid not null references stage (id),
  position integer not null,
  entered_at timestamptz,
  entered_by uuid,
  left_at timestamptz,
  left_by uuid,
  outcome text not null references visit_outcome (code),
  dwell_s bigint check (dwell_s >= 0),
  unique (opportunity, sequence),
  check ((outcome = 'OPEN') = (left_at is null)),
  check ((dwell_s is null) = (entered_at is null or left_at is null))
);
create unique index stage_visit_open on stage_visit (opportunity) where outcome = 'OPEN';
create index stage_visit_of_stage on stage_visit (stage, outcome);
