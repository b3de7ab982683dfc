-- Words that a column may hold. A new word is an insert: SQLite cannot alter a check.
create table party_state (code text not null primary key);
insert into party_state (code) values ('PROSPECT'), ('ACCOUNT'), ('INVALID');
create table party_kind (code text not null primary key);
insert into party_kind (code) values ('COMPANY'), ('PERSON');
create table verification_outcome (code text not null primary key);
insert into verification_outcome (code) values ('CONFIRMED'), ('UNREACHABLE'), ('REFUSED'), ('INVALID');
create table channel (code text not null primary key);
insert into channel (code) values
  ('PHONE'), ('WEB'), ('EMAIL'), ('FACE_TO_FACE'), ('WECHAT'), ('SMS'), ('FAX'), ('DIRECT_MAIL'), ('OTHER');
create table contact_state (code text not null primary key);
insert into contact_state (code) values ('ACTIVE'), ('ARCHIVED');
create table identity_key_kind (code text not null primary key);
insert into identity_key_kind (code) values ('PHONE'), ('EMAIL'), ('DOMAIN'), ('COMPANY_NAME');
create table interaction_kind (code text not null primary key);
insert into interaction_kind (code) values
  ('CALL'), ('VISIT'), ('MATERIAL_SENT'), ('ENQUIRY'), ('DEMO'), ('PROPOSAL'), ('NEGOTIATION'), ('COMPLAINT'),
  ('OTHER');
create table follow_up_state (code text not null primary key);
insert into follow_up_state (code) values ('OPEN'), ('COMPLETED'), ('CANCELLED');

-- Companies and people outside: prospects and accounts.
create table party (
  id uuid not null primary key,
  version bigint not null,
  number text not null unique,
  state text not null references party_state (code),
  kind text not null references party_kind (code),
  name text not null,
  phone text not null,
  email text not null,
  website text not null,
  industry text not null,
  country text not null,
  employees integer not null,
  revenue_currency text not null,
  revenue_minor bigint,
  founded_year integer not null,
  parent uuid references party (id),
  owner uuid,
  territory uuid,
  source_kind text not null,
  source_id text not null,
  last_outcome text references verification_outcome (code),
  last_verified_at timestamptz,
  verification_count integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
-- A list is of one state; each scope and order has its index.
create index party_created on party (state, created_at, id);
create index party_name on party (state, name, id);
create index party_owner_created on party (owner, state, created_at, id);
create index party_owner_name on party (owner, state, name, id);
create index party_territory_created on party (territory, state, created_at, id);
create index party_territory_name on party (territory, state, name, id);
create index party_source on party (source_id, state, created_at, id);
create index party_parent on party (parent, state, created_at, id);

-- Attempts to find out whether what is known of a party is true.
create table verification (
  id uuid not null primary key,
  party uuid not null references party (id),
  outcome text not null references verification_outcome (code),
  channel text not null references channel (code),
  evidence text not null,
  verifier uuid not null,
  created_at timestamptz not null
);
create index verification_party on verification (party, created_at, id);

-- People at parties. Owner and territory are copies of the party's and move with them.
create table contact (
  id uuid not null primary key,
  version bigint not null,
  party uuid not null references party (id),
  state text not null references contact_state (code),
  name text not null,
  job_title text not null,
  department text not null,
  phone text not null,
  email text not null,
  wechat text not null,
  source_kind text not null,
  source_id text not null,
  owner uuid,
  territory uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index contact_created on contact (created_at, id);
create index contact_name on contact (name, id);
create index contact_party_created on contact (party, created_at, id);
create index contact_party_name on contact (party, name, id);
create index contact_owner_created on contact (owner, created_at, id);
create index contact_owner_name on contact (owner, name, id);
create index contact_territory_created on contact (territory, created_at, id);
create index contact_territory_name on contact (territory, name, id);

-- By what parties are found again. The holder is the party itself or a contact of it.
create table identity_key (
  kind text not null references identity_key_kind (code),
  value text not null,
  holder uuid not null,
  party uuid not null references party (id),
  primary key (kind, value, holder)
);
create index identity_key_holder on identity_key (holder);
-- A row for every key ever claimed: claiming it is what two that create the same customer at once meet at.
create table identity_claim (
  kind text not null references identity_key_kind (code),
  value text not null,
  claims bigint not null,
  primary key (kind, value)
);

-- What was said and done with customers.
create table interaction (
  id uuid not null primary key,
  version bigint not null,
  about_kind text not null,
  about_id uuid not null,
  party uuid references party (id),
  contact uuid references contact (id),
  channel text not null references channel (code),
  kind text not null references interaction_kind (code),
  summary text not null,
  feedback text not null,
  happened_at timestamptz not null,
  follow_up uuid,
  owner uuid,
  territory uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index interaction_happened on interaction (happened_at, id);
create index interaction_about on interaction (about_id, happened_at, id);
create index interaction_party on interaction (party, happened_at, id);
create index interaction_owner on interaction (owner, happened_at, id);
create index interaction_territory on interaction (territory, happened_at, id);

-- What is to be done next, and by when.
create table follow_up (
  id uuid not null primary key,
  version bigint not null,
  state text not null references follow_up_state (code),
  about_kind text not null,
  about_id uuid not null,
  party uuid references party (id),
  interaction uuid references interaction (id),
  title text not null,
  note text not null,
  due_at timestamptz not null,
  owner uuid,
  territory uuid,
  came_due_at timestamptz,
  result text not null,
  closed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index follow_up_due on follow_up (due_at, id);
create index follow_up_state_due on follow_up (state, due_at, id);
create index follow_up_about on follow_up (about_id, due_at, id);
create index follow_up_party on follow_up (party, due_at, id);
create index follow_up_owner on follow_up (owner, due_at, id);
create index follow_up_owner_state on follow_up (owner, state, due_at, id);
create index follow_up_territory on follow_up (territory, due_at, id);
