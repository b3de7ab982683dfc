-- Leads that may lose what names a person.
create index lead_retention on lead (id) where quality = 'DISQUALIFIED';
