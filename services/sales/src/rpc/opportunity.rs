//! Calls about opportunities.

use baton_chassis::{
    Context, Error, Result, Violations, Whose,
    act::{Act, Noun as _},
    context,
    ids::{MemberId, OpportunityId, StageId, TerritoryId},
    paging,
    switches::SwitchedOff,
    wire::{handoff as message, parse_id},
};
use baton_proto::{
    Target,
    sales::v1::{
        AcceptOpportunityRequest, AcceptOpportunityResponse, CreateOpportunityRequest,
        CreateOpportunityResponse, GetHandOverRequest, GetHandOverResponse, GetOpportunityRequest,
        GetOpportunityResponse, HandOverOpportunityRequest, HandOverOpportunityResponse,
        JoinOpportunityRequest, JoinOpportunityResponse, LeaveOpportunityRequest,
        LeaveOpportunityResponse, ListOpportunitiesRequest, ListOpportunitiesResponse,
        ListOpportunityHandoffsRequest, ListOpportunityHandoffsResponse, ListStageVisitsRequest,
        ListStageVisitsResponse, LoseOpportunityRequest, LoseOpportunityResponse,
        MoveOpportunityRequest, MoveOpportunityResponse, OfferOpportunityRequest,
        OfferOpportunityResponse, ReopenOpportunityRequest, ReopenOpportunityResponse,
        RetractOpportunityRequest, RetractOpportunityResponse, ReturnOpportunityRequest,
        ReturnOpportunityResponse, SetOpportunityLinesRequest, SetOpportunityLinesResponse,
        UpdateOpportunityRequest, UpdateOpportunityResponse, WinOpportunityRequest,
        WinOpportunityResponse, opportunity_service_server::OpportunityService,
    },
};
use tonic::{Request, Response, Status};

use super::{
    checks::{References, place, process_for, products},
    hand_over,
    handoff::{self, readable, readable_rows},
    origin,
};
use crate::{
    opportunity::{Draft, Head, Opportunity, OpportunityEvent},
    process::Process,
    store::opportunity as store,
    wire::opportunity::{self as wire, Items, NewDeal, Price},
};

/// Answers calls about opportunities.
pub struct Opportunities(pub Context);

