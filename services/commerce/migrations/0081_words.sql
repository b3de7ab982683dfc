-- Words of what was there before there were any.
insert into timer (kind, subject, due_at, attempts)
  select 'product_words', id, created_at, 0 from product order by id limit 1;
insert into timer (kind, subject, due_at, attempts)
  select 'contract_words', id, created_at, 0 from contract order by id limit 1;
insert into timer (kind, subject, due_at, attempts)
  select 'order_words', id, created_at, 0 from sales_order order by id limit 1;
