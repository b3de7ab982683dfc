-- Months for which what names a person is kept; 0 for ever.
alter table settings add column prospect_retention_months integer not null default 0;
alter table settings add column contact_retention_months integer not null default 0;
alter table settings add column lead_retention_months integer not null default 0;
