//! A grant: a function of the firm given to a role or a department. It is never changed, only
//! revoked.

use std::collections::BTreeMap;

use baton_chassis::{
    Reason, Time,
    ids::{DepartmentId, GrantId},
    policy::{Access, Function},
};
use serde::Serialize;

/// On whose records a function is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reach {
    /// One's own.
    Own,
    /// One's own, and those of the members of one's teams.
    Team,
    /// Those, and those of the territories that one manages and of all below them.
    Territory,
    /// Everybody's.
    All,
}

impl Reach {
    /// All of them, each wider than the one before.
    pub const ALL: [Self; 4] = [Self::Own, Self::Team, Self::Territory, Self::All];
}

/// Whether a grant holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// It holds.
    Active,
    /// It was taken back, for good.
    Revoked,
}

/// What is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Power {
    /// What may be done.
    pub function: Function,
    /// How.
    pub access: Access,
    /// On whose records.
    pub reach: Reach,
}

/// Who is granted it: one of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grantee {
    /// Everybody with this role.
    Role(String),
    /// Everybody in this department.
    Department(DepartmentId),
}

/// A function of the firm given to a role or a department.
#[derive(Clone, Debug, PartialEq, Serialize, sqlx::FromRow)]
pub struct Grant {
    /// Identity.
    pub id: GrantId,
    /// One more with every change.
    pub version: i64,
    /// What is granted.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub power: Power,
    /// The role it is granted to, if it is one.
    pub role: Option<String>,
    /// The department it is granted to, if it is one.
    pub department: Option<DepartmentId>,
    /// Whether it holds.
    pub state: State,
    /// Epoch of the directory at which it was last changed: its place among all that is told of it.
    #[serde(skip)]
    pub epoch: i64,
    /// Granted at.
    pub created_at: Time,
    /// Last changed at.
    pub updated_at: Time,
}

/// What happened to a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantEvent {
    /// It was given.
    Created,
    /// It was taken back.
    Revoked,
}

/// Why something cannot be granted or taken back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Administration and import are not about records that somebody owns.
    #[error("this function is granted on all records or not at all")]
    ReachMeaningless,
    /// It was taken back before.
    #[error("the grant is revoked already")]
    AlreadyRevoked,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::ReachMeaningless => "GRANT_SCOPE_MEANINGLESS",
            Self::AlreadyRevoked => "GRANT_ALREADY_REVOKED",
        }
    }
}

impl Grant {
    /// A new grant.
    pub fn create(id: GrantId, power: Power, grantee: Grantee, at: Time) -> Result<Self, Refused> {
        let whole = matches!(power.function, Function::Administration | Function::Import);
        if whole && power.reach != Reach::All {
            return Err(Refused::ReachMeaningless);
        }
        let (role, department) = match grantee {
            Grantee::Role(role) => (Some(role), None),
            Grantee::Department(id) => (None, Some(id)),
        };
        Ok(Self {
            id,
            version: 1,
            power,
            role,
            department,
            state: State::Active,
            epoch: 0,
            created_at: at,
            updated_at: at,
        })
    }

    /// Takes it back.
    pub fn revoke(&mut self) -> Result<GrantEvent, Refused> {
        if self.state == State::Revoked {
            return Err(Refused::AlreadyRevoked);
        }
        self.state = State::Revoked;
        Ok(GrantEvent::Revoked)
    }
}

/// What several grants come to: of each function the widest to change, and the widest to read where
/// that is wider.
pub fn widest(powers: impl IntoIterator<Item = Power>) -> Vec<Power> {
    let mut functions: BTreeMap<i32, (Function, Option<Reach>, Option<Reach>)> = BTreeMap::new();
    for Power {
        function,
        access,
        reach,
    } in powers
    {
        let (_, read, write) = functions
            .entry(function as i32)
            .or_insert((function, None, None));
        *read = (*read).max(Some(reach));
        if access == Access::Write {
            *write = (*write).max(Some(reach));
        }
    }
    let all = functions.into_values().flat_map(|(function, read, write)| {
        let power = |access, reach: Option<Reach>| {
            reach.map(|reach| Power {
                function,
                access,
                reach,
            })
        };
        [
            power(Access::Write, write),
            power(Access::Read, read.filter(|_| read > write)),
        ]
    });
    all.flatten().collect()
}

/// What grants come to once functions are known that were part of others before: who kept customers saw how they are reached, who
/// ran campaigns or sold saw what they cost, who ran the system could take everything with him.
pub fn introduced(grants: &[Grant]) -> Vec<(Grantee, Power)> {
    let mut widest: BTreeMap<(Option<&str>, Option<DepartmentId>, i32), Power> = BTreeMap::new();
    for grant in grants {
        let function = match (grant.power.function, grant.power.access) {
            (Function::Customer, _) => Function::PersonalData,
            (Function::Marketing | Function::Sales, _) => Function::Cost,
            (Function::Administration, Access::Write) => Function::Export,
            _ => continue,
        };
        let power = Power {
            function,
            access: Access::Read,
            reach: grant.power.reach,
        };
        let kept = widest
            .entry((grant.role.as_deref(), grant.department, function as i32))
            .or_insert(power);
        kept.reach = kept.reach.max(power.reach);
    }
    let grants = widest
        .into_iter()
        .filter_map(|((role, department, _), power)| {
            let grantee = match (role, department) {
                (Some(role), _) => Grantee::Role(role.to_owned()),
                (None, Some(id)) => Grantee::Department(id),
                (None, None) => return None,
            };
            Some((grantee, power))
        });
    grants.collect()
}

