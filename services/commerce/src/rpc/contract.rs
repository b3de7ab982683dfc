//! Calls about contracts.

use baton_chassis::{
    Result, Source, SourceKind, Violations,
    act::{Act, Look},
    context::{self, Context},
    paging,
    switches::SwitchedOff,
    wire::parse_id,
};
use baton_proto::commerce::v1::{self as pb, contract_service_server::ContractService};
use tonic::{Request, Response, Status};

use super::{check_references, check_seat, price, seat};
use crate::{
    contract::{Contract, ContractEvent, Draft, Head, Refused},
    order::{self, Order, OrderEvent},
    store,
    wire::{self, contract::contract as answer},
};

/// Calls about contracts.
pub struct Contracts(pub Context);

/// Reads a new contract and asks others about what it refers to.
async fn prepare(
    cx: &Context,
    request: &Request<pb::CreateContractRequest>,
) -> Result<wire::contract::New> {
    let caller = context::caller(request)?;
    caller.people.settings.refuse(SwitchedOff::Commerce)?;
    if !caller.people.settings.contracts_enabled {
        return Err(Refused::SwitchedOff.into());
    }
    let new = wire::contract::new(request.get_ref())?;
    check_references(cx, &caller, "contract", &new.document).await?;
    Ok(new)
}

async fn create(act: &mut Act<'_>, new: wire::contract::New) -> Result<Contract> {
    let document = new.document;
    let currency = document
        .currency
        .clone()
        .unwrap_or_else(|| act.settings().currency.clone());
    let mut v = Violations::new();
    let (owner, territory) = seat(act, &document)?;
    check_seat(&act.caller, &mut v, "contract", owner, territory);
    let lines = price(act, &mut v, "contract.lines", &currency, &document.lines).await?;
    v.done()?;
    let draft = Draft {
        id: act.new_id(),
        number: act.number("C").await?,
        party: document.party,
        source: document.source,
        head: Head {
            title: document.title,
            owner,
            territory,
            start_date: new.start_date,
            end_date: new.end_date,
            terms: new.terms,
        },
        currency,
        lines,
    };
    act.create(Contract::draft(draft, act.now)?, &ContractEvent::Created)
        .await
}

/// Draws an order. The contract is written first: its row is locked by its version, so that two orders that are drawn
/// at the same time take from it one after the other.
async fn draw(act: &mut Act<'_>, request: &pb::CreateContractOrderRequest) -> Result<Order> {
    let drawing = wire::contract::drawing(request)?;
    let before = act
        .seen::<Contract>(parse_id("id", &request.id)?, &request.etag)
        .await?;
    let (mut contract, id) = (before.clone(), act.new_id());
    let (lines, drawn) = contract.draw(id, &drawing.parts, || act.new_id())?;
    let contract = act.store(&before, contract, &drawn).await?;
    let title = if drawing.title.is_empty() {
        contract.head.title
    } else {
        drawing.title
    };
    let draft = order::Draft {
        id,
        number: act.number("O").await?,
        party: contract.party,
        source: Source::of(SourceKind::Contract, contract.id),
        head: order::Head {
            title,
            owner: contract.head.owner,
            territory: contract.head.territory,
            requested_date: drawing.requested_date,
            note: drawing.note,
        },
        currency: contract.currency,
        lines,
    };
    act.create(Order::draft(draft, act.now), &OrderEvent::Created)
        .await
}

