//! A key by which a program acts for a member, within some of the functions that he may carry out. It is never changed, only
//! revoked.

use baton_chassis::{
    Reason, Time, Violation,
    ids::{ApiKeyId, MemberId},
    policy::{Access, Function},
};
use chrono::TimeDelta;
use serde::Serialize;

use crate::grant::Power;

/// Days that a key lasts at most: once a year somebody looks whether it is still wanted.
pub const DAYS_MAX: i64 = 366;
/// Keys of one member that are good at once.
pub const KEYS_MAX: usize = 50;
/// How exactly it is known when a key was last used.
pub const SEEN_EVERY: TimeDelta = TimeDelta::minutes(15);

/// Where a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// It is good.
    Active,
    /// It was taken back, or its member lost his access.
    Revoked,
    /// Its time was over.
    Expired,
}

/// The functions that a key is limited to; rows hold them as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Limit(Vec<(Function, Access)>);

impl Limit {
    /// The functions.
    pub fn iter(&self) -> impl Iterator<Item = (Function, Access)> {
        self.0.iter().copied()
    }

    /// As rows hold them.
    pub fn text(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// The places in it of what its member may not do himself, so that no key of his may.
    pub fn beyond<'a>(&'a self, powers: &'a [Power]) -> impl Iterator<Item = usize> + 'a {
        let may = |(function, access): (Function, Access)| {
            powers
                .iter()
                .any(|p| p.function == function && p.access >= access)
        };
        let all = self.iter().enumerate();
        all.filter_map(move |(n, f)| (!may(f)).then_some(n))
    }
}

impl FromIterator<(Function, Access)> for Limit {
    fn from_iter<I: IntoIterator<Item = (Function, Access)>>(functions: I) -> Self {
        Self(functions.into_iter().collect())
    }
}

impl TryFrom<String> for Limit {
    type Error = serde_json::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        serde_json::from_str(&text).map(Self)
    }
}

/// A key by which a program acts for a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct ApiKey {
    /// Identity.
    pub id: ApiKeyId,
    /// One more with every change.
    pub version: i64,
    /// Whom it acts for.
    pub member: MemberId,
    /// What it is for.
    pub name: String,
    /// What it is limited to.
    #[sqlx(try_from = "String")]
    pub functions: Limit,
    /// Where it stands.
    pub state: State,
    /// Epoch of the directory at which it was last changed: its place among all that is told of it.
    #[serde(skip)]
    pub epoch: i64,
    /// When it ends.
    pub ends_at: Time,
    /// When it was last used, to a quarter of an hour. To use it is no change of it.
    #[serde(skip)]
    pub used_at: Option<Time>,
    /// Created at.
    pub created_at: Time,
    /// Last changed at.
    pub updated_at: Time,
}

/// What a key is to be.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Whom it acts for.
    pub member: MemberId,
    /// What it is for.
    pub name: String,
    /// What it is limited to.
    pub functions: Limit,
    /// When it ends.
    pub ends_at: Time,
}

/// What happened to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiKeyEvent {
    /// It was made.
    Created,
    /// It was taken back.
    Revoked,
    /// Its time was over.
    Expired,
}

/// Why something cannot be done with a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A member has so many keys and no more.
    #[error("the member has {KEYS_MAX} keys already")]
    TooMany,
    /// However it ended.
    #[error("the key is over already")]
    AlreadyOver,
    /// Its time is not over.
    #[error("the key has time left")]
    TimeLeft,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::TooMany => "API_KEYS_TOO_MANY",
            Self::AlreadyOver => "API_KEY_ALREADY_OVER",
            Self::TimeLeft => "API_KEY_TIME_LEFT",
        }
    }

    fn args(&self) -> baton_chassis::Args {
        match self {
            Self::TooMany => vec![("max", KEYS_MAX.to_string())],
            Self::AlreadyOver | Self::TimeLeft => Vec::new(),
        }
    }
}

impl ApiKey {
    /// A new key of a member who has `others` that are good.
    pub fn create(id: ApiKeyId, wanted: Wanted, others: usize, at: Time) -> Result<Self, Refused> {
        if others >= KEYS_MAX {
            return Err(Refused::TooMany);
        }
        Ok(Self {
            id,
            version: 1,
            member: wanted.member,
            name: wanted.name,
            functions: wanted.functions,
            state: State::Active,
            epoch: 0,
            ends_at: wanted.ends_at,
            used_at: None,
            created_at: at,
            updated_at: at,
        })
    }

    /// Where it stands at an instant, whether or not anybody has written down that its time is over.
    pub fn standing(&self, at: Time) -> State {
        match self.state {
            State::Active if at >= self.ends_at => State::Expired,
            state => state,
        }
    }

    /// Whether it is to be noted that it is used.
    pub fn is_to_be_seen(&self, at: Time) -> bool {
        self.used_at.is_none_or(|used| at >= used + SEEN_EVERY)
    }

