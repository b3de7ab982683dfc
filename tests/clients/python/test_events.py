"""What other programs hear: CloudEvents on JetStream, read with the official SDK and nothing of ours but the contracts."""

import asyncio
import os

import nats
from cloudevents.core.bindings.http import HTTPMessage, from_binary
from cloudevents.core.formats.json import JSONFormat

from baton.marketing.v1 import campaign_pb2, campaign_service_pb2, campaign_service_pb2_grpc, events_pb2


async def read(namespace, service, kind, subject):
    """All events of one kind about one object, each as the SDK reads it."""
    connection = await nats.connect(os.environ["BATON_TEST_NATS"])
    try:
        stream = connection.jetstream()
        told = await stream.subscribe(
            f"{namespace}.{service}.*.{kind}", ordered_consumer=True, stream=f"{namespace}_{service}"
        )
        found = []
        while not found:
            message = await told.next_msg(timeout=30)
            event = from_binary(HTTPMessage(dict(message.headers), message.data), JSONFormat())
            if event.get_subject() == subject:
                found.append(event)
        return found
    finally:
        await connection.close()


def test_an_event_is_a_cloud_event_whose_data_is_a_message_of_the_contract(firm):
    campaigns = campaign_service_pb2_grpc.CampaignServiceStub(firm.channel)
    fair = campaign_pb2.Campaign(name="Spring fair", kind=campaign_pb2.CAMPAIGN_KIND_EXHIBITION)
    request = campaign_service_pb2.CreateCampaignRequest(campaign=fair, request_id="fair")
    made = campaigns.CreateCampaign(request).campaign

    kind = "baton.marketing.v1.campaign_created"
    (event,) = asyncio.run(read(firm.namespace, "marketing", kind, made.id))

    assert event.get_specversion() == "1.0"
    assert event.get_type() == kind
    assert event.get_source().startswith("/marketing/")
    assert event.get_datacontenttype() == "application/protobuf"
    assert event.get_time() is not None
    assert int(event.get_extension("sequence")) >= 1
    fact = events_pb2.CampaignCreated.FromString(event.get_data())
    assert (fact.subject.id, fact.subject.title) == (made.id, "Spring fair")
