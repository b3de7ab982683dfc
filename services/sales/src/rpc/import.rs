//! Loading opportunities from another system.

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    sync::Arc,
};

use baton_chassis::{
    Caller, Context, Error, Result, Source, SourceKind, Violations,
    act::{Act, Noun as _},
    context,
    ids::{OpportunityId, ProcessId},
    import,
    switches::SwitchedOff,
};
use baton_proto::{
    sales::v1::{
        ImportOpportunitiesRequest, ImportOpportunitiesResponse, OpportunityRow,
        import_service_server::ImportService,
    },
    r#type::v1::{ImportOutcome, ImportResult},
};
use tonic::{Request, Response, Status};

use super::checks::{place, process_for};
use crate::{
    opportunity::{Draft, Head, Opportunity, OpportunityEvent},
    process::{Process, Stage},
    wire::import::{self as wire, Row},
};

/// Objects that one question to a neighbour may be about.
const ASKED_MAX: usize = 500;

/// Answers calls that load past facts.
pub struct Imports(pub Context);

#[tonic::async_trait]
impl ImportService for Imports {
    async fn import_opportunities(
        &self,
        request: Request<ImportOpportunitiesRequest>,
    ) -> Result<Response<ImportOpportunitiesResponse>, Status> {
        if let Some(done) = self.0.replayed(&request).await? {
            return Ok(done);
        }
        let results = self
            .load(&request)
            .await
            .map_err(|e| self.0.refuse(&request, e))?;
        // The rows are kept by now; what is left is to remember the answer.
        let answer = ImportOpportunitiesResponse { results };
        self.0
            .command(
                request,
                async move |_: &mut Act<'_>, _: &ImportOpportunitiesRequest| Ok(answer.clone()),
            )
            .await
    }
}

impl Imports {
    /// Loads all rows, a few in each transaction.
    async fn load(
        &self,
        request: &Request<ImportOpportunitiesRequest>,
    ) -> Result<Vec<ImportResult>> {
        let (caller, r) = (context::caller(request)?, request.get_ref());
        caller.people.settings.refuse(SwitchedOff::Sales)?;
        let batch = Batch {
            cx: self.0.clone(),
            system: wire::system(r)?,
            known: Arc::new(known(&self.0, &caller, &r.rows).await?),
            validate_only: r.validate_only,
            processes: HashMap::new(),
        };
        let mut results = Vec::with_capacity(r.rows.len());
        for rows in r.rows.chunks(import::ROWS_AT_ONCE) {
            let part = ImportOpportunitiesRequest {
                system: r.system.clone(),
                rows: rows.to_vec(),
                request_id: import::part_id(&r.request_id, results.len()),
                validate_only: r.validate_only,
            };
            let batch = batch.clone();
            let work = async move |act: &mut Act<'_>, part: &ImportOpportunitiesRequest| {
                let results = batch.clone().rows(act, &part.rows).await?;
                Ok(ImportOpportunitiesResponse { results })
            };
            let done = self.0.carry_out(caller.clone(), part, work).await?;
            results.extend(done.results);
        }
        Ok(results)
    }
}

/// The accounts and products named in the rows that there are.
async fn known(cx: &Context, caller: &Caller, rows: &[OpportunityRow]) -> Result<HashSet<String>> {
    let parties = rows.iter().map(|r| ("ACCOUNT", r.party_id.as_str()));
    let lines = rows.iter().flat_map(|r| &r.lines);
    let products = lines.map(|l| ("PRODUCT", l.product_id.as_str()));
    let named: HashSet<_> = parties
        .chain(products)
        .filter(|(_, id)| !id.is_empty())
        .collect();
    let named: Vec<_> = named
        .into_iter()
        .map(|(kind, id)| (kind, id.to_owned()))
        .collect();
    let mut known = HashSet::new();
    for objects in named.chunks(ASKED_MAX) {
        let nodes = cx.check(caller, objects).await?;
        // The catalogue belongs to nobody, so it is enough that a product is in it.
        known.extend(
            nodes
                .into_iter()
                .filter(|n| n.visible || n.kind == "PRODUCT")
                .map(|n| n.id),
        );
    }
    Ok(known)
}

/// Rows of one request, with what they have in common.
#[derive(Clone)]
struct Batch {
    cx: Context,
    system: String,
    known: Arc<HashSet<String>>,
    validate_only: bool,
    processes: HashMap<Option<ProcessId>, Process>,
}

