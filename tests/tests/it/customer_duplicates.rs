//! Stories of customers who are known already.

use baton_chassis::test::Engine;
use baton_proto::customer::v1::{
    self as pb, DuplicatePolicy as Policy, IdentityKeyKind as Key, PartyState, VerificationOutcome,
};
use tonic::Code;

use crate::{
    answers::{mask, pairs, refused, told, violations},
    customer::{Firm, account, company, prospect},
};

fn on(policy: Policy, party: pb::Party) -> pb::CreateProspectRequest {
    pb::CreateProspectRequest {
        on_duplicate: policy.into(),
        ..prospect(party)
    }
}

fn matched(duplicates: &[pb::Duplicate]) -> Vec<(&str, Vec<Key>)> {
    duplicates
        .iter()
        .map(|d| (d.party_id.as_str(), d.matched().collect()))
        .collect()
}

/// A company with everything by which it can be found again.
fn acme() -> pb::Party {
    pb::Party {
        phone: "021-6234-5678".into(),
        email: "info@acme.com.cn".into(),
        website: "www.acme.com.cn".into(),
        ..company("爱科美（上海）有限公司")
    }
}

#[tokio::test]
async fn a_customer_is_found_again_by_each_of_its_keys_however_they_are_written() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        let known = desk.account(acme()).await;
        let probe =
            |name: &str, phone: &str, email: &str, website: &str| pb::ProbeDuplicatesRequest {
                name: name.into(),
                phone: phone.into(),
                email: email.into(),
                website: website.into(),
                ..Default::default()
            };
        let person = pb::ProbeDuplicatesRequest {
            r#type: pb::PartyType::Person.into(),
            ..probe("爱科美上海", "", "wang@acme.com.cn", "")
        };
        for (request, keys) in [
            (
                probe("爱科美(上海) 集团股份有限公司", "", "", ""),
                vec![Key::CompanyName],
            ),
            (probe("", "+86 21 62345678", "", ""), vec![Key::Phone]),
            (
                probe("", "", "INFO@ACME.COM.CN", ""),
                vec![Key::Email, Key::Domain],
            ),
            (
                probe("", "", "someone.else@acme.com.cn", ""),
                vec![Key::Domain],
            ),
            (
                probe("", "", "", "http://shop.acme.com.cn/x"),
                vec![Key::Domain],
            ),
            (
                probe("爱科美上海", "０２１ ６２３４ ５６７８", "", "acme.com.cn"),
                vec![Key::Phone, Key::Domain, Key::CompanyName],
            ),
            (
                probe("爱科美北京有限公司", "021-6234-5679", "a@qq.com", ""),
                vec![],
            ),
            (person, vec![]),
        ] {
            let found = told(desk.parties.probe_duplicates(request.clone()).await).duplicates;
            let expected: Vec<_> = [(known.id.as_str(), keys)]
                .into_iter()
                .filter(|(_, k)| !k.is_empty())
                .collect();
            assert_eq!(matched(&found), expected, "{request:?}");
        }
        let nothing = desk
            .parties
            .probe_duplicates(pb::ProbeDuplicatesRequest::default())
            .await;
        assert_eq!(violations(nothing), pairs(&[("name", "REQUIRED")]));
    }
}

#[tokio::test]
async fn a_duplicate_is_warned_of_linked_or_refused_as_the_policy_says() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        let known = desk.account(acme()).await;

        let refusal = desk
            .parties
            .create_prospect(on(Policy::Refuse, acme()))
            .await;
        assert_eq!(refused(refusal), (Code::AlreadyExists, "EXISTS".into()));
        let linked = told(desk.parties.create_prospect(on(Policy::Link, acme())).await);
        assert!(linked.linked);
        assert_eq!(linked.party, Some(known.clone()));
        let all = [Key::Phone, Key::Email, Key::Domain, Key::CompanyName].to_vec();
        assert_eq!(matched(&linked.duplicates), [(known.id.as_str(), all)]);
        let duplicate = &linked.duplicates[0];
        assert!(duplicate.visible);
        assert_eq!(
            (&duplicate.number, &duplicate.name),
            (&known.number, &known.name)
        );

        // The firm's own policy is to warn, unless its settings say otherwise.
        let warned = told(desk.parties.create_prospect(prospect(acme())).await);
        assert!(!warned.linked);
        assert_ne!(warned.party.unwrap().id, known.id);
        assert_eq!(warned.duplicates[0].party_id, known.id);

        // An account is a better match than a prospect, and what was found invalid binds nobody.
        let linked = told(desk.parties.create_prospect(on(Policy::Link, acme())).await);
        assert_eq!(linked.party.unwrap().id, known.id);
        assert_eq!(linked.duplicates.len(), 2);
        let beta = desk.prospect(company("Beta Ltd")).await;
        desk.verify(&beta.id, VerificationOutcome::Invalid).await;
        let anew = told(
            desk.parties
                .create_prospect(on(Policy::Refuse, company("BETA")))
                .await,
        );
        assert_eq!(
            (anew.linked, anew.duplicates[0].state()),
            (false, PartyState::Invalid)
        );
    }
}

