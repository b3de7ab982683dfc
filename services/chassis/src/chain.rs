//! The chain across services: what an object is called and how it stands, asked of the service that owns it, under the
//! rights of the reader.

use std::{collections::HashMap, sync::Arc};

use baton_proto::{
    chain::v1::{
        CheckNodesRequest, CheckNodesResponse, FindNodesRequest, FindNodesResponse, FoundNode,
        Node as NodeMessage, chain_service_client::ChainServiceClient,
        chain_service_server::ChainService,
    },
    r#type::v1::{FoundBy, ObjectRef},
};
use futures_util::future::BoxFuture;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::{
    Error, Result, Source, SourceKind, Violation, Violations,
    caller::{Caller, Whose},
    context::{self, Context},
    db::{self, Tx},
    ids::{MemberId, TerritoryId},
    policy::{self, Access, Function},
    search::find::{Finder, Hit},
    wire,
};

/// Objects of one question.
const OBJECTS_MAX: usize = 500;
/// Objects of one kind that are found.
const FOUND_MAX: i32 = 20;

/// An object of the chain as its owner knows it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Node {
    /// Id.
    pub id: Uuid,
    /// Human number.
    pub number: String,
    /// State, the word of its life cycle.
    pub state: String,
    /// Name of company or deal.
    pub title: String,
    /// Where it came from.
    pub source_kind: SourceKind,
    /// Id of that.
    pub source_id: String,
    /// Who owns it.
    pub owner: Option<MemberId>,
    /// Where it belongs.
    pub territory: Option<TerritoryId>,
    /// On what it depends whose it is to read, where that is not its state; see [`policy::readers`].
    #[sqlx(default)]
    pub standing: Option<String>,
    /// The record that is shared if it is, where that is not itself.
    #[sqlx(default)]
    pub shared_as: Option<Uuid>,
}

impl Node {
    /// What the right to it depends on.
    #[must_use]
    pub fn whose(&self) -> Whose {
        Whose {
            owner: self.owner,
            territory: self.territory,
            record: Some(self.shared_as.unwrap_or(self.id)),
        }
    }
}

/// Reads nodes of one kind by their ids.
pub type Lookup =
    for<'a> fn(&'a mut Tx, &'a str, Vec<Uuid>) -> BoxFuture<'a, Result<Vec<Node>, db::Error>>;

/// Which service owns objects of a kind.
#[must_use]
pub fn owner(kind: &str) -> Option<&'static str> {
    policy::reading(kind).map(|(service, _)| service)
}

/// Answers for all services of this process.
pub(crate) struct Chain {
    pub(crate) lookups: Arc<HashMap<&'static str, (Context, Lookup)>>,
    pub(crate) finders: Arc<Vec<(Context, Finder)>>,
    pub(crate) any: Context,
}

#[tonic::async_trait]
impl ChainService for Chain {
    async fn check_nodes(
        &self,
        request: Request<CheckNodesRequest>,
    ) -> Result<Response<CheckNodesResponse>, Status> {
        let caller = context::caller(&request).map_err(|e| self.any.refuse(&request, e))?;
        let language = caller.language;
        let nodes = self.nodes(&caller, request.into_inner()).await;
        nodes
            .map(|nodes| Response::new(CheckNodesResponse { nodes }))
            .map_err(|e| self.any.status(e, language))
    }

    async fn find_nodes(
        &self,
        request: Request<FindNodesRequest>,
    ) -> Result<Response<FindNodesResponse>, Status> {
        let caller = context::caller(&request).map_err(|e| self.any.refuse(&request, e))?;
        let found = self.found(&caller, request.get_ref()).await;
        found
            .map(|found| Response::new(FindNodesResponse { found }))
            .map_err(|e| self.any.refuse(&request, e))
    }
}

impl Chain {
    async fn nodes(&self, caller: &Caller, request: CheckNodesRequest) -> Result<Vec<NodeMessage>> {
        if request.objects.len() > OBJECTS_MAX {
            return Err(Error::Invalid(vec![
                Violation::new("objects", "TOO_MANY").with("max", OBJECTS_MAX),
            ]));
        }
        let mut kinds: HashMap<String, Vec<Uuid>> = HashMap::new();
        for object in request.objects {
            // What is no id names nothing that exists.
            if let Ok(id) = object.id.parse() {
                kinds.entry(object.kind).or_default().push(id);
            }
        }
        let mut all = Vec::new();
        for (kind, ids) in kinds {
            let Some((cx, lookup)) = self.lookups.get(kind.as_str()) else {
                continue;
            };
            let (lookup, asked) = (*lookup, kind.clone());
            let found = cx
                .db
                .read(async move |tx| lookup(tx, &asked, ids.clone()).await)
                .await?;
            all.extend(found.into_iter().map(|node| {
                let standing = node.standing.as_deref().unwrap_or(&node.state);
                let visible = caller.reads(&kind, standing, node.whose());
                let shareable = caller.shares(&kind, standing, node.whose());
                NodeMessage {
                    shareable,
                    ..message(&kind, node, visible)
                }
            }));
        }
        Ok(all)
    }

