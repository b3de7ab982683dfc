-- Who brought a lead in; not known of leads that came in before, or from another system.
alter table lead add column creator uuid;
