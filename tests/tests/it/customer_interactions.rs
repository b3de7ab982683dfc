//! Stories of what was said and done with customers.

use baton_chassis::test::Engine;
use baton_proto::customer::v1::{self as pb, Channel, InteractionKind as Kind};
use tonic::Code;

use crate::{
    answers::{mask, pairs, refused, told, violations},
    customer::{Firm, about, company},
};

fn call(kind: &str, id: &str) -> pb::Interaction {
    pb::Interaction {
        about: about(kind, id),
        channel: Channel::Phone.into(),
        kind: Kind::Call.into(),
        summary: "asked 韩梅梅 for the plan".into(),
        ..Default::default()
    }
}

fn create(interaction: pb::Interaction) -> pb::CreateInteractionRequest {
    pb::CreateInteractionRequest {
        interaction: Some(interaction),
        ..Default::default()
    }
}

#[tokio::test]
async fn an_interaction_is_recorded_with_what_is_to_be_done_next() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        let party = desk.account(company("Acme")).await.id;
        let han = pb::Contact {
            party_id: party.clone(),
            name: "韩梅梅".into(),
            ..Default::default()
        };
        let han = desk.contact(han).await.id;

        let request = pb::CreateInteractionRequest {
            interaction: Some(pb::Interaction {
                feedback: "wants a quote".into(),
                follow_up: Some(pb::FollowUpPlan {
                    title: "send the quote".into(),
                    due_time: Some(firm.in_days(2)),
                    owner_id: firm.manager.id.to_string(),
                }),
                ..call("CONTACT", &han)
            }),
            request_id: "call-1".into(),
        };
        let made = told(desk.interactions.create_interaction(request.clone()).await);
        assert_eq!(
            told(desk.interactions.create_interaction(request).await),
            made
        );
        let (interaction, follow_up) = (made.interaction.unwrap(), made.follow_up.unwrap());
        assert_eq!(
            (&interaction.party_id, &interaction.contact_id),
            (&party, &han)
        );
        assert_eq!(interaction.follow_up_id, follow_up.id);
        assert_eq!(interaction.happened_time, interaction.create_time);
        assert_eq!(follow_up.interaction_id, interaction.id);
        for source in [&interaction.source, &follow_up.source] {
            let source = source.as_ref().map(|s| (s.kind.as_str(), s.id.as_str()));
            let about = interaction.about.as_ref();
            assert_eq!(source, about.map(|a| (a.kind.as_str(), a.id.as_str())));
        }
        assert_eq!(
            (&follow_up.party_id, &follow_up.about),
            (&party, &interaction.about)
        );
        assert_eq!(follow_up.owner_id, firm.manager.id.to_string());

        let get = pb::GetInteractionRequest {
            id: interaction.id.clone(),
        };
        let read = told(desk.interactions.get_interaction(get).await).interaction;
        assert_eq!(read.as_ref(), Some(&interaction));

        let update = pb::UpdateInteractionRequest {
            interaction: Some(pb::Interaction {
                id: interaction.id.clone(),
                kind: Kind::Negotiation.into(),
                summary: "not in the mask".into(),
                happened_time: Some(firm.in_days(-1)),
                ..Default::default()
            }),
            update_mask: mask(&["kind", "happened_time", "feedback"]),
            etag: interaction.etag.clone(),
            ..Default::default()
        };
        let corrected = told(desk.interactions.update_interaction(update.clone()).await)
            .interaction
            .unwrap();
        let expected = pb::Interaction {
            kind: Kind::Negotiation.into(),
            feedback: String::new(),
            happened_time: Some(firm.in_days(-1)),
            etag: "v2".into(),
            ..interaction.clone()
        };
        assert_eq!(corrected, expected);
        let stale = desk.interactions.update_interaction(update).await;
        assert_eq!(refused(stale), (Code::Aborted, "STALE".into()));

        let story = firm.story_of(&interaction.id).await;
        assert_eq!(story, ["interaction_recorded", "interaction_updated"]);
        let facts: Vec<pb::InteractionRecorded> = firm.facts(&interaction.id).await;
        assert_eq!(
            (&facts[0].party_id, &facts[0].follow_up_id),
            (&party, &follow_up.id)
        );
        for event in firm.events().await {
            let payload = String::from_utf8_lossy(&event.payload).into_owned();
            assert!(!payload.contains("韩梅梅"), "{} tells a name", event.r#type);
        }
    }
}

