//! A campaign: planned, run and ended, or called off before its end.

use baton_chassis::{
    Date, Money, Reason, Source, SourceKind, Time,
    ids::{CampaignId, MemberId, TerritoryId},
    words,
    words::Word as _,
};
use serde::Serialize;

words! {
    /// What kind of activity a campaign is.
    Kind {
        /// Advertisement in any medium.
        Advertisement = "ADVERTISEMENT",
        /// Exhibition, fair or seminar.
        Exhibition = "EXHIBITION",
        /// Letters or parcels to chosen addresses.
        DirectMail = "DIRECT_MAIL",
        /// Outbound calls.
        Telemarketing = "TELEMARKETING",
        /// Web site, search, social networks.
        Online = "ONLINE",
        /// Customers recommend to others.
        Referral = "REFERRAL",
        /// Anything else.
        Other = "OTHER",
    }
}

words! {
    /// Where a campaign stands.
    State {
        /// Being prepared.
        Planned = "PLANNED",
        /// Under way.
        Running = "RUNNING",
        /// Over.
        Ended = "ENDED",
        /// Called off.
        Cancelled = "CANCELLED",
    }
}

/// What people may change of a campaign until it is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Plan {
    /// Name.
    pub name: String,
    /// What kind of activity it is.
    pub kind: Kind,
    /// Currency of the budget, if there is one.
    pub budget_currency: Option<String>,
    /// What it may cost, if somebody said.
    pub budget_minor: Option<i64>,
    /// First day it is planned for.
    pub start_date: Option<Date>,
    /// Last day it is planned for.
    pub end_date: Option<Date>,
    /// What it is about.
    pub description: String,
}

impl Plan {
    /// What it may cost.
    pub fn budget(&self) -> Option<Money> {
        Some(Money::new(
            self.budget_currency.clone()?,
            self.budget_minor?,
        ))
    }
}

/// An activity that is meant to bring leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Campaign {
    /// Id.
    pub id: CampaignId,
    /// Human number.
    pub number: String,
    /// One more with every change.
    pub version: i64,
    /// What people may change.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub plan: Plan,
    /// Where it stands.
    pub state: State,
    /// What it came from.
    pub source_kind: SourceKind,
    /// Id of that.
    pub source_id: String,
    /// Who owns it.
    pub owner: MemberId,
    /// Territory it belongs to.
    pub territory: Option<TerritoryId>,
    /// Why it was called off.
    pub cancel_reason: String,
    /// When it began.
    pub started_at: Option<Time>,
    /// When it ended or was called off.
    pub ended_at: Option<Time>,
    /// When it was created.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// What a campaign begins with, besides its plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// Id.
    pub id: CampaignId,
    /// Human number.
    pub number: String,
    /// What it came from.
    pub source: Source,
    /// Who owns it.
    pub owner: MemberId,
    /// Territory it belongs to.
    pub territory: Option<TerritoryId>,
}

/// What happened to a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CampaignEvent {
    /// It was created.
    Created,
    /// Its plan was changed; this is the old one.
    Updated(Box<Plan>),
    /// It began.
    Started,
    /// It ended.
    Ended,
    /// It was called off in this state.
    Cancelled(State),
}

/// Why something cannot be done to a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It has begun already.
    #[error("the campaign is running already")]
    Running,
    /// It has not begun.
    #[error("the campaign has not begun yet")]
    NotRunning,
    /// It is over.
    #[error("the campaign is over")]
    Over(State),
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::Running => "CAMPAIGN_RUNNING",
            Self::NotRunning => "CAMPAIGN_NOT_RUNNING",
            Self::Over(_) => "CAMPAIGN_OVER",
        }
    }
    fn args(&self) -> baton_chassis::Args {
        match self {
            Self::Over(state) => vec![("state", state.as_str().to_owned())],
            Self::Running | Self::NotRunning => Vec::new(),
        }
    }
}

impl Campaign {
    /// A new campaign, still to be begun.
    pub fn create(beginning: Beginning, plan: Plan, at: Time) -> (Self, CampaignEvent) {
        let Beginning {
            id,
            number,
            source,
            owner,
            territory,
        } = beginning;
        let campaign = Self {
            id,
            number,
            version: 1,
            plan,
            state: State::Planned,
            source_kind: source.kind,
            source_id: source.id,
            owner,
            territory,
            cancel_reason: String::new(),
            started_at: None,
            ended_at: None,
            created_at: at,
            updated_at: at,
        };
        (campaign, CampaignEvent::Created)
    }

    /// Where it came from.
    pub fn source(&self) -> Source {
        Source {
            kind: self.source_kind,
            id: self.source_id.clone(),
        }
    }

