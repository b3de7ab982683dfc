//! Stories of leads from outside.

use baton_chassis::test::Engine;
use baton_proto::{
    marketing::v1 as pb,
    r#type::v1::{
        ImportOutcome::{self, Created, Refused, Unchanged, Updated},
        ImportResult,
    },
};
use prost_types::Timestamp;
use tonic::Code;

use crate::{
    answers::{pairs, refused, told, violations},
    marketing::Firm,
};

fn batch(rows: Vec<pb::LeadRow>) -> pb::ImportLeadsRequest {
    pb::ImportLeadsRequest {
        system: "old-crm".into(),
        rows,
        ..Default::default()
    }
}

async fn load(firm: &Firm, request: pb::ImportLeadsRequest) -> Vec<ImportResult> {
    told(firm.imports(&firm.boss).import_leads(request).await).results
}

fn outcomes(results: &[ImportResult]) -> Vec<ImportOutcome> {
    results.iter().map(ImportResult::outcome).collect()
}

#[tokio::test]
async fn leads_from_outside_are_past_facts_that_start_nothing() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let party_id = firm.account(&firm.boss).await.id;
        let row = pb::LeadRow {
            external_id: "17".into(),
            title: "Pumps of old".into(),
            party_id,
            quality: pb::LeadQuality::Contacted.into(),
            owner_id: firm.seller.id.to_string(),
            territory_id: firm.east.to_string(),
            create_time: Some(Timestamp {
                seconds: 1_600_000_000,
                nanos: 0,
            }),
            ..Default::default()
        };
        let dry = pb::ImportLeadsRequest {
            validate_only: true,
            ..batch(vec![row.clone()])
        };
        let dry = load(&firm, dry).await;
        assert_eq!((outcomes(&dry), dry[0].id.as_str()), (vec![Created], ""));

        let loaded = load(&firm, batch(vec![row.clone()])).await;
        assert_eq!(outcomes(&loaded), [Created]);
        let lead = firm.get(&firm.seller, &loaded[0].id).await;
        assert_eq!(
            (lead.quality(), lead.routing()),
            (pb::LeadQuality::Contacted, pb::LeadRouting::WithSalesperson)
        );
        let source = lead.source.unwrap();
        assert_eq!((source.kind.as_str(), source.id.as_str()), ("IMPORT", "17"));
        assert_eq!(lead.create_time.unwrap().seconds, 1_600_000_000);
        assert_eq!((lead.response_due_time, lead.offered), (None, false));
        assert!(firm.handoffs(&firm.boss, &lead.id).await.is_empty());

        let changed = pb::LeadRow {
            title: "Valves".into(),
            quality: pb::LeadQuality::Accepted.into(),
            ..row.clone()
        };
        let again = load(&firm, batch(vec![row, changed.clone(), changed])).await;
        assert_eq!(outcomes(&again), [Unchanged, Updated, Unchanged]);
        let lead = firm.get(&firm.seller, &loaded[0].id).await;
        assert_eq!(
            (lead.title.as_str(), lead.quality()),
            ("Valves", pb::LeadQuality::Contacted)
        );
    }
}

#[tokio::test]
async fn a_row_that_breaks_rules_is_told_all_of_them_and_stops_no_other() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let party_id = firm.account(&firm.boss).await.id;
        let stray = uuid::Uuid::from_u128(1).to_string();
        let good = pb::LeadRow {
            external_id: "1".into(),
            title: "Pumps".into(),
            party_id: party_id.clone(),
            ..Default::default()
        };
        let bad = pb::LeadRow {
            party_id: "x".into(),
            quality: pb::LeadQuality::Converted.into(),
            create_time: Some(Timestamp {
                seconds: 4_000_000_000,
                nanos: 0,
            }),
            ..Default::default()
        };
        let lost = pb::LeadRow {
            external_id: "2".into(),
            owner_id: stray.clone(),
            territory_id: stray.clone(),
            party_id: stray,
            quality: pb::LeadQuality::Disqualified.into(),
            disqualify_reason: pb::DisqualifyReason::NoDemand.into(),
            ..good.clone()
        };
        let results = load(&firm, batch(vec![bad, lost, good])).await;
        assert_eq!(outcomes(&results), [Refused, Refused, Created]);
        let why = |result: &ImportResult| {
            result
                .violations
                .iter()
                .map(|v| (v.field.clone(), v.reason.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            why(&results[0]),
            pairs(&[
                ("external_id", "REQUIRED"),
                ("party_id", "ID_MALFORMED"),
                ("title", "REQUIRED"),
                ("quality", "LEAD_QUALITY_NOT_IMPORTED"),
                ("create_time", "TIME_IN_FUTURE"),
            ])
        );
        assert_eq!(results[0].violations[2].message, "must not be empty");
        assert_eq!(
            why(&results[1]),
            pairs(&[
                ("party_id", "REFERENCE_NOT_FOUND"),
                ("owner_id", "REFERENCE_NOT_FOUND"),
                ("territory_id", "REFERENCE_NOT_FOUND"),
            ])
        );
        let empty = firm
            .imports(&firm.boss)
            .import_leads(pb::ImportLeadsRequest::default())
            .await;
        assert_eq!(
            violations(empty),
            pairs(&[("system", "REQUIRED"), ("rows", "REQUIRED")])
        );
        let denied = firm
            .imports(&firm.seller)
            .import_leads(batch(Vec::new()))
            .await;
        assert_eq!(refused(denied), (Code::PermissionDenied, "DENIED".into()));
    }
}
