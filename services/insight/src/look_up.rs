//! What objects are called and how they stand: asked of their owners whenever it is shown.

use std::collections::{BTreeMap, HashMap};

use baton_chassis::{Caller, Context, Result, Violation, Violations, chain};
use baton_proto::{
    chain::v1::Node,
    insight::v1::{LookUpObjectsRequest, LookUpObjectsResponse, TraceNode},
};
use futures_util::future::join_all;
use uuid::Uuid;

/// The most objects of one call.
const OBJECTS_MAX: usize = 200;

/// Objects as kind and id.
type Objects = Vec<(String, String)>;

/// Checks a request whole.
fn asked(request: &LookUpObjectsRequest) -> Result<Objects> {
    let mut v = Violations::new();
    if request.objects.is_empty() {
        v.add("objects", "REQUIRED");
    }
    if request.objects.len() > OBJECTS_MAX {
        v.push(Violation::new("objects", "TOO_MANY").with("max", OBJECTS_MAX));
    }
    let mut objects = Vec::new();
    for (at, object) in request.objects.iter().enumerate().take(OBJECTS_MAX) {
        let kind = object.kind.trim().to_ascii_uppercase();
        if chain::owner(&kind).is_none() {
            v.add(format!("objects[{at}].kind"), "CHOICE_UNKNOWN");
        }
        match object.id.trim().parse::<Uuid>() {
            Ok(id) => objects.push((kind, id.to_string())),
            Err(_) => v.add(format!("objects[{at}].id"), "ID_MALFORMED"),
        }
    }
    v.done()?;
    Ok(objects)
}

/// Asks all owners at once; whoever does not answer is named, and holds up nobody else.
pub async fn look_up(
    cx: &Context,
    caller: &Caller,
    request: &LookUpObjectsRequest,
) -> Result<LookUpObjectsResponse> {
    let objects = asked(request)?;
    let mut owners: BTreeMap<&'static str, Vec<(&str, String)>> = BTreeMap::new();
    for (kind, id) in &objects {
        if let Some(owner) = chain::owner(kind) {
            owners
                .entry(owner)
                .or_default()
                .push((kind.as_str(), id.clone()));
        }
    }
    let answers = owners
        .into_iter()
        .map(async |(owner, objects)| (owner, cx.check(caller, &objects).await));
    let (mut known, mut away) = (HashMap::new(), Vec::new());
    for (owner, answer) in join_all(answers).await {
        match answer {
            Ok(nodes) => known.extend(
                nodes
                    .into_iter()
                    .map(|n| ((n.kind.clone(), n.id.clone()), n)),
            ),
            Err(e) if e.retryable() => away.push(owner.to_owned()),
            Err(e) => return Err(e),
        }
    }
    let nodes = objects
        .iter()
        .filter_map(|object| known.get(object))
        .map(told);
    Ok(LookUpObjectsResponse {
        nodes: nodes.collect(),
        away_services: away,
    })
}

fn told(node: &Node) -> TraceNode {
    let blank = TraceNode {
        kind: node.kind.clone(),
        id: node.id.clone(),
        ..TraceNode::default()
    };
    if !node.visible {
        return blank;
    }
    TraceNode {
        number: node.number.clone(),
        state: node.state.clone(),
        title: node.title.clone(),
        visible: true,
        source: node.source.clone(),
        ..blank
    }
}
