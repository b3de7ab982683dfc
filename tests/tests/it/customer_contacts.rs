//! Stories of the people at a customer.

use baton_chassis::test::Engine;
use baton_proto::customer::v1::{self as pb, ContactState};
use chrono::Duration;
use tonic::Code;

use crate::{
    answers::{mask, pairs, refused, told, violations},
    customer::{Firm, company},
};

fn at(party_id: &str, name: &str) -> pb::Contact {
    pb::Contact {
        party_id: party_id.into(),
        name: name.into(),
        ..Default::default()
    }
}

fn create(contact: pb::Contact) -> pb::CreateContactRequest {
    pb::CreateContactRequest {
        contact: Some(contact),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_contact_is_created_changed_and_put_away() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        let party = desk
            .account(pb::Party {
                country: "US".into(),
                ..company("Acme")
            })
            .await
            .id;
        let made = desk
            .contact(pb::Contact {
                job_title: "Buyer".into(),
                department: "Purchasing".into(),
                phone: "(212) 555-2368".into(),
                email: "Jane@Acme.com".into(),
                wechat: "jane-acme".into(),
                ..at(&party, "Jane Roe")
            })
            .await;
        assert_eq!(
            (made.state(), made.email.as_str()),
            (ContactState::Active, "jane@acme.com")
        );
        assert_eq!(made.owner_id, firm.seller.id.to_string());
        let get = pb::GetContactRequest {
            id: made.id.clone(),
        };
        assert_eq!(
            told(desk.contacts.get_contact(get.clone()).await).contact,
            Some(made.clone())
        );

        let update = pb::UpdateContactRequest {
            contact: Some(pb::Contact {
                id: made.id.clone(),
                job_title: "Head of purchasing".into(),
                phone: "not in the mask".into(),
                ..Default::default()
            }),
            update_mask: mask(&["job_title", "wechat"]),
            etag: made.etag.clone(),
            ..Default::default()
        };
        let changed = told(desk.contacts.update_contact(update.clone()).await)
            .contact
            .unwrap();
        let expected = pb::Contact {
            job_title: "Head of purchasing".into(),
            wechat: String::new(),
            etag: "v2".into(),
            ..made.clone()
        };
        assert_eq!(changed, expected);
        let stale = desk.contacts.update_contact(update.clone()).await;
        assert_eq!(refused(stale), (Code::Aborted, "STALE".into()));

        let archive = pb::ArchiveContactRequest {
            id: made.id.clone(),
            ..Default::default()
        };
        let archived = told(desk.contacts.archive_contact(archive.clone()).await)
            .contact
            .unwrap();
        assert_eq!(archived.state(), ContactState::Archived);
        let over = (Code::FailedPrecondition, "CONTACT_ARCHIVED".to_owned());
        assert_eq!(refused(desk.contacts.archive_contact(archive).await), over);
        let update = pb::UpdateContactRequest {
            etag: String::new(),
            ..update
        };
        assert_eq!(refused(desk.contacts.update_contact(update).await), over);

        let story = firm.story_of(&made.id).await;
        assert_eq!(
            story,
            ["contact_created", "contact_updated", "contact_archived"]
        );
        let facts: Vec<pb::ContactUpdated> = firm.facts(&made.id).await;
        assert_eq!(facts[0].fields, ["job_title", "wechat"]);
        for event in firm.events().await {
            let payload = String::from_utf8_lossy(&event.payload).into_owned();
            for personal in ["Jane", "555-2368", "purchasing"] {
                assert!(
                    !payload.contains(personal),
                    "{} tells {personal}",
                    event.r#type
                );
            }
        }
    }
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_contact_is_told_at_once() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        let wrong = pb::Contact {
            job_title: "x".repeat(101),
            phone: "12".into(),
            email: "@".into(),
            ..at("x", "")
        };
        let expected = [
            ("contact.party_id", "ID_MALFORMED"),
            ("contact.name", "REQUIRED"),
            ("contact.phone", "PHONE_MALFORMED"),
            ("contact.email", "EMAIL_MALFORMED"),
            ("contact.job_title", "TOO_LONG"),
        ];
        assert_eq!(
            violations(desk.contacts.create_contact(create(wrong)).await),
            pairs(&expected)
        );
        let nothing = desk
            .contacts
            .create_contact(pb::CreateContactRequest::default())
            .await;
        let expected = [
            ("contact.party_id", "REQUIRED"),
            ("contact.name", "REQUIRED"),
        ];
        assert_eq!(violations(nothing), pairs(&expected));

        // A contact of somebody else's customer cannot be created: that customer is not there.
        let theirs = firm.desk(&firm.other).account(company("Beta")).await.id;
        let foreign = desk
            .contacts
            .create_contact(create(at(&theirs, "Jane Roe")))
            .await;
        assert_eq!(
            violations(foreign),
            pairs(&[("contact.party_id", "REFERENCE_NOT_FOUND")])
        );

        let mine = desk.account(company("Acme")).await.id;
        let contact = desk.contact(at(&mine, "Jane Roe")).await;
        let update = pb::UpdateContactRequest {
            contact: Some(pb::Contact {
                email: "?".into(),
                name: String::new(),
                ..contact
            }),
            update_mask: mask(&["name", "email", "party_id"]),
            ..Default::default()
        };
        let expected = [
            ("update_mask", "MASK_UNKNOWN"),
            ("contact.name", "REQUIRED"),
            ("contact.email", "EMAIL_MALFORMED"),
        ];
        assert_eq!(
            violations(desk.contacts.update_contact(update).await),
            pairs(&expected)
        );
    }
}

