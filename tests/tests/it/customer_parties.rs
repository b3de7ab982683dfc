//! Stories of prospects and accounts: how one becomes the other, who sees them, what is told of them.

use baton_chassis::test::Engine;
use baton_proto::{
    customer::v1::{self as pb, PartyState, VerificationOutcome as Outcome},
    r#type::v1::{Money, Source},
};
use chrono::Duration;
use tonic::Code;

use crate::{
    answers::{mask, pairs, refused, told, violations},
    customer::{Desk, Firm, account, company, prospect, verify},
};

fn names(parties: &[pb::Party]) -> Vec<&str> {
    parties.iter().map(|p| p.name.as_str()).collect()
}

async fn prospects(desk: &mut Desk, state: PartyState) -> Vec<pb::Party> {
    let request = pb::ListProspectsRequest {
        state: state.into(),
        ..Default::default()
    };
    told(desk.parties.list_prospects(request).await).prospects
}

async fn accounts(desk: &mut Desk) -> Vec<pb::Party> {
    told(
        desk.parties
            .list_accounts(pb::ListAccountsRequest::default())
            .await,
    )
    .accounts
}

#[tokio::test]
async fn a_prospect_that_is_verified_becomes_the_account_under_the_same_id() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        let made = desk
            .prospect(pb::Party {
                name: " 华为技术有限公司 ".into(),
                phone: "0755 2878 0808".into(),
                email: "Sales@Huawei.com".into(),
                website: "https://www.huawei.com/cn".into(),
                industry: "telecom".into(),
                country: "cn".into(),
                employees: 207_000,
                annual_revenue: Some(Money {
                    currency_code: "CNY".into(),
                    amount_minor: 10_000,
                }),
                founded_year: 1987,
                ..Default::default()
            })
            .await;
        assert_eq!(made.number, "A-2026-000001");
        assert_eq!(
            (made.state(), made.r#type()),
            (PartyState::Prospect, pb::PartyType::Company)
        );
        assert_eq!(
            (made.name.as_str(), made.country.as_str()),
            ("华为技术有限公司", "CN")
        );
        assert_eq!(
            (made.phone.as_str(), made.email.as_str()),
            ("0755 2878 0808", "sales@huawei.com")
        );
        assert_eq!(
            made.source,
            Some(Source {
                kind: "DIRECT".into(),
                id: String::new()
            })
        );
        assert_eq!(made.owner_id, firm.seller.id.to_string());
        assert_eq!(made.territory_id, firm.east.to_string());
        assert_eq!((made.etag.as_str(), made.verification_count), ("v1", 0));
        assert_eq!(desk.party(&made.id).await, made);

        let tried = desk.verify(&made.id, Outcome::Unreachable).await;
        assert_eq!(
            (tried.state(), tried.last_outcome()),
            (PartyState::Prospect, Outcome::Unreachable)
        );
        assert_eq!(prospects(&mut desk, PartyState::Unspecified).await, [tried]);
        firm.world.advance(Duration::hours(1)).await;
        let verified = told(
            desk.parties
                .verify_prospect(verify(&made.id, Outcome::Confirmed))
                .await,
        );
        let party = verified.party.unwrap();
        assert_eq!(
            (party.id.as_str(), party.state()),
            (made.id.as_str(), PartyState::Account)
        );
        assert_eq!((party.verification_count, party.etag.as_str()), (2, "v3"));
        assert_eq!(prospects(&mut desk, PartyState::Unspecified).await, []);
        assert_eq!(accounts(&mut desk).await, [party]);

        // Who, when, by which channel, with which evidence and outcome.
        let request = pb::ListVerificationsRequest {
            party_id: made.id.clone(),
            ..Default::default()
        };
        let all = told(desk.parties.list_verifications(request).await).verifications;
        assert_eq!(all.first(), verified.verification.as_ref());
        let outcomes: Vec<_> = all.iter().map(|v| (v.outcome(), v.channel())).collect();
        let phone = pb::Channel::Phone;
        assert_eq!(
            outcomes,
            [(Outcome::Confirmed, phone), (Outcome::Unreachable, phone)]
        );
        assert!(
            all.iter()
                .all(|v| v.verifier_id == firm.seller.id.to_string())
        );
        assert!(all.iter().all(|v| v.evidence == "spoke to the front desk"));

        let story = firm.story_of(&made.id).await;
        assert_eq!(
            story,
            ["prospect_created", "party_verified", "party_verified"]
        );
        let facts: Vec<pb::PartyVerified> = firm.facts(&made.id).await;
        assert_eq!(
            (facts[1].old_state(), facts[1].new_state()),
            (PartyState::Prospect, PartyState::Account)
        );
        let subject = facts[1].subject.clone().unwrap();
        assert_eq!(
            (subject.kind.as_str(), subject.state.as_str()),
            ("ACCOUNT", "ACCOUNT")
        );
        assert_eq!(
            (subject.title.as_str(), subject.version),
            ("华为技术有限公司", 3)
        );
    }
}

