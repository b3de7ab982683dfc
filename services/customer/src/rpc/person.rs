//! People outside as those whose data are held: what that is, and how it is erased.

use baton_chassis::{
    Context, Error, Result,
    act::{Act, Look},
    caller::Caller,
    context,
    ids::OperationId,
    operation,
    personal::{KINDS, Listed},
    wire::{parse_id, timestamp},
};
use baton_proto::{
    customer::v1::{self as pb, person_service_server::PersonService},
    personal::v1::{ListRecordsRequest, personal_service_client::PersonalServiceClient},
    r#type::v1::PersonalRecord,
};
use serde_json::Value;
use tonic::{Request, Response};
use uuid::Uuid;

use super::Answer;
use crate::{
    erasing::{self, Person},
    erasure,
    identity::Key,
    party::Verification,
    store, wire,
};

/// Kind under which the audit keeps that somebody asked what is held of a person.
const ASKED: &str = "PERSONAL_DATA";

/// The calls about people whose data are held.
pub struct Persons(pub Context);

#[tonic::async_trait]
impl PersonService for Persons {
    async fn get_personal_data(
        &self,
        request: Request<pb::GetPersonalDataRequest>,
    ) -> Answer<pb::GetPersonalDataResponse> {
        let answer = async {
            let caller = context::caller(&request)?;
            let id = parse_id::<OperationId>("id", &request.get_ref().id)?;
            self.held(&caller, id.into()).await
        };
        let data = answer.await.map_err(|e| self.0.refuse(&request, e))?;
        Ok(Response::new(pb::GetPersonalDataResponse {
            personal_data: Some(data),
        }))
    }

    async fn erase_person(
        &self,
        request: Request<pb::ErasePersonRequest>,
    ) -> Answer<pb::ErasePersonResponse> {
        if request.get_ref().validate_only {
            let answer = async {
                let caller = context::caller(&request)?;
                self.foresee(&caller, request.get_ref()).await
            };
            let erasure = answer.await.map_err(|e| self.0.refuse(&request, e))?;
            return Ok(Response::new(pb::ErasePersonResponse {
                erasure: Some(erasure),
            }));
        }
        let services = erasing::services(&self.0);
        self.0
            .command(request, async move |act, r| {
                erase(act, r, services.clone()).await
            })
            .await
    }

    async fn get_erasure(
        &self,
        request: Request<pb::GetErasureRequest>,
    ) -> Answer<pb::GetErasureResponse> {
        self.0
            .query(request, async |look, r| {
                let id = parse_id::<OperationId>("id", &r.id)?;
                let person = Person::seen(look, id.into()).await?;
                let found = operation::latest(look.tx, erasure::KIND, person.id()).await?;
                let found = found.ok_or_else(|| Error::not_found("ERASURE", id))?;
                let erasure = wire::erasure(&found, &erasing::task(&found)?);
                Ok(pb::GetErasureResponse {
                    erasure: Some(erasure),
                })
            })
            .await
    }
}

async fn erase(
    act: &mut Act<'_>,
    r: &pb::ErasePersonRequest,
    services: Vec<String>,
) -> Result<pb::ErasePersonResponse> {
    let (id, reason) = wire::erasure_asked(r)?;
    let person = Person::seen(act, id).await?;
    person.check(&r.etag)?;
    let begun = erasing::erase(act, person, reason, services).await?;
    let erasure = wire::erasure(&begun, &erasing::task(&begun)?);
    Ok(pb::ErasePersonResponse {
        erasure: Some(erasure),
    })
}

/// A person, and what only customer keeps of him.
type Held = (Person, Vec<Key>, Vec<Verification>);

async fn held(look: &mut Look<'_>, id: Uuid) -> Result<Held> {
    let person = Person::seen(look, id).await?;
    let keys = store::keys_of(look.tx, id).await?;
    let verifications = match &person {
        Person::Contact(_) => Vec::new(),
        Person::Party(party) => store::verifications_of(look.tx, party.id).await?,
    };
    Ok((person, keys, verifications))
}

impl Persons {
    /// Everything that is held of a person. That somebody has asked for it is kept before it is answered.
    async fn held(&self, caller: &Caller, id: Uuid) -> Result<pb::PersonalData> {
        let work = async move |act: &mut Act<'_>| {
            let held = held(act, id).await?;
            let version = i64::default();
            act.audit(ASKED, id, version, "asked", &Value::Null, &Value::Null)
                .await?;
            Ok(held)
        };
        let (person, keys, verifications) = self.0.act(caller.clone(), work).await?;
        let mut records = Vec::new();
        for listed in KINDS {
            records.extend(self.records(caller, listed, id, true).await?);
        }
        records.extend(keys.iter().map(wire::key_held));
        records.extend(verifications.iter().map(wire::verification_held));
        Ok(pb::PersonalData {
            id: id.to_string(),
            kind: person.kind().to_owned(),
            time: Some(timestamp(self.0.clock.now())),
            records,
        })
    }

    /// What an erasure would come to.
    async fn foresee(&self, caller: &Caller, r: &pb::ErasePersonRequest) -> Result<pb::Erasure> {
        let (id, reason) = wire::erasure_asked(r)?;
        let (cx, who, etag) = (self.0.clone(), caller.clone(), r.etag.clone());
        let now = cx.clock.now();
        let work = async move |act: &mut Act<'_>| {
            let person = Person::seen(act, id).await?;
            person.check(&etag)?;
            person.erased(reason, now)
        };
        let person = cx.act(who, work).await?;
        let mut counts = Vec::new();
        for listed in KINDS {
            let records = self.records(caller, listed, id, false).await?.len();
            let records = i64::try_from(records).unwrap_or(i64::MAX);
            if records > 0 {
                counts.push(wire::count(listed, records));
            }
        }
        Ok(pb::Erasure {
            id: id.to_string(),
            kind: person.kind().to_owned(),
            reason: wire::code(reason),
            counts,
            ..pb::Erasure::default()
        })
    }

    /// The records of a kind that tell of a person, asked of the service that keeps them, if it is part of the system.
    async fn records(
        &self,
        caller: &Caller,
        listed: &Listed,
        person: Uuid,
        with_values: bool,
    ) -> Result<Vec<PersonalRecord>> {
        if !self.0.links.lead_to(listed.service) {
            return Ok(Vec::new());
        }
        let behalf = caller.person();
        let link = self.0.link_as_service(listed.service, behalf, &caller.call);
        let mut client = PersonalServiceClient::new(link.await?);
        let (mut records, mut after_id) = (Vec::new(), String::new());
        loop {
            let request = ListRecordsRequest {
                kind: listed.kind.to_owned(),
                subject_id: person.to_string(),
                after_id,
                limit: 0,
                with_values,
            };
            let page = client.list_records(request).await?.into_inner();
            records.extend(page.records);
            if page.next_after_id.is_empty() {
                return Ok(records);
            }
            after_id = page.next_after_id;
        }
    }
}
