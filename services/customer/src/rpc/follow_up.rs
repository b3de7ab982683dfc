//! Follow-ups, and what happens when their time comes.

use baton_chassis::{
    Error, Result, Violations,
    act::{Act, Noun as _},
    context::{self, Context},
    ids::{FollowUpId, InteractionId, MemberId, PartyId},
    paging,
};
use baton_proto::customer::v1::{self as pb, follow_up_service_server::FollowUpService};
use tonic::{Request, Response};

use super::{Answer, Spoken, check_concerned, concerned, open, page, reach};
use crate::{
    admission,
    follow_up::{Details, FollowUp, FollowUpEvent, State},
    interaction::About,
    store,
    wire::{self, FollowUpDraft},
};

/// The timer that tells when the time of a follow-up has come.
pub const ALARM: &str = "follow_up_due";

/// The calls about follow-ups.
pub struct FollowUps(pub Context);

impl Spoken for FollowUp {
    fn concerned(&self) -> (About, Option<PartyId>) {
        (self.about, self.party)
    }
}

impl FollowUps {
    async fn asked(&self, request: &Request<pb::CreateFollowUpRequest>) -> Result<FollowUpDraft> {
        let caller = context::caller(request)?;
        let now = self.0.clock.now();
        let draft = wire::follow_up_draft(request.get_ref(), &caller.people, now)?;
        check_concerned(
            &self.0,
            &caller,
            "follow_up",
            draft.about,
            draft.party,
            None,
        )
        .await?;
        Ok(draft)
    }

    async fn seen(&self, request: &Request<pb::GetFollowUpRequest>) -> Result<FollowUp> {
        let caller = context::caller(request)?;
        open(&self.0, &caller, &request.get_ref().id).await
    }
}

#[tonic::async_trait]
impl FollowUpService for FollowUps {
    async fn create_follow_up(
        &self,
        request: Request<pb::CreateFollowUpRequest>,
    ) -> Answer<pb::CreateFollowUpResponse> {
        if let Some(done) = self.0.replayed(&request).await? {
            return Ok(done);
        }
        let draft = self
            .asked(&request)
            .await
            .map_err(|e| self.0.refuse(&request, e))?;
        self.0
            .command(request, async move |act, _| {
                let FollowUpDraft {
                    about,
                    party,
                    details,
                } = draft.clone();
                let whom = concerned(act, "follow_up", about, party, None).await?;
                let follow_up = planned(act, about, whom.party, None, details);
                let follow_up = create(act, follow_up).await?;
                Ok(pb::CreateFollowUpResponse {
                    follow_up: Some(wire::follow_up(&follow_up)),
                })
            })
            .await
    }

    async fn get_follow_up(
        &self,
        request: Request<pb::GetFollowUpRequest>,
    ) -> Answer<pb::GetFollowUpResponse> {
        let follow_up = self
            .seen(&request)
            .await
            .map_err(|e| self.0.refuse(&request, e))?;
        let follow_up = Some(wire::follow_up(&follow_up));
        Ok(Response::new(pb::GetFollowUpResponse { follow_up }))
    }

    async fn list_follow_ups(
        &self,
        request: Request<pb::ListFollowUpsRequest>,
    ) -> Answer<pb::ListFollowUpsResponse> {
        let r = request.get_ref();
        let reach = reach(&self.0, &request, r.about.as_ref(), &r.party_id)
            .await
            .map_err(|e| self.0.refuse(&request, e))?;
        self.0
            .query(request, async move |look, r| {
                let mut v = Violations::new();
                let state = v.optional_choice("state", r.state, wire::word::<State>);
                let owner = v.optional_id::<MemberId>("owner_id", &r.owner_id);
                let before = v.time("due_before_time", r.due_before_time.as_ref());
                v.done()?;
                let list = store::follow_ups(reach.scope.clone())
                    .filter("f.about_id = ?", reach.about.map(|a| a.id))
                    .filter("f.about_kind = ?", reach.about.map(|a| a.kind))
                    .filter("f.party = ?", reach.party)
                    .filter("f.state = ?", state)
                    .filter("f.owner = ?", owner)
                    .filter("f.due_at < ?", before);
                let listed = look
                    .list(|| list.clone(), store::FOLLOW_UPS, &paging!(r))
                    .await?;
                Ok(page!(
                    ListFollowUpsResponse,
                    follow_ups,
                    listed,
                    wire::follow_up
                ))
            })
            .await
    }

