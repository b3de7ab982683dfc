use super::*;

fn member(n: u128) -> MemberId {
    Uuid::from_u128(n).into()
}

fn at(days: i64) -> Time {
    Time::UNIX_EPOCH + TimeDelta::days(days)
}

fn handover(state: State) -> LeaverHandover {
    LeaverHandover {
        state,
        ended_at: Some(at(0)),
        ..LeaverHandover::plan(
            Uuid::nil().into(),
            member(1),
            member(2),
            Revision::default(),
            at(0),
        )
    }
}

type Verb = fn(&mut LeaverHandover) -> Result<LeaverHandoverEvent, Refused>;
const VERBS: [(&str, Verb); 7] = [
    ("update", |h| h.update(Revision::default())),
    ("cancel", LeaverHandover::cancel),
    ("execute", |h| h.execute(member(3), Taken::default(), at(1))),
    ("complete", |h| h.complete(Report::default(), at(2))),
    ("stop", |h| h.stop("SOMETHING".into())),
    ("roll_back", |h| h.roll_back(at(3))),
    ("rolled_back", |h| h.rolled_back(Report::default(), at(4))),
];

#[test]
fn every_verb_is_allowed_or_refused_in_every_state() {
    use State::{Cancelled, Done, Planned, RolledBack, RollingBack, Running, Stopped};
    let table: [(State, [Option<State>; 7]); 7] = [
        (
            Planned,
            [
                Some(Planned),
                Some(Cancelled),
                Some(Running),
                None,
                None,
                None,
                None,
            ],
        ),
        (
            Running,
            [None, None, None, Some(Done), Some(Stopped), None, None],
        ),
        (
            Stopped,
            [Some(Stopped), None, Some(Running), None, None, None, None],
        ),
        (
            Done,
            [None, None, None, None, None, Some(RollingBack), None],
        ),
        (
            RollingBack,
            [None, None, None, None, Some(Done), None, Some(RolledBack)],
        ),
        (RolledBack, [None; 7]),
        (Cancelled, [None; 7]),
    ];
    for (from, row) in table {
        for ((name, verb), expected) in VERBS.into_iter().zip(row) {
            let mut h = handover(from);
            let before = h.clone();
            let went = verb(&mut h).ok().map(|_| h.state);
            assert_eq!(went, expected, "{name} of {from:?}");
            if went.is_none() {
                assert_eq!(h, before, "{name} of {from:?} left a trace");
            }
        }
    }
}

#[test]
fn it_goes_back_within_thirty_days_and_not_later() {
    for (days, allowed) in [
        (0, true),
        (ROLL_BACK_DAYS, true),
        (ROLL_BACK_DAYS + 1, false),
    ] {
        let refused = handover(State::Done).roll_back(at(days)).err();
        assert_eq!(refused, (!allowed).then_some(Refused::TooLate), "{days}");
    }
}

#[test]
fn what_was_taken_when_it_began_stays_taken_when_it_goes_on() {
    let mut h = handover(State::Planned);
    let taken = Taken {
        access: true,
        territories: vec![Uuid::from_u128(9).into()],
    };
    h.execute(member(3), taken.clone(), at(1)).unwrap();
    h.stop("SOMETHING".into()).unwrap();
    h.execute(member(4), Taken::default(), at(2)).unwrap();
    assert!(h.took_access);
    assert_eq!(h.territories.territories, taken.territories);
    assert_eq!(
        (h.executed_by, h.executed_at),
        (Some(member(4)), Some(at(1)))
    );
    assert_eq!(h.stop_reason, "");
}

#[test]
fn a_report_has_one_line_for_each_kind_and_successor() {
    let mut report = Report::default();
    report.line("LEAD", member(2)).open += 2;
    report.line("LEAD", member(3)).closed += 1;
    report.line("LEAD", member(2)).moved += 2;
    report.line("ORDER", member(2)).restored += 1;
    assert_eq!(report.lines.len(), 3);
    assert_eq!(
        (report.planned(), report.moved(), report.restored()),
        (3, 2, 1)
    );
}
