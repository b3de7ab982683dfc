-- Products, contracts, orders, and what was shipped, invoiced and paid.

create table product_state (code text not null primary key);
insert into product_state (code) values ('ACTIVE'), ('DISCONTINUED');

create table product (
  id uuid not null primary key,
  sku text not null unique,
  name text not null,
  product_line text not null,
  unit text not null,
  currency text not null,
  list_price_minor bigint not null check (list_price_minor >= 0),
  state text not null references product_state (code),
  source_kind text not null,
  source_id text not null,
  version bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
-- The catalogue is the same for everybody, so there is no index by owner or territory.
create index product_by_sku on product (sku, id);
create index product_by_name on product (name, id);
create index product_by_age on product (created_at, id);
create index product_in_state_by_sku on product (state, sku, id);
create index product_in_state_by_name on product (state, name, id);
create index product_in_state_by_age on product (state, created_at, id);
create index product_of_line_by_sku on product (product_line, sku, id);
create index product_of_line_by_name on product (product_line, name, id);
create index product_of_line_by_age on product (product_line, created_at, id);
create index product_of_sku_by_name on product (sku, name, id);
create index product_of_sku_by_age on product (sku, created_at, id);

create table contract_state (code text not null primary key);
insert into contract_state (code) values ('DRAFT'), ('ACTIVE'), ('FULFILLED'), ('TERMINATED');
create table termination_reason (code text not null primary key);
insert into termination_reason (code) values ('CUSTOMER_WITHDREW'), ('WE_WITHDREW'), ('MUTUAL_AGREEMENT'), ('BREACH'),
  ('REPLACED'), ('EXPIRED'), ('ENTERED_BY_MISTAKE'), ('OTHER');

create table contract (
  id uuid not null primary key,
  number text not null unique,
  title text not null,
  party uuid not null,
  owner uuid not null,
  territory uuid,
  source_kind text not null,
  source_id text not null,
  state text not null references contract_state (code),
  currency text not null,
  total_minor bigint not null check (total_minor >= 0),
  start_date date,
  end_date date,
  terms text not null,
  activated_at timestamptz,
  ended_at timestamptz,
  termination_reason text references termination_reason (code),
  termination_note text not null,
  version bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check (end_date >= start_date),
  check ((state in ('FULFILLED', 'TERMINATED')) = (ended_at is not null)),
  check ((state = 'TERMINATED') = (termination_reason is not null))
);
-- A list for every scope (all, owner, territory) in every order, and the filters that people use most.
create index contract_by_age on contract (created_at, id);
create index contract_by_total on contract (total_minor, id);
create index contract_of_owner_by_age on contract (owner, created_at, id);
create index contract_of_owner_by_total on contract (owner, total_minor, id);
create index contract_of_territory_by_age on contract (territory, created_at, id);
create index contract_of_territory_by_total on contract (territory, total_minor, id);
create index contract_in_state_by_age on contract (state, created_at, id);
create index contract_in_state_by_total on contract (state, total_minor, id);
create index contract_of_party_by_age on contract (party, created_at, id);
create index contract_of_party_by_total on contract (party, total_minor, id);
create index contract_of_source_by_age on contract (source_id, created_at, id);
create index contract_of_source_by_total on contract (source_id, total_minor, id);

create table contract_line (
  id uuid not null primary key,
  contract uuid not null references contract (id),
  position integer not null,
  product uuid references product (id),
  description text not null,
  unit text not null,
  quantity_milli bigint not null check (quantity_milli > 0),
  unit_price_minor bigint not null check (unit_price_minor >= 0),
  discount_bp integer not null check (discount_bp between 0 and 10000),
  amount_minor bigint not null check (amount_minor >= 0),
  -- What orders have taken: the database itself refuses more than was contracted.
  ordered_milli bigint not null check (ordered_milli between 0 and quantity_milli)
);
create index contract_line_of on contract_line (contract, position);
create index contract_line_about on contract_line (product);

create table order_state (code text not null primary key);
insert into order_state (code) values ('DRAFT'), ('CONFIRMED'), ('ACCEPTED'), ('PARTLY_SHIPPED'), ('SHIPPED'),
  ('INVOICED'), ('PAID'), ('CLOSED'), ('CANCELLED');
create table cancellation_reason (code text not null primary key);
insert into cancellation_reason (code) values ('CUSTOMER_WITHDREW'), ('CANNOT_DELIVER'), ('NOT_ACCEPTED'), ('CREDIT'),
  ('REPLACED'), ('ENTERED_BY_MISTAKE'), ('OTHER');

-- `order` is a word of SQL.
create table sales_order (
  id uuid not null primary key,
  number text not null unique,
  title text not null,
  party uuid not null,
  owner uuid not null,
  territory uuid,
  source_kind text not null,
  source_id text not null,
  state text not null references order_state (code),
  currency text not null,
  total_minor bigint not null check (total_minor >= 0),
  paid_minor bigint not null check (paid_minor between 0 and total_minor),
  requested_date date,
  note text not null,
  confirmed_at timestamptz,
  ended_at timestamptz,
  cancellation_reason text references cancellation_reason (code),
  cancellation_note text not null,
  version bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check ((state in ('CLOSED', 'CANCELLED')) = (ended_at is not null)),
  check ((state = 'CANCELLED') = (cancellation_reason is not null))
);
create index sales_order_by_age on sales_order (created_at, id);
create index sales_order_by_total on sales_order (total_minor, id);
create index sales_order_of_owner_by_age on sales_order (owner, created_at, id);
create index sales_order_of_owner_by_total on sales_order (owner, total_minor, id);
create index sales_order_of_territory_by_age on sales_order (territory, created_at, id);
create index sales_order_of_territory_by_total on sales_order (territory, total_minor, id);
create index sales_order_in_state_by_age on sales_order (state, created_at, id);
create index sales_order_in_state_by_total on sales_order (state, total_minor, id);
create index sales_order_of_party_by_age on sales_order (party, created_at, id);
create index sales_order_of_party_by_total on sales_order (party, total_minor, id);
create index sales_order_of_source_by_age on sales_order (source_id, created_at, id);
create index sales_order_of_source_by_total on sales_order (source_id, total_minor, id);

create table order_line (
  id uuid not null primary key,
  sales_order uuid not null references sales_order (id),
  position integer not null,
  product uuid references product (id),
  description text not null,
  unit text not null,
  quantity_milli bigint not null check (quantity_milli > 0),
  unit_price_minor bigint not null check (unit_price_minor >= 0),
  discount_bp integer not null check (discount_bp between 0 and 10000),
  amount_minor bigint not null check (amount_minor >= 0),
  shipped_milli bigint not null check (shipped_milli between 0 and quantity_milli),
  contract_line uuid references contract_line (id)
);
create index order_line_of on order_line (sales_order, position);
create index order_line_about on order_line (product);
create index order_line_from on order_line (contract_line);

create table shipment (
  id uuid not null primary key,
  sales_order uuid not null references sales_order (id),
  position integer not null,
  number text not null unique,
  ship_date date not null,
  carrier text not null,
  tracking_number text not null,
  created_at timestamptz not null,
  unique (sales_order, position)
);

create table shipment_line (
  shipment uuid not null references shipment (id),
  line uuid not null references order_line (id),
  quantity_milli bigint not null check (quantity_milli > 0),
  primary key (shipment, line)
);
create index shipment_line_of on shipment_line (line);

create table invoice (
  id uuid not null primary key,
  sales_order uuid not null references sales_order (id),
  position integer not null,
  number text not null unique,
  tax_id text not null,
  invoice_date date not null,
  amount_minor bigint not null check (amount_minor >= 0),
  created_at timestamptz not null,
  unique (sales_order, position)
);

create table payment (
  id uuid not null primary key,
  sales_order uuid not null references sales_order (id),
  position integer not null,
  amount_minor bigint not null check (amount_minor > 0),
  payment_date date not null,
  reference text not null,
  created_at timestamptz not null,
  unique (sales_order, position)
);
