//! The chain: lead, opportunity, contract, order and the ERP's document one to one by their sources, equal to the cent,
//! and all of it where traces are kept.

use std::collections::{BTreeMap, BTreeSet};

use baton_chassis::db;
use uuid::Uuid;

use super::{Findings, Stores};
use crate::faults::ledger::{Book, Course};

/// An object behind another one: its id, its source's kind and id, and what it is worth.
type Link = (Uuid, String, String, i64);

/// An order with its papers: id, state, ERP document, whether it differs; what was invoiced, paid and shipped.
type Papers = (Uuid, String, String, bool, i64, i64, i64);

pub(super) async fn check(
    stores: &Stores,
    book: &Book,
    findings: &mut Findings,
) -> Result<(), db::Error> {
    let leads: Vec<(Uuid, Uuid)> = stores
        .rows("marketing", "select id, opportunity from lead where quality = 'CONVERTED' and opportunity is not null")
        .await?;
    let opportunities: Vec<Link> = stores
        .rows(
            "sales",
            "select id, source_kind, source_id, coalesce(amount_minor, 0) as worth from opportunity",
        )
        .await?;
    let handed: Vec<(Uuid,)> = stores
        .rows(
            "sales",
            "select id from opportunity where commerce = 'HANDED_OVER'",
        )
        .await?;
    let contracts: Vec<Link> = stores
        .rows(
            "commerce",
            "select id, source_kind, source_id, total_minor from contract",
        )
        .await?;
    let orders: Vec<Link> = stores
        .rows(
            "commerce",
            "select id, source_kind, source_id, total_minor from sales_order",
        )
        .await?;
    let from_lead = by_source("opportunity-per-lead", "LEAD", &opportunities, findings);
    for (lead, opportunity) in &leads {
        if from_lead.get(&lead.to_string()).map(|link| link.0) != Some(*opportunity) {
            findings.add(
                "opportunity-per-lead",
                format!("lead {lead} became {opportunity}, which does not come from it"),
            );
        }
    }
    same(
        "opportunity-per-lead",
        leads.iter().map(|(lead, _)| lead.to_string()),
        &from_lead,
        findings,
    );
    let from_deal = by_source("contract-per-deal", "OPPORTUNITY", &contracts, findings);
    same(
        "contract-per-deal",
        handed.iter().map(|(id,)| id.to_string()),
        &from_deal,
        findings,
    );
    let from_contract = by_source("order-per-contract", "CONTRACT", &orders, findings);

    let papers = papers(stores).await?;
    documents_once(&papers, findings);
    for (number, lead) in &book.leads {
        let (Some(id), Some(course)) = (&lead.id, &lead.course) else {
            continue;
        };
        let links = [
            from_lead.get(id),
            from_deal.get(&course.opportunity),
            from_contract.get(&course.contract),
        ];
        whole(*number, course, links, findings);
        paid(*number, course, &papers, findings);
    }
    traced(
        stores,
        book,
        [
            ("LEAD", lead_ids(stores).await?),
            ("OPPORTUNITY", ids(&opportunities)),
            ("CONTRACT", ids(&contracts)),
            ("ORDER", ids(&orders)),
        ],
        findings,
    )
    .await
}

/// Objects by what they come from: no two come from the same.
fn by_source<'l>(
    check: &'static str,
    kind: &str,
    links: &'l [Link],
    findings: &mut Findings,
) -> BTreeMap<String, &'l Link> {
    let mut all = BTreeMap::new();
    for link in links.iter().filter(|link| link.1 == kind) {
        if let Some(other) = all.insert(link.2.clone(), link) {
            findings.add(
                check,
                format!(
                    "{} and {} both come from {kind} {}",
                    link.0, other.0, link.2
                ),
            );
        }
    }
    all
}

/// Exactly these sources have something that comes from them.
fn same(
    check: &'static str,
    sources: impl Iterator<Item = String>,
    made: &BTreeMap<String, &Link>,
    findings: &mut Findings,
) {
    let sources: BTreeSet<_> = sources.collect();
    for source in &sources {
        if !made.contains_key(source) {
            findings.add(check, format!("nothing comes from {source}"));
        }
    }
    for (source, link) in made {
        if !sources.contains(source) {
            findings.add(
                check,
                format!("{} comes from {source}, which does not know", link.0),
            );
        }
    }
}