/// Roles of a small firm and what each may do, with which a new organisation begins.
pub fn small_firm() -> impl Iterator<Item = (&'static str, Power)> {
    use {
        Access::{Read, Write},
        Function::{
            Analysis, Commerce, Cost, Customer, Export, Marketing, PersonalData, Routing, Sales,
        },
    };
    let daily = [
        (Marketing, Write),
        (Sales, Write),
        (Commerce, Write),
        (Customer, Write),
        (Analysis, Read),
        (PersonalData, Read),
        (Cost, Read),
    ];
    let everything = Function::ALL.map(|function| (function, Write));
    let role = |role, reach, functions: &[(Function, Access)]| {
        let power = move |&(function, access)| {
            (
                role,
                Power {
                    function,
                    access,
                    reach,
                },
            )
        };
        functions.iter().map(power).collect::<Vec<_>>()
    };
    [
        role("salesperson", Reach::Own, &daily),
        role(
            "sales_manager",
            Reach::Territory,
            &[&daily[..], &[(Routing, Write), (Export, Read)]].concat(),
        ),
        role("boss", Reach::All, &everything),
        role("administrator", Reach::All, &everything),
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn power(function: Function, access: Access, reach: Reach) -> Power {
        Power {
            function,
            access,
            reach,
        }
    }

    fn grant(power: Power) -> Result<Grant, Refused> {
        let grantee = Grantee::Role("boss".into());
        Grant::create(Uuid::nil().into(), power, grantee, Time::default())
    }

    #[test]
    fn a_grant_is_revoked_once() {
        let mut boss = grant(power(Function::Sales, Access::Write, Reach::All)).unwrap();
        assert_eq!(boss.revoke(), Ok(GrantEvent::Revoked));
        assert_eq!(boss.revoke(), Err(Refused::AlreadyRevoked));
        assert_eq!(boss.state, State::Revoked);
    }

    #[test]
    fn functions_without_records_are_granted_whole_or_not_at_all() {
        for function in Function::ALL {
            for reach in Reach::ALL {
                let whole = [Function::Administration, Function::Import].contains(&function);
                let granted = grant(power(function, Access::Read, reach));
                assert_eq!(
                    granted.is_err(),
                    whole && reach != Reach::All,
                    "{function:?} {reach:?}"
                );
            }
        }
    }

    #[test]
    fn who_could_see_it_before_it_was_a_right_of_its_own_still_can() {
        use {
            Access::{Read, Write},
            Function::{
                Administration, Commerce, Cost, Customer, Export, Marketing, PersonalData, Sales,
            },
            Reach::{All, Own, Territory},
        };
        let granted = [
            (Customer, Write, Own),
            (Customer, Read, Territory),
            (Sales, Write, Own),
            (Marketing, Read, All),
            (Commerce, Write, All),
            (Administration, Read, All),
        ];
        let grants: Vec<_> = granted
            .iter()
            .map(|(f, a, r)| grant(power(*f, *a, *r)).unwrap())
            .collect();
        let boss = Grantee::Role("boss".into());
        assert_eq!(
            introduced(&grants),
            [
                (boss.clone(), power(PersonalData, Read, Territory)),
                (boss.clone(), power(Cost, Read, All)),
            ]
        );
        let runs = [grant(power(Administration, Write, All)).unwrap()];
        assert_eq!(introduced(&runs), [(boss, power(Export, Read, All))]);
    }

    #[test]
    fn of_several_grants_the_widest_counts() {
        use {
            Access::{Read, Write},
            Function::{Customer, Sales},
            Reach::{All, Own, Territory},
        };
        let table = [
            (vec![], vec![]),
            (
                vec![(Sales, Read, Own), (Sales, Read, All)],
                vec![(Sales, Read, All)],
            ),
            (
                vec![(Sales, Write, Own), (Sales, Read, Own)],
                vec![(Sales, Write, Own)],
            ),
            (
                vec![(Sales, Write, All), (Sales, Read, Own)],
                vec![(Sales, Write, All)],
            ),
            (
                vec![
                    (Customer, Read, Territory),
                    (Sales, Read, All),
                    (Sales, Write, Own),
                ],
                vec![
                    (Sales, Write, Own),
                    (Sales, Read, All),
                    (Customer, Read, Territory),
                ],
            ),
        ];
        for (granted, comes_to) in table {
            let powers = |list: &[(Function, Access, Reach)]| {
                list.iter()
                    .map(|(f, a, r)| power(*f, *a, *r))
                    .collect::<Vec<_>>()
            };
            assert_eq!(widest(powers(&granted)), powers(&comes_to));
        }
    }

    #[test]
    fn the_small_firm_has_four_roles_only_two_may_administer_and_salespeople_take_nothing_out() {
        let may = |role: &str| {
            small_firm()
                .filter(|(r, _)| *r == role)
                .map(|(_, p)| p)
                .collect::<Vec<_>>()
        };
        let administers = power(Function::Administration, Access::Write, Reach::All);
        let exports = |role: &str| {
            let powers = may(role).into_iter();
            let mut exports = powers.filter(|p| p.function == Function::Export);
            exports.next().map(|p| p.reach)
        };
        for (role, functions, administrator, exported) in [
            ("salesperson", 7, false, None),
            ("sales_manager", 9, false, Some(Reach::Territory)),
            ("boss", 11, true, Some(Reach::All)),
            ("administrator", 11, true, Some(Reach::All)),
        ] {
            assert_eq!(exports(role), exported, "{role}");
            assert_eq!(may(role).len(), functions, "{role}");
            assert_eq!(may(role).contains(&administers), administrator, "{role}");
            assert!(may(role).into_iter().all(|p| grant(p).is_ok()), "{role}");
        }
    }
}
