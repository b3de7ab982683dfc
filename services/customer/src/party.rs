//! A party: a company or person outside. It begins as a prospect that nobody has verified; once verified it is an
//! account, under the same id, so that whatever refers to it stays true.

use baton_chassis::{
    Args, Money, Reason, Source, SourceKind, Time,
    ids::{MemberId, PartyId, TerritoryId, VerificationId},
    words,
};
use serde::Serialize;

use crate::{
    channel::Channel,
    erasure,
    identity::{Identity, Key},
};

words! {
    /// Where a party stands.
    State {
        /// Nobody has verified it.
        Prospect = "PROSPECT",
        /// It was verified.
        Account = "ACCOUNT",
        /// What was known of it turned out to be wrong.
        Invalid = "INVALID",
    }
}

words! {
    /// What a party is.
    Kind {
        /// A company or other organisation.
        Company = "COMPANY",
        /// A natural person.
        Person = "PERSON",
    }
}

words! {
    /// What came out of a verification.
    Outcome {
        /// The information is true.
        Confirmed = "CONFIRMED",
        /// Nobody could be reached.
        Unreachable = "UNREACHABLE",
        /// Somebody was reached but would not answer.
        Refused = "REFUSED",
        /// The information is wrong.
        Invalid = "INVALID",
    }
}

/// What people may change of a party; empty texts and zeros are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Details {
    /// Name of the company or person.
    pub name: String,
    /// Telephone number as it was given.
    pub phone: String,
    /// E-mail address in lower case.
    pub email: String,
    /// Address of the web site.
    pub website: String,
    /// Industry.
    pub industry: String,
    /// Country, two capital letters.
    pub country: String,
    /// Number of people who work there.
    pub employees: i32,
    /// Currency of the annual revenue.
    pub revenue_currency: String,
    /// Annual revenue, if it is known.
    pub revenue_minor: Option<i64>,
    /// Year of its foundation.
    pub founded_year: i32,
    /// The company it belongs to.
    pub parent: Option<PartyId>,
    /// Member who owns the customer.
    pub owner: Option<MemberId>,
    /// Territory of the customer.
    pub territory: Option<TerritoryId>,
}

/// A field that was changed; personal values are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Name of the field, as contracts write it.
    pub field: &'static str,
    /// Value before.
    pub old: String,
    /// Value after.
    pub new: String,
}

impl Change {
    /// The change of a field, if it is one.
    pub fn of<T: PartialEq>(
        field: &'static str,
        old: &T,
        new: &T,
        text: impl Fn(&T) -> String,
    ) -> Option<Self> {
        (old != new).then(|| Self {
            field,
            old: text(old),
            new: text(new),
        })
    }
}

impl Details {
    /// Annual revenue, if it is known.
    pub fn annual_revenue(&self) -> Option<Money> {
        Some(Money::new(
            self.revenue_currency.as_str(),
            self.revenue_minor?,
        ))
    }

