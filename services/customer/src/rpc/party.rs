//! Prospects and accounts.

use baton_chassis::{
    Result, Violations,
    act::{Act, Look},
    context::{self, Context},
    ids::PartyId,
    paging,
    people::DuplicatePolicy,
    wire::parse_id,
};
use baton_proto::customer::v1::{self as pb, party_service_server::PartyService};
use tonic::Request;

use super::{Answer, check_source, duplicates, page};
use crate::{
    admission,
    channel::Channel,
    duplicate::Rule,
    party::{Draft, Outcome, Party, State, Verification},
    store, wire,
};

/// The calls about parties.
pub struct Parties(pub Context);

/// What somebody asks to have created.
#[derive(Clone)]
struct Asked {
    draft: Draft,
    policy: DuplicatePolicy,
}

impl Parties {
    /// Reads a new party and looks at what it refers to elsewhere, before the transaction.
    async fn asked<R: Sync>(
        &self,
        request: &Request<R>,
        mut v: Violations,
        at: &str,
        party: Option<&pb::Party>,
        on_duplicate: i32,
    ) -> Result<Asked> {
        let caller = context::caller(request)?;
        let policy = wire::policy(&mut v, on_duplicate, &caller.people.settings);
        let draft = wire::draft(v, at, party, &caller.people)?;
        check_source(&self.0, &caller, at, &draft.source).await?;
        Ok(Asked { draft, policy })
    }
}

#[tonic::async_trait]
impl PartyService for Parties {
    async fn create_prospect(
        &self,
        request: Request<pb::CreateProspectRequest>,
    ) -> Answer<pb::CreateProspectResponse> {
        if let Some(done) = self.0.replayed(&request).await? {
            return Ok(done);
        }
        let r = request.get_ref();
        let asked = self
            .asked(
                &request,
                Violations::new(),
                "prospect",
                r.prospect.as_ref(),
                r.on_duplicate,
            )
            .await
            .map_err(|e| self.0.refuse(&request, e))?;
        if r.validate_only {
            return self
                .0
                .query(request, async move |look, r| {
                    foresee_prospect(look, &asked, r).await
                })
                .await;
        }
        self.0
            .command(request, async move |act, r| {
                create_prospect(act, asked.clone(), r).await
            })
            .await
    }

    async fn create_account(
        &self,
        request: Request<pb::CreateAccountRequest>,
    ) -> Answer<pb::CreateAccountResponse> {
        if let Some(done) = self.0.replayed(&request).await? {
            return Ok(done);
        }
        let (r, mut v) = (request.get_ref(), Violations::new());
        let vouched = wire::vouching(&mut v, r);
        let asked = self
            .asked(&request, v, "account", r.account.as_ref(), r.on_duplicate)
            .await
            .map_err(|e| self.0.refuse(&request, e))?;
        self.0
            .command(request, async move |act, _| {
                create_account(act, asked.clone(), vouched.clone()).await
            })
            .await
    }

    async fn get_party(
        &self,
        request: Request<pb::GetPartyRequest>,
    ) -> Answer<pb::GetPartyResponse> {
        self.0
            .query(request, async |look, r| {
                let party = look.get::<Party>(parse_id("id", &r.id)?).await?;
                Ok(pb::GetPartyResponse {
                    party: Some(wire::party(&party, &look.caller.sight())),
                })
            })
            .await
    }

    async fn list_prospects(
        &self,
        request: Request<pb::ListProspectsRequest>,
    ) -> Answer<pb::ListProspectsResponse> {
        self.0
            .query(request, async |look, r| {
                let (state, filter, query) = wire::prospect_filter(r)?;
                let list = store::parties(look.scope(), state, filter);
                look.caller.check_query(query.as_ref())?;
                let list = look.found::<Party>(list, query.as_ref()).await?;
                let listed = look
                    .list(|| list.clone(), store::PARTIES, &paging!(r))
                    .await?;
                let sight = look.caller.sight();
                let row = |p| wire::party(p, &sight);
                Ok(page!(ListProspectsResponse, prospects, listed, row))
            })
            .await
    }

    async fn list_accounts(
        &self,
        request: Request<pb::ListAccountsRequest>,
    ) -> Answer<pb::ListAccountsResponse> {
        self.0
            .query(request, async |look, r| {
                let (filter, query) = wire::account_filter(r)?;
                let list = store::parties(look.scope(), State::Account, filter);
                look.caller.check_query(query.as_ref())?;
                let list = look.found::<Party>(list, query.as_ref()).await?;
                let listed = look
                    .list(|| list.clone(), store::PARTIES, &paging!(r))
                    .await?;
                let sight = look.caller.sight();
                let row = |p| wire::party(p, &sight);
                Ok(page!(ListAccountsResponse, accounts, listed, row))
            })
            .await
    }

    async fn update_party(
        &self,
        request: Request<pb::UpdatePartyRequest>,
    ) -> Answer<pb::UpdatePartyResponse> {
        self.0.command(request, update_party).await
    }

    async fn verify_prospect(
        &self,
        request: Request<pb::VerifyProspectRequest>,
    ) -> Answer<pb::VerifyProspectResponse> {
        self.0
            .command(request, async |act, r| {
                let (party, outcome, channel, evidence) = wire::finding(r)?;
                let verification = verification(act, party, outcome, channel, evidence)?;
                let before = act.seen::<Party>(party, &r.etag).await?;
                let after = admission::verify(act, &before, &verification).await?;
                Ok(pb::VerifyProspectResponse {
                    party: Some(wire::party(&after, &act.caller.sight())),
                    verification: Some(wire::verification(&verification)),
                })
            })
            .await
    }

