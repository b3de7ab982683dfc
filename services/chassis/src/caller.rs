//! Who asks: an argument of every command and every list, put into the request by the door and by nobody else.

use std::sync::Arc;

use http::HeaderName;
use uuid::Uuid;

use crate::{
    Error, Language, Result, Time,
    act::Noun,
    ids::{ApiKeyId, MemberId, SessionId, TerritoryId},
    list::Scope,
    origin::{Origin, Way},
    people::Snapshot,
    policy::{self, Access, Function},
    telemetry::Trace,
};

/// The header that says that what is read is taken out as a file. It only ever narrows what its sender sees, so it is believed as it
/// comes.
pub const EXPORTED: HeaderName = HeaderName::from_static("baton-export");

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A person; his rights apply.
    Member(MemberId),
    /// A service as itself, perhaps on behalf of a person who was authorised when it began.
    Service {
        /// Its name.
        name: String,
        /// The person.
        behalf: Option<MemberId>,
    },
    /// Nobody that we know.
    Nobody,
}

/// The caller of one call, with all that was decided about him at the door.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who it is.
    pub who: Who,
    /// The session of the browser that he is signed in with, if it is one.
    pub session: Option<SessionId>,
    /// The API key that he shows, if he does: he may do what its functions say, and no more.
    pub key: Option<ApiKeyId>,
    /// Whether he may do nothing but set up a second factor.
    pub to_enrol: bool,
    /// Full name of the call, `package.Service/Method`; for a handler, the type of the event.
    pub call: Arc<str>,
    /// From where he came; whoever acts for him came from there too.
    pub origin: Origin,
    /// Rows on which he may make this call.
    pub scope: Scope,
    /// Rows beyond which he sees none, whatever his functions say: when what he reads is taken out as a file, those of which he
    /// may take something out.
    pub within: Option<Scope>,
    /// Language he reads.
    pub language: Language,
    /// Trace that the call belongs to.
    pub trace: Trace,
    /// The directory as it stood at the door.
    pub people: Arc<Snapshot>,
    /// Epoch of the directory at which his token was made.
    pub made_at: i64,
    /// Until when his token is good; a service within its own process has none.
    pub until: Option<Time>,
}

impl Caller {
    /// A service that acts as itself within its own process: a handler, an operation or a timer.
    #[must_use]
    pub fn service(
        name: &str,
        behalf: Option<MemberId>,
        call: &str,
        trace: Trace,
        people: Arc<Snapshot>,
    ) -> Self {
        let language = language(&people, behalf, None);
        Self {
            who: Who::Service {
                name: name.to_owned(),
                behalf,
            },
            session: None,
            key: None,
            to_enrol: false,
            call: call.into(),
            origin: Origin::by(Way::Service),
            scope: Scope::All,
            within: None,
            language,
            trace,
            people,
            made_at: 0,
            until: None,
        }
    }

    /// The same, who acts by this way.
    #[must_use]
    pub fn by(self, way: Way) -> Self {
        Self {
            origin: Origin::by(way),
            ..self
        }
    }

    /// Whether he is still signed in, for what goes on for longer than a call: his token is good, he is active, and his
    /// sessions were not ended since.
    #[must_use]
    pub fn is_signed_in(&self, people: &Snapshot, now: Time) -> bool {
        let member = match &self.who {
            Who::Member(id) => people.is_good(*id, self.key, self.made_at),
            Who::Service { .. } => true,
            Who::Nobody => false,
        };
        member && self.until.is_none_or(|until| now < until)
    }

    /// The person who acts, or on whose behalf a service acts.
    #[must_use]
    pub fn person(&self) -> Option<MemberId> {
        match &self.who {
            Who::Member(id) => Some(*id),
            Who::Service { behalf, .. } => *behalf,
            Who::Nobody => None,
        }
    }

    /// The person who acts himself: nobody for a program that shows a key of his. What is open to somebody because he is who
    /// he is, and not by a function, is not open to his keys.
    #[must_use]
    pub fn in_person(&self) -> Option<MemberId> {
        self.person().filter(|_| self.key.is_none())
    }

    /// The person who acts.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when there is none.
    pub fn member(&self) -> Result<MemberId> {
        self.person().ok_or(Error::Unauthenticated)
    }

    /// Whether a service calls as itself.
    #[must_use]
    pub fn is_service(&self) -> bool {
        matches!(self.who, Who::Service { .. })
    }

