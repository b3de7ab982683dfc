-- Words of what was there before there were any.
insert into timer (kind, subject, due_at, attempts)
  select 'campaign_words', id, created_at, 0 from campaign order by id limit 1;