#[tokio::test]
async fn a_prospect_found_invalid_is_closed_until_it_is_opened_again() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        let id = desk.prospect(company("Acme")).await.id;
        let reopen = pb::ReopenProspectRequest {
            id: id.clone(),
            ..Default::default()
        };
        let update = pb::UpdatePartyRequest {
            party: Some(pb::Party {
                id: id.clone(),
                ..company("Acme Tools")
            }),
            update_mask: mask(&["name"]),
            ..Default::default()
        };
        let precondition = |reason: &str| (Code::FailedPrecondition, reason.to_owned());

        let early = desk.parties.reopen_prospect(reopen.clone()).await;
        assert_eq!(refused(early), precondition("PARTY_NOT_INVALID"));
        assert_eq!(
            desk.verify(&id, Outcome::Invalid).await.state(),
            PartyState::Invalid
        );
        assert_eq!(prospects(&mut desk, PartyState::Unspecified).await, []);
        assert_eq!(
            names(&prospects(&mut desk, PartyState::Invalid).await),
            ["Acme"]
        );

        let closed = precondition("PARTY_FOUND_INVALID");
        assert_eq!(
            refused(desk.parties.update_party(update.clone()).await),
            closed
        );
        let again = desk
            .parties
            .verify_prospect(verify(&id, Outcome::Confirmed))
            .await;
        assert_eq!(refused(again), closed);
        let contact = pb::Contact {
            party_id: id.clone(),
            name: "韩梅梅".into(),
            ..Default::default()
        };
        let contact = pb::CreateContactRequest {
            contact: Some(contact),
            ..Default::default()
        };
        assert_eq!(refused(desk.contacts.create_contact(contact).await), closed);

        let opened = told(desk.parties.reopen_prospect(reopen).await)
            .party
            .unwrap();
        assert_eq!(opened.state(), PartyState::Prospect);
        let renamed = told(desk.parties.update_party(update).await).party.unwrap();
        assert_eq!(renamed.name, "Acme Tools");
        assert_eq!(
            desk.verify(&id, Outcome::Refused).await.state(),
            PartyState::Prospect
        );
        assert_eq!(
            desk.verify(&id, Outcome::Confirmed).await.state(),
            PartyState::Account
        );
    }
}

