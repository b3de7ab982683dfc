-- What is to be done about an object, in the order in which it was agreed on: for its history.
create index follow_up_about_created on follow_up (about_id, created_at, id);
