//! Who asks: an argument of every command and every list, put into the request by the door and by nobody else.

use std::sync::Arc;

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
                self.people.scope(*id, &functions)
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

    /// Whether a row of this owner and territory is among those he may make this call on.
    #[must_use]
    pub fn sees(&self, owner: Option<MemberId>, territory: Option<TerritoryId>) -> bool {
        covers(&self.scope, owner, territory)
    }

    /// Whether he may read an object of this kind that stands so, owner and territory, by whichever function.
    #[must_use]
    pub fn reads(
        &self,
        kind: &str,
        standing: &str,
        owner: Option<MemberId>,
        territory: Option<TerritoryId>,
    ) -> bool {
        covers(&self.reading(kind, standing), owner, territory)
    }

    /// Whether a noun is among those he may make this call on.
    #[must_use]
    pub fn sees_noun<N: Noun>(&self, noun: &N) -> bool {
        let scope = self.scope_under(noun.function());
        covers(&scope, noun.owner(), noun.territory())
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

/// Whether a scope covers a row of this owner and territory; the same rule that lists put into SQL.
#[must_use]
pub fn covers(scope: &Scope, owner: Option<MemberId>, territory: Option<TerritoryId>) -> bool {
    match scope {
        Scope::Nothing => false,
        Scope::All => true,
        Scope::Some {
            owner: me,
            territories,
        } => {
            (owner.is_some() && owner == *me) || territory.is_some_and(|t| territories.contains(&t))
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