#[tokio::test]
async fn an_account_can_be_verified_again_but_never_be_found_invalid() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        let request = pb::CreateAccountRequest {
            channel: pb::Channel::FaceToFace.into(),
            evidence: "met at their office".into(),
            ..account(company("Acme"))
        };
        let made = told(desk.parties.create_account(request).await)
            .party
            .unwrap();
        assert_eq!(
            (made.state(), made.last_outcome()),
            (PartyState::Account, Outcome::Confirmed)
        );
        assert_eq!(
            desk.verify(&made.id, Outcome::Confirmed).await.state(),
            PartyState::Account
        );
        assert_eq!(
            desk.verify(&made.id, Outcome::Unreachable).await.state(),
            PartyState::Account
        );
        let invalid = desk
            .parties
            .verify_prospect(verify(&made.id, Outcome::Invalid))
            .await;
        assert_eq!(
            refused(invalid),
            (Code::FailedPrecondition, "ACCOUNT_STAYS".into())
        );

        let request = pb::ListVerificationsRequest {
            party_id: made.id.clone(),
            ..Default::default()
        };
        let all = told(desk.parties.list_verifications(request).await).verifications;
        assert_eq!(all.len(), 3);
        let first = all
            .iter()
            .find(|v| v.channel() == pb::Channel::FaceToFace)
            .unwrap();
        assert_eq!(first.evidence, "met at their office");
        let story = firm.story_of(&made.id).await;
        assert_eq!(
            story,
            ["account_created", "party_verified", "party_verified"]
        );
    }
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_party_is_told_at_once_in_both_languages() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let nobody = uuid::Uuid::from_u128(7).to_string();
        let wrong = pb::Party {
            r#type: 9,
            phone: "call me".into(),
            email: "nobody".into(),
            website: "no site".into(),
            country: "Utopia".into(),
            employees: -1,
            annual_revenue: Some(Money {
                currency_code: "QQQ".into(),
                amount_minor: 1,
            }),
            founded_year: 3,
            parent_id: "x".into(),
            owner_id: nobody.clone(),
            territory_id: nobody.clone(),
            source: Some(Source {
                kind: "RUMOUR".into(),
                id: String::new(),
            }),
            ..Default::default()
        };
        let rules = [
            ("type", "CHOICE_UNKNOWN"),
            ("source.kind", "SOURCE_KIND_UNKNOWN"),
            ("name", "REQUIRED"),
            ("country", "COUNTRY_UNKNOWN"),
            ("phone", "PHONE_MALFORMED"),
            ("email", "EMAIL_MALFORMED"),
            ("website", "WEBSITE_MALFORMED"),
            ("employees", "NUMBER_OUT_OF_RANGE"),
            ("annual_revenue.currency_code", "CURRENCY_UNKNOWN"),
            ("founded_year", "NUMBER_OUT_OF_RANGE"),
            ("parent_id", "ID_MALFORMED"),
            ("owner_id", "REFERENCE_NOT_FOUND"),
            ("territory_id", "REFERENCE_NOT_FOUND"),
        ];
        let below = |at: &str| {
            rules
                .map(|(field, rule)| (format!("{at}.{field}"), rule.to_owned()))
                .to_vec()
        };
        let mut desk = firm.desk(&firm.boss);
        let told = violations(desk.parties.create_prospect(prospect(wrong.clone())).await);
        assert_eq!(told, below("prospect"));
        let told = violations(desk.parties.create_account(account(wrong.clone())).await);
        assert_eq!(told, below("account"));

        let id = desk.prospect(company("Acme")).await.id;
        let update = pb::UpdatePartyRequest {
            party: Some(pb::Party {
                id: id.clone(),
                ..wrong
            }),
            update_mask: mask(&["name", "employees", "state"]),
            on_duplicate: 9,
            ..Default::default()
        };
        let expected = [
            ("on_duplicate", "CHOICE_UNKNOWN"),
            ("update_mask", "MASK_UNKNOWN"),
            ("party.name", "REQUIRED"),
            ("party.employees", "NUMBER_OUT_OF_RANGE"),
        ];
        assert_eq!(
            violations(desk.parties.update_party(update).await),
            pairs(&expected)
        );

        let verify = pb::VerifyProspectRequest {
            id,
            outcome: Outcome::Confirmed.into(),
            ..Default::default()
        };
        let expected = [("channel", "REQUIRED"), ("evidence", "REQUIRED")];
        assert_eq!(
            violations(desk.parties.verify_prospect(verify).await),
            pairs(&expected)
        );

        // A source that leads nowhere is no source.
        let source = Some(Source {
            kind: "CAMPAIGN".into(),
            id: nobody,
        });
        let request = prospect(pb::Party {
            source,
            ..company("Beta")
        });
        let expected = [("prospect.source.id", "REFERENCE_NOT_FOUND")];
        assert_eq!(
            violations(desk.parties.create_prospect(request).await),
            pairs(&expected)
        );

        let mut chinese = Desk::new(&firm.world.link_in(&firm.boss, "zh-CN"));
        let request = prospect(pb::Party {
            phone: "没有".into(),
            ..company("甲")
        });
        let refused = chinese.parties.create_prospect(request).await.unwrap_err();
        assert!(
            refused.message().contains("不是可拨打的电话号码"),
            "{}",
            refused.message()
        );
    }
}

