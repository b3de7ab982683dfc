//! Every verb of a lead in every state of both axes, allowed and refused.

use baton_chassis::{
    handoff::{Kind, State},
    ids::Id as _,
    words::Word as _,
};
use uuid::Uuid;

use super::{import::Past, *};
use crate::conversion::Successor;

mod properties;

const MARKETER: &str = "marketer";
const MANAGER: &str = "manager";
const SELLER: &str = "seller";
const BOSS: &str = "boss";

fn member(name: &str) -> MemberId {
    MemberId::derive(Uuid::nil(), name)
}
fn place(name: &str) -> TerritoryId {
    TerritoryId::derive(Uuid::nil(), name)
}
fn at(second: i64) -> Time {
    Time::from_timestamp(1_800_000_000 + second, 0).unwrap()
}
fn message(title: &str) -> Message {
    Message {
        title: title.to_owned(),
        need: String::new(),
        party: PartyId::derive(Uuid::nil(), "party"),
        contact: None,
    }
}
fn beginning() -> Beginning {
    Beginning {
        id: LeadId::derive(Uuid::nil(), "lead"),
        number: "L-1".to_owned(),
        source: Source::direct(),
        owner: Some(member(MARKETER)),
        external: None,
    }
}

/// A lead with its handoffs.
#[derive(Clone, Debug, PartialEq)]
struct Desk {
    lead: Lead,
    handoffs: Vec<Handoff>,
}

impl Desk {
    fn new() -> Self {
        let (lead, event) = Lead::create(beginning(), message("Pumps"), at(0));
        assert_eq!(event.what, What::Created);
        Self {
            lead,
            handoffs: Vec::new(),
        }
    }