#[tonic::async_trait]
impl OpportunityService for Opportunities {
    async fn create_opportunity(
        &self,
        request: Request<CreateOpportunityRequest>,
    ) -> Result<Response<CreateOpportunityResponse>, Status> {
        if let Some(done) = self.0.replayed(&request).await? {
            return Ok(done);
        }
        let new = self
            .checked_new(&request)
            .await
            .map_err(|e| self.0.refuse(&request, e))?;
        self.0
            .command(
                request,
                async move |act: &mut Act<'_>, _: &CreateOpportunityRequest| {
                    let deal = create(act, new.clone()).await?;
                    Ok(CreateOpportunityResponse {
                        opportunity: Some(wire::opportunity(&deal)),
                    })
                },
            )
            .await
    }

    async fn get_opportunity(
        &self,
        request: Request<GetOpportunityRequest>,
    ) -> Result<Response<GetOpportunityResponse>, Status> {
        self.0
            .query(request, async |look, r: &GetOpportunityRequest| {
                let deal = readable(look, parse_id("id", &r.id)?).await?;
                Ok(GetOpportunityResponse {
                    opportunity: Some(wire::opportunity(&deal)),
                })
            })
            .await
    }

    async fn list_opportunities(
        &self,
        request: Request<ListOpportunitiesRequest>,
    ) -> Result<Response<ListOpportunitiesResponse>, Status> {
        self.0
            .query(request, async |look, r: &ListOpportunitiesRequest| {
                let (filter, query) = wire::filter(r)?;
                let (filter, scope) = readable_rows(look, filter);
                let list = store::list(&filter, scope);
                let list = look.found::<Opportunity>(list, query.as_ref()).await?;
                let page = look
                    .list(|| list.clone(), store::orders(&filter), &paging!(r))
                    .await?;
                Ok(ListOpportunitiesResponse {
                    opportunities: page.rows.iter().map(wire::opportunity).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn update_opportunity(
        &self,
        request: Request<UpdateOpportunityRequest>,
    ) -> Result<Response<UpdateOpportunityResponse>, Status> {
        if let Some(done) = self.0.replayed(&request).await? {
            return Ok(done);
        }
        let checked = self.check_change(&request).await;
        let id = checked.map_err(|e| self.0.refuse(&request, e))?;
        self.0
            .command(
                request,
                async move |act: &mut Act<'_>, r: &UpdateOpportunityRequest| {
                    let before = act.seen::<Opportunity>(id, &r.etag).await?;
                    let (head, amount) = wire::change(r, &before)?;
                    if (head.owner, head.territory) != (before.head.owner, before.head.territory) {
                        placed(act, head.owner, head.territory)?;
                    }
                    let mut after = before.clone();
                    let event = after.update(head, amount)?;
                    let deal = act.store(&before, after, &event).await?;
                    Ok(UpdateOpportunityResponse {
                        opportunity: Some(wire::opportunity(&deal)),
                    })
                },
            )
            .await
    }

    async fn move_opportunity(
        &self,
        request: Request<MoveOpportunityRequest>,
    ) -> Result<Response<MoveOpportunityResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &MoveOpportunityRequest| {
                    let stage: StageId = parse_id("stage_id", &r.stage_id)?;
                    let (by, now) = (act.member()?, act.now);
                    let (before, process) = with_process(act, r).await?;
                    let mut after = before.clone();
                    let event = after.move_to(&process, stage, by, now)?;
                    let deal = act.store(&before, after, &event).await?;
                    Ok(MoveOpportunityResponse {
                        opportunity: Some(wire::opportunity(&deal)),
                    })
                },
            )
            .await
    }

    async fn set_opportunity_lines(
        &self,
        request: Request<SetOpportunityLinesRequest>,
    ) -> Result<Response<SetOpportunityLinesResponse>, Status> {
        if let Some(done) = self.0.replayed(&request).await? {
            return Ok(done);
        }
        let items = self
            .checked_items(&request)
            .await
            .map_err(|e| self.0.refuse(&request, e))?;
        self.0
            .command(
                request,
                async move |act: &mut Act<'_>, r: &SetOpportunityLinesRequest| {
                    let Items { currency, items } = items.clone();
                    let deal = act
                        .change::<Opportunity>(r, |o, _| Ok(o.set_lines(currency, items)?))
                        .await?;
                    Ok(SetOpportunityLinesResponse {
                        opportunity: Some(wire::opportunity(&deal)),
                    })
                },
            )
            .await
    }

    async fn win_opportunity(
        &self,
        request: Request<WinOpportunityRequest>,
    ) -> Result<Response<WinOpportunityResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &WinOpportunityRequest| {
                    let deal = handoff::win(act, r, Opportunity::win).await?;
                    Ok(WinOpportunityResponse {
                        opportunity: Some(wire::opportunity(&deal)),
                    })
                },
            )
            .await
    }

    async fn lose_opportunity(
        &self,
        request: Request<LoseOpportunityRequest>,
    ) -> Result<Response<LoseOpportunityResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &LoseOpportunityRequest| {
                    let (reason, competitor) = wire::loss(r)?;
                    let by = act.member()?;
                    let deal = act
                        .change::<Opportunity>(r, |o, now| Ok(o.lose(reason, competitor, by, now)?))
                        .await?;
                    Ok(LoseOpportunityResponse {
                        opportunity: Some(wire::opportunity(&deal)),
                    })
                },
            )
            .await
    }

    async fn reopen_opportunity(
        &self,
        request: Request<ReopenOpportunityRequest>,
    ) -> Result<Response<ReopenOpportunityResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &ReopenOpportunityRequest| {
                    let mut v = Violations::new();
                    let stage = v.optional_id("stage_id", &r.stage_id);
                    v.done()?;
                    let deal = handoff::reopen(act, r, stage).await?;
                    Ok(ReopenOpportunityResponse {
                        opportunity: Some(wire::opportunity(&deal)),
                    })
                },
            )
            .await
    }

    async fn accept_opportunity(
        &self,
        request: Request<AcceptOpportunityRequest>,
    ) -> Result<Response<AcceptOpportunityResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &AcceptOpportunityRequest| {
                    let deal = handoff::accept(act, r).await?;
                    Ok(AcceptOpportunityResponse {
                        opportunity: Some(wire::opportunity(&deal)),
                    })
                },
            )
            .await
    }

    async fn return_opportunity(
        &self,
        request: Request<ReturnOpportunityRequest>,
    ) -> Result<Response<ReturnOpportunityResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &ReturnOpportunityRequest| {
                    let deal = handoff::give_back(act, r, &r.reason).await?;
                    Ok(ReturnOpportunityResponse {
                        opportunity: Some(wire::opportunity(&deal)),
                    })
                },
            )
            .await
    }

    async fn offer_opportunity(
        &self,
        request: Request<OfferOpportunityRequest>,
    ) -> Result<Response<OfferOpportunityResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &OfferOpportunityRequest| {
                    let deal = handoff::offer(act, r).await?;
                    Ok(OfferOpportunityResponse {
                        opportunity: Some(wire::opportunity(&deal)),
                    })
                },
            )
            .await
    }

    async fn hand_over_opportunity(
        &self,
        request: Request<HandOverOpportunityRequest>,
    ) -> Result<Response<HandOverOpportunityResponse>, Status> {
        let caller = context::caller(&request).map_err(|e| self.0.refuse(&request, e))?;
        let cx = self.0.clone();
        let begun = self
            .0
            .command(
                request,
                async move |act: &mut Act<'_>, r: &HandOverOpportunityRequest| {
                    let begun = hand_over::begin::<Opportunity>(act, r, r.target, &cx).await?;
                    Ok(HandOverOpportunityResponse {
                        hand_over: Some(begun),
                    })
                },
            )
            .await?;
        let begun = begun.into_inner().hand_over;
        let hand_over = hand_over::watch(&self.0, begun, caller.language).await?;
        Ok(Response::new(HandOverOpportunityResponse { hand_over }))
    }

    async fn get_hand_over(
        &self,
        request: Request<GetHandOverRequest>,
    ) -> Result<Response<GetHandOverResponse>, Status> {
        let cx = self.0.clone();
        self.0
            .query(request, async move |look, r: &GetHandOverRequest| {
                let id = parse_id("opportunity_id", &r.opportunity_id)?;
                let deal = readable::<Opportunity>(look, id).await?;
                let shown = hand_over::latest(look, &deal, &cx).await?;
                Ok(GetHandOverResponse {
                    hand_over: Some(shown),
                })
            })
            .await
    }

    async fn list_stage_visits(
        &self,
        request: Request<ListStageVisitsRequest>,
    ) -> Result<Response<ListStageVisitsResponse>, Status> {
        self.0
            .query(request, async |look, r: &ListStageVisitsRequest| {
                let id = parse_id("opportunity_id", &r.opportunity_id)?;
                let deal = readable::<Opportunity>(look, id).await?.id;
                let list = || store::visit_list(deal);
                let page = look.list(list, store::VISIT_ORDERS, &paging!(r)).await?;
                Ok(ListStageVisitsResponse {
                    visits: page.rows.iter().map(|v| wire::visit(deal, v)).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn list_opportunity_handoffs(
        &self,
        request: Request<ListOpportunityHandoffsRequest>,
    ) -> Result<Response<ListOpportunityHandoffsResponse>, Status> {
        self.0
            .query(request, async |look, r: &ListOpportunityHandoffsRequest| {
                let id = parse_id("opportunity_id", &r.opportunity_id)?;
                let deal = readable::<Opportunity>(look, id).await?;
                let ledger = look.ledger(Opportunity::KIND, deal.id).await?;
                let handoffs = ledger.rows().iter().map(message).collect();
                Ok(ListOpportunityHandoffsResponse { handoffs })
            })
            .await
    }

    async fn join_opportunity(
        &self,
        request: Request<JoinOpportunityRequest>,
    ) -> Result<Response<JoinOpportunityResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &JoinOpportunityRequest| {
                    let deal = origin::join(act, r).await?;
                    Ok(JoinOpportunityResponse {
                        opportunity: Some(wire::opportunity(&deal)),
                    })
                },
            )
            .await
    }

    async fn leave_opportunity(
        &self,
        request: Request<LeaveOpportunityRequest>,
    ) -> Result<Response<LeaveOpportunityResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &LeaveOpportunityRequest| {
                    let deal = origin::leave(act, r).await?;
                    Ok(LeaveOpportunityResponse {
                        opportunity: Some(wire::opportunity(&deal)),
                    })
                },
            )
            .await
    }

    async fn retract_opportunity(
        &self,
        request: Request<RetractOpportunityRequest>,
    ) -> Result<Response<RetractOpportunityResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &RetractOpportunityRequest| {
                    let deal = origin::retract(act, r).await?;
                    Ok(RetractOpportunityResponse {
                        opportunity: Some(wire::opportunity(&deal)),
                    })
                },
            )
            .await
    }
}