    /// What differs from `old`, apart from owner and territory.
    fn changes(&self, kind: Kind, old: &Self) -> Vec<Change> {
        let known = |n: i32| if n == 0 { String::new() } else { n.to_string() };
        let hidden = |_: &String| String::new();
        let name = |name: &String| {
            if kind == Kind::Company {
                name.clone()
            } else {
                String::new()
            }
        };
        let revenue = |money: &Option<Money>| {
            money
                .as_ref()
                .map(|m| format!("{} {}", m.currency, m.amount_minor))
                .unwrap_or_default()
        };
        let id = |id: &Option<PartyId>| id.map(|id| id.to_string()).unwrap_or_default();
        [
            Change::of("name", &old.name, &self.name, name),
            Change::of("phone", &old.phone, &self.phone, hidden),
            Change::of("email", &old.email, &self.email, hidden),
            Change::of("website", &old.website, &self.website, String::clone),
            Change::of("industry", &old.industry, &self.industry, String::clone),
            Change::of("country", &old.country, &self.country, String::clone),
            Change::of("employees", &old.employees, &self.employees, |n| known(*n)),
            Change::of(
                "annual_revenue",
                &old.annual_revenue(),
                &self.annual_revenue(),
                revenue,
            ),
            Change::of("founded_year", &old.founded_year, &self.founded_year, |n| {
                known(*n)
            }),
            Change::of("parent_id", &old.parent, &self.parent, id),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// What a new party is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Company or person.
    pub kind: Kind,
    /// What is known of it.
    pub details: Details,
    /// Where it came from.
    pub source: Source,
}

impl Draft {
    /// The keys by which it is found again.
    pub fn keys(&self) -> Vec<Key> {
        keys(self.kind, &self.details)
    }
}

/// A company or person outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Party {
    /// Identity, the same as prospect and as account.
    pub id: PartyId,
    /// One more with every change.
    pub version: i64,
    /// Number for people.
    pub number: String,
    /// Where it stands.
    pub state: State,
    /// Company or person.
    pub kind: Kind,
    /// What people may change.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub details: Details,
    /// What it came from.
    pub source_kind: SourceKind,
    /// Id of that.
    pub source_id: String,
    /// Outcome of the latest verification.
    pub last_outcome: Option<Outcome>,
    /// Time of the latest verification.
    pub last_verified_at: Option<Time>,
    /// How often somebody tried to verify it.
    pub verification_count: i32,
    /// When the person was erased.
    pub erased_at: Option<Time>,
    /// When it was created.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// One attempt to find out whether what is known of a party is true.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Verification {
    /// Identity.
    pub id: VerificationId,
    /// The party.
    pub party: PartyId,
    /// What came out.
    pub outcome: Outcome,
    /// By which channel.
    pub channel: Channel,
    /// What shows it.
    pub evidence: String,
    /// Member who verified.
    pub verifier: MemberId,
    /// When.
    pub created_at: Time,
}

/// What happened to a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartyEvent {
    /// It was created as a prospect.
    ProspectCreated,
    /// It was created as an account.
    AccountCreated {
        /// By which channel its creator had verified it, if he said so.
        channel: Option<Channel>,
    },
    /// It was verified, with whatever outcome.
    Verified {
        /// State before.
        old: State,
        /// The verification.
        verification: Verification,
    },
    /// A prospect that had been found invalid was opened again.
    Reopened {
        /// State before.
        old: State,
    },
    /// What is known of it was changed.
    Updated {
        /// What was changed.
        changes: Vec<Change>,
    },
    /// It went to another owner or territory.
    Assigned {
        /// Owner before.
        old_owner: Option<MemberId>,
        /// Territory before.
        old_territory: Option<TerritoryId>,
        /// What else was changed.
        changes: Vec<Change>,
    },
    /// The person was erased.
    Erased {
        /// Why.
        reason: erasure::Reason,
    },
}

/// Why something cannot be done to a party.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It was found invalid.
    #[error("the prospect was found invalid; open it again first")]
    Invalid,
    /// It is not closed, so it cannot be opened.
    #[error("only a prospect that was found invalid can be opened again")]
    NotInvalid,
    /// Business hangs on an account.
    #[error("an account cannot be found invalid any more")]
    AccountStays,
    /// It would belong to itself, perhaps by way of others.
    #[error("a company cannot belong to itself")]
    ParentCycle,
    /// Nothing is left that could be changed.
    #[error("the person was erased")]
    Erased,
    /// Companies are not erased; the people there are.
    #[error("a company is no person")]
    NotPerson,
    /// Only companies have something belong to them.
    #[error("a person cannot be the company that something belongs to")]
    ParentIsPerson,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::Invalid => "PARTY_FOUND_INVALID",
            Self::NotInvalid => "PARTY_NOT_INVALID",
            Self::AccountStays => "ACCOUNT_STAYS",
            Self::ParentCycle => "PARENT_CYCLE",
            Self::Erased => "PERSON_ERASED",
            Self::NotPerson => "NOT_A_PERSON",
            Self::ParentIsPerson => "PARENT_IS_PERSON",
        }
    }

    fn args(&self) -> Args {
        Args::new()
    }
}

