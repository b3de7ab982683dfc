//! Interactions.

use baton_chassis::{
    Result, Violations,
    act::Act,
    context::{self, Context},
    ids::{InteractionId, MemberId, PartyId},
    paging,
};
use baton_proto::customer::v1::{self as pb, interaction_service_server::InteractionService};
use tonic::{Request, Response};

use super::{Answer, Spoken, check_concerned, concerned, follow_up, open, page, reach};
use crate::{
    admission,
    channel::Channel,
    interaction::{About, Interaction, InteractionEvent, Kind},
    store,
    wire::{self, InteractionDraft},
};

/// The calls about interactions.
pub struct Interactions(pub Context);

impl Spoken for Interaction {
    fn concerned(&self) -> (About, Option<PartyId>) {
        (self.about, self.party)
    }
}

impl Interactions {
    async fn asked(
        &self,
        request: &Request<pb::CreateInteractionRequest>,
    ) -> Result<InteractionDraft> {
        let caller = context::caller(request)?;
        let now = self.0.clock.now();
        let draft = wire::interaction_draft(request.get_ref(), &caller.people, now)?;
        let (about, party, contact) = (draft.about, draft.party, draft.contact);
        check_concerned(&self.0, &caller, "interaction", about, party, contact).await?;
        Ok(draft)
    }

    async fn seen(&self, request: &Request<pb::GetInteractionRequest>) -> Result<Interaction> {
        let caller = context::caller(request)?;
        open(&self.0, &caller, &request.get_ref().id).await
    }
}

#[tonic::async_trait]
impl InteractionService for Interactions {
    async fn create_interaction(
        &self,
        request: Request<pb::CreateInteractionRequest>,
    ) -> Answer<pb::CreateInteractionResponse> {
        if let Some(done) = self.0.replayed(&request).await? {
            return Ok(done);
        }
        let draft = self
            .asked(&request)
            .await
            .map_err(|e| self.0.refuse(&request, e))?;
        self.0
            .command(request, async move |act, _| {
                record(act, draft.clone()).await
            })
            .await
    }

    async fn get_interaction(
        &self,
        request: Request<pb::GetInteractionRequest>,
    ) -> Answer<pb::GetInteractionResponse> {
        let interaction = self
            .seen(&request)
            .await
            .map_err(|e| self.0.refuse(&request, e))?;
        let interaction = Some(wire::interaction(&interaction));
        Ok(Response::new(pb::GetInteractionResponse { interaction }))
    }

    async fn list_interactions(
        &self,
        request: Request<pb::ListInteractionsRequest>,
    ) -> Answer<pb::ListInteractionsResponse> {
        let r = request.get_ref();
        let reach = reach(&self.0, &request, r.about.as_ref(), &r.party_id)
            .await
            .map_err(|e| self.0.refuse(&request, e))?;
        self.0
            .query(request, async move |look, r| {
                let mut v = Violations::new();
                let channel = v.optional_choice("channel", r.channel, wire::word::<Channel>);
                let kind = v.optional_choice("kind", r.kind, wire::word::<Kind>);
                let owner = v.optional_id::<MemberId>("owner_id", &r.owner_id);
                v.done()?;
                let list = store::interactions(reach.scope.clone())
                    .filter("i.about_id = ?", reach.about.map(|a| a.id))
                    .filter("i.about_kind = ?", reach.about.map(|a| a.kind))
                    .filter("i.party = ?", reach.party)
                    .filter("i.channel = ?", channel)
                    .filter("i.kind = ?", kind)
                    .filter("i.owner = ?", owner);
                let listed = look
                    .list(|| list.clone(), store::INTERACTIONS, &paging!(r))
                    .await?;
                Ok(page!(
                    ListInteractionsResponse,
                    interactions,
                    listed,
                    wire::interaction
                ))
            })
            .await
    }

    async fn update_interaction(
        &self,
        request: Request<pb::UpdateInteractionRequest>,
    ) -> Answer<pb::UpdateInteractionResponse> {
        self.0
            .command(request, async |act, r| {
                let id: InteractionId =
                    wire::named("interaction", r.interaction.as_ref(), |i| &i.id)?;
                let interaction = act
                    .change_seen::<Interaction>(id, &r.etag, |i, now| {
                        Ok(i.update(wire::interaction_update(r, &i.details, now)?))
                    })
                    .await?;
                let interaction = Some(wire::interaction(&interaction));
                Ok(pb::UpdateInteractionResponse { interaction })
            })
            .await
    }
}

async fn record(
    act: &mut Act<'_>,
    draft: InteractionDraft,
) -> Result<pb::CreateInteractionResponse> {
    let whom = concerned(act, "interaction", draft.about, draft.party, draft.contact).await?;
    let id: InteractionId = act.new_id();
    let owner = act.caller.person();
    let follow_up = draft
        .follow_up
        .map(|details| follow_up::planned(act, draft.about, whom.party, Some(id), details));
    let interaction = Interaction {
        id,
        version: 1,
        about: draft.about,
        party: whom.party,
        contact: whom.contact,
        details: draft.details,
        follow_up: follow_up.as_ref().map(|f| f.id),
        owner,
        territory: admission::home(act.people(), owner),
        created_at: act.now,
        updated_at: act.now,
    };
    let interaction = act.create(interaction, &InteractionEvent::Recorded).await?;
    let follow_up = match follow_up {
        Some(follow_up) => Some(follow_up::create(act, follow_up).await?),
        None => None,
    };
    Ok(pb::CreateInteractionResponse {
        interaction: Some(wire::interaction(&interaction)),
        follow_up: follow_up.as_ref().map(wire::follow_up),
    })
}