    /// Takes it back.
    pub fn revoke(&mut self) -> Result<ApiKeyEvent, Refused> {
        self.leave(State::Revoked, ApiKeyEvent::Revoked)
    }

    /// Notes that its time is over.
    pub fn expire(&mut self, at: Time) -> Result<ApiKeyEvent, Refused> {
        if self.standing(at) == State::Active {
            return Err(Refused::TimeLeft);
        }
        self.leave(State::Expired, ApiKeyEvent::Expired)
    }

    fn leave(&mut self, state: State, event: ApiKeyEvent) -> Result<ApiKeyEvent, Refused> {
        if self.state != State::Active {
            return Err(Refused::AlreadyOver);
        }
        self.state = state;
        Ok(event)
    }
}

/// What is wrong with the end of a new key, if anything.
pub fn check_end(field: &str, ends_at: Time, now: Time) -> Option<Violation> {
    if ends_at <= now {
        Some(Violation::new(field, "TIME_PAST"))
    } else if ends_at > now + TimeDelta::days(DAYS_MAX) {
        Some(Violation::new(field, "KEY_LASTS_TOO_LONG").with("days", DAYS_MAX))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::Reach;
    use uuid::Uuid;

    fn days(days: i64) -> Time {
        Time::default() + TimeDelta::days(days)
    }

    fn wanted() -> Wanted {
        Wanted {
            member: Uuid::nil().into(),
            name: "web forms".into(),
            functions: [(Function::Marketing, Access::Write)].into_iter().collect(),
            ends_at: days(90),
        }
    }

    fn key(state: State) -> ApiKey {
        let made = ApiKey::create(Uuid::nil().into(), wanted(), 0, days(0));
        ApiKey {
            state,
            ..made.unwrap()
        }
    }

    type Verb = fn(&mut ApiKey) -> Result<ApiKeyEvent, Refused>;
    const VERBS: [(&str, Verb); 3] = [
        ("revoke", ApiKey::revoke),
        ("expire early", |k| k.expire(days(89))),
        ("expire", |k| k.expire(days(90))),
    ];

    #[test]
    fn every_verb_is_allowed_or_refused_in_every_state() {
        use {ApiKeyEvent as E, Refused as R, State::*};
        let over = || {
            [
                Err(R::AlreadyOver),
                Err(R::AlreadyOver),
                Err(R::AlreadyOver),
            ]
        };
        for (state, answers) in [
            (Active, [Ok(E::Revoked), Err(R::TimeLeft), Ok(E::Expired)]),
            (Revoked, over()),
            (Expired, over()),
        ] {
            for ((verb, act), answer) in VERBS.into_iter().zip(answers) {
                let (before, mut after) = (key(state), key(state));
                assert_eq!(act(&mut after), answer, "{verb} of {state:?}");
                assert_eq!(
                    answer.is_ok(),
                    after != before,
                    "a refused {verb} changes nothing"
                );
            }
        }
    }

    #[test]
    fn a_member_has_so_many_keys_and_no_more() {
        let make = |others| ApiKey::create(Uuid::nil().into(), wanted(), others, days(0));
        assert!(make(KEYS_MAX - 1).is_ok());
        assert_eq!(make(KEYS_MAX), Err(Refused::TooMany));
    }

    #[test]
    fn a_key_ends_within_a_year() {
        let wrong = |ends_at| check_end("expire_time", ends_at, days(0)).map(|v| v.reason);
        assert_eq!(wrong(days(0)), Some("TIME_PAST"));
        assert_eq!(wrong(days(0) + TimeDelta::seconds(1)), None);
        assert_eq!(wrong(days(366)), None);
        assert_eq!(
            wrong(days(366) + TimeDelta::seconds(1)),
            Some("KEY_LASTS_TOO_LONG")
        );
    }

    #[test]
    fn no_key_may_what_its_member_may_not() {
        let power = |function, access| Power {
            function,
            access,
            reach: Reach::Own,
        };
        let powers = [
            power(Function::Sales, Access::Write),
            power(Function::Customer, Access::Read),
        ];
        let limit: Limit = [
            (Function::Sales, Access::Read),
            (Function::Customer, Access::Write),
            (Function::Administration, Access::Read),
        ]
        .into_iter()
        .collect();
        assert_eq!(limit.beyond(&powers).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(Limit::try_from(limit.text()).unwrap(), limit);
    }

    #[test]
    fn its_use_is_noted_every_quarter_of_an_hour() {
        let mut key = key(State::Active);
        assert!(key.is_to_be_seen(days(1)));
        key.used_at = Some(days(1));
        assert!(!key.is_to_be_seen(days(1) + TimeDelta::minutes(14)));
        assert!(key.is_to_be_seen(days(1) + TimeDelta::minutes(15)));
    }
}