    /// Changes the plan, also of a campaign that has begun.
    pub fn update(&mut self, plan: Plan) -> Result<CampaignEvent, Refused> {
        self.not_over()?;
        Ok(CampaignEvent::Updated(Box::new(std::mem::replace(
            &mut self.plan,
            plan,
        ))))
    }

    /// Begins it.
    pub fn start(&mut self, at: Time) -> Result<CampaignEvent, Refused> {
        self.not_over()?;
        if self.state == State::Running {
            return Err(Refused::Running);
        }
        self.state = State::Running;
        self.started_at = Some(at);
        Ok(CampaignEvent::Started)
    }

    /// Ends it. What never began is called off instead.
    pub fn end(&mut self, at: Time) -> Result<CampaignEvent, Refused> {
        self.not_over()?;
        if self.state == State::Planned {
            return Err(Refused::NotRunning);
        }
        self.state = State::Ended;
        self.ended_at = Some(at);
        Ok(CampaignEvent::Ended)
    }

    /// Calls it off.
    pub fn cancel(&mut self, reason: String, at: Time) -> Result<CampaignEvent, Refused> {
        self.not_over()?;
        let old = std::mem::replace(&mut self.state, State::Cancelled);
        self.cancel_reason = reason;
        self.ended_at = Some(at);
        Ok(CampaignEvent::Cancelled(old))
    }

    fn not_over(&self) -> Result<(), Refused> {
        match self.state {
            State::Planned | State::Running => Ok(()),
            State::Ended | State::Cancelled => Err(Refused::Over(self.state)),
        }
    }
}

#[cfg(test)]
mod tests {
    use baton_chassis::ids::Id as _;

    use super::*;

    fn at(second: i64) -> Time {
        Time::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    fn plan(name: &str) -> Plan {
        Plan {
            name: name.to_owned(),
            kind: Kind::Exhibition,
            budget_currency: Some("CNY".to_owned()),
            budget_minor: Some(5_000_000),
            start_date: None,
            end_date: None,
            description: String::new(),
        }
    }

    fn campaign(state: State) -> Campaign {
        let beginning = Beginning {
            id: CampaignId::derive(uuid::Uuid::nil(), "campaign"),
            number: "CP-1".to_owned(),
            source: Source::direct(),
            owner: MemberId::derive(uuid::Uuid::nil(), "owner"),
            territory: None,
        };
        let (mut campaign, event) = Campaign::create(beginning, plan("Fair"), at(0));
        assert_eq!(event, CampaignEvent::Created);
        campaign.state = state;
        campaign
    }

    type Verb = fn(&mut Campaign) -> Result<CampaignEvent, Refused>;
    const VERBS: [(&str, Verb); 4] = [
        ("update", |c| c.update(plan("Other fair"))),
        ("start", |c| c.start(at(1))),
        ("end", |c| c.end(at(1))),
        ("cancel", |c| c.cancel("no money".to_owned(), at(1))),
    ];

    #[test]
    fn every_verb_is_allowed_or_refused_in_every_state() {
        use State::{Cancelled, Ended, Planned, Running};
        let over = [Some("CAMPAIGN_OVER"); 4];
        let table = [
            (Planned, [None, None, Some("CAMPAIGN_NOT_RUNNING"), None]),
            (Running, [None, Some("CAMPAIGN_RUNNING"), None, None]),
            (Ended, over),
            (Cancelled, over),
        ];
        for (state, refusals) in table {
            for ((name, verb), refusal) in VERBS.iter().zip(refusals) {
                let (before, mut after) = (campaign(state), campaign(state));
                let result = verb(&mut after);
                assert_eq!(
                    result.err().map(|r| r.reason()),
                    refusal,
                    "{state:?} {name}"
                );
                assert_eq!(before == after, refusal.is_some(), "{state:?} {name}");
            }
        }
    }

    #[test]
    fn a_campaign_keeps_when_it_began_and_ended() {
        let mut c = campaign(State::Planned);
        c.start(at(1)).unwrap();
        c.end(at(2)).unwrap();
        assert_eq!(
            (c.state, c.started_at, c.ended_at),
            (State::Ended, Some(at(1)), Some(at(2)))
        );
    }

    #[test]
    fn a_cancelled_campaign_keeps_the_reason_and_tells_what_it_was() {
        let mut c = campaign(State::Running);
        let event = c.cancel("no money".to_owned(), at(1)).unwrap();
        assert_eq!(event, CampaignEvent::Cancelled(State::Running));
        assert_eq!(
            (c.cancel_reason.as_str(), c.ended_at),
            ("no money", Some(at(1)))
        );
    }

    #[test]
    fn an_update_tells_the_old_plan() {
        let mut c = campaign(State::Running);
        let event = c.update(plan("Other fair")).unwrap();
        assert_eq!(event, CampaignEvent::Updated(Box::new(plan("Fair"))));
    }
}
