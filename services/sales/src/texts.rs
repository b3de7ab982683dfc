//! Every word is the one of the contracts, and every reason has a text in both languages.

use baton_chassis::{Args, Language, Messages, Reason, words::Word};
use baton_proto::sales::v1 as pb;

use crate::{
    commerce::{Commerce, CommerceRefused, Target},
    opportunity::{LossReason, OpportunityRefused, Outcome, State},
    process::{ProcessRefused, ProcessState},
    project::{self, ProjectRefused},
};

fn agree<W: Word>(prefix: &str, contract: impl Fn(i32) -> Option<&'static str>) {
    for word in W::ALL {
        let name = contract(word.number()).expect("the contract has a value of this number");
        assert_eq!(name, format!("{prefix}_{}", word.as_str()));
        assert!(W::numbered(word.number()) == Some(*word));
    }
    let next = i32::try_from(W::ALL.len()).unwrap() + 1;
    assert_eq!(
        contract(next),
        None,
        "a value of the contract that the domain does not know"
    );
    assert!(W::numbered(0).is_none() && W::numbered(next).is_none());
}

#[test]
fn the_words_of_the_domain_are_those_of_the_contract() {
    macro_rules! name {
        ($contract:ident) => {
            |n| pb::$contract::try_from(n).ok().map(|v| v.as_str_name())
        };
    }
    agree::<ProcessState>("PROCESS_STATE", name!(ProcessState));
    agree::<State>("OPPORTUNITY_STATE", name!(OpportunityState));
    agree::<Commerce>("COMMERCE_STATE", name!(CommerceState));
    agree::<LossReason>("LOSS_REASON", name!(LossReason));
    agree::<Outcome>("VISIT_OUTCOME", name!(VisitOutcome));
    agree::<Target>("HAND_OVER_TARGET", name!(HandOverTarget));
    agree::<project::Type>("PROJECT_TYPE", name!(ProjectType));
    agree::<project::State>("PROJECT_STATE", name!(ProjectState));
    agree::<project::Risk>("RISK_LEVEL", name!(RiskLevel));
    agree::<project::TaskState>("PROJECT_TASK_STATE", name!(ProjectTaskState));
}

fn refusals() -> Vec<Box<dyn Reason>> {
    use OpportunityRefused as R;
    let processes = [
        ProcessRefused::Archived,
        ProcessRefused::StageOccupied("合同".into()),
    ];
    let deals = [
        R::Closed(State::Won),
        R::Closed(State::Lost),
        R::Closed(State::Retracted),
        R::Open,
        R::AmountFollowsLines,
        R::StageUnchanged,
        R::StageForeign,
        R::StageRetired,
        R::WorkedOn,
        R::OfAnotherAccount,
        R::LeadJoined,
        R::LeadNotJoined,
        R::LeadsFull,
        R::OfAnotherLead,
        R::MoreLeads,
        R::Moved,
        R::WithLines,
        R::BuiltOn,
    ];
    let boxed = |r| Box::new(r) as Box<dyn Reason>;
    let processes = processes
        .into_iter()
        .map(|r| Box::new(r) as Box<dyn Reason>);
    let on_their_way = ON_THE_WAY.map(R::Commerce);
    let deals = deals.into_iter().chain(on_their_way).map(boxed);
    processes.chain(deals).chain(of_projects()).collect()
}

/// Why something is refused on the way to commerce.
const ON_THE_WAY: [CommerceRefused; 10] = [
    CommerceRefused::NotWon,
    CommerceRefused::WithoutAmount,
    CommerceRefused::WithoutAccount,
    CommerceRefused::NotOffered,
    CommerceRefused::OnOffer,
    CommerceRefused::HandOverRunning,
    CommerceRefused::NotHandingOver,
    CommerceRefused::WithCommerce,
    CommerceRefused::Returned,
    CommerceRefused::Outside,
];

fn of_projects() -> impl Iterator<Item = Box<dyn Reason>> {
    use ProjectRefused as R;
    let all = [
        R::Ended(project::State::Completed),
        R::Ended(project::State::Cancelled),
        R::Ended(project::State::Retracted),
        R::Open,
        R::Begun,
        R::NotActive,
        R::NotOnHold,
        R::NotSales,
        R::DealOpen,
        R::DealClosed(State::Won),
        R::DealClosed(State::Lost),
        R::DealClosed(State::Retracted),
        R::TasksOpen(7),
        R::TasksFull,
        R::TaskEnded,
        R::TaskOpen,
        R::AmountFollowsLines,
        R::OfAnotherLead,
        R::Moved,
        R::WithWork,
        R::WithLines,
        R::BuiltOn,
    ];
    let all = all.into_iter().chain(ON_THE_WAY.map(R::Commerce));
    all.map(|r| Box::new(r) as Box<dyn Reason>)
}

/// Rules that a field can break, beside those of the chassis.
const FIELDS: [&str; 11] = [
    "MILESTONE_TWICE",
    "OPPORTUNITY_CLOSE_DATE_SUPERFLUOUS",
    "OPPORTUNITY_CURRENCIES_MIXED",
    "OPPORTUNITY_NEEDS_ACCOUNT",
    "PROCESS_MISSING",
    "PROJECT_MEMBER_TWICE",
    "PROJECT_SOURCE_UNFIT",
    "PROJECT_TYPE_FIXED",
    "STAGE_ID_SUPERFLUOUS",
    "STAGE_NAME_TWICE",
    "STAGE_TWICE",
];

#[test]
fn every_reason_has_a_whole_text_in_both_languages() {
    let files = (
        include_str!("../locales/en.ftl"),
        include_str!("../locales/zh-CN.ftl"),
    );
    let messages = Messages::new(&[files]).unwrap();
    let refusals = refusals();
    let refusals = refusals.iter().map(|r| (r.reason(), r.args()));
    for (reason, args) in refusals.chain(FIELDS.map(|f| (f, Args::new()))) {
        for language in Language::ALL {
            assert!(messages.has(language, reason), "{reason} in {language}");
            let text = messages.text(language, reason, &args);
            assert!(
                !text.contains(['{', '}', '_']),
                "{reason} in {language}: {text}"
            );
            assert!(
                args.iter().all(|(_, value)| text.contains(value)),
                "{reason}: {text}"
            );
        }
    }
}
