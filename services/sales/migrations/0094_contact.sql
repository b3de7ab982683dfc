-- Deals and projects with somebody.
create index opportunity_contact on opportunity (contact, id) where contact is not null;
create index project_contact on project (contact, id) where contact is not null;
