-- The words by which records are found, each as its octets: those that begin alike lie together on both engines, whatever the
-- order that a database has for texts.
create table search_word (
  kind text not null,
  word bytea not null,
  object uuid not null,
  primary key (kind, word, object)
);
create unique index search_word_of on search_word (object, kind, word);