impl Batch {
    async fn rows(
        mut self,
        act: &mut Act<'_>,
        rows: &[OpportunityRow],
    ) -> Result<Vec<ImportResult>> {
        let language = act.caller.language;
        let mut results = Vec::with_capacity(rows.len());
        for row in rows {
            results.push(match self.take(act, row).await {
                Ok(result) => result,
                Err(error) => {
                    import::refused(&row.external_id, error, &self.cx.messages, language)?
                }
            });
        }
        Ok(results)
    }

    async fn take(&mut self, act: &mut Act<'_>, row: &OpportunityRow) -> Result<ImportResult> {
        let read = wire::row(row)?;
        let found = act
            .external::<OpportunityId>(Opportunity::KIND, &self.system, &row.external_id)
            .await?;
        let before = match found {
            Some(id) => Some(act.get::<Opportunity>(id).await?),
            None => None,
        };
        if let Some(same) = before
            .as_ref()
            .filter(|o| o.import_print == Some(read.past.print))
        {
            return Ok(import::taken(
                &row.external_id,
                ImportOutcome::Unchanged,
                Some(same.id.into()),
            ));
        }
        self.check(row)?;
        let past = read.past.clone();
        let fresh = self.fresh(act, row, read, before.as_ref()).await?;
        let Some(before) = before else {
            if self.validate_only {
                return Ok(import::taken(
                    &row.external_id,
                    ImportOutcome::Created,
                    None,
                ));
            }
            let fresh = Opportunity {
                number: act.number("OP").await?,
                ..fresh
            };
            let deal = act.create(fresh, &OpportunityEvent::Imported(past)).await?;
            act.set_external(Opportunity::KIND, &self.system, &row.external_id, deal.id)
                .await?;
            return Ok(import::taken(
                &row.external_id,
                ImportOutcome::Created,
                Some(deal.id.into()),
            ));
        };
        let mut after = before.clone();
        let event = after.import_again(fresh, past)?;
        if !self.validate_only {
            act.store(&before, after, &event).await?;
        }
        Ok(import::taken(
            &row.external_id,
            ImportOutcome::Updated,
            Some(before.id.into()),
        ))
    }

    /// Refuses a row that names an account or product that is not there.
    fn check(&self, row: &OpportunityRow) -> Result<()> {
        let mut v = Violations::new();
        let unknown = |id: &String| !id.is_empty() && !self.known.contains(id);
        if unknown(&row.party_id) {
            v.add("party_id", "REFERENCE_NOT_FOUND");
        }
        for (n, _) in row
            .lines
            .iter()
            .enumerate()
            .filter(|(_, l)| unknown(&l.product_id))
        {
            v.add(format!("lines[{n}].product_id"), "REFERENCE_NOT_FOUND");
        }
        v.done()
    }

    /// The deal as the row tells of it; the same id again if it is known.
    async fn fresh(
        &mut self,
        act: &mut Act<'_>,
        row: &OpportunityRow,
        read: Row,
        known: Option<&Opportunity>,
    ) -> Result<Opportunity> {
        let territory = place(act.people(), "", read.owner, read.territory)?;
        let zone = act.settings().time_zone;
        let stated = read.stated.as_ref().map(|m| m.currency.clone());
        let currency = read.items.currency.or(stated);
        let draft = Draft {
            id: known.map_or_else(|| act.new_id(), |o| o.id),
            number: String::new(),
            head: Head {
                name: read.name,
                party: read.party,
                contact: None,
                expected_close: read.expected_close,
                description: read.description,
                owner: read.owner,
                territory,
            },
            currency: currency.unwrap_or_else(|| act.settings().currency.clone()),
            stated_minor: read.stated.map(|m| m.amount_minor),
            items: read.items.items,
            source: Source::of(
                SourceKind::Import,
                format!("{}/{}", self.system, row.external_id),
            ),
        };
        let now = act.now;
        let process = self.process(act, read.process).await?;
        let stage = stage(process, &read.stage)?;
        Ok(Opportunity::imported(
            draft, &read.past, process, stage, &zone, now,
        )?)
    }

    async fn process(&mut self, act: &mut Act<'_>, named: Option<ProcessId>) -> Result<&Process> {
        Ok(match self.processes.entry(named) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(process_for(act, "process_id", named, "").await?),
        })
    }
}

/// The stage that a row names, by name or id; the first one if it names none.
fn stage<'p>(process: &'p Process, named: &str) -> Result<&'p Stage> {
    let mut stages = process.stages_in_use();
    let found = match named {
        "" => stages.next(),
        named => stages.find(|s| s.name == named || s.id.to_string() == named),
    };
    found.ok_or_else(|| Error::invalid("stage", "REFERENCE_NOT_FOUND"))
}