#[tokio::test]
async fn a_command_that_is_repeated_is_carried_out_once() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        let create = pb::CreateProspectRequest {
            request_id: "r1".into(),
            ..prospect(company("Acme"))
        };
        let made = told(desk.parties.create_prospect(create.clone()).await);
        assert_eq!(told(desk.parties.create_prospect(create).await), made);
        let other = pb::CreateProspectRequest {
            request_id: "r1".into(),
            ..prospect(company("Beta"))
        };
        let reused = desk.parties.create_prospect(other).await;
        assert_eq!(
            refused(reused),
            (Code::InvalidArgument, "IDEMPOTENCY_KEY_REUSED".into())
        );

        let id = made.party.unwrap().id;
        let confirm = pb::VerifyProspectRequest {
            request_id: "r2".into(),
            ..verify(&id, Outcome::Confirmed)
        };
        let verified = told(desk.parties.verify_prospect(confirm.clone()).await);
        assert_eq!(told(desk.parties.verify_prospect(confirm).await), verified);
        assert_eq!(
            firm.story_of(&id).await,
            ["prospect_created", "party_verified"]
        );
    }
}

#[tokio::test]
async fn an_update_changes_what_its_mask_names_and_tells_nothing_personal() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        let made = desk
            .account(pb::Party {
                phone: "13800138000".into(),
                ..company("Acme")
            })
            .await;
        let update = pb::UpdatePartyRequest {
            party: Some(pb::Party {
                id: made.id.clone(),
                phone: "13900139000".into(),
                industry: "software".into(),
                ..company("not in the mask")
            }),
            update_mask: mask(&["phone", "industry"]),
            etag: made.etag.clone(),
            ..Default::default()
        };
        let changed = told(desk.parties.update_party(update.clone()).await)
            .party
            .unwrap();
        let expected = pb::Party {
            phone: "13900139000".into(),
            industry: "software".into(),
            etag: "v2".into(),
            ..made.clone()
        };
        assert_eq!(changed, expected);
        let stale = desk.parties.update_party(update.clone()).await;
        assert_eq!(refused(stale), (Code::Aborted, "STALE".into()));
        // What changes nothing is no change.
        let same = pb::UpdatePartyRequest {
            etag: String::new(),
            ..update
        };
        assert_eq!(
            told(desk.parties.update_party(same).await).party.unwrap(),
            expected
        );

        let facts: Vec<pb::PartyUpdated> = firm.facts(&made.id).await;
        let change = |field: &str, new: &str| pb::FieldChange {
            field: field.into(),
            new_value: new.into(),
            ..Default::default()
        };
        let told: Vec<_> = facts.into_iter().flat_map(|f| f.changes).collect();
        assert_eq!(told, [change("phone", ""), change("industry", "software")]);
        for event in firm.events().await {
            let payload = String::from_utf8_lossy(&event.payload).into_owned();
            assert!(
                !payload.contains("13900139000"),
                "{} tells a telephone number",
                event.r#type
            );
        }
    }
}

