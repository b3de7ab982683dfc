//! The settings: what holds for the whole firm.

use baton_chassis::{Time, handoff::AnswerHours};
use serde::Serialize;

use crate::{member::Roles, organisation::OrganisationId, revise};

/// What to do with a party that looks like one known already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DuplicatePolicy {
    /// Create it and tell.
    Warn,
    /// Take the known one instead.
    Link,
    /// Refuse it.
    Refuse,
}

/// Hours within which handoffs want an answer; 0 for no limit.
#[expect(
    clippy::struct_field_names,
    reason = "named as in the table and in the contract"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Hours {
    /// A lead that is offered to a manager.
    pub lead_to_manager_hours: i32,
    /// A lead that is offered to a salesperson.
    pub lead_to_salesperson_hours: i32,
    /// A won deal that is offered to commerce.
    pub deal_to_commerce_hours: i32,
    /// A confirmed order that is offered to the ERP.
    pub order_to_erp_hours: i32,
}

impl From<AnswerHours> for Hours {
    fn from(hours: AnswerHours) -> Self {
        Self {
            lead_to_manager_hours: hours.lead_to_manager,
            lead_to_salesperson_hours: hours.lead_to_salesperson,
            deal_to_commerce_hours: hours.deal_to_commerce,
            order_to_erp_hours: hours.order_to_erp,
        }
    }
}

/// Which functions are carried out in Baton.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Functions {
    /// Whether marketing is.
    pub marketing_enabled: bool,
    /// Whether sales is.
    pub sales_enabled: bool,
    /// Whether commerce is.
    pub commerce_enabled: bool,
}

/// Months for which what names a person is kept; 0 for ever.
#[expect(
    clippy::struct_field_names,
    reason = "named as in the table and in the contract"
)]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Retention {
    /// A prospect that never became anything.
    pub prospect_retention_months: i32,
    /// A contact that was put away.
    pub contact_retention_months: i32,
    /// A lead in which there was nothing.
    pub lead_retention_months: i32,
}

/// What holds for the whole firm.
#[derive(Clone, Debug, PartialEq, Serialize, sqlx::FromRow)]
pub struct Settings {
    /// Identity: that of the organisation.
    pub id: OrganisationId,
    /// One more with every change.
    pub version: i64,
    /// IANA name of the zone in which the firm reckons days.
    pub time_zone: String,
    /// ISO 4217 code of the currency in which the firm reckons.
    pub currency: String,
    /// Whether leads are used.
    pub leads_enabled: bool,
    /// Whether contracts are used.
    pub contracts_enabled: bool,
    /// Hours within which a lead is to be answered first.
    pub first_response_hours: i32,
    /// What to do with duplicates.
    pub duplicate_policy: DuplicatePolicy,
    /// Hours within which handoffs want an answer.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub hours: Hours,
    /// Whether projects are used.
    pub projects_enabled: bool,
    /// Which functions are carried out.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub functions: Functions,
    /// The ERP that carries out orders; empty while none is connected.
    pub erp_system: String,
    /// From how many rows on those who administer are told of an export.
    pub large_export_rows: i32,
    /// For how long people are kept.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub retention: Retention,
    /// Roles that must have a second factor.
    #[sqlx(try_from = "String")]
    pub second_factor_demanded_of: Roles,
    /// Epoch of the directory at which it was last changed: its place among all that is told of it.
    #[serde(skip)]
    pub epoch: i64,
    /// Created at.
    pub created_at: Time,
    /// Last changed at.
    pub updated_at: Time,
}

/// New values for settings; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Revision {
    /// Time zone.
    pub time_zone: Option<String>,
    /// Currency.
    pub currency: Option<String>,
    /// Whether leads are used.
    pub leads_enabled: Option<bool>,
    /// Whether contracts are used.
    pub contracts_enabled: Option<bool>,
    /// Hours to the first response.
    pub first_response_hours: Option<i32>,
    /// What to do with duplicates.
    pub duplicate_policy: Option<DuplicatePolicy>,
    /// Hours for a lead that is offered to a manager.
    pub lead_to_manager_hours: Option<i32>,
    /// Hours for a lead that is offered to a salesperson.
    pub lead_to_salesperson_hours: Option<i32>,
    /// Hours for a won deal that is offered to commerce.
    pub deal_to_commerce_hours: Option<i32>,
    /// Hours for a confirmed order that is offered to the ERP.
    pub order_to_erp_hours: Option<i32>,
    /// Whether projects are used.
    pub projects_enabled: Option<bool>,
    /// Whether marketing is carried out.
    pub marketing_enabled: Option<bool>,
    /// Whether sales is carried out.
    pub sales_enabled: Option<bool>,
    /// Whether commerce is carried out.
    pub commerce_enabled: Option<bool>,
    /// The ERP that carries out orders.
    pub erp_system: Option<String>,
    /// From how many rows on an export is large.
    pub large_export_rows: Option<i32>,
    /// Months for a prospect that never became anything.
    pub prospect_retention_months: Option<i32>,
    /// Months for a contact that was put away.
    pub contact_retention_months: Option<i32>,
    /// Months for a lead in which there was nothing.
    pub lead_retention_months: Option<i32>,
    /// Roles that must have a second factor.
    pub second_factor_demanded_of: Option<Roles>,
}

