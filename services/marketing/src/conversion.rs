//! The conversion of a lead: three steps over other services and one to end it, with the third as the point of no
//! return. Before it a refusal or a cancellation gives the lead back; after it the conversion only goes forward.

use baton_chassis::{
    Reason, Time,
    ids::{ContactId, LeadId, MemberId, OperationId, OpportunityId, PartyId},
};
use serde::Serialize;

use crate::words::words;

/// Steps there are: the party, the contact, the opportunity, the lead itself.
pub const STEPS: i32 = 4;
/// Steps that are done when the one begins that cannot be undone: creating the opportunity.
const BEFORE_PIVOT: i32 = 2;

words! {
    /// Where a conversion stands.
    State {
        /// Under way.
        Running = "RUNNING",
        /// The lead is an opportunity.
        Completed = "COMPLETED",
        /// A step was refused.
        Refused = "REFUSED",
        /// It was called off.
        Cancelled = "CANCELLED",
    }
}

words! {
    /// What is done about the party.
    PartyAction {
        /// The lead's prospect is verified and becomes an account.
        Verify = "VERIFY",
        /// Another account is taken in its place.
        Link = "LINK",
        /// The lead's party is an account already.
        AlreadyAccount = "ALREADY_ACCOUNT",
    }
}

/// The turning of one lead into an opportunity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Conversion {
    /// Id of the operation that carries it out.
    pub id: OperationId,
    /// The lead.
    pub lead: LeadId,
    /// Where it stands.
    pub state: State,
    /// Steps that are done.
    pub step: i32,
    /// What is done about the party.
    pub party_action: Option<PartyAction>,
    /// The account.
    pub party: Option<PartyId>,
    /// The contact there.
    pub contact: Option<ContactId>,
    /// The opportunity.
    pub opportunity: Option<OpportunityId>,
    /// Its human number.
    pub opportunity_number: String,
    /// Stable name of the reason why it was refused.
    pub refusal_reason: String,
    /// That reason as a sentence.
    pub refusal_message: String,
    /// Who asked for it.
    pub started_by: MemberId,
    /// When it was asked for.
    pub created_at: Time,
    /// When it was completed, refused or called off.
    pub ended_at: Option<Time>,
}

/// Why something cannot be done to a conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is over.
    #[error("the conversion is over")]
    Over,
    /// The opportunity is being created or has been.
    #[error("the conversion cannot be called off any more")]
    PastPivot,
    /// Its steps come in their order.
    #[error("this is not the step that the conversion is at")]
    OutOfTurn,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::Over => "CONVERSION_OVER",
            Self::PastPivot => "CONVERSION_PAST_PIVOT",
            Self::OutOfTurn => "CONVERSION_OUT_OF_TURN",
        }
    }
}

impl Conversion {
    /// A conversion with no step done.
    pub fn start(id: OperationId, lead: LeadId, started_by: MemberId, at: Time) -> Self {
        Self {
            id,
            lead,
            state: State::Running,
            step: 0,
            party_action: None,
            party: None,
            contact: None,
            opportunity: None,
            opportunity_number: String::new(),
            refusal_reason: String::new(),
            refusal_message: String::new(),
            started_by,
            created_at: at,
            ended_at: None,
        }
    }

    /// Step 1 is done: the party is an account.
    pub fn party_ready(&mut self, action: PartyAction, party: PartyId) -> Result<(), Refused> {
        self.step_done(1)?;
        self.party_action = Some(action);
        self.party = Some(party);
        Ok(())
    }

    /// Step 2 is done: the contact is there, if one is wanted.
    pub fn contact_ready(&mut self, contact: Option<ContactId>) -> Result<(), Refused> {
        self.step_done(2)?;
        self.contact = contact;
        Ok(())
    }

    /// Step 3 is done, and with it the pivot: there is an opportunity.
    pub fn opportunity_ready(
        &mut self,
        opportunity: OpportunityId,
        number: String,
    ) -> Result<(), Refused> {
        self.step_done(3)?;
        self.opportunity = Some(opportunity);
        self.opportunity_number = number;
        Ok(())
    }

    /// The last step is done.
    pub fn complete(&mut self, at: Time) -> Result<(), Refused> {
        self.step_done(STEPS)?;
        self.state = State::Completed;
        self.ended_at = Some(at);
        Ok(())
    }

    /// A step was refused. The opportunity can be refused, but what follows it cannot.
    pub fn refuse(&mut self, reason: String, message: String, at: Time) -> Result<(), Refused> {
        self.running()?;
        if self.step > BEFORE_PIVOT {
            return Err(Refused::PastPivot);
        }
        self.state = State::Refused;
        self.refusal_reason = reason;
        self.refusal_message = message;
        self.ended_at = Some(at);
        Ok(())
    }

