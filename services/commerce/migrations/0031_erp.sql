-- What an ERP tells of orders, and what is called off of them.

alter table sales_order add column accepted_at timestamptz;
alter table sales_order add column erp_system text not null default '';
alter table sales_order add column erp_document text not null default '';
alter table sales_order add column erp_at timestamptz;
alter table sales_order add column erp_number text not null default '';
-- What an ERP tells beyond what was ordered stands apart, so that the checks on what people record stay as they are.
alter table sales_order add column paid_beyond_minor bigint not null default 0 check (paid_beyond_minor >= 0);
alter table sales_order add column differs boolean not null default false;
update sales_order set accepted_at = updated_at where state not in ('DRAFT', 'CONFIRMED', 'CANCELLED');
create index sales_order_that_differ_by_age on sales_order (differs, created_at, id);
create index sales_order_that_differ_by_total on sales_order (differs, total_minor, id);

alter table order_line add column shipped_beyond_milli bigint not null default 0 check (shipped_beyond_milli >= 0);
alter table order_line add column called_off_milli bigint not null default 0 check (called_off_milli >= 0);

alter table shipment add column erp_system text not null default '';
alter table shipment add column erp_document text not null default '';
alter table shipment add column erp_at timestamptz;
alter table invoice add column erp_system text not null default '';
alter table invoice add column erp_document text not null default '';
alter table invoice add column erp_at timestamptz;
alter table payment add column erp_system text not null default '';
alter table payment add column erp_document text not null default '';
alter table payment add column erp_at timestamptz;

create table call_off (
  id uuid not null primary key,
  sales_order uuid not null references sales_order (id),
  position integer not null,
  reason text not null references cancellation_reason (code),
  note text not null,
  rest boolean not null,
  erp_system text not null,
  erp_document text not null,
  erp_at timestamptz,
  created_at timestamptz not null,
  unique (sales_order, position)
);

create table call_off_line (
  call_off uuid not null references call_off (id),
  position integer not null,
  line uuid not null references order_line (id),
  quantity_milli bigint not null check (quantity_milli > 0),
  note text not null,
  primary key (call_off, position)
);
create index call_off_line_of on call_off_line (line);
