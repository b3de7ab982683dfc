-- Words of what was there before there were any.
insert into timer (kind, subject, due_at, attempts)
  select 'party_words', id, created_at, 0 from party order by id limit 1;
insert into timer (kind, subject, due_at, attempts)
  select 'contact_words', id, created_at, 0 from contact order by id limit 1;