impl Party {
    /// Fields that tell of the person, where it is one.
    pub const PERSONAL: &'static [&'static str] = &["name", "phone", "email", "website"];

    /// A prospect: nobody has verified it.
    pub fn prospect(id: PartyId, number: String, draft: Draft, at: Time) -> Self {
        Self {
            id,
            version: 1,
            number,
            state: State::Prospect,
            kind: draft.kind,
            details: draft.details,
            source_kind: draft.source.kind,
            source_id: draft.source.id,
            last_outcome: None,
            last_verified_at: None,
            verification_count: 0,
            erased_at: None,
            created_at: at,
            updated_at: at,
        }
    }

    /// An account that never was a prospect: its creator verified it himself.
    pub fn account(
        id: PartyId,
        number: String,
        draft: Draft,
        verification: &Verification,
        at: Time,
    ) -> Self {
        let mut party = Self::prospect(id, number, draft, at);
        party.state = State::Account;
        party.note(verification);
        party
    }

    /// An account of another system: who verified it there, and how, is not known here.
    pub fn imported_account(id: PartyId, number: String, draft: Draft, at: Time) -> Self {
        Self {
            state: State::Account,
            ..Self::prospect(id, number, draft, at)
        }
    }

    /// Where it came from.
    pub fn source(&self) -> Source {
        Source {
            kind: self.source_kind,
            id: self.source_id.clone(),
        }
    }

    /// The keys by which it is found again.
    pub fn keys(&self) -> Vec<Key> {
        keys(self.kind, &self.details)
    }

    /// Its name where everybody may read it: a person's name is nobody's business.
    pub fn title(&self) -> &str {
        match self.kind {
            Kind::Company => &self.details.name,
            Kind::Person => "",
        }
    }

    /// Records a verification. Confirmed, a prospect becomes an account; found invalid, it is closed; otherwise it stays
    /// what it is. An account can be verified again, but what others have built on cannot be found invalid.
    pub fn verify(&mut self, verification: &Verification) -> Result<PartyEvent, Refused> {
        self.stands()?;
        let old = self.state;
        self.state = match (old, verification.outcome) {
            (State::Invalid, _) => return Err(Refused::Invalid),
            (State::Account, Outcome::Invalid) => return Err(Refused::AccountStays),
            (State::Prospect, Outcome::Confirmed) => State::Account,
            (State::Prospect, Outcome::Invalid) => State::Invalid,
            (state, _) => state,
        };
        self.note(verification);
        Ok(PartyEvent::Verified {
            old,
            verification: verification.clone(),
        })
    }

    fn note(&mut self, verification: &Verification) {
        self.last_outcome = Some(verification.outcome);
        self.last_verified_at = Some(verification.created_at);
        self.verification_count += 1;
    }

    /// Refuses whatever is asked of a person who was erased.
    pub fn stands(&self) -> Result<(), Refused> {
        match self.erased_at {
            None => Ok(()),
            Some(_) => Err(Refused::Erased),
        }
    }

    /// Erases the person: nothing is left that names him. Where he stood, whose he was and where he came from stays, and so
    /// do figures.
    pub fn erase(&mut self, reason: erasure::Reason, at: Time) -> Result<PartyEvent, Refused> {
        self.stands()?;
        if self.kind == Kind::Company {
            return Err(Refused::NotPerson);
        }
        let details = &mut self.details;
        for personal in [
            &mut details.name,
            &mut details.phone,
            &mut details.email,
            &mut details.website,
        ] {
            personal.clear();
        }
        self.erased_at = Some(at);
        Ok(PartyEvent::Erased { reason })
    }

    /// Takes back that it was found invalid.
    pub fn reopen(&mut self) -> Result<PartyEvent, Refused> {
        self.stands()?;
        match self.state {
            State::Prospect | State::Account => Err(Refused::NotInvalid),
            old @ State::Invalid => {
                self.state = State::Prospect;
                Ok(PartyEvent::Reopened { old })
            }
        }
    }

    /// Changes what is known of it, or whose it is.
    pub fn update(&mut self, details: Details) -> Result<PartyEvent, Refused> {
        self.stands()?;
        if self.state == State::Invalid {
            return Err(Refused::Invalid);
        }
        let old = std::mem::replace(&mut self.details, details);
        let changes = self.details.changes(self.kind, &old);
        if (old.owner, old.territory) == (self.details.owner, self.details.territory) {
            return Ok(PartyEvent::Updated { changes });
        }
        Ok(PartyEvent::Assigned {
            old_owner: old.owner,
            old_territory: old.territory,
            changes,
        })
    }

    /// Goes with a lead to the member or territory that got it, unless it is closed or belongs to somebody who is not
    /// among the `givers` of the lead. A territory stays that is none of those that the lead has `left`.
    pub fn follow(
        &mut self,
        to: Option<MemberId>,
        territory: Option<TerritoryId>,
        givers: &[MemberId],
        left: &[TerritoryId],
    ) -> Option<PartyEvent> {
        let old = &self.details;
        let stays = old.owner.is_some_and(|owner| !givers.contains(&owner));
        if self.state == State::Invalid || self.erased_at.is_some() || stays {
            return None;
        }
        let goes = old.territory.is_none_or(|t| left.contains(&t));
        let details = Details {
            owner: to.or(old.owner),
            territory: territory.filter(|_| goes).or(old.territory),
            ..old.clone()
        };
        if details == *old {
            return None;
        }
        self.update(details).ok()
    }

    /// Whether it may belong to `parent`, below the companies that `parent` itself belongs to.
    pub fn may_belong_to(&self, parent: &Self, above: &[PartyId]) -> Result<(), Refused> {
        if parent.id == self.id || above.contains(&self.id) {
            return Err(Refused::ParentCycle);
        }
        if parent.kind == Kind::Person {
            Err(Refused::ParentIsPerson)
        } else {
            Ok(())
        }
    }
}