impl Opportunities {
    async fn checked_new(&self, request: &Request<CreateOpportunityRequest>) -> Result<NewDeal> {
        let caller = context::caller(request)?;
        caller.people.settings.refuse(SwitchedOff::Sales)?;
        let new = wire::new_deal(request.get_ref())?;
        let references = References {
            party: Some(new.party),
            contact: new.contact,
            source: Some(new.source.clone()),
            products: products("opportunity.lines", &new.items.items),
            ..References::default()
        };
        references.check(&self.0, &caller, "opportunity").await?;
        Ok(new)
    }

    /// Asks the neighbours about what a change refers to anew.
    async fn check_change(
        &self,
        request: &Request<UpdateOpportunityRequest>,
    ) -> Result<OpportunityId> {
        let named = request.get_ref().opportunity.as_ref().map_or("", |o| &o.id);
        let id: OpportunityId = parse_id("opportunity.id", named)?;
        let caller = context::caller(request)?;
        let before = self
            .0
            .db
            .read(async move |tx| Opportunity::load(tx, id).await)
            .await?;
        let before = before
            .filter(|o| caller.sees(o.whose()))
            .ok_or_else(|| Error::not_found(Opportunity::KIND, id))?;
        let (head, _) = wire::change(request.get_ref(), &before)?;
        let references = References {
            party: head.party.filter(|_| head.party != before.head.party),
            contact: head.contact.filter(|_| head.contact != before.head.contact),
            ..References::default()
        };
        references.check(&self.0, &caller, "opportunity").await?;
        Ok(id)
    }

