//! Search: records across all services, asked of each of them at once in the name of the reader. Nothing of them is kept here.

use std::{collections::HashMap, time::Duration};

use baton_chassis::{Caller, Context, Error, Result, Violations, context, policy, search::Query};
use baton_proto::{
    chain::v1::{FindNodesRequest, FoundNode, chain_service_client::ChainServiceClient},
    insight::v1::{SearchHit, SearchRequest, SearchResponse, search_service_server::SearchService},
};
use tonic::{Code, Request, Response, Status};

/// A service that does not answer in so long is away as far as a reader is concerned who types.
const ANSWER_LIMIT: Duration = Duration::from_secs(3);
/// Records of one kind at most.
const OF_A_KIND: i32 = 20;
/// Records of an answer at most.
const HITS_MAX: i32 = 50;
/// Records of an answer when nothing is said.
const HITS: usize = 20;

/// Answers calls about records that are looked for.
pub struct Searches(pub Context);

#[tonic::async_trait]
impl SearchService for Searches {
    async fn search(
        &self,
        request: Request<SearchRequest>,
    ) -> Result<Response<SearchResponse>, Status> {
        let answer = async {
            let asked = asked(request.get_ref())?;
            self.search(&context::caller(&request)?, asked).await
        };
        answer
            .await
            .map(Response::new)
            .map_err(|e| self.0.refuse(&request, e))
    }
}

/// What a request asks for.
struct Asked {
    text: String,
    query: Query,
    kinds: Vec<&'static str>,
    hits: usize,
}

fn asked(r: &SearchRequest) -> Result<Asked> {
    let mut v = Violations::new();
    let query = v.query("query", &r.query);
    let size = v.in_range("page_size", r.page_size, 0..=HITS_MAX);
    let mut kinds = Vec::new();
    for (n, asked) in r.kinds.iter().enumerate() {
        let asked = asked.trim().to_ascii_uppercase();
        match policy::FOUND.iter().find(|(kind, _)| *kind == asked) {
            Some((kind, _)) => kinds.push(*kind),
            None => v.add(format!("kinds[{n}]"), "CHOICE_UNKNOWN"),
        }
    }
    v.done()?;
    let query = query.ok_or_else(|| Error::invalid("query", "REQUIRED"))?;
    if kinds.is_empty() {
        kinds.extend(policy::FOUND.iter().map(|(kind, _)| *kind));
    }
    Ok(Asked {
        text: r.query.trim().to_owned(),
        query,
        kinds,
        hits: usize::try_from(size)
            .ok()
            .filter(|n| *n > 0)
            .unwrap_or(HITS),
    })
}

impl Searches {
    async fn search(&self, caller: &Caller, asked: Asked) -> Result<SearchResponse> {
        let mut owners: HashMap<&'static str, Vec<String>> = HashMap::new();
        for (kind, owner) in policy::FOUND {
            // What a service that is not part of the system would have is not missing.
            if asked.kinds.contains(kind) && self.0.links.lead_to(owner) {
                owners.entry(owner).or_default().push((*kind).to_owned());
            }
        }
        let questions = owners.into_iter().map(async |(owner, kinds)| {
            let found = self.ask(caller, owner, &asked.text, kinds);
            let answer = tokio::time::timeout(ANSWER_LIMIT, found).await;
            (
                owner,
                answer.unwrap_or_else(|_| Err(Error::Away(owner.to_owned()))),
            )
        });
        let (mut found, mut away) = (Vec::new(), Vec::new());
        for (owner, answer) in futures_util::future::join_all(questions).await {
            match answer {
                Ok(nodes) => found.extend(nodes),
                Err(error) if is_away(&error) => away.push(owner.to_owned()),
                Err(error) => return Err(error),
            }
        }
        away.sort_unstable();
        Ok(SearchResponse {
            hits: best(&asked, found),
            away,
        })
    }

    async fn ask(
        &self,
        caller: &Caller,
        owner: &str,
        query: &str,
        kinds: Vec<String>,
    ) -> Result<Vec<FoundNode>> {
        let request = FindNodesRequest {
            query: query.to_owned(),
            kinds,
            limit: OF_A_KIND,
        };
        let mut client = ChainServiceClient::new(self.0.link(owner, caller)?);
        Ok(client.find_nodes(request).await?.into_inner().found)
    }
}

/// Whether a service could not be asked, and not something with the question. A replica of a version that finds nothing does
/// not know the call, or lets nobody make it.
pub(crate) fn is_away(error: &Error) -> bool {
    let unknown = [Code::Unimplemented, Code::PermissionDenied];
    error.retryable() || matches!(error, Error::Answered(s) if unknown.contains(&s.code()))
}

/// Those that fit best; of two that fit alike, kinds in the order in which people look for them, and in each the order of its
/// owner.
fn best(asked: &Asked, mut found: Vec<FoundNode>) -> Vec<SearchHit> {
    found.sort_by_cached_key(|found| {
        let node = found.node.as_ref();
        let (number, title) = node.map_or(("", ""), |n| (n.number.as_str(), n.title.as_str()));
        let kind = node.map_or("", |n| n.kind.as_str());
        let place = policy::FOUND.iter().position(|(k, _)| *k == kind);
        (asked.query.verdict(number, title).1, place)
    });
    found.truncate(asked.hits);
    found.into_iter().map(hit).collect()
}

fn hit(found: FoundNode) -> SearchHit {
    let node = found.node.unwrap_or_default();
    SearchHit {
        kind: node.kind,
        id: node.id,
        number: node.number,
        title: node.title,
        state: node.state,
        why: found.found_by,
    }
}

#[cfg(test)]
mod tests {
    use baton_proto::{chain::v1::Node, r#type::v1::FoundBy};

    use super::*;

    fn found(kind: &str, number: &str, title: &str) -> FoundNode {
        FoundNode {
            node: Some(Node {
                kind: kind.to_owned(),
                number: number.to_owned(),
                title: title.to_owned(),
                ..Node::default()
            }),
            found_by: FoundBy::Name.into(),
        }
    }

    #[test]
    fn the_number_that_was_asked_for_comes_first_then_the_name_then_what_begins_so() {
        let asked = |text: &str| {
            asked(&SearchRequest {
                query: text.to_owned(),
                page_size: 4,
                ..SearchRequest::default()
            })
            .unwrap()
        };
        let nodes = vec![
            found("ORDER", "O-2026-000123", "泵"),
            found("OPPORTUNITY", "OP-2026-001230", "泵"),
            found("CONTACT", "", "李 123"),
            found("ACCOUNT", "A-2026-000001", "123 Pumps"),
            found("ACCOUNT", "A-2026-000002", "123"),
        ];
        let best = best(&asked("123"), nodes);
        let told: Vec<_> = best.iter().map(|h| h.number.as_str()).collect();
        let first = [
            "O-2026-000123",
            "A-2026-000002",
            "OP-2026-001230",
            "A-2026-000001",
        ];
        assert_eq!(told, first);
    }

    #[test]
    fn what_does_not_answer_is_away_and_what_refuses_the_question_is_not() {
        let answered = |code| Error::Answered(Box::new(Status::new(code, "")));
        assert!(is_away(&Error::Away("sales".to_owned())));
        assert!(is_away(&answered(Code::Unavailable)));
        assert!(is_away(&answered(Code::Unimplemented)));
        assert!(!is_away(&answered(Code::InvalidArgument)));
        assert!(!is_away(&Error::Unauthenticated));
    }
}
