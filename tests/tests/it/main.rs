//! Stories across services, each on SQLite and on PostgreSQL + NATS; one binary, because every story needs neighbours.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what a story cannot go on without ends it, in its helpers too"
)]
#![expect(
    clippy::too_many_lines,
    reason = "a story is told in one go, and a table of cases is one table"
)]

mod answers;
mod audit_chain;
mod boards;
mod cases;
mod cases_undo;
mod chain_routes;
mod commands;
mod commerce;
mod commerce_contract;
mod commerce_erp;
mod commerce_lists;
mod commerce_order;
mod commerce_product;
mod customer;
mod customer_contacts;
mod customer_duplicates;
mod customer_follow_ups;
mod customer_imports;
mod customer_interactions;
mod customer_leads;
mod customer_lists;
mod customer_masks;
mod customer_parties;
mod deploy;
mod directory;
mod directory_browsers;
mod directory_departments;
mod directory_factors;
mod directory_grants;
mod directory_imports;
mod directory_keys;
mod directory_leaver_plans;
mod directory_leavers;
mod directory_links;
mod directory_lists;
mod directory_members;
mod directory_placements;
mod directory_providers;
mod directory_sessions;
mod directory_settings;
mod directory_shares;
mod directory_teams;
mod directory_territories;
mod directory_views;
mod exports;
mod fault_points;
mod faults;
mod gateway;
mod gateway_console;
mod gateway_errors;
mod gateway_json;
mod gateway_keys;
mod gateway_openapi;
mod gateway_sessions;
mod gateway_web;
mod grpc;
mod import_data_set;
mod import_workbook;
mod insight_audit;
mod insight_funnel;
mod insight_history;
mod insight_search;
mod insight_trace;
mod insight_watch;
mod marketing;
mod marketing_campaigns;
mod marketing_conversion;
mod marketing_imports;
mod marketing_leads;
mod marketing_lists;
mod marketing_newcomers;
mod marketing_projects;
mod marketing_routing;
mod marketing_undo;
mod only;
#[cfg(target_os = "linux")]
mod overload;
mod personal;
mod personal_fields;
mod personal_log;
mod provider;
mod retention;
mod rights_matrix;
mod sales;
mod sales_commerce;
mod sales_funnel;
mod sales_hand_over;
mod sales_imports;
mod sales_opportunities;
mod sales_processes;
mod sales_project_hand_over;
mod sales_projects;
mod search_lists;
mod stack;
mod stack_certificates;
mod stack_leavers;
mod stack_load;
mod stack_metrics;
mod stack_nats;
mod stack_points;
mod stack_replicas;
mod stack_restart;
mod stack_traces;
mod stale_lease;
mod switches;
mod upkeep;