#[tokio::test]
async fn one_sees_what_is_his_his_regions_or_everything() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let acme = firm.desk(&firm.seller).account(company("Acme")).await;
        let beta = firm.desk(&firm.other).account(company("Beta")).await;
        for (who, sees) in [
            (&firm.seller, vec!["Acme"]),
            (&firm.other, vec!["Beta"]),
            (&firm.manager, vec!["Acme"]),
            (&firm.boss, vec!["Acme", "Beta"]),
        ] {
            let request = pb::ListAccountsRequest {
                order_by: "name".into(),
                count: true,
                ..Default::default()
            };
            let listed = told(firm.desk(who).parties.list_accounts(request).await);
            assert_eq!(names(&listed.accounts), sees, "{}", who.name);
            assert_eq!(
                usize::try_from(listed.total_size),
                Ok(sees.len()),
                "{}",
                who.name
            );
        }

        // What one does not see, one can neither read nor change, and is not told of.
        let mut desk = firm.desk(&firm.other);
        let missing = (Code::NotFound, "NOT_FOUND".to_owned());
        let get = pb::GetPartyRequest {
            id: acme.id.clone(),
        };
        assert_eq!(refused(desk.parties.get_party(get).await), missing);
        let update = pb::UpdatePartyRequest {
            party: Some(acme.clone()),
            ..Default::default()
        };
        assert_eq!(refused(desk.parties.update_party(update).await), missing);
        let verify = verify(&acme.id, Outcome::Confirmed);
        assert_eq!(refused(desk.parties.verify_prospect(verify).await), missing);
        let list = pb::ListVerificationsRequest {
            party_id: acme.id.clone(),
            ..Default::default()
        };
        assert_eq!(
            refused(desk.parties.list_verifications(list).await),
            missing
        );
        let child = prospect(pb::Party {
            parent_id: acme.id.clone(),
            ..company("Acme Tools")
        });
        let expected = [("prospect.parent_id", "REFERENCE_NOT_FOUND")];
        assert_eq!(
            violations(desk.parties.create_prospect(child).await),
            pairs(&expected)
        );

        // Given to another owner it is his.
        let give = pb::UpdatePartyRequest {
            party: Some(pb::Party {
                id: beta.id.clone(),
                owner_id: firm.seller.id.to_string(),
                territory_id: firm.east.to_string(),
                ..Default::default()
            }),
            update_mask: mask(&["owner_id", "territory_id"]),
            ..Default::default()
        };
        told(desk.parties.update_party(give).await);
        let gone = desk
            .parties
            .get_party(pb::GetPartyRequest {
                id: beta.id.clone(),
            })
            .await;
        assert_eq!(refused(gone), missing);
        assert_eq!(firm.desk(&firm.seller).party(&beta.id).await.name, "Beta");
        let facts: Vec<pb::PartyAssigned> = firm.facts(&beta.id).await;
        assert_eq!(facts[0].old_owner_id, firm.other.id.to_string());
        assert_eq!(facts[0].new_owner_id, firm.seller.id.to_string());
    }
}

