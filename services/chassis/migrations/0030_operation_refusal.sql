-- Why an operation was refused, as it is told: reason, values, violations, and the sentence in each language.
alter table operation add column refusal jsonb;
