//! Stories across services, each on SQLite and on PostgreSQL + NATS; one binary, because every story needs neighbours.
