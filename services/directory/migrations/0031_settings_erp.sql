-- The ERP that carries out orders; empty while none is connected.
alter table settings add column erp_system text not null default '';