fn keys(kind: Kind, details: &Details) -> Vec<Key> {
    Identity {
        kind,
        name: &details.name,
        phone: &details.phone,
        email: &details.email,
        website: &details.website,
        country: &details.country,
    }
    .keys()
}

#[cfg(test)]
mod tests {
    use baton_chassis::words::Word as _;
    use uuid::Uuid;

    use super::*;

    const AT: Time = Time::UNIX_EPOCH;

    fn member(n: u128) -> MemberId {
        Uuid::from_u128(n).into()
    }

    fn territory(n: u128) -> TerritoryId {
        Uuid::from_u128(n).into()
    }

    fn party(state: State) -> Party {
        let details = Details {
            name: "Acme Ltd".into(),
            phone: "13800138000".into(),
            ..Details::default()
        };
        let draft = Draft {
            kind: Kind::Company,
            details,
            source: Source::direct(),
        };
        Party {
            state,
            ..Party::prospect(Uuid::from_u128(1).into(), "A-1".into(), draft, AT)
        }
    }

    type Verb = fn(&mut Party) -> Result<PartyEvent, Refused>;

    fn found(outcome: Outcome) -> Verification {
        Verification {
            id: Uuid::from_u128(2).into(),
            party: Uuid::from_u128(1).into(),
            outcome,
            channel: Channel::Phone,
            evidence: "spoke to the front desk".into(),
            verifier: member(3),
            created_at: AT,
        }
    }