/// What the players were told is what is there, at what they agreed on.
fn whole(number: u64, course: &Course, links: [Option<&&Link>; 3], findings: &mut Findings) {
    let told = [&course.opportunity, &course.contract, &course.order];
    for (link, told) in links.into_iter().zip(told) {
        let Some(link) = link else {
            findings.add(
                "chain-whole",
                format!("lead {number}: {told} was answered and is not there"),
            );
            return;
        };
        if link.0.to_string() != *told {
            findings.add(
                "chain-whole",
                format!("lead {number}: {told} was answered, {} is there", link.0),
            );
        }
        if link.3 != course.amount_minor {
            let (worth, agreed) = (link.3, course.amount_minor);
            findings.add(
                "sums-equal",
                format!("lead {number}: {told} is worth {worth}, not {agreed}"),
            );
        }
    }
}

async fn papers(stores: &Stores) -> Result<BTreeMap<String, Papers>, db::Error> {
    let rows: Vec<Papers> = stores
        .rows(
            "commerce",
            "select o.id, o.state, o.erp_document, o.differs, \
               cast(coalesce((select sum(amount_minor) from invoice i where i.sales_order = o.id), 0) as bigint) as billed, \
               cast(coalesce((select sum(amount_minor) from payment p where p.sales_order = o.id), 0) as bigint) as paid, \
               (select count(*) from shipment s where s.sales_order = o.id) as shipments \
             from sales_order o",
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.0.to_string(), row))
        .collect())
}

fn documents_once(papers: &BTreeMap<String, Papers>, findings: &mut Findings) {
    let mut seen = BTreeMap::new();
    for row in papers.values().filter(|row| !row.2.is_empty()) {
        if let Some(other) = seen.insert(&row.2, row.0) {
            findings.add(
                "document-per-order",
                format!("{} and {other} are both {}", row.0, row.2),
            );
        }
    }
}

/// The order is the ERP's document, and paid to the cent.
fn paid(number: u64, course: &Course, papers: &BTreeMap<String, Papers>, findings: &mut Findings) {
    let Some((_, state, document, differs, billed, paid, shipments)) = papers.get(&course.order)
    else {
        return;
    };
    if *document != course.document {
        findings.add(
            "document-per-order",
            format!(
                "lead {number}: the ERP has {}, the order {document:?}",
                course.document
            ),
        );
    }
    if state != "PAID" || *differs || *shipments != 1 {
        findings.add(
            "order-paid",
            format!(
                "lead {number}: its order is {state}, differs: {differs}, {shipments} shipments"
            ),
        );
    }
    if [*billed, *paid] != [course.amount_minor; 2] {
        findings.add(
            "sums-equal",
            format!(
                "lead {number}: {billed} billed, {paid} paid of {}",
                course.amount_minor
            ),
        );
    }
}

fn ids(links: &[Link]) -> Vec<Uuid> {
    links.iter().map(|link| link.0).collect()
}

async fn lead_ids(stores: &Stores) -> Result<Vec<Uuid>, db::Error> {
    let rows: Vec<(Uuid,)> = stores.rows("marketing", "select id from lead").await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Where traces are kept they are all known, and no other.
async fn traced(
    stores: &Stores,
    book: &Book,
    kinds: [(&str, Vec<Uuid>); 4],
    findings: &mut Findings,
) -> Result<(), db::Error> {
    let nodes: Vec<(String, Uuid)> = stores.rows("insight", "select kind, id from node").await?;
    for (kind, there) in kinds {
        let there: BTreeSet<_> = there.into_iter().collect();
        let known: BTreeSet<_> = nodes
            .iter()
            .filter(|(k, _)| k == kind)
            .map(|(_, id)| *id)
            .collect();
        let lost = |id: &&Uuid| book.lost.contains(&id.to_string());
        for id in there.symmetric_difference(&known).filter(|id| !lost(id)) {
            findings.add("traced", format!("{kind} {id} is known on one side only"));
        }
    }
    Ok(())
}