    async fn update_follow_up(
        &self,
        request: Request<pb::UpdateFollowUpRequest>,
    ) -> Answer<pb::UpdateFollowUpResponse> {
        self.0
            .command(request, async |act, r| {
                let id: FollowUpId = wire::named("follow_up", r.follow_up.as_ref(), |f| &f.id)?;
                let people = act.people().clone();
                let follow_up = act
                    .change_seen::<FollowUp>(id, &r.etag, |f, now| {
                        let mut details = wire::follow_up_update(r, &f.details, &people, now)?;
                        if details.owner != f.details.owner {
                            details.territory = admission::home(&people, details.owner);
                        }
                        Ok(f.update(details)?)
                    })
                    .await?;
                set_alarm(act, &follow_up).await?;
                Ok(pb::UpdateFollowUpResponse {
                    follow_up: Some(wire::follow_up(&follow_up)),
                })
            })
            .await
    }

    async fn complete_follow_up(
        &self,
        request: Request<pb::CompleteFollowUpRequest>,
    ) -> Answer<pb::CompleteFollowUpResponse> {
        self.0
            .command(request, async |act, r| {
                let result = result(&r.result)?;
                let follow_up = act
                    .change::<FollowUp>(r, |f, now| Ok(f.complete(result, now)?))
                    .await?;
                set_alarm(act, &follow_up).await?;
                Ok(pb::CompleteFollowUpResponse {
                    follow_up: Some(wire::follow_up(&follow_up)),
                })
            })
            .await
    }

    async fn cancel_follow_up(
        &self,
        request: Request<pb::CancelFollowUpRequest>,
    ) -> Answer<pb::CancelFollowUpResponse> {
        self.0
            .command(request, async |act, r| {
                let reason = result(&r.result)?;
                let follow_up = act
                    .change::<FollowUp>(r, |f, now| Ok(f.cancel(reason, now)?))
                    .await?;
                set_alarm(act, &follow_up).await?;
                Ok(pb::CancelFollowUpResponse {
                    follow_up: Some(wire::follow_up(&follow_up)),
                })
            })
            .await
    }

    async fn reopen_follow_up(
        &self,
        request: Request<pb::ReopenFollowUpRequest>,
    ) -> Answer<pb::ReopenFollowUpResponse> {
        self.0
            .command(request, async |act, r| {
                let due_at = wire::follow_up_due(r, act.now)?;
                let follow_up = act
                    .change::<FollowUp>(r, |f, _| Ok(f.reopen(due_at)?))
                    .await?;
                set_alarm(act, &follow_up).await?;
                Ok(pb::ReopenFollowUpResponse {
                    follow_up: Some(wire::follow_up(&follow_up)),
                })
            })
            .await
    }
}

fn result(text: &str) -> Result<String> {
    let mut v = Violations::new();
    let text = v.optional_text("result", text, 4_000);
    v.done()?;
    Ok(text)
}

/// A follow-up that is to be done by whoever plans it, unless somebody else was named.
pub fn planned(
    act: &Act<'_>,
    about: About,
    party: Option<PartyId>,
    interaction: Option<InteractionId>,
    mut details: Details,
) -> FollowUp {
    details.owner = details.owner.or(act.caller.person());
    details.territory = admission::home(act.people(), details.owner);
    FollowUp::new(act.new_id(), about, party, interaction, details, act.now)
}

/// Writes a new follow-up and sets its alarm.
pub async fn create(act: &mut Act<'_>, follow_up: FollowUp) -> Result<FollowUp> {
    let follow_up = act.create(follow_up, &FollowUpEvent::Created).await?;
    set_alarm(act, &follow_up).await?;
    Ok(follow_up)
}

async fn set_alarm(act: &mut Act<'_>, follow_up: &FollowUp) -> Result<()> {
    match follow_up.alarm() {
        Some(due) => act.timer(ALARM, follow_up.id, due).await,
        None => act.cancel_timer(ALARM, follow_up.id).await,
    }
}

/// Tells that the time of a follow-up has come. One that was closed or put off in the meantime is left alone.
pub async fn come_due(act: &mut Act<'_>, id: FollowUpId) -> Result<()> {
    let before = FollowUp::load(act.tx, id).await?;
    let before = before.ok_or_else(|| Error::not_found(FollowUp::KIND, id))?;
    let mut after = before.clone();
    if let Ok(event) = after.come_due(act.now) {
        act.store(&before, after, &event).await?;
    }
    Ok(())
}
