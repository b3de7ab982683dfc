//! Stories across services, each on SQLite and on PostgreSQL + NATS; one binary, because every story needs neighbours.

mod commerce;
mod commerce_contract;
mod commerce_order;
mod commerce_product;
mod gateway;
mod gateway_errors;
mod gateway_json;
mod gateway_openapi;