#[tokio::test]
async fn a_duplicate_that_one_may_not_open_is_named_but_not_shown() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let known = firm.desk(&firm.seller).account(acme()).await;
        let mut other = firm.desk(&firm.other);
        let linked = told(
            other
                .parties
                .create_prospect(on(Policy::Link, acme()))
                .await,
        );
        assert!(linked.linked);
        let bare = pb::Party {
            id: known.id.clone(),
            ..Default::default()
        };
        assert_eq!(linked.party, Some(bare));
        let duplicate = &linked.duplicates[0];
        assert!(!duplicate.visible);
        assert_eq!(
            (duplicate.name.as_str(), duplicate.number.as_str()),
            ("", "")
        );
        assert_eq!(
            duplicate.owner_id,
            firm.seller.id.to_string(),
            "whom to ask"
        );
    }
}

#[tokio::test]
async fn an_account_that_is_created_where_a_prospect_is_known_verifies_it() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        let known = desk.prospect(acme()).await;
        let create = pb::CreateAccountRequest {
            on_duplicate: Policy::Link.into(),
            channel: pb::Channel::Wechat.into(),
            ..account(acme())
        };
        let linked = told(desk.parties.create_account(create.clone()).await);
        let party = linked.party.unwrap();
        assert_eq!(
            (linked.linked, party.id.as_str()),
            (true, known.id.as_str())
        );
        assert_eq!(
            (party.state(), party.verification_count),
            (PartyState::Account, 1)
        );
        // Once it is an account it is taken as it is.
        let again = told(desk.parties.create_account(create).await);
        assert_eq!(again.party.unwrap(), party);
        assert_eq!(
            firm.story_of(&known.id).await,
            ["prospect_created", "party_verified"]
        );

        // Somebody else's prospect is not for me to verify.
        let theirs = firm.desk(&firm.other).prospect(company("Beta")).await;
        let create = pb::CreateAccountRequest {
            on_duplicate: Policy::Link.into(),
            ..account(company("Beta"))
        };
        assert_eq!(
            told(desk.parties.create_account(create).await)
                .party
                .unwrap()
                .id,
            theirs.id
        );
        let theirs = firm.desk(&firm.other).party(&theirs.id).await;
        assert_eq!(theirs.state(), PartyState::Prospect);
    }
}

#[tokio::test]
async fn a_customer_is_found_by_its_contacts_and_by_what_it_was_changed_to() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        let known = desk.account(company("Acme")).await;
        let contact = desk
            .contact(pb::Contact {
                party_id: known.id.clone(),
                name: "韩梅梅".into(),
                phone: "138 0013 8000".into(),
                ..Default::default()
            })
            .await;
        let mobile = pb::ProbeDuplicatesRequest {
            phone: "13800138000".into(),
            ..Default::default()
        };
        let found = told(desk.parties.probe_duplicates(mobile.clone()).await).duplicates;
        assert_eq!(matched(&found), [(known.id.as_str(), vec![Key::Phone])]);

        // A contact who is put away identifies the customer no longer.
        let archive = pb::ArchiveContactRequest {
            id: contact.id,
            ..Default::default()
        };
        told(desk.contacts.archive_contact(archive).await);
        assert_eq!(
            told(desk.parties.probe_duplicates(mobile).await).duplicates,
            []
        );

        // A change takes old keys away and adds new ones; it is checked like a newcomer.
        let beta = desk.account(company("Beta")).await;
        let rename = |policy: Policy, name: &str| pb::UpdatePartyRequest {
            party: Some(pb::Party {
                id: beta.id.clone(),
                ..company(name)
            }),
            update_mask: mask(&["name"]),
            on_duplicate: policy.into(),
            ..Default::default()
        };
        let refusal = desk
            .parties
            .update_party(rename(Policy::Refuse, "ACME Inc."))
            .await;
        assert_eq!(refused(refusal), (Code::AlreadyExists, "EXISTS".into()));
        let warned = told(
            desk.parties
                .update_party(rename(Policy::Link, "ACME Inc."))
                .await,
        );
        assert_eq!(warned.party.unwrap().id, beta.id);
        assert_eq!(
            matched(&warned.duplicates),
            [(known.id.as_str(), vec![Key::CompanyName])]
        );
        let named = |name: &str| pb::ProbeDuplicatesRequest {
            name: name.into(),
            ..Default::default()
        };
        assert_eq!(
            told(desk.parties.probe_duplicates(named("Beta")).await).duplicates,
            []
        );
        let both = told(desk.parties.probe_duplicates(named("acme")).await).duplicates;
        assert_eq!(both.len(), 2);
    }
}

#[tokio::test]
async fn two_who_create_the_same_customer_at_once_get_the_same_one() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let create = async |mut desk: crate::customer::Desk| {
            told(desk.parties.create_prospect(on(Policy::Link, acme())).await)
                .party
                .unwrap()
                .id
        };
        let desk = || firm.desk(&firm.boss);
        let (a, b, c, d) = tokio::join!(
            create(desk()),
            create(desk()),
            create(desk()),
            create(desk()),
        );
        assert_eq!([&b, &c, &d], [&a; 3]);
        assert_eq!(firm.story_of(&a).await, ["prospect_created"]);
    }
}
