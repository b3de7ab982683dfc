-- The key of each record that tells of a person: under it the audit keeps what is personal. The key itself is encrypted under
-- the deployment's. Without its row nobody reads those values again, while the rows of the audit and their chain stay whole.
create table data_key (
  object uuid not null primary key,
  locked bytea not null
);
