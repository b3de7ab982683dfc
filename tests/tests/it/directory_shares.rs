//! Stories of shares: a record is shown to somebody whose it is not, for as long as somebody wants it so.

use baton_chassis::test::{Engine, Person};
use baton_proto::{
    customer::v1::{self as customer, PartyState},
    directory::v1::{self as pb, share::With},
    r#type::v1::ObjectRef,
};
use chrono::Duration;
use tonic::Code;

use crate::{
    answers::{mask, pairs, refused, told, violations},
    customer::{Firm, company},
    directory::Desk,
};

fn share(id: &str, with: &Person, access: pb::Access) -> pb::Share {
    pb::Share {
        record: Some(ObjectRef {
            kind: "ACCOUNT".into(),
            id: id.into(),
        }),
        with: Some(With::MemberId(with.id.to_string())),
        access: access.into(),
        ..pb::Share::default()
    }
}

fn asked(share: pb::Share) -> pb::CreateShareRequest {
    pb::CreateShareRequest {
        share: Some(share),
        ..pb::CreateShareRequest::default()
    }
}

fn revoke(id: &str) -> pb::RevokeShareRequest {
    pb::RevokeShareRequest {
        id: id.into(),
        ..pb::RevokeShareRequest::default()
    }
}

fn of_record(id: &str) -> pb::ListSharesRequest {
    pb::ListSharesRequest {
        record_kind: "ACCOUNT".into(),
        record_id: id.into(),
        ..pb::ListSharesRequest::default()
    }
}

/// The customers and contacts that somebody sees, counted.
async fn seen(firm: &Firm, who: &Person) -> (i64, i64) {
    let mut desk = firm.desk(who);
    let accounts = customer::ListAccountsRequest {
        count: true,
        ..customer::ListAccountsRequest::default()
    };
    let contacts = customer::ListContactsRequest {
        count: true,
        ..customer::ListContactsRequest::default()
    };
    let accounts = told(desk.parties.list_accounts(accounts).await);
    let contacts = told(desk.contacts.list_contacts(contacts).await);
    assert_eq!(
        accounts.total_size,
        i64::try_from(accounts.accounts.len()).unwrap()
    );
    (accounts.total_size, contacts.total_size)
}

fn renamed(id: &str, name: &str) -> customer::UpdatePartyRequest {
    customer::UpdatePartyRequest {
        party: Some(customer::Party {
            id: id.into(),
            ..company(name)
        }),
        update_mask: mask(&["name"]),
        ..customer::UpdatePartyRequest::default()
    }
}