    /// Calls it off. Once the opportunity has been asked for nobody can know that it will not come.
    pub fn cancel(&mut self, at: Time) -> Result<(), Refused> {
        self.running()?;
        if self.step >= BEFORE_PIVOT {
            return Err(Refused::PastPivot);
        }
        self.state = State::Cancelled;
        self.ended_at = Some(at);
        Ok(())
    }

    fn running(&self) -> Result<(), Refused> {
        if self.state == State::Running {
            Ok(())
        } else {
            Err(Refused::Over)
        }
    }

    fn step_done(&mut self, step: i32) -> Result<(), Refused> {
        self.running()?;
        if self.step != step - 1 {
            return Err(Refused::OutOfTurn);
        }
        self.step = step;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use baton_chassis::ids::Id as _;
    use uuid::Uuid;

    use super::*;

    fn at(second: i64) -> Time {
        Time::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }
    fn party() -> PartyId {
        PartyId::derive(Uuid::nil(), "party")
    }
    fn opportunity() -> OpportunityId {
        OpportunityId::derive(Uuid::nil(), "opportunity")
    }

    /// A conversion with so many steps done.
    fn after(steps: i32) -> Conversion {
        let id = |name| Uuid::new_v5(&Uuid::nil(), str::as_bytes(name));
        let mut c = Conversion::start(id("op").into(), id("lead").into(), id("li").into(), at(0));
        for (_, verb) in VERBS.iter().take(usize::try_from(steps).unwrap()) {
            verb(&mut c).unwrap();
        }
        c
    }
    fn ended(state: State) -> Conversion {
        Conversion { state, ..after(1) }
    }

    type Verb = fn(&mut Conversion) -> Result<(), Refused>;
    const VERBS: [(&str, Verb); 6] = [
        ("party", |c| c.party_ready(PartyAction::Verify, party())),
        ("contact", |c| c.contact_ready(None)),
        ("opportunity", |c| {
            c.opportunity_ready(opportunity(), "OP-1".to_owned())
        }),
        ("complete", |c| c.complete(at(9))),
        ("refuse", |c| {
            c.refuse("PARTY_INVALID".to_owned(), "no".to_owned(), at(9))
        }),
        ("cancel", |c| c.cancel(at(9))),
    ];

    #[test]
    fn every_verb_is_allowed_or_refused_after_every_step_and_in_every_state() {
        const YES: Option<&str> = None;
        const TURN: Option<&str> = Some("CONVERSION_OUT_OF_TURN");
        const PIVOT: Option<&str> = Some("CONVERSION_PAST_PIVOT");
        const OVER: Option<&str> = Some("CONVERSION_OVER");
        let table = [
            (after(0), [YES, TURN, TURN, TURN, YES, YES]),
            (after(1), [TURN, YES, TURN, TURN, YES, YES]),
            (after(2), [TURN, TURN, YES, TURN, YES, PIVOT]),
            (after(3), [TURN, TURN, TURN, YES, PIVOT, PIVOT]),
            (after(4), [OVER; 6]),
            (ended(State::Refused), [OVER; 6]),
            (ended(State::Cancelled), [OVER; 6]),
        ];
        for (before, refusals) in table {
            for ((name, verb), refusal) in VERBS.iter().zip(refusals) {
                let mut c = before.clone();
                let result = verb(&mut c);
                assert_eq!(
                    result.err().map(|r| r.reason()),
                    refusal,
                    "{name} of {before:?}"
                );
                assert_eq!(c == before, refusal.is_some(), "{name} of {before:?}");
            }
        }
    }

    #[test]
    fn a_completed_conversion_tells_all_that_it_made() {
        let c = after(4);
        assert_eq!(
            (c.state, c.step, c.ended_at),
            (State::Completed, STEPS, Some(at(9)))
        );
        assert_eq!(
            (c.party, c.opportunity),
            (Some(party()), Some(opportunity()))
        );
        assert_eq!(c.opportunity_number, "OP-1");
    }

    #[test]
    fn a_refused_conversion_keeps_the_reason() {
        let mut c = after(2);
        c.refuse("PARTY_INVALID".to_owned(), "no".to_owned(), at(3))
            .unwrap();
        assert_eq!(
            (c.state, c.refusal_reason.as_str()),
            (State::Refused, "PARTY_INVALID")
        );
        assert_eq!(c.ended_at, Some(at(3)));
    }
}