    async fn reopen_prospect(
        &self,
        request: Request<pb::ReopenProspectRequest>,
    ) -> Answer<pb::ReopenProspectResponse> {
        self.0
            .command(request, async |act, r| {
                let party = act.change::<Party>(r, |p, _| Ok(p.reopen()?)).await?;
                Ok(pb::ReopenProspectResponse {
                    party: Some(wire::party(&party, &act.caller.sight())),
                })
            })
            .await
    }

    async fn list_verifications(
        &self,
        request: Request<pb::ListVerificationsRequest>,
    ) -> Answer<pb::ListVerificationsResponse> {
        self.0
            .query(request, async |look, r| {
                let party = look
                    .get::<Party>(parse_id("party_id", &r.party_id)?)
                    .await?;
                let list = || store::verifications(party.id);
                let listed = look.list(list, store::VERIFICATIONS, &paging!(r)).await?;
                Ok(page!(
                    ListVerificationsResponse,
                    verifications,
                    listed,
                    wire::verification
                ))
            })
            .await
    }

    async fn probe_duplicates(
        &self,
        request: Request<pb::ProbeDuplicatesRequest>,
    ) -> Answer<pb::ProbeDuplicatesResponse> {
        self.0
            .query(request, async |look, r| {
                let keys = wire::identity(r)?;
                let mut known = store::matches(look.tx, &keys, None).await?;
                known.truncate(20);
                Ok(pb::ProbeDuplicatesResponse {
                    duplicates: duplicates(look, &known),
                })
            })
            .await
    }
}

/// A verification by whoever acts, now.
fn verification(
    act: &Act<'_>,
    party: PartyId,
    outcome: Outcome,
    channel: Channel,
    evidence: String,
) -> Result<Verification> {
    let (id, verifier, created_at) = (act.new_id(), act.member()?, act.now);
    Ok(Verification {
        id,
        party,
        outcome,
        channel,
        evidence,
        verifier,
        created_at,
    })
}

/// What is done about parties that a new prospect looks like.
fn rule(asked: &Asked, r: &pb::CreateProspectRequest) -> Rule {
    Rule {
        policy: asked.policy,
        by_reach: r.link_by_reach,
    }
}

/// What would become of a new prospect: refused as it would be, with the parties that it looks like.
async fn foresee_prospect(
    look: &mut Look<'_>,
    asked: &Asked,
    r: &pb::CreateProspectRequest,
) -> Result<pb::CreateProspectResponse> {
    let found = admission::find(look, &asked.draft.keys(), rule(asked, r)).await?;
    let party = found.link.as_ref();
    Ok(pb::CreateProspectResponse {
        party: party.map(|p| wire::shown(p, admission::sees(look, p), &look.caller.sight())),
        duplicates: duplicates(look, &found.known),
        linked: party.is_some(),
    })
}

async fn create_prospect(
    act: &mut Act<'_>,
    asked: Asked,
    r: &pb::CreateProspectRequest,
) -> Result<pb::CreateProspectResponse> {
    let rule = rule(&asked, r);
    let found = admission::recognise(act, &asked.draft.keys(), rule).await?;
    let linked = found.link.is_some();
    let party = match found.link {
        Some(party) => party,
        None => admission::prospect(act, asked.draft, "prospect").await?,
    };
    Ok(pb::CreateProspectResponse {
        party: Some(wire::shown(
            &party,
            !linked || admission::sees(act, &party),
            &act.caller.sight(),
        )),
        duplicates: duplicates(act, &found.known),
        linked,
    })
}

async fn create_account(
    act: &mut Act<'_>,
    asked: Asked,
    (channel, evidence): (Channel, String),
) -> Result<pb::CreateAccountResponse> {
    let found = admission::recognise(act, &asked.draft.keys(), asked.policy).await?;
    let linked = found.link.is_some();
    let id = found
        .link
        .as_ref()
        .map_or_else(|| act.new_id(), |party| party.id);
    let verification = verification(act, id, Outcome::Confirmed, channel, evidence)?;
    let party = match found.link {
        // Whoever would have created it as an account has verified it.
        Some(party) if admission::is_own_prospect(act, &party) => {
            admission::verify(act, &party, &verification).await?
        }
        Some(party) => party,
        None => admission::account(act, asked.draft, &verification, "account").await?,
    };
    Ok(pb::CreateAccountResponse {
        party: Some(wire::shown(
            &party,
            !linked || admission::sees(act, &party),
            &act.caller.sight(),
        )),
        duplicates: duplicates(act, &found.known),
        linked,
    })
}

async fn update_party(
    act: &mut Act<'_>,
    r: &pb::UpdatePartyRequest,
) -> Result<pb::UpdatePartyResponse> {
    let id = wire::named("party", r.party.as_ref(), |p| &p.id)?;
    let before = act.seen::<Party>(id, &r.etag).await?;
    let (details, policy) = wire::party_update(r, &before, &act.caller)?;
    let mut after = before.clone();
    let event = after.update(details)?;
    let known = admission::recognise_others(act, &before, &after, policy).await?;
    let after = admission::change(act, &before, after, &event).await?;
    Ok(pb::UpdatePartyResponse {
        party: Some(wire::party(&after, &act.caller.sight())),
        duplicates: duplicates(act, &known),
    })
}
