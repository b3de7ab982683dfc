-- Hours within which handoffs want an answer, and what the firm works without.
alter table settings add column lead_to_manager_hours integer not null default 24;
alter table settings add column lead_to_salesperson_hours integer not null default 24;
alter table settings add column deal_to_commerce_hours integer not null default 48;
alter table settings add column order_to_erp_hours integer not null default 24;
alter table settings add column projects_enabled boolean not null default true;
alter table settings add column marketing_enabled boolean not null default true;
alter table settings add column sales_enabled boolean not null default true;
alter table settings add column commerce_enabled boolean not null default true;