/// What happened to the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsEvent {
    /// A new organisation began with them.
    Created,
    /// They were changed.
    Updated,
}

impl Settings {
    /// What a new organisation begins with.
    pub fn create(id: OrganisationId, at: Time) -> Self {
        Self {
            id,
            version: 1,
            time_zone: "Asia/Shanghai".to_owned(),
            currency: "CNY".to_owned(),
            leads_enabled: true,
            contracts_enabled: true,
            first_response_hours: 24,
            duplicate_policy: DuplicatePolicy::Warn,
            hours: AnswerHours::default().into(),
            projects_enabled: true,
            functions: Functions {
                marketing_enabled: true,
                sales_enabled: true,
                commerce_enabled: true,
            },
            erp_system: String::new(),
            large_export_rows: 1_000,
            retention: Retention::default(),
            second_factor_demanded_of: Roles::default(),
            epoch: 0,
            created_at: at,
            updated_at: at,
        }
    }

    /// Changes them. What is switched off is no longer asked for; what is there stays.
    pub fn update(&mut self, revision: Revision) -> SettingsEvent {
        revise(&mut self.time_zone, revision.time_zone);
        revise(&mut self.currency, revision.currency);
        revise(&mut self.leads_enabled, revision.leads_enabled);
        revise(&mut self.contracts_enabled, revision.contracts_enabled);
        revise(
            &mut self.first_response_hours,
            revision.first_response_hours,
        );
        revise(&mut self.duplicate_policy, revision.duplicate_policy);
        let hours = &mut self.hours;
        revise(
            &mut hours.lead_to_manager_hours,
            revision.lead_to_manager_hours,
        );
        revise(
            &mut hours.lead_to_salesperson_hours,
            revision.lead_to_salesperson_hours,
        );
        revise(
            &mut hours.deal_to_commerce_hours,
            revision.deal_to_commerce_hours,
        );
        revise(&mut hours.order_to_erp_hours, revision.order_to_erp_hours);
        revise(&mut self.projects_enabled, revision.projects_enabled);
        let functions = &mut self.functions;
        revise(&mut functions.marketing_enabled, revision.marketing_enabled);
        revise(&mut functions.sales_enabled, revision.sales_enabled);
        revise(&mut functions.commerce_enabled, revision.commerce_enabled);
        revise(&mut self.erp_system, revision.erp_system);
        revise(&mut self.large_export_rows, revision.large_export_rows);
        let kept = &mut self.retention;
        revise(
            &mut kept.prospect_retention_months,
            revision.prospect_retention_months,
        );
        revise(
            &mut kept.contact_retention_months,
            revision.contact_retention_months,
        );
        revise(
            &mut kept.lead_retention_months,
            revision.lead_retention_months,
        );
        revise(
            &mut self.second_factor_demanded_of,
            revision.second_factor_demanded_of,
        );
        SettingsEvent::Updated
    }

    /// Whether whoever has these roles must have a second factor.
    pub fn demands_second_factor(&self, roles: &Roles) -> bool {
        let demanded = &self.second_factor_demanded_of;
        demanded.iter().any(|role| roles.iter().any(|r| r == role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::ORGANISATION;

    #[test]
    fn a_second_factor_is_demanded_of_whoever_has_one_of_the_roles() {
        let mut settings = Settings::create(ORGANISATION, Time::default());
        let roles = |roles: &[&str]| roles.iter().copied().collect::<Roles>();
        assert!(!settings.demands_second_factor(&roles(&["boss"])));
        settings.update(Revision {
            second_factor_demanded_of: Some(roles(&["administrator", "boss"])),
            ..Revision::default()
        });
        assert!(settings.demands_second_factor(&roles(&["salesperson", "boss"])));
        assert!(!settings.demands_second_factor(&roles(&["salesperson"])));
        assert!(!settings.demands_second_factor(&roles(&[])));
    }

    #[test]
    fn settings_keep_what_an_update_does_not_name() {
        let before = Settings::create(ORGANISATION, Time::default());
        let mut after = before.clone();
        assert_eq!(after.update(Revision::default()), SettingsEvent::Updated);
        assert_eq!(after, before);
        after.update(Revision {
            leads_enabled: Some(false),
            currency: Some("USD".into()),
            ..Revision::default()
        });
        assert_eq!(
            after,
            Settings {
                leads_enabled: false,
                currency: "USD".into(),
                ..before
            }
        );
    }
}
