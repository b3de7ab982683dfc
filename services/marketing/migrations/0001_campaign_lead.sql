-- Campaigns, and leads on their way from marketing to a salesperson.

create table campaign_kind (code text not null primary key);
insert into campaign_kind (code) values
  ('ADVERTISEMENT'), ('EXHIBITION'), ('DIRECT_MAIL'), ('TELEMARKETING'), ('ONLINE'), ('REFERRAL'), ('OTHER');
create table campaign_state (code text not null primary key);
insert into campaign_state (code) values ('PLANNED'), ('RUNNING'), ('ENDED'), ('CANCELLED');

create table campaign (
  id uuid not null primary key,
  number text not null unique,
  version bigint not null,
  name text not null,
  kind text not null references campaign_kind (code),
  budget_currency text,
  budget_minor bigint,
  start_date date,
  end_date date,
  description text not null,
  state text not null references campaign_state (code),
  source_kind text not null,
  source_id text not null,
  owner uuid not null,
  territory uuid,
  cancel_reason text not null,
  started_at timestamptz,
  ended_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check ((budget_currency is null) = (budget_minor is null)),
  check ((ended_at is not null) = (state in ('ENDED', 'CANCELLED')))
);
create index campaign_age on campaign (created_at, id);
create index campaign_owner_age on campaign (owner, created_at, id);
create index campaign_territory_age on campaign (territory, created_at, id);
create index campaign_state_age on campaign (state, created_at, id);
create index campaign_kind_age on campaign (kind, created_at, id);
create index campaign_name on campaign (name, id);
create index campaign_owner_name on campaign (owner, name, id);
create index campaign_territory_name on campaign (territory, name, id);
create index campaign_state_name on campaign (state, name, id);
create index campaign_kind_name on campaign (kind, name, id);

create table lead_quality (code text not null primary key);
insert into lead_quality (code) values
  ('NEW'), ('IDENTIFIED'), ('CONTACTED'), ('ACCEPTED'), ('CONVERTING'), ('CONVERTED'), ('DISQUALIFIED');
create table lead_routing (code text not null primary key);
insert into lead_routing (code) values ('UNROUTED'), ('WITH_MANAGER'), ('WITH_SALESPERSON');
create table disqualify_reason (code text not null primary key);
insert into disqualify_reason (code) values
  ('NO_DEMAND'), ('NO_BUDGET'), ('UNREACHABLE'), ('INVALID_DATA'), ('DUPLICATE'), ('COMPETITOR'), ('NOT_SERVED'),
  ('OTHER');
create table contact_channel (code text not null primary key);
insert into contact_channel (code) values
  ('PHONE'), ('WEB'), ('EMAIL'), ('FACE_TO_FACE'), ('WECHAT'), ('SMS'), ('FAX'), ('DIRECT_MAIL'), ('OTHER');

create table lead (
  id uuid not null primary key,
  number text not null unique,
  version bigint not null,
  title text not null,
  need text not null,
  party uuid not null,
  contact uuid,
  quality text not null references lead_quality (code),
  routing text not null references lead_routing (code),
  offered boolean not null,
  source_kind text not null,
  source_id text not null,
  owner uuid,
  territory uuid,
  follow_up_plan text not null,
  disqualify_reason text references disqualify_reason (code),
  disqualify_note text not null,
  contact_channel text references contact_channel (code),
  response_due_at timestamptz,
  -- The same for sorting: where no clock runs it lies at the end of time, because what is sorted by is never null.
  respond_by timestamptz not null,
  response_overdue boolean not null,
  identified_at timestamptz,
  contacted_at timestamptz,
  accepted_at timestamptz,
  closed_at timestamptz,
  opportunity uuid,
  external_system text,
  external_id text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check ((opportunity is not null) = (quality = 'CONVERTED')),
  check ((closed_at is not null) = (quality in ('CONVERTED', 'DISQUALIFIED'))),
  check ((external_system is null) = (external_id is null)),
  unique (external_system, external_id)
);
-- Whose, which, and in which order: each with each, because any of them may be asked of a large table.
create index lead_age on lead (created_at, id);
create index lead_due on lead (respond_by, id);
create index lead_owner_age on lead (owner, created_at, id);
create index lead_owner_due on lead (owner, respond_by, id);
create index lead_territory_age on lead (territory, created_at, id);
create index lead_territory_due on lead (territory, respond_by, id);
create index lead_quality_age on lead (quality, created_at, id);
create index lead_quality_due on lead (quality, respond_by, id);
create index lead_routing_age on lead (routing, created_at, id);
create index lead_routing_due on lead (routing, respond_by, id);
create index lead_party_age on lead (party, created_at, id);
create index lead_party_due on lead (party, respond_by, id);
create index lead_source_kind_age on lead (source_kind, created_at, id);
create index lead_source_kind_due on lead (source_kind, respond_by, id);
create index lead_source_age on lead (source_id, created_at, id);
create index lead_source_due on lead (source_id, respond_by, id);
create index lead_offered_age on lead (offered, created_at, id);
create index lead_offered_due on lead (offered, respond_by, id);
