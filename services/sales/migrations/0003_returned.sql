-- Commerce may give a won deal back.
insert into commerce_state (code) values ('RETURNED');
-- What waits for commerce, and what came back from there.
create index opportunity_in_commerce on opportunity (commerce, created_at, id);
