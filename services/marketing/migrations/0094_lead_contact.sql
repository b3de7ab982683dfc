-- Leads about somebody.
create index lead_contact on lead (contact, id) where contact is not null;
