//! The settings: one row.

use baton_chassis::db::{Result, Tx};

use crate::{organisation::OrganisationId, settings::Settings};

/// The settings.
pub async fn load(tx: &mut Tx, id: OrganisationId) -> Result<Option<Settings>> {
    tx.sql(
        "select id, version, time_zone, currency, leads_enabled, contracts_enabled, first_response_hours, \
         duplicate_policy, lead_to_manager_hours, lead_to_salesperson_hours, deal_to_commerce_hours, \
         order_to_erp_hours, projects_enabled, marketing_enabled, sales_enabled, commerce_enabled, \
         erp_system, large_export_rows, prospect_retention_months, contact_retention_months, lead_retention_months, \
         second_factor_demanded_of, epoch, created_at, updated_at from settings where id = $1",
    )
    .bind(id)
    .optional()
    .await
}

/// Writes the settings of a new organisation.
pub async fn insert(tx: &mut Tx, s: &Settings) -> Result<()> {
    tx.sql(
        "insert into settings (id, version, time_zone, currency, leads_enabled, contracts_enabled, \
         first_response_hours, duplicate_policy, epoch, created_at, updated_at, lead_to_manager_hours, \
         lead_to_salesperson_hours, deal_to_commerce_hours, order_to_erp_hours, projects_enabled, marketing_enabled, \
         sales_enabled, commerce_enabled, erp_system, large_export_rows, second_factor_demanded_of, \
         prospect_retention_months, contact_retention_months, lead_retention_months) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
         $23, $24, $25)",
    )
    .bind(s.id)
    .bind(s.version)
    .bind(s.time_zone.clone())
    .bind(s.currency.clone())
    .bind(s.leads_enabled)
    .bind(s.contracts_enabled)
    .bind(s.first_response_hours)
    .bind(s.duplicate_policy)
    .bind(s.epoch)
    .bind(s.created_at)
    .bind(s.updated_at)
    .bind(s.hours.lead_to_manager_hours)
    .bind(s.hours.lead_to_salesperson_hours)
    .bind(s.hours.deal_to_commerce_hours)
    .bind(s.hours.order_to_erp_hours)
    .bind(s.projects_enabled)
    .bind(s.functions.marketing_enabled)
    .bind(s.functions.sales_enabled)
    .bind(s.functions.commerce_enabled)
    .bind(s.erp_system.clone())
    .bind(s.large_export_rows)
    .bind(s.second_factor_demanded_of.to_string())
    .bind(s.retention.prospect_retention_months)
    .bind(s.retention.contact_retention_months)
    .bind(s.retention.lead_retention_months)
    .execute_one()
    .await
}

/// Writes the settings again.
pub async fn save(tx: &mut Tx, s: &Settings) -> Result<()> {
    tx.sql(
        "update settings set version = $2, time_zone = $3, currency = $4, leads_enabled = $5, contracts_enabled = $6, \
         first_response_hours = $7, duplicate_policy = $8, epoch = $9, updated_at = $10, lead_to_manager_hours = $11, \
         lead_to_salesperson_hours = $12, deal_to_commerce_hours = $13, order_to_erp_hours = $14, \
         projects_enabled = $15, marketing_enabled = $16, sales_enabled = $17, commerce_enabled = $18, \
         erp_system = $19, large_export_rows = $20, second_factor_demanded_of = $21, \
         prospect_retention_months = $22, contact_retention_months = $23, lead_retention_months = $24 \
         where id = $1 and version = $2 - 1",
    )
    .bind(s.id)
    .bind(s.version)
    .bind(s.time_zone.clone())
    .bind(s.currency.clone())
    .bind(s.leads_enabled)
    .bind(s.contracts_enabled)
    .bind(s.first_response_hours)
    .bind(s.duplicate_policy)
    .bind(s.epoch)
    .bind(s.updated_at)
    .bind(s.hours.lead_to_manager_hours)
    .bind(s.hours.lead_to_salesperson_hours)
    .bind(s.hours.deal_to_commerce_hours)
    .bind(s.hours.order_to_erp_hours)
    .bind(s.projects_enabled)
    .bind(s.functions.marketing_enabled)
    .bind(s.functions.sales_enabled)
    .bind(s.functions.commerce_enabled)
    .bind(s.erp_system.clone())
    .bind(s.large_export_rows)
    .bind(s.second_factor_demanded_of.to_string())
    .bind(s.retention.prospect_retention_months)
    .bind(s.retention.contact_retention_months)
    .bind(s.retention.lead_retention_months)
    .execute_one()
    .await
}
