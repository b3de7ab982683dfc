-- Projects that were taken back with the conversion of their lead.
insert into project_state (code) values ('RETRACTED');
-- Whoever opens a project again has worked on it.
alter table project add column reopened boolean not null default false;

-- What others built on a project, as far as they told: it cannot be retracted any more.
create table project_use (
  project uuid not null,
  kind text not null,
  id uuid not null,
  primary key (project, kind, id)
);
