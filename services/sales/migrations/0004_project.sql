-- Projects with their teams, milestones, lines and tasks. There is a deal exactly in sales projects.

create table project_type (code text not null primary key);
insert into project_type (code) values ('SALES'), ('MARKETING'), ('OTHER');
create table project_state (code text not null primary key);
insert into project_state (code) values ('PLANNED'), ('ACTIVE'), ('ON_HOLD'), ('COMPLETED'), ('CANCELLED');
create table risk_level (code text not null primary key);
insert into risk_level (code) values ('LOW'), ('MEDIUM'), ('HIGH');
create table task_state (code text not null primary key);
insert into task_state (code) values ('OPEN'), ('DONE'), ('CANCELLED');

create table project (
  id uuid not null primary key,
  number text not null unique,
  name text not null,
  type text not null references project_type (code),
  state text not null references project_state (code),
  reason text not null,
  ended_at timestamptz,
  party uuid,
  contact uuid,
  description text not null,
  risk text references risk_level (code),
  risk_note text not null,
  budget_currency text,
  budget_minor bigint,
  deal_state text references opportunity_state (code),
  commerce text references commerce_state (code),
  currency text,
  stated_minor bigint,
  amount_minor bigint,
  stated_percent integer check (stated_percent between 0 and 100),
  probability_percent integer check (probability_percent between 0 and 100),
  expected_close date,
  loss_reason text references loss_reason (code),
  competitor text not null,
  closed_at timestamptz,
  source_kind text not null,
  source_id text not null,
  owner uuid not null,
  territory uuid,
  version bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- What lists are ordered by must not be null: an unknown amount is the least, an unknown date the last.
  amount_order bigint not null,
  close_order date not null,
  check ((budget_currency is null) = (budget_minor is null)),
  check ((ended_at is null) = (state not in ('COMPLETED', 'CANCELLED'))),
  check ((type = 'SALES') = (deal_state is not null)),
  check ((deal_state is null) = (commerce is null) and (deal_state is null) = (currency is null)),
  check (deal_state is not null or (stated_minor is null and amount_minor is null and stated_percent is null
    and probability_percent is null and expected_close is null and loss_reason is null and closed_at is null)),
  check (deal_state is null or (deal_state = 'OPEN') = (closed_at is null)),
  check (deal_state is null or (deal_state = 'LOST') = (loss_reason is not null)),
  check (deal_state is null or (deal_state = 'WON') = (commerce <> 'NONE'))
);
-- A list for every scope (all, owner, territory) in every order, and the same for one type alone: what somebody may see
-- can differ by type.
create index project_by_age on project (created_at, id);
create index project_by_amount on project (amount_order, id);
create index project_by_close on project (close_order, id);
create index project_of_owner_by_age on project (owner, created_at, id);
create index project_of_owner_by_amount on project (owner, amount_order, id);
create index project_of_owner_by_close on project (owner, close_order, id);
create index project_of_territory_by_age on project (territory, created_at, id);
create index project_of_territory_by_amount on project (territory, amount_order, id);
create index project_of_territory_by_close on project (territory, close_order, id);
create index project_of_type_by_age on project (type, created_at, id);
create index project_of_type_by_amount on project (type, amount_order, id);
create index project_of_type_by_close on project (type, close_order, id);
create index project_of_party on project (party, created_at, id);
create index project_of_source on project (source_id, created_at, id);
create index project_in_state on project (state, created_at, id);
create index project_in_deal_state on project (deal_state, created_at, id);
create index project_in_deal_state_by_amount on project (deal_state, amount_order, id);
create index project_in_deal_state_by_close on project (deal_state, close_order, id);

create table project_member (
  project uuid not null references project (id),
  position integer not null,
  member uuid not null,
  role text not null,
  primary key (project, position)
);

create table milestone (
  id uuid not null primary key,
  project uuid not null references project (id),
  position integer not null,
  name text not null,
  planned_on date not null,
  actual_on date
);
create index milestone_of on milestone (project, position);

create table project_line (
  id uuid not null primary key,
  project uuid not null references project (id),
  position integer not null,
  product uuid,
  description text not null,
  quantity_milli bigint not null check (quantity_milli > 0),
  unit_price_minor bigint not null,
  discount_bp integer not null check (discount_bp between 0 and 10000),
  amount_minor bigint not null
);
create index project_line_of on project_line (project, position);

create table project_task (
  id uuid not null primary key,
  project uuid not null references project (id),
  position integer not null,
  title text not null,
  assignee uuid not null,
  due_on date,
  -- The order by day must not be null: a task without one comes last.
  due_order date not null,
  milestone uuid,
  state text not null references task_state (code),
  ended_at timestamptz,
  check ((state = 'OPEN') = (ended_at is null))
);
create index project_task_of on project_task (project, position);
create index project_task_of_project_by_day on project_task (project, due_order, id);
create index project_task_of_project_in_state on project_task (project, state, due_order, id);
create index project_task_of_assignee_by_day on project_task (assignee, due_order, id);
create index project_task_of_assignee_in_state on project_task (assignee, state, due_order, id);
