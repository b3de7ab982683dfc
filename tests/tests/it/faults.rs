//! Both systems go on while things break: a short run of what `make faults` does at length.

use std::time::Duration;

use baton_tests::{
    faults::{
        field::Mode,
        plan::Kind,
        restore,
        run::{Settings, run},
    },
    stack::Ground,
};
use tokio_util::sync::CancellationToken;

/// Thirty-odd kills and 5,000 leads in both modes together.
fn settings(mode: Mode, kills: usize, others: usize) -> Settings {
    Settings {
        mode,
        seed: 11,
        leads: 2_500,
        chains: 4,
        singles: 12,
        players: 8,
        rate: 200,
        kills,
        others,
        stall: Duration::from_secs(4),
        kinds: Kind::of(mode),
        duration: None,
        repeat_every: 1,
        end: CancellationToken::new(),
    }
}

#[expect(
    clippy::print_stdout,
    reason = "what was drawn is told, and what came of it"
)]
async fn survives(settings: Settings) {
    let folder = tempfile::tempdir().unwrap();
    let report = run(&settings, folder.path(), &|line| println!("{line}"))
        .await
        .unwrap();
    println!("{report}");
    assert!(report.findings.is_empty(), "{report}");
    assert_eq!(
        report.leads.0 as u64 / 100 * 100,
        settings.leads,
        "every lead was asked for"
    );
    assert_eq!(
        report.faults().0,
        settings.kills,
        "everything was killed that was to be"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_loses_nothing_while_it_is_broken() {
    survives(settings(Mode::Embedded, 18, 7)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_per_service_loses_nothing_while_everything_under_it_is_broken() {
    let folder = tempfile::tempdir().unwrap();
    // It brings servers of its own; who tests without any wants none.
    if Ground::of_tests("faults", folder.path()).is_some() {
        survives(settings(Mode::Stack, 16, 10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_was_put_back_to_an_earlier_state_goes_on_and_is_heard() {
    let folder = tempfile::tempdir().unwrap();
    if Ground::of_tests("faults", folder.path()).is_some() {
        let report = restore::run(11, folder.path(), &|line| println!("{line}"))
            .await
            .unwrap();
        println!("{report}");
        assert!(report.findings.is_empty(), "{report}");
    }
}
