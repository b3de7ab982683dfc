//! Leads and their parties: what was answered is there once, what was not is there once or not at all, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use baton_chassis::db;
use uuid::Uuid;

use super::{Findings, Stores};
use crate::faults::{
    ledger::Book,
    players::{company, number_of},
};

pub(super) async fn check(
    stores: &Stores,
    book: &Book,
    findings: &mut Findings,
) -> Result<(), db::Error> {
    let rows: Vec<(Uuid, String, Uuid)> = stores
        .rows(
            "marketing",
            "select id, title, party from lead where title like 'Faults %'",
        )
        .await?;
    let mut kept = BTreeMap::<u64, Vec<(String, Uuid)>>::new();
    for (id, title, party) in rows {
        match number_of(&title).filter(|number| book.leads.contains_key(number)) {
            Some(number) => kept
                .entry(number)
                .or_default()
                .push((id.to_string(), party)),
            None => findings.add(
                "lead-asked-for",
                format!("nobody asked for the lead {title:?}"),
            ),
        }
    }
    let parties: Vec<(Uuid, String, Option<Uuid>, String)> = stores
        .rows(
            "customer",
            "select id, name, owner, state from party where name like 'Faults works %'",
        )
        .await?;
    let mut named = BTreeMap::<String, Vec<Uuid>>::new();
    let mut sold_to = BTreeSet::new();
    for (id, name, owner, state) in parties {
        if owner.is_some() && state == "ACCOUNT" {
            sold_to.insert(id);
        }
        named.entry(name).or_default().push(id);
    }
    for (number, lead) in &book.leads {
        let there = kept.get(number).map_or(&[][..], Vec::as_slice);
        let ids: BTreeSet<_> = there.iter().map(|(id, _)| id).collect();
        match &lead.id {
            Some(id) if book.lost.contains(id) && there.len() <= 1 => {}
            Some(id) if there.len() != 1 || !ids.contains(id) => {
                findings.add(
                    "answered-once",
                    format!("lead {number}, answered as {id}, is {ids:?}"),
                );
            }
            None if there.len() > 1 => {
                findings.add(
                    "unanswered-at-most-once",
                    format!("lead {number}, never answered, is {ids:?}"),
                );
            }
            _ => {}
        }
        // Customer heard that it was assigned, and was asked to verify it.
        if lead.course.is_some() && !there.iter().all(|(_, party)| sold_to.contains(party)) {
            findings.add(
                "party-follows",
                format!("the prospect of lead {number} is nobody's account"),
            );
        }
        let parties = named.get(&company(*number)).map_or(&[][..], Vec::as_slice);
        let fits = match there {
            // Whoever asked may have left between his prospect and his lead.
            [] => parties.len() <= 1,
            [(_, party), ..] => parties == [*party],
        };
        if !fits {
            findings.add(
                "party-once",
                format!("the prospect of lead {number} is {parties:?}"),
            );
        }
    }
    Ok(())
}
