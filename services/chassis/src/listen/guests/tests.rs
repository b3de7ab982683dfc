//! Who has to go, and who may stay.

use std::net::Ipv4Addr;

use super::*;

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const ABROAD: IpAddr = IpAddr::V4(Ipv4Addr::BROADCAST);

const LIMITS: Limits = Limits {
    connections: 3,
    per_address: 2,
    header: Duration::from_secs(10),
    call: Duration::from_secs(20),
    answer: Duration::from_secs(30),
    ping: Duration::from_secs(5),
};

fn guest() -> (Arc<Guest>, impl Fn(u64) -> Instant) {
    let came = Instant::now();
    (Arc::new(Guest::new(HOME, came)), move |after_s| {
        came + Duration::from_secs(after_s)
    })
}

#[test]
fn who_says_nothing_goes_and_who_has_asked_may_be_silent() {
    let (guest, at) = guest();
    assert_eq!(guest.overstayed(at(9), &LIMITS), None);
    assert_eq!(guest.overstayed(at(11), &LIMITS), Some("it says nothing"));
    drop(guest.calls("/x"));
    assert_eq!(guest.overstayed(at(3_600), &LIMITS), None);
}

#[test]
fn an_answer_that_is_not_taken_ends_the_visit() {
    let (guest, at) = guest();
    let visit = guest.calls("/x");
    assert_eq!(guest.overstayed(at(49), &LIMITS), None);
    assert!(guest.overstayed(at(52), &LIMITS).is_some());
    drop(visit);
    assert_eq!(guest.overstayed(at(52), &LIMITS), None);
    guest.seen().stalled = Some(at(60));
    assert_eq!(guest.overstayed(at(89), &LIMITS), None);
    assert!(guest.overstayed(at(91), &LIMITS).is_some());
}

#[tokio::test]
async fn a_full_house_shows_the_longest_idle_out_and_never_who_is_at_work() {
    let guests = Arc::new(Guests::new(LIMITS));
    let at_work = guests.seat(HOME).await.unwrap();
    let visit = at_work.guest.calls("/x");
    let idle = guests.seat(HOME).await.unwrap();
    // A watcher holds no place.
    let watching = guests.seat(ABROAD).await.unwrap();
    let watched = watching.guest.calls("/grpc.health.v1.Health/Watch");

    let leaves = async {
        idle.guest.out.cancelled().await;
        drop(idle);
    };
    let (newcomer, ()) = tokio::join!(guests.seat(ABROAD), leaves);
    let newcomer = newcomer.unwrap();
    let busy = newcomer.guest.calls("/y");
    let leaves = async {
        watching.guest.out.cancelled().await;
        drop((watching, watched));
    };
    let (another, ()) = tokio::join!(guests.seat(HOME), leaves);
    assert!(another.is_some());
    assert!(!at_work.guest.out.is_cancelled());
    drop((visit, busy));
}

#[tokio::test]
async fn one_address_does_not_take_the_whole_house() {
    let guests = Guests::new(LIMITS);
    let (first, second) = (
        guests.seat(HOME).await.unwrap(),
        guests.seat(HOME).await.unwrap(),
    );
    let visits = (first.guest.calls("/x"), second.guest.calls("/x"));
    assert!(guests.seat(HOME).await.is_none(), "all of it is at work");
    assert!(guests.seat(ABROAD).await.is_some());
    drop(visits);
    assert!(guests.seat(HOME).await.is_some());
    assert!(first.guest.out.is_cancelled());
    assert!(!second.guest.out.is_cancelled());
}
