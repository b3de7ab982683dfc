//! What the directory says: each change as a fact that carries all that other services keep of the
//! noun.

use baton_chassis::{act::Said, ids::Id, wire::id_text};
use baton_proto::{directory::v1 as pb, r#type::v1::Subject};

use crate::{
    api_key::{ApiKey, ApiKeyEvent},
    department::{self, Department, DepartmentEvent},
    grant::{Grant, GrantEvent},
    leaver_handover::{LeaverHandover, LeaverHandoverEvent},
    member::{Member, MemberEvent, State},
    organisation::Entry,
    placement::{Placement, PlacementEvent},
    settings::{Settings, SettingsEvent},
    share::{Share, ShareEvent},
    team::{self, Team, TeamEvent},
    territory::{self, Territory, TerritoryEvent},
    wire,
};

/// What happened to a noun, with the noun as it was before; nothing was before it was created.
#[derive(Debug)]
pub struct Told<N: Entry> {
    /// What its verb decided.
    pub verb: N::Verb,
    /// As it was before.
    pub before: Option<N>,
}

/// A title is given to what is no person; nobody owns an entry of the directory, and nothing came
/// before it.
fn subject(kind: &str, id: impl Id, state: &str, title: &str, version: i64) -> Subject {
    Subject {
        kind: kind.to_owned(),
        id: id.to_string(),
        state: state.to_owned(),
        title: title.to_owned(),
        version,
        ..Subject::default()
    }
}

fn member_facts(m: &Member) -> pb::MemberFacts {
    // Both names are data of the staff, not of customers: whoever shows who acted needs them. The
    // e-mail address is nobody else's business and stays here.
    pb::MemberFacts {
        name: m.name.clone(),
        display_name: m.display_name.clone(),
        department_id: id_text(m.department),
        roles: wire::roles(&m.roles),
        territory_id: id_text(m.territory),
        active: m.is_active(),
        language: m.language.clone(),
        sessions_valid_from: m.sessions_valid_from,
    }
}

/// The event of a member.
pub fn member(m: &Member, told: &Told<Member>) -> Said {
    let state = match m.state {
        State::Active => "ACTIVE",
        State::Inactive => "INACTIVE",
    };
    let subject = Some(subject("MEMBER", m.id, state, "", m.version));
    let (epoch, member) = (m.epoch, Some(member_facts(m)));
    let member_before = told.before.as_ref().map(member_facts);
    match told.verb {
        MemberEvent::Created => Said::of(&pb::MemberCreated {
            subject,
            epoch,
            member,
        }),
        MemberEvent::Updated => Said::of(&pb::MemberUpdated {
            subject,
            epoch,
            member,
            member_before,
        }),
        MemberEvent::Deactivated => Said::of(&pb::MemberDeactivated {
            subject,
            epoch,
            member,
            member_before,
        }),
        MemberEvent::Reactivated => Said::of(&pb::MemberReactivated {
            subject,
            epoch,
            member,
            member_before,
        }),
        MemberEvent::PasswordSet => Said::of(&pb::MemberPasswordSet {
            subject,
            epoch,
            member,
            member_before,
        }),
        MemberEvent::SessionsRevoked => Said::of(&pb::MemberSessionsRevoked {
            subject,
            epoch,
            member,
            member_before,
        }),
    }
}

fn department_facts(d: &Department) -> pb::DepartmentFacts {
    pb::DepartmentFacts {
        name: d.name.clone(),
        archived: !d.is_active(),
    }
}

/// The event of a department.
pub fn department(d: &Department, told: &Told<Department>) -> Said {
    let state = match d.state {
        department::State::Active => "ACTIVE",
        department::State::Archived => "ARCHIVED",
    };
    let subject = Some(subject("DEPARTMENT", d.id, state, &d.name, d.version));
    let (epoch, department) = (d.epoch, Some(department_facts(d)));
    let department_before = told.before.as_ref().map(department_facts);
    match told.verb {
        DepartmentEvent::Created => Said::of(&pb::DepartmentCreated {
            subject,
            epoch,
            department,
        }),
        DepartmentEvent::Updated => Said::of(&pb::DepartmentUpdated {
            subject,
            epoch,
            department,
            department_before,
        }),
        DepartmentEvent::Archived => Said::of(&pb::DepartmentArchived {
            subject,
            epoch,
            department,
            department_before,
        }),
    }
}

fn territory_facts(t: &Territory) -> pb::TerritoryFacts {
    pb::TerritoryFacts {
        name: t.name.clone(),
        parent_id: id_text(t.parent),
        manager_id: id_text(t.manager),
        archived: !t.is_active(),
    }
}

/// The event of a territory.
pub fn territory(t: &Territory, told: &Told<Territory>) -> Said {
    let state = match t.state {
        territory::State::Active => "ACTIVE",
        territory::State::Archived => "ARCHIVED",
    };
    let subject = Some(subject("TERRITORY", t.id, state, &t.name, t.version));
    let (epoch, territory) = (t.epoch, Some(territory_facts(t)));
    let territory_before = told.before.as_ref().map(territory_facts);
    match told.verb {
        TerritoryEvent::Created => Said::of(&pb::TerritoryCreated {
            subject,
            epoch,
            territory,
        }),
        TerritoryEvent::Updated => Said::of(&pb::TerritoryUpdated {
            subject,
            epoch,
            territory,
            territory_before,
        }),
        TerritoryEvent::Moved => Said::of(&pb::TerritoryMoved {
            subject,
            epoch,
            territory,
            territory_before,
        }),
        TerritoryEvent::Archived => Said::of(&pb::TerritoryArchived {
            subject,
            epoch,
            territory,
            territory_before,
        }),
    }
}

fn grant_facts(g: &Grant) -> pb::GrantFacts {
    use pb::grant_facts::Grantee;
    pb::GrantFacts {
        function: wire::function(g.power.function).into(),
        access: wire::access(g.power.access).into(),
        scope: wire::reach(g.power.reach).into(),
        grantee: match (&g.role, g.department) {
            (Some(role), _) => Some(Grantee::Role(role.clone())),
            (None, Some(id)) => Some(Grantee::DepartmentId(id.to_string())),
            (None, None) => None,
        },
    }
}

/// The event of a grant.
pub fn grant(g: &Grant, told: &Told<Grant>) -> Said {
    let (epoch, grant) = (g.epoch, Some(grant_facts(g)));
    let subject = |state| Some(subject("GRANT", g.id, state, "", g.version));
    match told.verb {
        GrantEvent::Created => Said::of(&pb::GrantCreated {
            subject: subject("ACTIVE"),
            epoch,
            grant,
        }),
        GrantEvent::Revoked => Said::of(&pb::GrantRevoked {
            subject: subject("REVOKED"),
            epoch,
            grant,
        }),
    }
}

fn team_facts(t: &Team) -> pb::TeamFacts {
    pb::TeamFacts {
        member_ids: t.members.iter().map(|m| m.to_string()).collect(),
        archived: !t.is_active(),
    }
}

/// The event of a team.
pub fn team(t: &Team, told: &Told<Team>) -> Said {
    let state = match t.state {
        team::State::Active => "ACTIVE",
        team::State::Archived => "ARCHIVED",
    };
    let subject = Some(subject("TEAM", t.id, state, &t.name, t.version));
    let (epoch, team) = (t.epoch, Some(team_facts(t)));
    let team_before = told.before.as_ref().map(team_facts);
    match told.verb {
        TeamEvent::Created => Said::of(&pb::TeamCreated {
            subject,
            epoch,
            team,
        }),
        TeamEvent::Updated => Said::of(&pb::TeamUpdated {
            subject,
            epoch,
            team,
            team_before,
        }),
        TeamEvent::Archived => Said::of(&pb::TeamArchived {
            subject,
            epoch,
            team,
            team_before,
        }),
    }
}

fn share_facts(s: &Share) -> pb::ShareFacts {
    use pb::share_facts::With;
    pb::ShareFacts {
        record_kind: s.kind.clone(),
        record_id: s.record.to_string(),
        with: match (s.member, s.team) {
            (Some(id), _) => Some(With::MemberId(id.to_string())),
            (None, team) => Some(With::TeamId(id_text(team))),
        },
        access: wire::access(s.access).into(),
    }
}

/// The event of a share.
pub fn share(s: &Share, told: &Told<Share>) -> Said {
    let (epoch, share) = (s.epoch, Some(share_facts(s)));
    let subject = |state| Some(subject("SHARE", s.id, state, "", s.version));
    match told.verb {
        ShareEvent::Created => Said::of(&pb::ShareCreated {
            subject: subject("ACTIVE"),
            epoch,
            share,
        }),
        ShareEvent::Revoked => Said::of(&pb::ShareRevoked {
            subject: subject("REVOKED"),
            epoch,
            share,
        }),
        ShareEvent::Expired => Said::of(&pb::ShareExpired {
            subject: subject("EXPIRED"),
            epoch,
            share,
        }),
    }
}

fn api_key_facts(k: &ApiKey) -> pb::ApiKeyFacts {
    pb::ApiKeyFacts {
        member_id: k.member.to_string(),
        functions: k
            .functions
            .iter()
            .map(wire::sign_in::api_key_function)
            .collect(),
    }
}

/// The event of a key.
pub fn api_key(k: &ApiKey, told: &Told<ApiKey>) -> Said {
    let (epoch, api_key) = (k.epoch, Some(api_key_facts(k)));
    let subject = |state| Some(subject("API_KEY", k.id, state, "", k.version));
    match told.verb {
        ApiKeyEvent::Created => Said::of(&pb::ApiKeyCreated {
            subject: subject("ACTIVE"),
            epoch,
            api_key,
        }),
        ApiKeyEvent::Revoked => Said::of(&pb::ApiKeyRevoked {
            subject: subject("REVOKED"),
            epoch,
            api_key,
        }),
        ApiKeyEvent::Expired => Said::of(&pb::ApiKeyExpired {
            subject: subject("EXPIRED"),
            epoch,
            api_key,
        }),
    }
}

/// The event of a leaver handover.
pub fn leaver_handover(h: &LeaverHandover, told: &Told<LeaverHandover>) -> Said {
    let subject = Some(subject(
        "LEAVER_HANDOVER",
        h.id,
        h.state.as_str(),
        "",
        h.version,
    ));
    let epoch = h.epoch;
    let leaver_handover = Some(pb::LeaverHandoverFacts {
        member_id: h.member.to_string(),
        successor_id: h.successor.to_string(),
        moved: h.report.moved(),
        restored: h.report.restored(),
    });
    match told.verb {
        LeaverHandoverEvent::Planned => Said::of(&pb::LeaverHandoverPlanned {
            subject,
            epoch,
            leaver_handover,
        }),
        LeaverHandoverEvent::Updated => Said::of(&pb::LeaverHandoverUpdated {
            subject,
            epoch,
            leaver_handover,
        }),
        LeaverHandoverEvent::Cancelled => Said::of(&pb::LeaverHandoverCancelled {
            subject,
            epoch,
            leaver_handover,
        }),
        LeaverHandoverEvent::Executed => Said::of(&pb::LeaverHandoverExecuted {
            subject,
            epoch,
            leaver_handover,
        }),
        LeaverHandoverEvent::Stopped => Said::of(&pb::LeaverHandoverStopped {
            subject,
            epoch,
            leaver_handover,
        }),
        LeaverHandoverEvent::Completed => Said::of(&pb::LeaverHandoverCompleted {
            subject,
            epoch,
            leaver_handover,
        }),
        LeaverHandoverEvent::RollBackStarted => Said::of(&pb::LeaverHandoverRollBackStarted {
            subject,
            epoch,
            leaver_handover,
        }),
        LeaverHandoverEvent::RolledBack => Said::of(&pb::LeaverHandoverRolledBack {
            subject,
            epoch,
            leaver_handover,
        }),
    }
}

/// The event of a plan.
pub fn placement(p: &Placement, told: &Told<Placement>) -> Said {
    let subject = Some(subject("PLACEMENT", p.id, p.state.as_str(), "", p.version));
    let epoch = p.epoch;
    let placement = Some(pb::PlacementFacts {
        kind: wire::placement_kind(p.kind).into(),
        subject_id: p.subject.to_string(),
        place_id: p.place.map(|id| id.to_string()).unwrap_or_default(),
        refusal_reason: p.refusal_reason.clone(),
    });
    match told.verb {
        PlacementEvent::Planned => Said::of(&pb::PlacementPlanned {
            subject,
            epoch,
            placement,
        }),
        PlacementEvent::CarriedOut => Said::of(&pb::PlacementCarriedOut {
            subject,
            epoch,
            placement,
        }),
        PlacementEvent::Refused => Said::of(&pb::PlacementRefused {
            subject,
            epoch,
            placement,
        }),
        PlacementEvent::Cancelled => Said::of(&pb::PlacementCancelled {
            subject,
            epoch,
            placement,
        }),
    }
}

fn settings_facts(s: &Settings) -> pb::SettingsFacts {
    pb::SettingsFacts {
        time_zone: s.time_zone.clone(),
        currency_code: s.currency.clone(),
        leads_enabled: s.leads_enabled,
        contracts_enabled: s.contracts_enabled,
        first_response_hours: s.first_response_hours,
        duplicate_policy: wire::duplicate_policy(s.duplicate_policy).into(),
        lead_to_manager_hours: Some(s.hours.lead_to_manager_hours),
        lead_to_salesperson_hours: Some(s.hours.lead_to_salesperson_hours),
        deal_to_commerce_hours: Some(s.hours.deal_to_commerce_hours),
        order_to_erp_hours: Some(s.hours.order_to_erp_hours),
        projects_enabled: Some(s.projects_enabled),
        marketing_enabled: Some(s.functions.marketing_enabled),
        sales_enabled: Some(s.functions.sales_enabled),
        commerce_enabled: Some(s.functions.commerce_enabled),
        erp_system: s.erp_system.clone(),
        large_export_rows: Some(s.large_export_rows),
        prospect_retention_months: Some(s.retention.prospect_retention_months),
        contact_retention_months: Some(s.retention.contact_retention_months),
        lead_retention_months: Some(s.retention.lead_retention_months),
        second_factor_demanded_of: wire::roles(&s.second_factor_demanded_of),
    }
}

/// The event of the settings.
pub fn settings(s: &Settings, told: &Told<Settings>) -> Said {
    let subject = Some(subject("SETTINGS", s.id, "", "", s.version));
    let (epoch, settings) = (s.epoch, Some(settings_facts(s)));
    let settings_before = told.before.as_ref().map(settings_facts);
    match told.verb {
        SettingsEvent::Created => Said::of(&pb::SettingsCreated {
            subject,
            epoch,
            settings,
        }),
        SettingsEvent::Updated => Said::of(&pb::SettingsUpdated {
            subject,
            epoch,
            settings,
            settings_before,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::member::Revision;
    use baton_chassis::Time;

    #[test]
    fn an_event_of_a_member_names_him_and_keeps_his_address_to_itself() {
        let revision = Revision {
            name: Some("li.lei".into()),
            display_name: Some("李雷".into()),
            email: Some("private@example.com".into()),
            ..Revision::default()
        };
        let member = Member::create(uuid::Uuid::nil().into(), revision, Time::default());
        let told = Told {
            verb: MemberEvent::Updated,
            before: Some(member.clone()),
        };
        let payload = super::member(&member, &told).payload;
        let holds = |text: &str| payload.windows(text.len()).any(|w| w == text.as_bytes());
        assert!(holds("li.lei") && holds("李雷"));
        assert!(!holds("private@example.com"));
    }
}