#[tokio::test]
async fn who_sees_the_customer_sees_its_contacts_also_when_it_changes_hands() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut seller = firm.desk(&firm.seller);
        let party = seller.account(company("Acme")).await.id;
        for name in ["Jane", "Adam"] {
            seller.contact(at(&party, name)).await;
            firm.world.advance(Duration::minutes(1)).await;
        }
        let elsewhere = seller.account(company("Beta")).await.id;
        let zoe = seller.contact(at(&elsewhere, "Zoe")).await;

        let list = pb::ListContactsRequest {
            order_by: "name".into(),
            ..Default::default()
        };
        let of_acme = pb::ListContactsRequest {
            party_id: party.clone(),
            state: ContactState::Active.into(),
            ..Default::default()
        };
        let see = async |who, request: &pb::ListContactsRequest| -> Vec<String> {
            let page = told(firm.desk(who).contacts.list_contacts(request.clone()).await);
            page.contacts.into_iter().map(|c| c.name).collect()
        };
        assert_eq!(see(&firm.seller, &list).await, ["Adam", "Jane", "Zoe"]);
        assert_eq!(see(&firm.seller, &of_acme).await, ["Adam", "Jane"]);
        assert_eq!(see(&firm.manager, &list).await, ["Adam", "Jane", "Zoe"]);
        assert!(see(&firm.other, &list).await.is_empty());

        let give = pb::UpdatePartyRequest {
            party: Some(pb::Party {
                id: party,
                owner_id: firm.other.id.to_string(),
                ..Default::default()
            }),
            update_mask: mask(&["owner_id", "territory_id"]),
            ..Default::default()
        };
        told(seller.parties.update_party(give).await);
        assert_eq!(see(&firm.other, &list).await, ["Adam", "Jane"]);
        assert_eq!(see(&firm.seller, &list).await, ["Zoe"]);
        assert_eq!(see(&firm.manager, &list).await, ["Zoe"]);

        let missing = (Code::NotFound, "NOT_FOUND".to_owned());
        let mut other = firm.desk(&firm.other);
        let get = pb::GetContactRequest { id: zoe.id.clone() };
        assert_eq!(refused(other.contacts.get_contact(get).await), missing);
        let archive = pb::ArchiveContactRequest {
            id: zoe.id,
            ..Default::default()
        };
        assert_eq!(
            refused(other.contacts.archive_contact(archive).await),
            missing
        );
        let wrong = pb::ListContactsRequest {
            state: 9,
            ..Default::default()
        };
        let told = violations(other.contacts.list_contacts(wrong).await);
        assert_eq!(told, pairs(&[("state", "CHOICE_UNKNOWN")]));
    }
}