    #[test]
    fn every_outcome_in_every_state() {
        use State::{Account, Invalid, Prospect};
        let table = [
            (
                Prospect,
                [Ok(Account), Ok(Prospect), Ok(Prospect), Ok(Invalid)],
            ),
            (
                Account,
                [
                    Ok(Account),
                    Ok(Account),
                    Ok(Account),
                    Err(Refused::AccountStays),
                ],
            ),
            (Invalid, [const { Err(Refused::Invalid) }; 4]),
        ];
        assert_eq!(table.each_ref().map(|row| row.0), *State::ALL);
        for (state, row) in table {
            for (outcome, expected) in Outcome::ALL.iter().zip(row) {
                let mut p = party(state);
                let verification = found(*outcome);
                let said = p.verify(&verification);
                assert_eq!(
                    said.clone().map(|_| p.state),
                    expected,
                    "{state:?} {outcome:?}"
                );
                match said {
                    Ok(event) => {
                        assert_eq!(
                            event,
                            PartyEvent::Verified {
                                old: state,
                                verification
                            }
                        );
                        assert_eq!(
                            (p.last_outcome, p.last_verified_at),
                            (Some(*outcome), Some(AT))
                        );
                    }
                    Err(_) => assert_eq!(p, party(state), "a refusal changes nothing"),
                }
            }
        }
    }

    #[test]
    fn every_other_verb_in_every_state() {
        let table = [
            (State::Prospect, Err(Refused::NotInvalid), Ok(())),
            (State::Account, Err(Refused::NotInvalid), Ok(())),
            (State::Invalid, Ok(State::Prospect), Err(Refused::Invalid)),
        ];
        assert_eq!(table.each_ref().map(|row| row.0), *State::ALL);
        for (state, reopened, updated) in table {
            let mut p = party(state);
            assert_eq!(p.reopen().map(|_| p.state), reopened, "reopen {state:?}");
            let mut p = party(state);
            let details = Details {
                industry: "software".into(),
                ..p.details.clone()
            };
            assert_eq!(p.update(details).map(|_| ()), updated, "update {state:?}");
        }
    }

    #[test]
    fn a_person_is_erased_in_every_state_and_takes_no_verb_after_that() {
        for state in State::ALL {
            let person = || Party {
                kind: Kind::Person,
                ..party(*state)
            };
            let mut p = person();
            let before = p.clone();
            let reason = erasure::Reason::Requested;
            assert_eq!(p.erase(reason, AT), Ok(PartyEvent::Erased { reason }));
            let details = Details {
                name: String::new(),
                phone: String::new(),
                ..before.details.clone()
            };
            let expected = Party {
                details,
                erased_at: Some(AT),
                ..before
            };
            assert_eq!(p, expected, "{state:?}");
            assert_eq!(p.keys(), []);
            let verbs: [(&str, Verb); 4] = [
                ("erase", |p| p.erase(erasure::Reason::Retention, AT)),
                ("verify", |p| p.verify(&found(Outcome::Confirmed))),
                ("reopen", Party::reopen),
                ("update", |p| p.update(p.details.clone())),
            ];
            for (verb, act) in verbs {
                assert_eq!(act(&mut p), Err(Refused::Erased), "{verb} {state:?}");
                assert_eq!(p, expected, "a refusal changes nothing");
            }
            assert_eq!(p.follow(Some(member(7)), None, &[], &[]), None);
            let mut company = party(*state);
            assert_eq!(company.erase(reason, AT), Err(Refused::NotPerson));
        }
    }

    #[test]
    fn an_account_that_was_created_as_one_has_been_verified() {
        let p = party(State::Prospect);
        let draft = Draft {
            kind: p.kind,
            details: p.details.clone(),
            source: Source::direct(),
        };
        let p = Party::account(p.id, p.number, draft, &found(Outcome::Confirmed), AT);
        assert_eq!(
            (p.state, p.last_outcome),
            (State::Account, Some(Outcome::Confirmed))
        );
    }