    /// Rows on which he may use a function that this call is not about. A service acts within the rights that were
    /// checked when it began.
    #[must_use]
    pub fn scope_of(&self, function: Function, access: Access) -> Scope {
        self.scope_of_any(&[(function, access)])
    }

    /// Rows on which he may use one of these functions, none of which this call needs to be about.
    #[must_use]
    pub fn scope_of_any(&self, functions: &[(Function, Access)]) -> Scope {
        match &self.who {
            Who::Member(id) => {
                let functions = self.people.left_by(self.key, functions);
                let scope = self.people.scope(*id, &functions);
                match &self.within {
                    Some(within) => scope.within(within),
                    None => scope,
                }
            }
            Who::Service { .. } => Scope::All,
            Who::Nobody => Scope::Nothing,
        }
    }

    /// Rows of the objects of a kind that stand so which he may read, by whichever function.
    #[must_use]
    pub fn reading(&self, kind: &str, standing: &str) -> Scope {
        self.scope_of_any(policy::readers(kind, standing))
    }

    /// Rows on which he may make this call that are under one of the functions that its rule names, or under any of them.
    #[must_use]
    pub fn scope_under(&self, function: Option<Function>) -> Scope {
        let named =
            function.and_then(|f| Some((f, policy::access(&format!("/{}", self.call), f)?)));
        named.map_or_else(
            || self.scope.clone(),
            |(f, access)| self.scope_of(f, access),
        )
    }

    /// Whether he may use a function at all.
    #[must_use]
    pub fn may(&self, function: Function, access: Access) -> bool {
        self.scope_of(function, access) != Scope::Nothing
    }

    /// Whether a row that is whose it is is among those he may make this call on.
    #[must_use]
    pub fn sees(&self, whose: Whose) -> bool {
        self.scope.covers(whose)
    }

    /// Whether he may read an object of this kind that stands so and is whose it is, by whichever function.
    #[must_use]
    pub fn reads(&self, kind: &str, standing: &str, whose: Whose) -> bool {
        self.reading(kind, standing).covers(whose)
    }

    /// Whether he may show such an object to others: he may change it, and not because it was shown to him.
    #[must_use]
    pub fn shares(&self, kind: &str, standing: &str, whose: Whose) -> bool {
        let functions = policy::readers(kind, standing).iter();
        let changing: Vec<_> = functions.map(|(f, _)| (*f, Access::Write)).collect();
        self.scope_of_any(&changing).covers(Whose {
            record: None,
            ..whose
        })
    }

    /// Whether a noun is among those he may make this call on.
    #[must_use]
    pub fn sees_noun<N: Noun>(&self, noun: &N) -> bool {
        self.scope_under(noun.function()).covers(noun.whose())
    }

    /// Name under which request ids of this caller are kept apart from those of others.
    #[must_use]
    pub(crate) fn principal(&self) -> String {
        match &self.who {
            Who::Member(id) => id.to_string(),
            Who::Service { name, .. } => format!("service:{name}"),
            Who::Nobody => String::new(),
        }
    }
}

/// What the right to a row depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Whose {
    /// Who owns it.
    pub owner: Option<MemberId>,
    /// Where it belongs.
    pub territory: Option<TerritoryId>,
    /// The record that is shared if it is: itself, or what it belongs to; nothing for what is to be made.
    pub record: Option<Uuid>,
}

impl Whose {
    /// That of something that is to be there.
    #[must_use]
    pub fn to_be(owner: Option<MemberId>, territory: Option<TerritoryId>) -> Self {
        Self {
            owner,
            territory,
            record: None,
        }
    }
}

impl Scope {
    /// Whether it covers a row that is whose it is; the same rule that lists put into SQL.
    #[must_use]
    pub fn covers(&self, whose: Whose) -> bool {
        match self {
            Self::Nothing => false,
            Self::All => true,
            Self::Some {
                owners,
                territories,
                shared,
            } => {
                whose.owner.is_some_and(|o| owners.contains(&o))
                    || whose.territory.is_some_and(|t| territories.contains(&t))
                    || whose.record.is_some_and(|id| shared.contains(&id))
            }
        }
    }
}

/// The language of a caller: what he chose, else what his program asks for, else the one of the house.
#[must_use]
pub fn language(people: &Snapshot, member: Option<MemberId>, header: Option<&str>) -> Language {
    header
        .and_then(Language::accepted)
        .or_else(|| people.member(member?)?.language)
        .unwrap_or_default()
}
