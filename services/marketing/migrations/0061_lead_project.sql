-- Leads that became a project. `opportunity` has the id of whatever a converted lead became; where that is a project,
-- `project` has it as well.
alter table lead add column project uuid check (project is null or project = opportunity);