    async fn checked_items(&self, request: &Request<SetOpportunityLinesRequest>) -> Result<Items> {
        let mut v = Violations::new();
        let items = wire::items(&mut v, "lines", &request.get_ref().lines, Price::Required);
        v.done()?;
        let references = References {
            products: products("lines", &items.items),
            ..References::default()
        };
        references
            .check(&self.0, &context::caller(request)?, "opportunity")
            .await?;
        Ok(items)
    }
}

/// Where a deal belongs, if the caller may put it there.
fn placed(
    act: &Act<'_>,
    owner: MemberId,
    territory: Option<TerritoryId>,
) -> Result<Option<TerritoryId>> {
    let territory = place(act.people(), "opportunity.", owner, territory)?;
    if act.caller.sees(Whose::to_be(Some(owner), territory)) {
        Ok(territory)
    } else {
        Err(Error::Denied)
    }
}

async fn create(act: &mut Act<'_>, new: NewDeal) -> Result<Opportunity> {
    let by = act.member()?;
    let owner = new.owner.unwrap_or(by);
    let territory = placed(act, owner, new.territory)?;
    let process = process_for(
        act,
        "opportunity.process_id",
        new.process,
        &new.product_line,
    )
    .await?;
    let stated = new.stated.as_ref().map(|m| m.currency.clone());
    let currency = new.items.currency.or(stated);
    let draft = Draft {
        id: act.new_id(),
        number: act.number("OP").await?,
        head: Head {
            name: new.name,
            party: Some(new.party),
            contact: new.contact,
            expected_close: new.expected_close,
            description: new.description,
            owner,
            territory,
        },
        currency: currency.unwrap_or_else(|| act.settings().currency.clone()),
        stated_minor: new.stated.map(|m| m.amount_minor),
        items: new.items.items,
        source: new.source,
    };
    let deal = Opportunity::open(draft, &process, new.stage, by, act.now)?;
    act.create(deal, &OpportunityEvent::Created).await
}

/// The deal that a request names, and the process that it follows.
pub(super) async fn with_process(
    act: &mut Act<'_>,
    target: &impl Target,
) -> Result<(Opportunity, Process)> {
    let deal: Opportunity = act
        .seen(parse_id("id", target.id())?, target.etag())
        .await?;
    let process = Process::load(act.tx, deal.process).await?;
    let process = process.ok_or_else(|| Error::not_found(Process::KIND, deal.process))?;
    Ok((deal, process))
}
