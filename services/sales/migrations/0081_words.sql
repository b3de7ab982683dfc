-- Words of what was there before there were any.
insert into timer (kind, subject, due_at, attempts)
  select 'opportunity_words', id, created_at, 0 from opportunity order by id limit 1;
insert into timer (kind, subject, due_at, attempts)
  select 'project_words', id, created_at, 0 from project order by id limit 1;