#[tokio::test]
async fn everything_that_is_wrong_with_an_interaction_is_told_at_once() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        let wrong = pb::Interaction {
            about: about("RUMOUR", "x"),
            party_id: "x".into(),
            happened_time: Some(firm.in_days(1)),
            follow_up: Some(pb::FollowUpPlan {
                due_time: Some(firm.in_days(-1)),
                ..Default::default()
            }),
            ..Default::default()
        };
        let expected = [
            ("interaction.about.kind", "CHOICE_UNKNOWN"),
            ("interaction.about.id", "ID_MALFORMED"),
            ("interaction.party_id", "ID_MALFORMED"),
            ("interaction.channel", "REQUIRED"),
            ("interaction.kind", "REQUIRED"),
            ("interaction.summary", "REQUIRED"),
            ("interaction.happened_time", "TIME_NOT_YET"),
            ("interaction.follow_up.title", "REQUIRED"),
            ("interaction.follow_up.due_time", "TIME_IN_PAST"),
        ];
        let told = violations(desk.interactions.create_interaction(create(wrong)).await);
        assert_eq!(told, pairs(&expected));

        // What it is about must be there for whoever records it, and of one party.
        let theirs = firm.desk(&firm.other).account(company("Beta")).await.id;
        let unseen = desk
            .interactions
            .create_interaction(create(call("ACCOUNT", &theirs)))
            .await;
        let expected = [("interaction.about.id", "REFERENCE_NOT_FOUND")];
        assert_eq!(violations(unseen), pairs(&expected));
        let (a, b) = (
            desk.account(company("A")).await.id,
            desk.account(company("B")).await.id,
        );
        let torn = pb::Interaction {
            party_id: b,
            ..call("ACCOUNT", &a)
        };
        let told = violations(desk.interactions.create_interaction(create(torn)).await);
        assert_eq!(told, pairs(&[("interaction.party_id", "PARTY_DIFFERS")]));
    }
}

#[tokio::test]
async fn who_may_open_the_customer_reads_everything_that_was_said_with_it() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut boss = firm.desk(&firm.boss);
        let mut seller = firm.desk(&firm.seller);
        let mut other = firm.desk(&firm.other);
        let party = seller.account(company("Acme")).await.id;
        let said = told(
            boss.interactions
                .create_interaction(create(call("ACCOUNT", &party)))
                .await,
        );
        let said = said.interaction.unwrap().id;
        let complaint = pb::Interaction {
            channel: Channel::Email.into(),
            kind: Kind::Complaint.into(),
            happened_time: Some(firm.in_days(-3)),
            ..call("ACCOUNT", &party)
        };
        let complaint = told(
            seller
                .interactions
                .create_interaction(create(complaint))
                .await,
        );
        let complaint = complaint.interaction.unwrap().id;

        let ids = |page: pb::ListInteractionsResponse| -> Vec<String> {
            page.interactions.into_iter().map(|i| i.id).collect()
        };
        let all = pb::ListInteractionsRequest::default;
        let of_party = || pb::ListInteractionsRequest {
            party_id: party.clone(),
            ..all()
        };
        let both = [said.clone(), complaint.clone()].to_vec();
        for (request, expected) in [
            (of_party(), both.clone()),
            (
                pb::ListInteractionsRequest {
                    about: about("ACCOUNT", &party),
                    ..all()
                },
                both.clone(),
            ),
            (
                pb::ListInteractionsRequest {
                    order_by: "happened_time".into(),
                    ..of_party()
                },
                both.iter().rev().cloned().collect(),
            ),
            (
                pb::ListInteractionsRequest {
                    kind: Kind::Complaint.into(),
                    ..of_party()
                },
                vec![complaint.clone()],
            ),
            (
                pb::ListInteractionsRequest {
                    channel: Channel::Phone.into(),
                    ..of_party()
                },
                vec![said.clone()],
            ),
            (
                pb::ListInteractionsRequest {
                    owner_id: firm.boss.id.to_string(),
                    ..of_party()
                },
                vec![said.clone()],
            ),
            // Asked for nothing in particular, one gets what he recorded himself.
            (all(), vec![complaint.clone()]),
        ] {
            let page = told(seller.interactions.list_interactions(request.clone()).await);
            assert_eq!(ids(page), expected, "{request:?}");
        }
        let get = pb::GetInteractionRequest { id: said.clone() };
        told(seller.interactions.get_interaction(get.clone()).await);

        // The other salesperson has nothing to do with the customer.
        assert_eq!(
            ids(told(other.interactions.list_interactions(of_party()).await)),
            [""; 0]
        );
        let missing = (Code::NotFound, "NOT_FOUND".to_owned());
        assert_eq!(
            refused(other.interactions.get_interaction(get).await),
            missing
        );
        // To read it is not to rewrite it: the record is its author's.
        let update = pb::UpdateInteractionRequest {
            interaction: Some(pb::Interaction {
                id: said,
                ..Default::default()
            }),
            update_mask: mask(&["feedback"]),
            ..Default::default()
        };
        assert_eq!(
            refused(seller.interactions.update_interaction(update).await),
            missing
        );
        let wrong = pb::ListInteractionsRequest {
            about: about("ACCOUNT", ""),
            ..all()
        };
        let told = violations(seller.interactions.list_interactions(wrong).await);
        assert_eq!(told, pairs(&[("about.id", "REQUIRED")]));
    }
}
