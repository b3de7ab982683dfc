//! Loading parties from another system.

use std::collections::HashSet;

use baton_chassis::{
    Error, Result, Violations,
    act::{Act, Noun as _},
    context::Context,
    ids::PartyId,
    people::DuplicatePolicy,
};
use baton_proto::customer::v1::{self as pb, import_service_server::ImportService};
use tonic::Request;

use super::{Answer, duplicates};
use crate::{
    admission::{self, Recognised},
    party::{Party, PartyEvent, State},
    wire::{self, Row},
};

/// Rows of one request.
const ROWS_MAX: usize = 500;

/// The calls that load past facts.
pub struct Import(pub Context);

#[tonic::async_trait]
impl ImportService for Import {
    async fn import_parties(
        &self,
        request: Request<pb::ImportPartiesRequest>,
    ) -> Answer<pb::ImportPartiesResponse> {
        let messages = self.0.messages.clone();
        self.0
            .command(request, async move |act, r| {
                let mut load = Load::new(act, r)?;
                let mut results = Vec::with_capacity(r.rows.len());
                for row in &r.rows {
                    results.push(match load.row(act, row).await {
                        Ok(result) => result,
                        Err(error) => {
                            let language = act.caller.language;
                            wire::refusal(&row.external_id, error, &messages, language)?
                        }
                    });
                }
                Ok(pb::ImportPartiesResponse { results })
            })
            .await
    }
}

/// One load: what holds for all its rows.
struct Load {
    system: String,
    policy: DuplicatePolicy,
    /// Only tells what would happen.
    rehearsal: bool,
    /// Keys of rows that a rehearsal would have created.
    rehearsed: HashSet<String>,
}

impl Load {
    fn new(act: &Act<'_>, r: &pb::ImportPartiesRequest) -> Result<Self> {
        let mut v = Violations::new();
        let system = v.text("system", &r.system, 1..=60);
        let policy = wire::policy(&mut v, r.on_duplicate, act.settings());
        if r.rows.is_empty() {
            v.add("rows", "REQUIRED");
        } else if r.rows.len() > ROWS_MAX {
            v.push(baton_chassis::Violation::new("rows", "TOO_MANY").with("max", ROWS_MAX));
        }
        v.done()?;
        Ok(Self {
            system,
            policy,
            rehearsal: r.validate_only,
            rehearsed: HashSet::new(),
        })
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
            pb::ImportOutcome::Unchanged
        } else {
            pb::ImportOutcome::Updated
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
            Some(party) => (pb::ImportOutcome::Linked, Some(party.id)),
            None => (pb::ImportOutcome::Created, self.enter(act, row).await?),
        };
        match party {
            Some(party) if !self.rehearsal => {
                act.set_external(Party::KIND, &self.system, external_id, party)
                    .await?;
            }
            _ => drop(self.rehearsed.insert(external_id.to_owned())),
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