#[tokio::test]
async fn a_shared_customer_is_seen_with_his_contacts_and_changed_only_where_that_was_said() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut hers = Desk::of(&firm.world, &firm.seller);
        let mut his = Desk::of(&firm.world, &firm.other);
        let party = firm
            .desk(&firm.seller)
            .account(company("Shared Pumps"))
            .await;
        let zhang = customer::Contact {
            party_id: party.id.clone(),
            name: "Zhang".into(),
            ..customer::Contact::default()
        };
        firm.desk(&firm.seller).contact(zhang).await;
        assert_eq!(seen(&firm, &firm.other).await, (0, 0));

        // Whose it is not cannot show it, nor find out that it is there.
        let stolen = asked(share(&party.id, &firm.other, pb::Access::Write));
        assert_eq!(
            violations(his.shares.create_share(stolen).await),
            pairs(&[("share.record.id", "REFERENCE_NOT_FOUND")])
        );
        assert_eq!(
            refused(his.shares.list_shares(of_record(&party.id)).await).0,
            Code::NotFound
        );

        let reading = asked(share(&party.id, &firm.other, pb::Access::Read));
        let made = told(hers.shares.create_share(reading.clone()).await)
            .share
            .unwrap();
        assert_eq!(made.sharer_id, firm.seller.id.to_string());
        let twice = hers.shares.create_share(reading).await;
        assert_eq!(
            refused(twice),
            (Code::FailedPrecondition, "SHARE_EXISTS".into())
        );
        firm.world.settle().await;
        assert_eq!(seen(&firm, &firm.other).await, (1, 1));
        assert_eq!(
            firm.desk(&firm.other).party(&party.id).await.state(),
            PartyState::Account
        );
        // The boss sees it once, not twice; who has nothing to do with customers sees none by a share.
        assert_eq!(seen(&firm, &firm.boss).await, (1, 1));
        let changed = firm
            .desk(&firm.other)
            .parties
            .update_party(renamed(&party.id, "Mine"))
            .await;
        assert_eq!(refused(changed).0, Code::NotFound);
        let onward = asked(share(&party.id, &firm.analyst, pb::Access::Read));
        assert_eq!(
            refused(his.shares.create_share(onward).await).0,
            Code::PermissionDenied
        );
        let listed = told(his.shares.list_shares(of_record(&party.id)).await).shares;
        assert_eq!(listed, std::slice::from_ref(&made));

        // Nobody else can end it, and does not learn of it; it is over at once.
        let mut analyst = Desk::of(&firm.world, &firm.analyst);
        assert_eq!(
            refused(analyst.shares.revoke_share(revoke(&made.id)).await).0,
            Code::NotFound
        );
        told(hers.shares.revoke_share(revoke(&made.id)).await);
        firm.world.settle().await;
        assert_eq!(seen(&firm, &firm.other).await, (0, 0));
        let again = hers.shares.revoke_share(revoke(&made.id)).await;
        assert_eq!(
            refused(again),
            (Code::FailedPrecondition, "SHARE_ALREADY_OVER".into())
        );

        let writing = asked(share(&party.id, &firm.other, pb::Access::Write));
        let made = told(hers.shares.create_share(writing).await).share.unwrap();
        firm.world.settle().await;
        let changed = firm
            .desk(&firm.other)
            .parties
            .update_party(renamed(&party.id, "Better Pumps"))
            .await;
        assert_eq!(told(changed).party.unwrap().name, "Better Pumps");
        // To whom it is shown may give it back himself.
        told(his.shares.revoke_share(revoke(&made.id)).await);
        firm.world.settle().await;
        assert_eq!(seen(&firm, &firm.other).await, (0, 0));
    }
}

#[tokio::test]
async fn a_share_ends_by_itself_and_one_with_a_team_follows_who_is_in_it() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut admin = Desk::of(&firm.world, &firm.world.admin().await);
        let mut hers = Desk::of(&firm.world, &firm.seller);
        let party = firm
            .desk(&firm.seller)
            .account(company("Shared Pumps"))
            .await;
        let team = pb::CreateTeamRequest {
            team: Some(pb::Team {
                name: "Helpers".into(),
                member_ids: vec![firm.other.id.to_string()],
                ..pb::Team::default()
            }),
            ..pb::CreateTeamRequest::default()
        };
        let team = told(admin.teams.create_team(team).await).team.unwrap();
        let wrong = pb::Share {
            record: Some(ObjectRef {
                kind: "TASK".into(),
                id: String::new(),
            }),
            expire_time: Some(firm.in_days(-1)),
            ..pb::Share::default()
        };
        assert_eq!(
            violations(hers.shares.create_share(asked(wrong)).await),
            pairs(&[
                ("share.record.kind", "CHOICE_UNKNOWN"),
                ("share.record.id", "REQUIRED"),
                ("share.member_id", "REQUIRED"),
                ("share.access", "REQUIRED"),
                ("share.expire_time", "TIME_PAST"),
            ])
        );
        let with_team = pb::Share {
            with: Some(With::TeamId(team.id.clone())),
            expire_time: Some(firm.in_days(2)),
            ..share(&party.id, &firm.other, pb::Access::Read)
        };
        told(hers.shares.create_share(asked(with_team)).await);
        firm.world.settle().await;
        assert_eq!(seen(&firm, &firm.other).await, (1, 0));
        firm.world.advance(Duration::days(3)).await;
        assert_eq!(seen(&firm, &firm.other).await, (0, 0));
        let mut boss = Desk::of(&firm.world, &firm.boss);
        let all = pb::ListSharesRequest {
            state: pb::ShareState::Expired.into(),
            ..pb::ListSharesRequest::default()
        };
        assert_eq!(told(boss.shares.list_shares(all).await).shares.len(), 1);
    }
}