#[tokio::test]
async fn lists_are_paged_filtered_and_ordered() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        for name in ["Delta", "Alpha", "Charlie", "Bravo"] {
            let industry = if name < "Bz" { "pumps" } else { "valves" };
            desk.prospect(pb::Party {
                industry: industry.into(),
                ..company(name)
            })
            .await;
            firm.world.advance(Duration::minutes(1)).await;
        }
        desk.prospect(pb::Party {
            r#type: pb::PartyType::Person.into(),
            country: "US".into(),
            source: Some(Source {
                kind: "IMPORT".into(),
                id: "row 7".into(),
            }),
            ..company("Zoe")
        })
        .await;

        let first = pb::ListProspectsRequest {
            page_size: 2,
            order_by: "name".into(),
            count: true,
            ..Default::default()
        };
        let (mut seen, mut next) = (Vec::new(), first);
        loop {
            let page = told(desk.parties.list_prospects(next.clone()).await);
            assert_eq!((page.total_size, page.total_capped), (5, false));
            seen.extend(page.prospects.into_iter().map(|p| p.name));
            if page.next_page_token.is_empty() {
                break;
            }
            next.page_token = page.next_page_token;
        }
        assert_eq!(seen, ["Alpha", "Bravo", "Charlie", "Delta", "Zoe"]);
        assert_eq!(
            names(&prospects(&mut desk, PartyState::Prospect).await),
            ["Zoe", "Bravo", "Charlie", "Alpha", "Delta"]
        );

        let all = || pb::ListProspectsRequest {
            order_by: "name".into(),
            ..Default::default()
        };
        for (request, expected) in [
            (
                pb::ListProspectsRequest {
                    industry: "pumps".into(),
                    ..all()
                },
                vec!["Alpha", "Bravo"],
            ),
            (
                pb::ListProspectsRequest {
                    r#type: pb::PartyType::Person.into(),
                    ..all()
                },
                vec!["Zoe"],
            ),
            (
                pb::ListProspectsRequest {
                    country: "us".into(),
                    ..all()
                },
                vec!["Zoe"],
            ),
            (
                pb::ListProspectsRequest {
                    source_kind: "IMPORT".into(),
                    ..all()
                },
                vec!["Zoe"],
            ),
            (
                pb::ListProspectsRequest {
                    source_id: "row 7".into(),
                    ..all()
                },
                vec!["Zoe"],
            ),
            (
                pb::ListProspectsRequest {
                    owner_id: firm.other.id.to_string(),
                    ..all()
                },
                vec![],
            ),
            (
                pb::ListProspectsRequest {
                    last_outcome: Outcome::Refused.into(),
                    ..all()
                },
                vec![],
            ),
            (
                pb::ListProspectsRequest {
                    territory_id: firm.east.to_string(),
                    page_size: 1,
                    ..all()
                },
                vec!["Alpha"],
            ),
        ] {
            let page = told(desk.parties.list_prospects(request.clone()).await);
            assert_eq!(names(&page.prospects), expected, "{request:?}");
        }

        let parent = desk.account(company("Holding")).await.id;
        desk.account(pb::Party {
            parent_id: parent.clone(),
            ..company("Daughter")
        })
        .await;
        let request = pb::ListAccountsRequest {
            parent_id: parent,
            ..Default::default()
        };
        let page = told(desk.parties.list_accounts(request).await);
        assert_eq!(names(&page.accounts), ["Daughter"]);

        let wrong = pb::ListProspectsRequest {
            state: PartyState::Account.into(),
            owner_id: "x".into(),
            ..Default::default()
        };
        let expected = [("state", "CHOICE_UNKNOWN"), ("owner_id", "ID_MALFORMED")];
        assert_eq!(
            violations(desk.parties.list_prospects(wrong).await),
            pairs(&expected)
        );
        let wrong = pb::ListAccountsRequest {
            page_size: 501,
            order_by: "phone".into(),
            ..Default::default()
        };
        let expected = [
            ("page_size", "NUMBER_OUT_OF_RANGE"),
            ("order_by", "ORDER_UNKNOWN"),
        ];
        assert_eq!(
            violations(desk.parties.list_accounts(wrong).await),
            pairs(&expected)
        );
        let foreign = pb::ListAccountsRequest {
            page_token: "AAAA".into(),
            ..Default::default()
        };
        let expected = [("page_token", "PAGE_TOKEN_FOREIGN")];
        assert_eq!(
            violations(desk.parties.list_accounts(foreign).await),
            pairs(&expected)
        );
    }
}

#[tokio::test]
async fn a_company_belongs_to_another_company_but_never_to_itself() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut desk = firm.desk(&firm.seller);
        let top = desk.account(company("Holding")).await.id;
        let below = desk
            .account(pb::Party {
                parent_id: top.clone(),
                ..company("Daughter")
            })
            .await;
        let person = pb::Party {
            r#type: pb::PartyType::Person.into(),
            ..company("韩梅梅")
        };
        let person = desk.account(person).await.id;
        for (id, parent, reason) in [
            (&top, &below.id, "PARENT_CYCLE"),
            (&top, &top, "PARENT_CYCLE"),
            (&top, &person, "PARENT_IS_PERSON"),
        ] {
            let update = pb::UpdatePartyRequest {
                party: Some(pb::Party {
                    id: id.clone(),
                    parent_id: parent.clone(),
                    ..Default::default()
                }),
                update_mask: mask(&["parent_id"]),
                ..Default::default()
            };
            let answer = desk.parties.update_party(update).await;
            assert_eq!(refused(answer), (Code::FailedPrecondition, reason.into()));
        }
        assert_eq!(desk.party(&top).await.parent_id, "");
    }
}