    #[test]
    fn a_change_tells_old_and_new_value_but_nothing_personal() {
        let told = |kind| {
            let mut p = Party {
                kind,
                ..party(State::Account)
            };
            let details = Details {
                name: "Acme Tools".into(),
                phone: "13900139000".into(),
                employees: 12,
                revenue_currency: "CNY".into(),
                revenue_minor: Some(100),
                ..p.details.clone()
            };
            let Ok(PartyEvent::Updated { changes }) = p.update(details) else {
                panic!("not updated")
            };
            changes
                .into_iter()
                .map(|c| (c.field, c.old, c.new))
                .collect::<Vec<_>>()
        };
        let line = |field, old: &str, new: &str| (field, old.to_owned(), new.to_owned());
        let rest = [
            line("phone", "", ""),
            line("employees", "", "12"),
            line("annual_revenue", "", "CNY 100"),
        ];
        let named = [line("name", "Acme Ltd", "Acme Tools")];
        assert_eq!(told(Kind::Company), [named.as_slice(), &rest].concat());
        assert_eq!(
            told(Kind::Person),
            [[line("name", "", "")].as_slice(), &rest].concat()
        );
    }

    #[test]
    fn a_party_goes_to_another_owner_by_an_update() {
        let mut p = party(State::Account);
        let details = Details {
            owner: Some(member(7)),
            territory: Some(territory(8)),
            industry: "software".into(),
            ..p.details.clone()
        };
        let event = p.update(details);
        let industry = Change {
            field: "industry",
            old: String::new(),
            new: "software".into(),
        };
        let expected = PartyEvent::Assigned {
            old_owner: None,
            old_territory: None,
            changes: vec![industry],
        };
        assert_eq!(event, Ok(expected));
    }

    #[test]
    fn a_party_goes_with_its_lead_unless_it_belongs_to_somebody_else() {
        let (giver, other, seller) = (member(1), member(2), member(7));
        let (left, elsewhere, east) = (territory(1), territory(9), territory(8));
        // Owner and territory before, after it was routed to the east, and after the seller there got it.
        let table = [
            ((None, None), (None, east), (seller, east)),
            ((None, Some(left)), (None, east), (seller, east)),
            (
                (None, Some(elsewhere)),
                (None, elsewhere),
                (seller, elsewhere),
            ),
            ((Some(giver), None), (Some(giver), east), (seller, east)),
            (
                (Some(giver), Some(left)),
                (Some(giver), east),
                (seller, east),
            ),
            (
                (Some(seller), Some(left)),
                (Some(seller), left),
                (seller, left),
            ),
        ];
        let follow = |p: &mut Party, to| p.follow(to, Some(east), &[giver], &[left]);
        for ((owner, home), routed, assigned) in table {
            let mut p = party(State::Account);
            (p.details.owner, p.details.territory) = (owner, home);
            let before = p.clone();
            let said = follow(&mut p, None);
            assert_eq!(said.is_some(), p != before, "{said:?}");
            assert_eq!(
                (p.details.owner, p.details.territory),
                (routed.0, Some(routed.1))
            );
            let mut p = before;
            follow(&mut p, Some(seller));
            let stands = (p.details.owner, p.details.territory);
            assert_eq!(stands, (Some(assigned.0), Some(assigned.1)));
            assert_eq!(follow(&mut p, Some(seller)), None, "it is there already");
        }
        for (state, owner) in [(State::Prospect, Some(other)), (State::Invalid, None)] {
            let mut p = party(state);
            p.details.owner = owner;
            let before = p.clone();
            for to in [None, Some(seller)] {
                assert_eq!((follow(&mut p, to), &p), (None, &before));
            }
        }
    }

    #[test]
    fn a_company_belongs_to_another_company_and_never_to_itself() {
        let p = party(State::Account);
        let other = Party {
            id: Uuid::from_u128(5).into(),
            ..p.clone()
        };
        let person = Party {
            kind: Kind::Person,
            ..other.clone()
        };
        assert_eq!(p.may_belong_to(&other, &[]), Ok(()));
        assert_eq!(p.may_belong_to(&p, &[]), Err(Refused::ParentCycle));
        assert_eq!(p.may_belong_to(&other, &[p.id]), Err(Refused::ParentCycle));
        assert_eq!(p.may_belong_to(&person, &[]), Err(Refused::ParentIsPerson));
    }
}

#[cfg(test)]
mod properties;
