-- People who were erased: their records stay, without what names them.
alter table party add column erased_at timestamptz;
alter table contact add column erased_at timestamptz;
-- What was said with somebody.
create index interaction_contact on interaction (contact, id) where contact is not null;
create index follow_up_interaction on follow_up (interaction, id) where interaction is not null;
-- A claim is what two meet at that create the same customer at once; one whose key is gone only names somebody.
delete from identity_claim where not exists
  (select 1 from identity_key k where k.kind = identity_claim.kind and k.value = identity_claim.value);