    /// The best of each kind that is found here.
    async fn found(&self, caller: &Caller, r: &FindNodesRequest) -> Result<Vec<FoundNode>> {
        let mut v = Violations::new();
        let query = v.query("query", &r.query);
        let limit = v.in_range("limit", r.limit, 0..=FOUND_MAX);
        v.done()?;
        let Some(query) = query else {
            return Ok(Vec::new());
        };
        let limit = if limit == 0 { FOUND_MAX } else { limit };
        let limit = usize::try_from(limit).unwrap_or_default();
        let wanted = |kind: &str| r.kinds.is_empty() || r.kinds.iter().any(|k| k == kind);
        let knows_phones = caller.may(Function::PersonalData, Access::Read);
        let mut found = Vec::new();
        for (cx, finder) in self.finders.iter().filter(|(_, f)| wanted(f.kind)) {
            let (finder, caller, query) = (*finder, caller.clone(), query.clone());
            let how = (limit, cx.clock.now());
            let hits = cx
                .db
                .read(async move |tx| finder.find(tx, &caller, &query, how).await)
                .await?;
            // What is found by a telephone number has it.
            let told = |hit: &Hit| knows_phones || hit.found_by != FoundBy::Phone;
            found.extend(hits.into_iter().filter(told).map(|hit| FoundNode {
                node: Some(message(finder.kind, hit.node, true)),
                found_by: hit.found_by.into(),
            }));
        }
        Ok(found)
    }
}

fn message(kind: &str, node: Node, visible: bool) -> NodeMessage {
    let (kind, id) = (kind.to_owned(), node.id.to_string());
    if !visible {
        return NodeMessage {
            kind,
            id,
            ..NodeMessage::default()
        };
    }
    NodeMessage {
        kind,
        id,
        visible,
        number: node.number,
        state: node.state,
        title: node.title,
        source: Some(wire::source(&Source {
            kind: node.source_kind,
            id: node.source_id,
        })),
        shareable: false,
    }
}

impl Context {
    /// What the owners of some objects know of them, under the rights of the caller; what does not exist is not answered.
    /// One question for each owning service.
    ///
    /// # Errors
    /// When an owner cannot be asked.
    pub async fn check(
        &self,
        caller: &Caller,
        objects: &[(&str, String)],
    ) -> Result<Vec<NodeMessage>> {
        let mut owners: HashMap<&'static str, Vec<ObjectRef>> = HashMap::new();
        for (kind, id) in objects {
            if let Some(owner) = owner(kind) {
                owners.entry(owner).or_default().push(ObjectRef {
                    kind: (*kind).to_owned(),
                    id: id.clone(),
                });
            }
        }
        let asked = owners.into_iter().map(async |(owner, objects)| {
            let mut client = ChainServiceClient::new(self.link(owner, caller)?);
            let answer = client.check_nodes(CheckNodesRequest { objects }).await?;
            Ok::<_, Error>(answer.into_inner().nodes)
        });
        let answers = futures_util::future::try_join_all(asked).await?;
        Ok(answers.into_iter().flatten().collect())
    }

    /// Refuses a source or reference that names nothing the caller may see: `field` is the path of the id.
    /// Kinds that Baton does not keep yet are taken at their word.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming every reference that leads nowhere.
    pub async fn check_references(
        &self,
        caller: &Caller,
        references: &[(&str, &str, String)],
    ) -> Result<Vec<NodeMessage>> {
        let known: Vec<_> = references
            .iter()
            .filter(|(_, kind, _)| owner(kind).is_some())
            .collect();
        let objects: Vec<_> = known
            .iter()
            .map(|(_, kind, id)| (*kind, id.clone()))
            .collect();
        let nodes = self.check(caller, &objects).await?;
        let missing: Vec<_> = known
            .iter()
            .filter(|(_, kind, id)| {
                !nodes
                    .iter()
                    .any(|n| n.visible && n.kind == *kind && n.id == *id)
            })
            .map(|(field, ..)| Violation::new(*field, "REFERENCE_NOT_FOUND"))
            .collect();
        if missing.is_empty() {
            Ok(nodes)
        } else {
            Err(Error::Invalid(missing))
        }
    }
}
