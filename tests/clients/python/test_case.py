"""A call to the hotline becomes an order, played with stubs that grpcio generated and nobody touched."""

import uuid

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from baton.commerce.v1 import order_service_pb2, order_service_pb2_grpc
from baton.directory.v1 import (
    session_service_pb2,
    session_service_pb2_grpc,
    territory_pb2,
    territory_service_pb2,
    territory_service_pb2_grpc,
)
from baton.insight.v1 import trace_service_pb2, trace_service_pb2_grpc
from baton.marketing.v1 import (
    conversion_pb2,
    lead_pb2,
    lead_service_pb2,
    lead_service_pb2_grpc,
)
from baton.sales.v1 import opportunity_pb2, opportunity_service_pb2, opportunity_service_pb2_grpc
from baton.type.v1 import money_pb2, source_pb2
from firm import until


def key():
    return str(uuid.uuid4())


def new_lead(call):
    return lead_service_pb2.CreateLeadRequest(
        lead=lead_pb2.Lead(
            title="Asks for two pumps",
            source=source_pb2.Source(kind="CALL", id=call),
            prospect=lead_pb2.ProspectDraft(name="Acme Pumps Ltd", phone="+862162345678"),
        ),
        request_id=f"call {call}",
    )


def test_a_call_becomes_an_order_that_can_be_traced_back(firm):
    me = session_service_pb2_grpc.SessionServiceStub(firm.channel)
    me = me.GetMe(session_service_pb2.GetMeRequest()).member
    territories = territory_service_pb2_grpc.TerritoryServiceStub(firm.channel)
    east = territories.CreateTerritory(
        territory_service_pb2.CreateTerritoryRequest(
            territory=territory_pb2.Territory(name="East", manager_id=me.id), request_id=key()
        )
    ).territory

    leads = lead_service_pb2_grpc.LeadServiceStub(firm.channel)
    lead = leads.CreateLead(new_lead("17")).lead
    again = leads.CreateLead(new_lead("17")).lead
    assert again == lead, "the same request is the same lead"
    named = {"id": lead.id}
    leads.IdentifyLead(lead_service_pb2.IdentifyLeadRequest(**named, request_id=key()))
    leads.RouteLead(lead_service_pb2.RouteLeadRequest(**named, territory_id=east.id, request_id=key()))
    leads.AssignLead(lead_service_pb2.AssignLeadRequest(**named, member_id=me.id, request_id=key()))
    leads.ContactLead(
        lead_service_pb2.ContactLeadRequest(
            **named, channel=lead_pb2.CONTACT_CHANNEL_PHONE, request_id=key()
        )
    )
    leads.AcceptLead(
        lead_service_pb2.AcceptLeadRequest(**named, follow_up_plan="Visit on Monday", request_id=key())
    )
    leads.ConvertLead(
        lead_service_pb2.ConvertLeadRequest(
            **named,
            verification=conversion_pb2.VerificationDraft(
                channel=lead_pb2.CONTACT_CHANNEL_PHONE, evidence="Called back"
            ),
            request_id=key(),
        )
    )
    conversion = until(
        lambda: leads.GetConversion(
            lead_service_pb2.GetConversionRequest(lead_id=lead.id)
        ).conversion,
        lambda c: c.state == conversion_pb2.CONVERSION_STATE_COMPLETED,
    )

    deals = opportunity_service_pb2_grpc.OpportunityServiceStub(firm.channel)
    deal = {"id": conversion.opportunity_id}
    pumps = opportunity_pb2.OpportunityLine(
        description="Pump",
        quantity="2",
        unit_price=money_pb2.Money(currency_code="CNY", amount_minor=125_000_00),
    )
    deals.SetOpportunityLines(
        opportunity_service_pb2.SetOpportunityLinesRequest(**deal, lines=[pumps], request_id=key())
    )
    won = deals.WinOpportunity(
        opportunity_service_pb2.WinOpportunityRequest(**deal, request_id=key())
    ).opportunity
    assert won.amount.amount_minor == 250_000_00
    deals.HandOverOpportunity(
        opportunity_service_pb2.HandOverOpportunityRequest(
            **deal, target=opportunity_pb2.HAND_OVER_TARGET_ORDER, request_id=key()
        )
    )
    handed = until(
        lambda: deals.GetHandOver(
            opportunity_service_pb2.GetHandOverRequest(opportunity_id=deal["id"])
        ).hand_over,
        lambda h: h.state == opportunity_pb2.HAND_OVER_STATE_COMPLETED,
    )
    orders = order_service_pb2_grpc.OrderServiceStub(firm.channel)
    orders.ConfirmOrder(order_service_pb2.ConfirmOrderRequest(id=handed.made_id, request_id=key()))

    traces = trace_service_pb2_grpc.TraceServiceStub(firm.channel)
    nodes = until(
        lambda: traces.GetTrace(
            trace_service_pb2.GetTraceRequest(kind="order", id=handed.made_id)
        ).nodes,
        lambda found: [(n.kind, n.state) for n in found]
        == [("LEAD", "CONVERTED"), ("OPPORTUNITY", "WON"), ("ORDER", "ACCEPTED")],
    )
    assert [n.source.id for n in nodes] == ["17", lead.id, deal["id"]]


def details(refused, kind):
    """The details of one kind that a refusal carries, as google.rpc defines them."""
    for detail in rpc_status.from_call(refused).details:
        message = kind()
        if detail.Unpack(message):
            return message
    raise AssertionError(f"no {kind.DESCRIPTOR.name} in {refused}")


def test_a_refusal_names_every_field_and_a_stable_reason(firm):
    leads = lead_service_pb2_grpc.LeadServiceStub(firm.channel)
    empty = lead_service_pb2.CreateLeadRequest(
        lead=lead_pb2.Lead(source=source_pb2.Source(kind="RUMOUR"))
    )
    with pytest.raises(grpc.RpcError) as refused:
        leads.CreateLead(empty, metadata=[("accept-language", "zh-CN")])
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    bad = details(refused.value, error_details_pb2.BadRequest)
    assert {(v.field, v.reason) for v in bad.field_violations} >= {
        ("lead.title", "REQUIRED"),
        ("lead.source.kind", "SOURCE_KIND_UNKNOWN"),
    }
    assert details(refused.value, error_details_pb2.ErrorInfo).reason == "INVALID"
    assert details(refused.value, error_details_pb2.LocalizedMessage).locale == "zh-CN"


def test_a_stranger_is_told_to_sign_in(firm):
    leads = lead_service_pb2_grpc.LeadServiceStub(firm.stranger())
    with pytest.raises(grpc.RpcError) as refused:
        leads.ListLeads(lead_service_pb2.ListLeadsRequest())
    assert refused.value.code() == grpc.StatusCode.UNAUTHENTICATED