#[tonic::async_trait]
impl ContractService for Contracts {
    async fn create_contract(
        &self,
        request: Request<pb::CreateContractRequest>,
    ) -> Result<Response<pb::CreateContractResponse>, Status> {
        if let Some(done) = self.0.replayed(&request).await? {
            return Ok(done);
        }
        let new = prepare(&self.0, &request)
            .await
            .map_err(|e| self.0.refuse(&request, e))?;
        let create = async move |act: &mut Act<'_>, _: &pb::CreateContractRequest| {
            let contract = create(act, new.clone()).await?;
            Ok(pb::CreateContractResponse {
                contract: Some(answer(&contract)),
            })
        };
        self.0.command(request, create).await
    }

    async fn get_contract(
        &self,
        request: Request<pb::GetContractRequest>,
    ) -> Result<Response<pb::GetContractResponse>, Status> {
        let get = async |look: &mut Look<'_>, r: &pb::GetContractRequest| {
            let contract = look.get::<Contract>(parse_id("id", &r.id)?).await?;
            Ok(pb::GetContractResponse {
                contract: Some(answer(&contract)),
            })
        };
        self.0.query(request, get).await
    }

    async fn list_contracts(
        &self,
        request: Request<pb::ListContractsRequest>,
    ) -> Result<Response<pb::ListContractsResponse>, Status> {
        let list = async |look: &mut Look<'_>, r: &pb::ListContractsRequest| {
            let (filter, query) = wire::contract::filter(r)?;
            let list = store::contract::list(&filter, look.scope());
            let list = look.found::<Contract>(list, query.as_ref()).await?;
            let listed = look
                .list(|| list.clone(), store::contract::ORDERS, &paging!(r))
                .await?;
            Ok(pb::ListContractsResponse {
                contracts: listed.rows.iter().map(wire::contract::contract).collect(),
                next_page_token: listed.next_page_token,
                total_size: listed.total_size,
                total_capped: listed.total_capped,
            })
        };
        self.0.query(request, list).await
    }

    async fn update_contract(
        &self,
        request: Request<pb::UpdateContractRequest>,
    ) -> Result<Response<pb::UpdateContractResponse>, Status> {
        let update = async |act: &mut Act<'_>, r: &pb::UpdateContractRequest| {
            let id = r
                .contract
                .as_ref()
                .map(|c| c.id.as_str())
                .unwrap_or_default();
            let (id, caller) = (parse_id("contract.id", id)?, act.caller.clone());
            let change = |c: &mut Contract, _| {
                let mut head = c.head.clone();
                wire::contract::change(r, &mut head)?;
                let mut v = Violations::new();
                if (head.owner, head.territory) != (c.head.owner, c.head.territory) {
                    check_seat(&caller, &mut v, "contract", head.owner, head.territory);
                }
                v.done()?;
                Ok(c.update(head)?)
            };
            let contract = act.change_seen::<Contract>(id, &r.etag, change).await?;
            Ok(pb::UpdateContractResponse {
                contract: Some(answer(&contract)),
            })
        };
        self.0.command(request, update).await
    }

    async fn set_contract_lines(
        &self,
        request: Request<pb::SetContractLinesRequest>,
    ) -> Result<Response<pb::SetContractLinesResponse>, Status> {
        let set_lines = async |act: &mut Act<'_>, r: &pb::SetContractLinesRequest| {
            let wanted = wire::contract::lines(r)?;
            let before = act
                .seen::<Contract>(parse_id("id", &r.id)?, &r.etag)
                .await?;
            let (mut contract, mut v) = (before.clone(), Violations::new());
            let lines = price(act, &mut v, "lines", &before.currency, &wanted).await?;
            v.done()?;
            let event = contract.set_lines(lines)?;
            let contract = act.store(&before, contract, &event).await?;
            Ok(pb::SetContractLinesResponse {
                contract: Some(answer(&contract)),
            })
        };
        self.0.command(request, set_lines).await
    }

    async fn activate_contract(
        &self,
        request: Request<pb::ActivateContractRequest>,
    ) -> Result<Response<pb::ActivateContractResponse>, Status> {
        let activate = async |act: &mut Act<'_>, r: &pb::ActivateContractRequest| {
            let contract = act
                .change::<Contract>(r, |c, now| Ok(c.activate(now)?))
                .await?;
            Ok(pb::ActivateContractResponse {
                contract: Some(answer(&contract)),
            })
        };
        self.0.command(request, activate).await
    }

    async fn fulfil_contract(
        &self,
        request: Request<pb::FulfilContractRequest>,
    ) -> Result<Response<pb::FulfilContractResponse>, Status> {
        let fulfil = async |act: &mut Act<'_>, r: &pb::FulfilContractRequest| {
            // An order that is drawn in the meantime writes the contract too, and this is run again.
            let open = store::order::open_orders(act.tx, parse_id("id", &r.id)?).await?;
            let contract = act
                .change::<Contract>(r, |c, now| Ok(c.fulfil(open, now)?))
                .await?;
            Ok(pb::FulfilContractResponse {
                contract: Some(answer(&contract)),
            })
        };
        self.0.command(request, fulfil).await
    }

    async fn terminate_contract(
        &self,
        request: Request<pb::TerminateContractRequest>,
    ) -> Result<Response<pb::TerminateContractResponse>, Status> {
        let terminate = async |act: &mut Act<'_>, r: &pb::TerminateContractRequest| {
            let (reason, note) = wire::contract::termination(r)?;
            let end = |c: &mut Contract, now| Ok(c.terminate(reason, note, now)?);
            let contract = act.change::<Contract>(r, end).await?;
            Ok(pb::TerminateContractResponse {
                contract: Some(answer(&contract)),
            })
        };
        self.0.command(request, terminate).await
    }

    async fn create_contract_order(
        &self,
        request: Request<pb::CreateContractOrderRequest>,
    ) -> Result<Response<pb::CreateContractOrderResponse>, Status> {
        let draw = async |act: &mut Act<'_>, r: &pb::CreateContractOrderRequest| {
            let order = draw(act, r).await?;
            Ok(pb::CreateContractOrderResponse {
                order: Some(wire::order::order(&order)),
            })
        };
        self.0.command(request, draw).await
    }
}
