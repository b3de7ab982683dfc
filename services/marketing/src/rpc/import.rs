//! Loading leads from outside.

use std::collections::HashSet;

use baton_chassis::{
    Context, Error, Result, Violations, act::Act, caller::Caller, context::caller, ids::LeadId,
    import, people::Snapshot,
};
use baton_proto::{
    marketing::v1::{self as pb, import_service_server::ImportService},
    r#type::v1::{ImportOutcome, ImportResult},
};
use tonic::{Request, Response, Status};

use super::{Imports, leads_enabled};
use crate::{
    lead::{Beginning, KIND, Lead},
    wire::import::{self as wire, Row},
};

#[tonic::async_trait]
impl ImportService for Imports {
    async fn import_leads(
        &self,
        r: Request<pb::ImportLeadsRequest>,
    ) -> Result<Response<pb::ImportLeadsResponse>, Status> {
        if let Some(done) = self.0.replayed(&r).await? {
            return Ok(done);
        }
        let known = known(&self.0, &r).await.map_err(|e| self.0.refuse(&r, e))?;
        let cx = self.0.clone();
        self.0
            .command(r, async move |act, r| {
                let batch = Batch {
                    cx: &cx,
                    known: &known,
                    system: system(r)?,
                    dry: r.validate_only,
                };
                let mut results = Vec::with_capacity(r.rows.len());
                for row in &r.rows {
                    results.push(batch.load(act, row).await?);
                }
                Ok(pb::ImportLeadsResponse { results })
            })
            .await
    }
}

/// The system that a load comes from.
fn system(r: &pb::ImportLeadsRequest) -> Result<String> {
    let mut v = Violations::new();
    let system = import::system(&mut v, &r.system, &r.rows);
    v.done()?;
    Ok(system)
}

/// Objects of other services that the rows name and that exist: kind and id.
type Known = HashSet<(String, String)>;

/// Asks once for everything that the rows refer to.
async fn known(cx: &Context, r: &Request<pb::ImportLeadsRequest>) -> Result<Known> {
    let caller: Caller = caller(r)?;
    leads_enabled(&caller.people.settings)?;
    system(r.get_ref())?;
    let mut named = Known::new();
    for row in &r.get_ref().rows {
        named.insert(("ACCOUNT".to_owned(), row.party_id.clone()));
        named.extend(row.source.as_ref().map(|s| (s.kind.clone(), s.id.clone())));
    }
    let asked: Vec<_> = named
        .iter()
        .map(|(kind, id)| (kind.as_str(), id.clone()))
        .collect();
    let mut known = Known::new();
    // A row names a party and a source, so a full batch names more than one question may hold.
    for asked in asked.chunks(500) {
        let nodes = cx.check(&caller, asked).await?;
        known.extend(nodes.into_iter().map(|n| (n.kind, n.id)));
    }
    Ok(known)
}

/// What all rows of a batch share.
struct Batch<'b> {
    cx: &'b Context,
    known: &'b Known,
    system: String,
    /// Whether only to tell what would happen.
    dry: bool,
}

impl Batch<'_> {
    /// Loads one row; what is wrong with it is told in its result and stops no other row.
    async fn load(&self, act: &mut Act<'_>, row: &pb::LeadRow) -> Result<ImportResult> {
        let loaded = match self.read(act, row) {
            Ok(read) => self.write(act, row, read).await,
            Err(error) => Err(error),
        };
        match loaded {
            Ok((outcome, id)) => Ok(import::taken(&row.external_id, outcome, id.map(Into::into))),
            Err(error) => {
                let language = act.caller.language;
                import::refused(&row.external_id, error, &self.cx.messages, language)
            }
        }
    }

    fn read(&self, act: &Act<'_>, row: &pb::LeadRow) -> Result<Row> {
        let read = wire::row(row, act.now)?;
        let people: &Snapshot = act.people();
        let mut v = Violations::new();
        let exists = |kind: &str, id: String| self.known.contains(&(kind.to_owned(), id));
        if !exists("ACCOUNT", read.message.party.to_string()) {
            v.add("party_id", "REFERENCE_NOT_FOUND");
        }
        let (kind, id) = (read.source.kind, read.source.id.clone());
        if kind.is_object() && !exists(kind.as_str(), id) {
            v.add("source.id", "REFERENCE_NOT_FOUND");
        }
        if read.past.owner.is_some_and(|m| people.member(m).is_none()) {
            v.add("owner_id", "REFERENCE_NOT_FOUND");
        }
        if read
            .past
            .territory
            .is_some_and(|t| people.territory(t).is_none())
        {
            v.add("territory_id", "REFERENCE_NOT_FOUND");
        }
        v.done()?;
        Ok(read)
    }

    async fn write(
        &self,
        act: &mut Act<'_>,
        row: &pb::LeadRow,
        read: Row,
    ) -> Result<(ImportOutcome, Option<LeadId>)> {
        let key = row.external_id.trim();
        if let Some(id) = act.external::<LeadId>(KIND, &self.system, key).await? {
            return self.again(act, id, read).await;
        }
        if self.dry {
            return Ok((ImportOutcome::Created, None));
        }
        let beginning = Beginning {
            id: act.new_id(),
            number: act.number("L").await?,
            source: read.source,
            owner: None,
            external: Some((self.system.clone(), key.to_owned())),
        };
        let (lead, event) = Lead::import(beginning, read.message, read.past);
        let lead = act.create(lead, &event).await?;
        act.set_external(KIND, &self.system, key, lead.id).await?;
        Ok((ImportOutcome::Created, Some(lead.id)))
    }

    /// A row that was loaded before: what is known of the lead changes, never its state.
    async fn again(
        &self,
        act: &mut Act<'_>,
        id: LeadId,
        read: Row,
    ) -> Result<(ImportOutcome, Option<LeadId>)> {
        let before = act.get::<Lead>(id).await?;
        let mut after = before.clone();
        let contact = before
            .message
            .contact
            .filter(|_| before.message.party == read.message.party);
        let event = after
            .import_again(crate::lead::Message {
                contact,
                ..read.message
            })
            .map_err(Error::from)?;
        if after == before {
            return Ok((ImportOutcome::Unchanged, Some(id)));
        }
        if !self.dry {
            act.store(&before, after, &event).await?;
        }
        Ok((ImportOutcome::Updated, Some(id)))
    }
}