    /// Somebody acts on the lead as it is stored.
    fn act(
        &mut self,
        who: &str,
        verb: impl FnOnce(&mut Lead, &mut Actor<'_>) -> Result<LeadEvent, Refused>,
    ) -> Result<LeadEvent, Refused> {
        let mut ledger = Ledger::new(KIND, self.lead.id.into(), self.handoffs.clone());
        let mut actor = Actor {
            who: member(who),
            at: at(60),
            ledger: &mut ledger,
            first_response: Some(TimeDelta::hours(24)),
        };
        let result = verb(&mut self.lead, &mut actor);
        self.handoffs = ledger.rows().to_vec();
        result
    }

    fn ledger(&self) -> Vec<(Kind, State)> {
        self.handoffs.iter().map(|h| (h.kind, h.state)).collect()
    }

    /// With whoever brought it in, who is his own manager and salesperson.
    fn mine() -> Self {
        let mut desk = Self::new();
        desk.act(MARKETER, |l, a| l.assign(member(MARKETER), None, a))
            .unwrap();
        desk
    }

    /// In this quality, by its own verbs.
    fn to(self, quality: Quality) -> Self {
        let mut desk = self;
        let steps: &[Verb] = &[
            |l, a| l.identify(a),
            |l, a| l.contact(Channel::Phone, a),
            |l, a| l.accept("call again".to_owned(), a),
        ];
        let done = match quality {
            Quality::New | Quality::Disqualified => 0,
            Quality::Identified => 1,
            Quality::Contacted => 2,
            Quality::Accepted | Quality::Converting | Quality::Converted => 3,
        };
        for step in &steps[..done] {
            desk.act(MARKETER, step).unwrap();
        }
        match quality {
            Quality::Disqualified => {
                desk.act(MARKETER, |l, a| {
                    l.disqualify(DisqualifyReason::NoDemand, String::new(), a)
                })
                .unwrap();
            }
            Quality::Converting | Quality::Converted => {
                desk.act(MARKETER, |l, a| l.start_conversion(conversion(), true, a))
                    .unwrap();
            }
            _ => {}
        }
        if quality == Quality::Converted {
            desk.act(MARKETER, |l, a| convert(l, a.at)).unwrap();
        }
        assert_eq!(desk.lead.quality, quality);
        desk
    }

    fn offered_to_manager() -> Self {
        let mut desk = Self::new();
        desk.act(MARKETER, |l, a| {
            l.route(place("east"), Some(member(MANAGER)), a)
        })
        .unwrap();
        desk
    }
    fn offered_to_managers() -> Self {
        let mut desk = Self::new();
        desk.act(MARKETER, |l, a| l.route(place("east"), None, a))
            .unwrap();
        desk
    }
    fn with_manager() -> Self {
        let mut desk = Self::offered_to_manager();
        desk.act(MANAGER, |l, a| l.receive(true, a)).unwrap();
        desk
    }
    fn offered_to_seller() -> Self {
        let mut desk = Self::with_manager();
        desk.act(MANAGER, |l, a| l.assign(member(SELLER), None, a))
            .unwrap();
        desk
    }
    fn outside() -> Self {
        let mut desk = Self::new();
        desk.act(MARKETER, |l, a| {
            l.hand_outside(Kind::LeadToManager, Some(member(MANAGER)), a)
        })
        .unwrap();
        desk
    }
    fn with_seller() -> Self {
        let mut desk = Self::offered_to_seller();
        desk.act(SELLER, |l, a| l.receive(false, a)).unwrap();
        desk
    }
}

fn conversion() -> OperationId {
    OperationId::derive(Uuid::nil(), "conversion")
}
fn deal() -> Successor {
    Successor::Opportunity {
        opportunity: OpportunityId::derive(Uuid::nil(), "opportunity"),
    }
}
fn plant() -> Successor {
    Successor::Project {
        project: ProjectId::derive(Uuid::nil(), "project"),
    }
}
fn become_it(lead: &mut Lead, successor: Successor, at: Time) -> Result<LeadEvent, Refused> {
    let became = Became {
        party: PartyId::derive(Uuid::nil(), "account"),
        contact: None,
        successor,
    };
    lead.convert(conversion(), became, at)
}
fn convert(lead: &mut Lead, at: Time) -> Result<LeadEvent, Refused> {
    become_it(lead, deal(), at)
}

type Verb = fn(&mut Lead, &mut Actor<'_>) -> Result<LeadEvent, Refused>;

const VERBS: [(&str, Verb); 16] = [
    ("update", |l, a| l.update(message("Valves"), a)),
    ("identify", |l, a| l.identify(a)),
    ("contact", |l, a| l.contact(Channel::Phone, a)),
    ("accept", |l, a| l.accept("call again".to_owned(), a)),
    ("disqualify", |l, a| {
        l.disqualify(DisqualifyReason::Other, "spam".to_owned(), a)
    }),
    ("reopen", |l, a| l.reopen(a)),
    ("route", |l, a| {
        l.route(place("west"), Some(member(MANAGER)), a)
    }),
    ("assign", |l, a| {
        l.assign(member(SELLER), Some(place("east")), a)
    }),
    ("receive", |l, a| l.receive(true, a)),
    ("return", |l, a| l.give_back("not ours".to_owned(), true, a)),
    ("withdraw", |l, a| l.withdraw(a)),
    ("start conversion", |l, a| {
        l.start_conversion(conversion(), true, a)
    }),
    ("convert", |l, a| convert(l, a.at)),
    ("convert into a project", |l, a| become_it(l, plant(), a.at)),
    ("cancel conversion", |l, _| {
        l.cancel_conversion(conversion())
    }),
    ("undo conversion", |l, a| {
        let before = l.before_conversion();
        l.undo_conversion(conversion(), before, a)
    }),
];

#[track_caller]
fn check(who: &str, before: &Desk, refusals: [Option<&str>; 16]) {
    for ((name, verb), refusal) in VERBS.iter().zip(refusals) {
        let mut after = before.clone();
        let result = after.act(who, verb);
        let state = (
            before.lead.quality,
            before.lead.routing,
            before.lead.offered,
        );
        assert_eq!(
            result.as_ref().err().map(Reason::reason),
            refusal,
            "{who} {name} in {state:?}"
        );
        if let Ok(event) = result {
            assert_ne!(
                after.lead, before.lead,
                "{who} {name} in {state:?} changes nothing"
            );
            assert_eq!(event.old.as_deref(), Some(&before.lead));
        } else {
            assert_eq!(
                &after, before,
                "{who} {name} in {state:?} was refused and changes something"
            );
        }
    }
}

const YES: Option<&str> = None;
const CLOSED_SHOP: Option<&str> = Some("HANDOFF_NOT_OPEN");
const IDLE: Option<&str> = Some("LEAD_NOT_CONVERTING");
const OPEN: Option<&str> = Some("LEAD_OPEN");
const NOT_DONE: Option<&str> = Some("LEAD_NOT_CONVERTED");

#[test]
fn every_verb_is_allowed_or_refused_in_every_quality() {
    let open = |identify, contact, accept| {
        [
            YES,
            identify,
            contact,
            accept,
            YES,
            OPEN,
            Some("LEAD_WITH_SALESPERSON"),
            YES,
            CLOSED_SHOP,
            CLOSED_SHOP,
            CLOSED_SHOP,
            YES,
            IDLE,
            IDLE,
            IDLE,
            NOT_DONE,
        ]
    };
    let closed = |why, reopen, end, undo| {
        let no = Some(why);
        [
            no, no, no, no, no, reopen, no, no, no, no, no, no, end, end, end, undo,
        ]
    };
    let again = Some("LEAD_ALREADY_IDENTIFIED");
    let spoken = Some("LEAD_ALREADY_CONTACTED");
    let mute = Some("LEAD_NOT_CONTACTED");
    let table = [
        (Quality::New, open(YES, Some("LEAD_NOT_IDENTIFIED"), mute)),
        (Quality::Identified, open(again, YES, mute)),
        (Quality::Contacted, open(again, spoken, YES)),
        (
            Quality::Accepted,
            open(again, spoken, Some("LEAD_ALREADY_ACCEPTED")),
        ),
        (
            Quality::Converting,
            closed("LEAD_CONVERTING", Some("LEAD_CONVERTING"), YES, NOT_DONE),
        ),
        (
            Quality::Converted,
            closed("LEAD_CONVERTED", Some("LEAD_CONVERTED"), IDLE, YES),
        ),
        (
            Quality::Disqualified,
            closed("LEAD_DISQUALIFIED", YES, IDLE, NOT_DONE),
        ),
    ];
    assert_eq!(table.len(), Quality::ALL.len());
    for (quality, refusals) in table {
        check(MARKETER, &Desk::mine().to(quality), refusals);
    }
    let mut project = Desk::mine().to(Quality::Converting);
    become_it(&mut project.lead, plant(), at(70)).unwrap();
    let (_, refusals) = table[5];
    check(MARKETER, &project, refusals);
}

#[test]
fn every_verb_is_allowed_or_refused_wherever_the_lead_is() {
    let early = Some("LEAD_NOT_IDENTIFIED");
    let mute = Some("LEAD_NOT_CONTACTED");
    let theirs = Some("HANDOFF_NOT_YOURS");
    let row =
        |route, assign, [receive, give_back, withdraw]: [Option<&'static str>; 3], convert| {
            [
                YES, YES, early, mute, YES, OPEN, route, assign, receive, give_back, withdraw,
                convert, IDLE, IDLE, IDLE, NOT_DONE,
            ]
        };
    let sold = Some("LEAD_WITH_SALESPERSON");
    let there = Some("LEAD_ALREADY_ASSIGNED");
    let unsold = Some("LEAD_NOT_ASSIGNED");
    let nothing = [CLOSED_SHOP; 3];
    let (to_me, by_me) = ([YES, YES, theirs], [theirs, theirs, YES]);
    for (who, desk, refusals) in [
        (MARKETER, Desk::new(), row(YES, YES, nothing, unsold)),
        (MARKETER, Desk::outside(), row(YES, YES, nothing, unsold)),
        (
            MANAGER,
            Desk::offered_to_manager(),
            row(YES, YES, to_me, unsold),
        ),
        (
            MARKETER,
            Desk::offered_to_manager(),
            row(YES, YES, by_me, unsold),
        ),
        (
            MANAGER,
            Desk::offered_to_managers(),
            row(YES, YES, to_me, unsold),
        ),
        (
            MANAGER,
            Desk::with_manager(),
            row(YES, YES, nothing, unsold),
        ),
        (
            SELLER,
            Desk::offered_to_seller(),
            row(sold, there, to_me, YES),
        ),
        (
            MANAGER,
            Desk::offered_to_seller(),
            row(sold, there, by_me, YES),
        ),
        (SELLER, Desk::with_seller(), row(sold, there, nothing, YES)),
    ] {
        check(who, &desk, refusals);
    }
}

#[test]
fn a_lead_goes_to_the_manager_and_on_to_the_salesperson() {
    let desk = Desk::offered_to_manager();
    assert_eq!(
        (desk.lead.routing, desk.lead.offered),
        (Routing::WithManager, true)
    );
    assert_eq!(
        (desk.lead.owner, desk.lead.territory),
        (Some(member(MANAGER)), Some(place("east")))
    );
    let desk = Desk::with_seller();
    assert_eq!(
        (desk.lead.routing, desk.lead.offered),
        (Routing::WithSalesperson, false)
    );
    assert_eq!(
        (desk.lead.owner, desk.lead.territory),
        (Some(member(SELLER)), Some(place("east")))
    );
    assert_eq!(
        desk.ledger(),
        [
            (Kind::LeadToManager, State::Accepted),
            (Kind::LeadToSalesperson, State::Accepted)
        ]
    );
}

#[test]
fn whoever_acts_as_receiver_has_received() {
    for (name, verb) in &VERBS[..2] {
        let mut desk = Desk::offered_to_seller();
        let event = desk.act(SELLER, verb).unwrap();
        assert!(!desk.lead.offered, "{name}");
        assert_eq!(
            desk.ledger()[1],
            (Kind::LeadToSalesperson, State::Accepted),
            "{name}"
        );
        assert_eq!(event.handoffs.len(), 1, "{name}");
    }
    let mut desk = Desk::offered_to_seller();
    desk.act(BOSS, Lead::identify).unwrap();
    assert!(
        desk.lead.offered,
        "someone else's work takes nothing for the receiver"
    );
}

#[test]
fn what_one_routes_and_assigns_to_himself_is_his_at_once() {
    let mut desk = Desk::new();
    desk.act(BOSS, |l, a| l.route(place("east"), Some(member(BOSS)), a))
        .unwrap();
    assert!(!desk.lead.offered);
    desk.act(BOSS, |l, a| l.assign(member(BOSS), None, a))
        .unwrap();
    assert!(!desk.lead.offered);
    assert_eq!(
        desk.ledger(),
        [
            (Kind::LeadToManager, State::Accepted),
            (Kind::LeadToSalesperson, State::Accepted)
        ]
    );
}

#[test]
fn who_assigns_a_lead_that_no_manager_has_taken_takes_it_in_the_same_act() {
    for mut desk in [
        Desk::new(),
        Desk::offered_to_manager(),
        Desk::offered_to_managers(),
    ] {
        let event = desk
            .act(BOSS, |l, a| {
                l.assign(member(SELLER), Some(place("west")), a)
            })
            .unwrap();
        assert_eq!(
            desk.ledger(),
            [
                (Kind::LeadToManager, State::Accepted),
                (Kind::LeadToSalesperson, State::Offered)
            ]
        );
        assert_eq!(desk.handoffs[0].answered_by, Some(member(BOSS)));
        assert_eq!(
            (desk.lead.owner, desk.lead.offered),
            (Some(member(SELLER)), true)
        );
        assert_eq!(event.handoffs.len(), 2);
    }
}

#[test]
fn a_lead_without_a_territory_gets_the_salespersons() {
    let mut desk = Desk::new();
    desk.act(BOSS, |l, a| {
        l.assign(member(SELLER), Some(place("west")), a)
    })
    .unwrap();
    assert_eq!(desk.lead.territory, Some(place("west")));
}

#[test]
fn a_returned_lead_is_with_whoever_offered_it() {
    let mut desk = Desk::offered_to_seller();
    desk.act(SELLER, |l, a| {
        l.give_back("not my line".to_owned(), false, a)
    })
    .unwrap();
    assert_eq!(
        (desk.lead.routing, desk.lead.owner),
        (Routing::WithManager, Some(member(MANAGER)))
    );
    assert_eq!(desk.handoffs[1].reason.as_deref(), Some("not my line"));
    let mut desk = Desk::offered_to_manager();
    desk.act(MANAGER, |l, a| {
        l.give_back("not my region".to_owned(), true, a)
    })
    .unwrap();
    assert_eq!(
        (desk.lead.routing, desk.lead.owner),
        (Routing::Unrouted, Some(member(MARKETER)))
    );
    assert_eq!(desk.lead.territory, None);
}

#[test]
fn an_offer_to_all_who_manage_is_taken_by_one_who_does_and_by_nobody_else() {
    let mut desk = Desk::offered_to_managers();
    assert_eq!(desk.lead.owner, Some(member(MARKETER)));
    let before = desk.clone();
    assert_eq!(
        desk.act(SELLER, |l, a| l.receive(false, a)),
        Err(Refused::NotYours)
    );
    assert_eq!(
        desk.act(SELLER, |l, a| l.give_back("no".to_owned(), false, a)),
        Err(Refused::NotYours)
    );
    assert_eq!(desk, before);
    desk.act(MANAGER, |l, a| l.receive(true, a)).unwrap();
    assert_eq!(
        (desk.lead.owner, desk.lead.offered),
        (Some(member(MANAGER)), false)
    );
}

#[test]
fn a_second_salesperson_takes_the_place_of_the_first() {
    for (mut desk, first) in [
        (Desk::offered_to_seller(), State::Withdrawn),
        (Desk::with_seller(), State::Accepted),
    ] {
        desk.act(MANAGER, |l, a| l.assign(member(BOSS), None, a))
            .unwrap();
        assert_eq!(
            (desk.lead.owner, desk.lead.offered),
            (Some(member(BOSS)), true)
        );
        assert_eq!(
            desk.ledger()[1..],
            [
                (Kind::LeadToSalesperson, first),
                (Kind::LeadToSalesperson, State::Offered)
            ]
        );
    }
}

#[test]
fn a_disqualified_lead_is_on_offer_no_longer() {
    let mut desk = Desk::offered_to_seller();
    desk.act(MANAGER, |l, a| {
        l.disqualify(DisqualifyReason::Duplicate, String::new(), a)
    })
    .unwrap();
    assert!(!desk.lead.offered);
    assert_eq!(
        desk.ledger()[1],
        (Kind::LeadToSalesperson, State::Withdrawn)
    );
}

#[test]
fn the_clock_runs_from_the_first_routing_to_the_first_contact() {
    let mut desk = Desk::offered_to_manager();
    let due = Some(at(60) + TimeDelta::hours(24));
    assert_eq!(desk.lead.response_due_at, due);
    desk.act(MANAGER, |l, a| l.assign(member(SELLER), None, a))
        .unwrap();
    assert_eq!(
        desk.lead.response_due_at, due,
        "assigning does not give more time"
    );
    desk.lead.response_overdue(at(61));
    assert!(!desk.lead.response_overdue, "it is not due yet");
    desk.lead.response_overdue(at(60) + TimeDelta::hours(24));
    assert!(desk.lead.response_overdue);
    desk.act(SELLER, Lead::identify).unwrap();
    desk.act(SELLER, |l, a| l.contact(Channel::Wechat, a))
        .unwrap();
    assert_eq!(
        (desk.lead.response_due_at, desk.lead.response_overdue),
        (None, false)
    );
    let contacted = desk.lead.clone();
    desk.lead.response_overdue(at(999_999));
    assert_eq!(
        desk.lead, contacted,
        "a clock that has stopped says nothing"
    );
}

#[test]
fn a_contacted_lead_starts_no_clock_when_it_is_routed() {
    let mut desk = Desk::new().to(Quality::Contacted);
    desk.act(MARKETER, |l, a| {
        l.route(place("east"), Some(member(MANAGER)), a)
    })
    .unwrap();
    assert_eq!(desk.lead.response_due_at, None);
}

#[test]
fn a_reopened_lead_is_as_far_confirmed_as_it_was_and_its_clock_starts_again() {
    for quality in [
        Quality::New,
        Quality::Identified,
        Quality::Contacted,
        Quality::Accepted,
    ] {
        let mut desk = Desk::new().to(quality);
        desk.act(MARKETER, |l, a| {
            l.disqualify(DisqualifyReason::NoBudget, String::new(), a)
        })
        .unwrap();
        desk.act(MARKETER, Lead::reopen).unwrap();
        assert_eq!(
            (desk.lead.quality, desk.lead.disqualify_reason),
            (quality, None)
        );
        assert_eq!(
            (desk.lead.closed_at, desk.lead.response_due_at),
            (None, None)
        );
    }
    let mut desk = Desk::with_seller();
    desk.act(SELLER, |l, a| {
        l.disqualify(DisqualifyReason::NoBudget, String::new(), a)
    })
    .unwrap();
    desk.act(SELLER, Lead::reopen).unwrap();
    assert!(desk.lead.response_due_at.is_some());
}

#[test]
fn only_the_salesperson_who_has_the_lead_or_one_who_acts_for_both_functions_converts_it() {
    let mut desk = Desk::with_seller();
    for verb in &VERBS[1..4] {
        desk.act(SELLER, verb.1).unwrap();
    }
    for (who, both, refused) in [
        (SELLER, false, None),
        (BOSS, true, None),
        (BOSS, false, Some(Refused::NotYoursToConvert)),
        (MANAGER, false, Some(Refused::NotYoursToConvert)),
    ] {
        let result = desk
            .clone()
            .act(who, |l, a| l.start_conversion(conversion(), both, a));
        assert_eq!(result.err(), refused, "{who} {both}");
    }
    let result = Desk::with_seller().act(SELLER, |l, a| l.start_conversion(conversion(), false, a));
    assert_eq!(result.err(), Some(Refused::NotAccepted));
}

#[test]
fn one_who_acts_for_both_functions_converts_in_place_of_the_salesperson_and_needs_no_step_before() {
    let all = vec![Quality::Identified, Quality::Contacted, Quality::Accepted];
    let mut desk = Desk::offered_to_seller();
    let event = desk
        .act(BOSS, |l, a| l.start_conversion(conversion(), true, a))
        .unwrap();
    assert_eq!(event.what, What::ConversionStarted(conversion(), all));
    assert_eq!(
        (desk.lead.quality, desk.lead.offered),
        (Quality::Converting, false)
    );
    assert_eq!(desk.lead.owner, Some(member(SELLER)));
    assert_eq!(
        desk.ledger(),
        [
            (Kind::LeadToManager, State::Accepted),
            (Kind::LeadToSalesperson, State::Accepted)
        ]
    );
    assert_eq!(desk.handoffs[1].answered_by, Some(member(BOSS)));
    convert(&mut desk.lead, at(70)).unwrap();
    assert_eq!(desk.lead.identified_at, Some(at(70)));
    assert_eq!(
        (desk.lead.accepted_at, desk.lead.closed_at),
        (Some(at(70)), Some(at(70)))
    );
}

#[test]
fn a_conversion_that_comes_to_nothing_leaves_the_lead_as_far_confirmed_as_it_was() {
    for quality in [
        Quality::New,
        Quality::Identified,
        Quality::Contacted,
        Quality::Accepted,
    ] {
        for verb in [
            |l: &mut Lead| l.cancel_conversion(conversion()),
            |l: &mut Lead| l.refuse_conversion(conversion(), "PARTY_INVALID".to_owned()),
        ] {
            let mut desk = Desk::mine().to(quality);
            desk.act(MARKETER, |l, a| l.start_conversion(conversion(), true, a))
                .unwrap();
            verb(&mut desk.lead).unwrap();
            assert_eq!(desk.lead.quality, quality);
        }
    }
}

#[test]
fn a_converted_lead_is_about_the_account_and_names_what_it_became() {
    for successor in [deal(), plant()] {
        let mut lead = Desk::mine().to(Quality::Converting).lead;
        become_it(&mut lead, successor, at(70)).unwrap();
        assert_eq!(lead.message.party, PartyId::derive(Uuid::nil(), "account"));
        assert_eq!(lead.opportunity, successor.opportunity());
        assert_eq!(lead.project, successor.project());
        assert!(lead.closed_at.is_some());
    }
}

#[test]
fn an_imported_lead_is_where_it_was_and_starts_nothing() {
    let past = |quality, owner: Option<&str>, territory: Option<&str>| Past {
        quality,
        disqualify_reason: (quality == Quality::Disqualified)
            .then_some(DisqualifyReason::Unreachable),
        owner: owner.map(member),
        territory: territory.map(place),
        created_at: at(-1000),
    };
    for (past, routing) in [
        (
            past(Quality::Contacted, Some(SELLER), Some("east")),
            Routing::WithSalesperson,
        ),
        (
            past(Quality::Disqualified, None, Some("east")),
            Routing::WithManager,
        ),
        (past(Quality::New, None, None), Routing::Unrouted),
    ] {
        let (lead, event) = Lead::import(beginning(), message("Pumps"), past);
        assert_eq!((event.what, event.handoffs), (What::Imported, Vec::new()));
        assert_eq!(
            (lead.routing, lead.quality, lead.owner),
            (routing, past.quality, past.owner)
        );
        assert_eq!(
            (lead.created_at, lead.response_due_at, lead.offered),
            (at(-1000), None, false)
        );
        assert_eq!(
            lead.contacted_at.is_some(),
            past.quality == Quality::Contacted
        );
        assert_eq!(
            lead.closed_at.is_some(),
            past.quality == Quality::Disqualified
        );
    }
}

#[test]
fn a_lead_that_is_loaded_again_changes_in_what_is_known_and_never_in_its_state() {
    let mut lead = Desk::new().to(Quality::Contacted).lead;
    lead.import_again(message("Valves")).unwrap();
    assert_eq!(
        (lead.message.title.as_str(), lead.quality),
        ("Valves", Quality::Contacted)
    );
    let mut closed = Desk::new().to(Quality::Disqualified).lead;
    assert!(
        closed.import_again(message("Pumps")).is_ok(),
        "nothing to change"
    );
    assert_eq!(
        closed.import_again(message("Valves")),
        Err(Refused::Disqualified)
    );
}

#[test]
fn a_lead_is_handed_outside_from_wherever_it_is_but_once() {
    let hand: Verb = |l, a| l.hand_outside(Kind::LeadToSalesperson, Some(member(SELLER)), a);
    for (mut desk, taken_back) in [
        (Desk::new(), 0),
        (Desk::offered_to_manager(), 1),
        (Desk::offered_to_managers(), 1),
        (Desk::with_manager(), 0),
        (Desk::offered_to_seller(), 1),
        (Desk::with_seller(), 0),
    ] {
        let event = desk.act(BOSS, hand).unwrap();
        assert_eq!(event.what, What::WentOutside);
        assert_eq!(event.handoffs.len(), taken_back + 1);
        assert_eq!(
            (desk.lead.routing, desk.lead.offered),
            (Routing::Outside, false)
        );
        assert_eq!(desk.lead.response_due_at, None, "nobody in Baton responds");
        assert_eq!(
            desk.ledger().last(),
            Some(&(Kind::LeadToSalesperson, State::Outside))
        );
        let before = desk.clone();
        assert_eq!(desk.act(BOSS, hand).err(), Some(Refused::AlreadyOutside));
        assert_eq!(desk, before);
    }
    for quality in [
        Quality::Converting,
        Quality::Converted,
        Quality::Disqualified,
    ] {
        assert!(Desk::mine().to(quality).act(BOSS, hand).is_err());
    }
}

#[test]
fn an_open_offer_goes_outside_and_the_lead_back_to_who_offered_it() {
    for (desk, giver) in [
        (Desk::new(), None),
        (Desk::offered_to_manager(), Some(MARKETER)),
        (Desk::offered_to_managers(), Some(MARKETER)),
        (Desk::with_manager(), None),
        (Desk::offered_to_seller(), Some(MANAGER)),
        (Desk::with_seller(), None),
    ] {
        let mut lead = desk.lead.clone();
        let mut ledger = Ledger::new(KIND, lead.id.into(), desk.handoffs.clone());
        let event = lead.go_outside(&mut ledger, at(90));
        assert_eq!(event.is_some(), giver.is_some());
        match giver {
            Some(giver) => {
                assert_eq!(lead.owner, Some(member(giver)));
                assert_eq!(lead.routing, Routing::Outside);
                let closed = ledger.answered().next().unwrap();
                assert_eq!((closed.state, closed.answered_by), (State::Outside, None));
            }
            None => assert_eq!(lead, desk.lead),
        }
    }
}

#[test]
fn a_conversion_that_is_undone_leaves_no_trace_on_the_lead() {
    let open = [
        Quality::New,
        Quality::Identified,
        Quality::Contacted,
        Quality::Accepted,
    ];
    for (quality, successor) in open.into_iter().flat_map(|q| [(q, deal()), (q, plant())]) {
        let mut desk = Desk::mine().to(quality);
        let (before, was) = (desk.lead.before_conversion(), desk.lead.clone());
        desk.act(MARKETER, |l, a| l.start_conversion(conversion(), true, a))
            .unwrap();
        desk.act(MARKETER, |l, a| become_it(l, successor, a.at))
            .unwrap();
        assert_eq!(
            desk.lead.may_undo(false, member(SELLER)),
            Err(Refused::NotYoursToUndo)
        );
        assert_eq!(desk.lead.may_undo(true, member(SELLER)), Ok(()));
        assert_eq!(desk.lead.may_undo(false, member(MARKETER)), Ok(()));
        desk.act(MARKETER, |l, a| l.undo_conversion(conversion(), before, a))
            .unwrap();
        assert_eq!(desk.lead, was, "{quality:?}");
    }
}

#[test]
fn texts_of_a_lead_are_blanked_in_every_state_which_stays() {
    for quality in Quality::ALL {
        let lead = Lead {
            quality: *quality,
            message: Message {
                need: "韩梅梅 wants pumps".to_owned(),
                ..message("Pumps")
            },
            follow_up_plan: "call 韩梅梅".to_owned(),
            disqualify_note: "韩梅梅 has left".to_owned(),
            ..Desk::new().lead
        };
        let mut blank = lead.clone();
        let event = blank.forget();
        assert_eq!(
            (event.what, event.old.as_deref()),
            (What::Updated, Some(&lead))
        );
        let expected = Lead {
            message: message("Pumps"),
            follow_up_plan: String::new(),
            disqualify_note: String::new(),
            ..lead
        };
        assert_eq!(blank, expected, "{quality:?}");
    }
}
