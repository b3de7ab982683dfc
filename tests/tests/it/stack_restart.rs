//! A new version comes in without an hour of rest: process after process is stopped and started while people work.

use baton_tests::stack::{Ground, PROCESSES, Stack};

use crate::stack_load::{Load, admin, assert_all_is_there_once};

#[tokio::test(flavor = "multi_thread")]
async fn every_process_is_restarted_in_turn_while_calls_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let Some(ground) = Ground::of_tests("rolling", folder.path()) else {
        return;
    };
    let mut stack = Stack::start(&ground).await.unwrap();
    let admin = admin(&stack).await;
    let mut load = Load::start(&admin);
    load.goes_on(5).await;
    for (name, service) in PROCESSES {
        let ended_well = stack.stop_one(name).await.unwrap();
        assert!(ended_well, "{name} drains and ends well");
        let has_another = PROCESSES.iter().filter(|(_, of)| *of == service).count() > 1;
        if has_another {
            load.goes_on(5).await;
        }
        stack.start_again(name).await.unwrap();
        load.goes_on(5).await;
    }
    let made = load.end().await;
    assert_all_is_there_once(&stack, &made).await;
    for (name, _) in PROCESSES {
        let log = stack.log(name).unwrap();
        assert!(
            !log.contains("did not end in time"),
            "{name} drains:\n{log}"
        );
    }
    stack.stop().await.unwrap();
}