#[tokio::test]
async fn who_has_nothing_to_do_with_customers_may_not_even_look() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let id = firm.desk(&firm.seller).account(company("Acme")).await.id;
        let mut desk = firm.desk(&firm.analyst);
        let denied = (Code::PermissionDenied, "DENIED".to_owned());
        let p = &mut desk.parties;
        assert_eq!(
            refused(p.create_prospect(prospect(company("B"))).await),
            denied
        );
        assert_eq!(
            refused(p.create_account(account(company("B"))).await),
            denied
        );
        assert_eq!(
            refused(p.get_party(pb::GetPartyRequest { id: id.clone() }).await),
            denied
        );
        assert_eq!(
            refused(p.list_prospects(pb::ListProspectsRequest::default()).await),
            denied
        );
        assert_eq!(
            refused(p.list_accounts(pb::ListAccountsRequest::default()).await),
            denied
        );
        assert_eq!(
            refused(p.update_party(pb::UpdatePartyRequest::default()).await),
            denied
        );
        assert_eq!(
            refused(p.verify_prospect(verify(&id, Outcome::Refused)).await),
            denied
        );
        assert_eq!(
            refused(
                p.reopen_prospect(pb::ReopenProspectRequest::default())
                    .await
            ),
            denied
        );
        let verifications = pb::ListVerificationsRequest::default();
        assert_eq!(refused(p.list_verifications(verifications).await), denied);
        assert_eq!(
            refused(
                p.probe_duplicates(pb::ProbeDuplicatesRequest::default())
                    .await
            ),
            denied
        );

        let mut stranger = Desk::new(&firm.world.link_as_stranger());
        let unknown = stranger.parties.get_party(pb::GetPartyRequest { id }).await;
        assert_eq!(
            refused(unknown),
            (Code::Unauthenticated, "UNAUTHENTICATED".into())
        );
    }
}

#[tokio::test]
async fn marketing_takes_customers_up_for_a_member_and_its_repeats_are_one_act() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let link = firm
            .world
            .link_as_service("marketing", "customer", Some(&firm.seller));
        let mut marketing = Desk::new(&link);
        let create = pb::CreateProspectRequest {
            request_id: "operation/party".into(),
            on_duplicate: pb::DuplicatePolicy::Link.into(),
            ..prospect(company("Acme"))
        };
        let made = told(marketing.parties.create_prospect(create.clone()).await);
        assert_eq!(told(marketing.parties.create_prospect(create).await), made);
        let party = made.party.unwrap();
        assert_eq!(
            party.owner_id, "",
            "a prospect waits for whoever gets the lead"
        );

        let confirm = pb::VerifyProspectRequest {
            request_id: "operation/verify".into(),
            ..verify(&party.id, Outcome::Confirmed)
        };
        let verified = told(marketing.parties.verify_prospect(confirm.clone()).await);
        assert_eq!(
            told(marketing.parties.verify_prospect(confirm).await),
            verified
        );
        assert_eq!(
            verified.verification.unwrap().verifier_id,
            firm.seller.id.to_string()
        );
        assert_eq!(
            marketing.party(&party.id).await.state(),
            PartyState::Account
        );

        let contact = pb::Contact {
            party_id: party.id.clone(),
            name: "韩梅梅".into(),
            ..Default::default()
        };
        let create = pb::CreateContactRequest {
            contact: Some(contact),
            request_id: "operation/contact".into(),
            ..Default::default()
        };
        let made = told(marketing.contacts.create_contact(create.clone()).await);
        assert_eq!(told(marketing.contacts.create_contact(create).await), made);

        // Who is not named in the policy has no such right, service or not.
        let link = firm
            .world
            .link_as_service("sales", "customer", Some(&firm.seller));
        let foreign = verify(&party.id, Outcome::Confirmed);
        let foreign = Desk::new(&link).parties.verify_prospect(foreign).await;
        assert_eq!(refused(foreign), (Code::PermissionDenied, "DENIED".into()));
    }
}
