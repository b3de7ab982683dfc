-- What projects wait for commerce, and which came back from there.
create index project_in_commerce on project (commerce, created_at, id);
