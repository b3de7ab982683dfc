//! Loading parties from another system.

use std::collections::HashSet;

use baton_chassis::{
    Error, Messages, Result, Violations,
    act::{Act, Noun as _},
    context::{self, Context},
    ids::PartyId,
    import,
    people::{DuplicatePolicy, Settings},
};
use baton_proto::{
    customer::v1::{self as pb, import_service_server::ImportService},
    r#type::v1::ImportOutcome,
};
use tonic::Request;

use super::{Answer, duplicates};
use crate::{
    admission::{self, Recognised},
    party::{Party, PartyEvent, State},
    wire::{self, Row},
};

/// The calls that load past facts.
pub struct Import(pub Context);

#[tonic::async_trait]
impl ImportService for Import {
    async fn import_parties(
        &self,
        request: Request<pb::ImportPartiesRequest>,
    ) -> Answer<pb::ImportPartiesResponse> {
        if let Some(done) = self.0.replayed(&request).await? {
            return Ok(done);
        }
        let results = self
            .load(&request)
            .await
            .map_err(|e| self.0.refuse(&request, e))?;
        // The rows are kept by now; what is left is to remember the answer.
        let answer = pb::ImportPartiesResponse { results };
        self.0
            .command(request, async move |_, _| Ok(answer.clone()))
            .await
    }
}

impl Import {
    /// Loads all rows, a few in each transaction.
    async fn load(
        &self,
        request: &Request<pb::ImportPartiesRequest>,
    ) -> Result<Vec<pb::ImportResult>> {
        let caller = context::caller(request)?;
        let r = request.get_ref();
        let mut load = Load::new(r, &caller.people.settings)?;
        let mut results = Vec::with_capacity(r.rows.len());
        for rows in r.rows.chunks(import::ROWS_AT_ONCE) {
            let part = pb::ImportPartiesRequest {
                system: r.system.clone(),
                rows: rows.to_vec(),
                request_id: import::part_id(&r.request_id, results.len()),
                validate_only: r.validate_only,
                on_duplicate: r.on_duplicate,
            };
            let (begun, messages) = (load.clone(), self.0.messages.clone());
            let work = async move |act: &mut Act<'_>, part: &pb::ImportPartiesRequest| {
                let results = begun.clone().rows(act, &part.rows, &messages).await?;
                Ok(pb::ImportPartiesResponse { results })
            };
            let done = self.0.carry_out(caller.clone(), part, work).await?;
            load.rehearse(&done.results);
            results.extend(done.results);
        }
        Ok(results)
    }
}

/// One load: what holds for all its rows.
#[derive(Clone)]
struct Load {
    system: String,
    policy: DuplicatePolicy,
    /// Only tells what would happen.
    rehearsal: bool,
    /// Keys of rows that a rehearsal would have created.
    rehearsed: HashSet<String>,
}

impl Load {
    fn new(r: &pb::ImportPartiesRequest, settings: &Settings) -> Result<Self> {
        let mut v = Violations::new();
        let system = import::system(&mut v, &r.system, &r.rows);
        let policy = wire::policy(&mut v, r.on_duplicate, settings);
        v.done()?;
        Ok(Self {
            system,
            policy,
            rehearsal: r.validate_only,
            rehearsed: HashSet::new(),
        })
    }

    /// Notes what a rehearsal would have created, for rows that name it as their company.
    fn rehearse(&mut self, results: &[pb::ImportResult]) {
        if self.rehearsal {
            let taken = results
                .iter()
                .filter(|r| r.outcome() != ImportOutcome::Refused);
            self.rehearsed.extend(taken.map(|r| r.external_id.clone()));
        }
    }

    async fn rows(
        &mut self,
        act: &mut Act<'_>,
        rows: &[pb::PartyRow],
        messages: &Messages,
    ) -> Result<Vec<pb::ImportResult>> {
        let mut results = Vec::with_capacity(rows.len());
        for row in rows {
            let result = match self.row(act, row).await {
                Ok(result) => result,
                Err(e) => wire::refusal(&row.external_id, e, messages, act.caller.language)?,
            };
            self.rehearse(std::slice::from_ref(&result));
            results.push(result);
        }
        Ok(results)
    }

    /// Loads a row. It is refused before anything of it is written.
    async fn row(&mut self, act: &mut Act<'_>, r: &pb::PartyRow) -> Result<pb::ImportResult> {
        let known = match act
            .external::<PartyId>(Party::KIND, &self.system, &r.external_id)
            .await?
        {
            Some(id) => Party::load(act.tx, id).await?,
            None => None,
        };
        let mut row = wire::row(r, known.as_ref(), act.people(), act.now)?;
        self.find_parent(act, &mut row).await?;
        match known {
            Some(party) => self.again(act, &r.external_id, &party, row).await,
            None => self.anew(act, &r.external_id, row).await,
        }
    }

    async fn find_parent(&self, act: &mut Act<'_>, row: &mut Row) -> Result<()> {
        if row.parent.is_empty() || self.rehearsed.contains(&row.parent) {
            return Ok(());
        }
        let parent = act.external(Party::KIND, &self.system, &row.parent).await?;
        if parent.is_none() {
            return Err(Error::invalid("parent_external_id", "REFERENCE_NOT_FOUND"));
        }
        row.draft.details.parent = parent;
        Ok(())
    }

    async fn again(
        &self,
        act: &mut Act<'_>,
        external_id: &str,
        before: &Party,
        row: Row,
    ) -> Result<pb::ImportResult> {
        let mut after = before.clone();
        let event = after.update(row.draft.details)?;
        let outcome = if after == *before {
            ImportOutcome::Unchanged
        } else {
            ImportOutcome::Updated
        };
        admission::check_parent(act, &after, "party").await?;
        if !self.rehearsal {
            admission::change(act, before, after, &event).await?;
        }
        Ok(wire::import_result(
            external_id,
            outcome,
            Some(before.id),
            Vec::new(),
        ))
    }

    async fn anew(
        &mut self,
        act: &mut Act<'_>,
        external_id: &str,
        row: Row,
    ) -> Result<pb::ImportResult> {
        let keys = row.draft.keys();
        let Recognised { known, link } = if self.rehearsal {
            admission::find(act, &keys, self.policy).await?
        } else {
            admission::recognise(act, &keys, self.policy).await?
        };
        let found = duplicates(act, &known);
        let (outcome, party) = match link {
            Some(party) => (ImportOutcome::Linked, Some(party.id)),
            None => (ImportOutcome::Created, self.enter(act, row).await?),
        };
        if let Some(party) = party.filter(|_| !self.rehearsal) {
            act.set_external(Party::KIND, &self.system, external_id, party)
                .await?;
        }
        Ok(wire::import_result(external_id, outcome, party, found))
    }

    /// Writes a new party, unless this is a rehearsal.
    async fn enter(&self, act: &mut Act<'_>, mut row: Row) -> Result<Option<PartyId>> {
        admission::place(act, &mut row.draft.details, None);
        let id: PartyId = act.new_id();
        let (party, event) = match row.state {
            State::Account => (
                Party::imported_account(id, String::new(), row.draft, row.created_at),
                PartyEvent::AccountCreated { channel: None },
            ),
            State::Prospect | State::Invalid => (
                Party::prospect(id, String::new(), row.draft, row.created_at),
                PartyEvent::ProspectCreated,
            ),
        };
        admission::check_parent(act, &party, "party").await?;
        if self.rehearsal {
            return Ok(None);
        }
        let party = Party {
            number: act.number("A").await?,
            ..party
        };
        admission::enter(act, party, &event, "party").await?;
        Ok(Some(id))
    }
}
