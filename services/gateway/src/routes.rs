//! The ways in: which RPC a path and an HTTP method lead to, as the contracts say with `google.api.http`.

use std::collections::BTreeMap;

use axum::http::Method;
use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, MethodDescriptor, Value};

use crate::{
    field::FieldPath,
    template::{self, Template},
};

/// One way to one RPC.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    /// HTTP method.
    pub(crate) http: Method,
    /// Path.
    pub(crate) template: Template,
    /// The RPC.
    pub(crate) method: MethodDescriptor,
    /// Which of the ways to the RPC this is; its own is 0, the additional ones follow.
    pub(crate) ordinal: usize,
    /// What the HTTP body is.
    pub(crate) body: Payload,
    /// Field of the response that is the HTTP answer; nothing for the whole response.
    pub(crate) answer: Option<FieldDescriptor>,
}

/// What the body of an HTTP request is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    /// There is none; all comes by path and query.
    None,
    /// All that the path does not carry.
    Whole,
    /// One field of the request.
    Field(FieldDescriptor),
}

/// Where a request leads.
#[derive(Debug)]
pub(crate) enum Found<'r> {
    /// To this way, with these values in the path.
    Route(&'r Route, Vec<(FieldPath, String)>),
    /// The path is known, but not with this method; these it has.
    Methods(Vec<Method>),
    /// Nowhere.
    Nothing,
}

/// Why the ways in cannot be made of the contracts: a mistake in a contract.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The descriptors cannot be read.
    #[error("the contracts cannot be read")]
    Descriptors(#[from] prost_reflect::DescriptorError),
    /// The comments cannot be read.
    #[error("the comments of the contracts cannot be read")]
    Comments(#[from] prost_reflect::prost::DecodeError),
    /// There are no HTTP rules, because their definition is not among the contracts.
    #[error("google.api.http is not among the contracts")]
    NoRules,
    /// The template of a rule cannot be served.
    #[error("{method}: {fault}")]
    Template {
        /// The RPC.
        method: String,
        /// What is wrong.
        fault: template::Fault,
    },
    /// A rule is not one of get, put, post, delete, patch, or names a field that is not there.
    #[error("{method}: {what}")]
    Rule {
        /// The RPC.
        method: String,
        /// What is wrong.
        what: String,
    },
    /// The words of files cannot be read.
    #[error("the words of files cannot be read: {0}")]
    Words(String),
    /// Two RPCs have the same method and path.
    #[error("{first} and {second} have the same way in")]
    Twice {
        /// One RPC.
        first: String,
        /// The other RPC.
        second: String,
    },
}

/// All ways in.
#[derive(Debug)]
pub(crate) struct Routes {
    // In each class literals come before variables, so the first template that matches is the closest one.
    classes: BTreeMap<usize, BTreeMap<String, Vec<Route>>>,
}

impl Routes {
    /// The ways in that the contracts of `pool` declare.
    pub(crate) fn of(pool: &DescriptorPool) -> Result<Self, Fault> {
        let http = pool
            .get_extension_by_name("google.api.http")
            .ok_or(Fault::NoRules)?;
        let mut classes = BTreeMap::<usize, BTreeMap<String, Vec<Route>>>::new();
        for method in pool
            .services()
            .flat_map(|s| s.methods().collect::<Vec<_>>())
        {
            let options = method.options();
            if !options.has_extension(&http) {
                continue;
            }
            if let Value::Message(rule) = options.get_extension(&http).as_ref() {
                for route in bindings(&method, rule)? {
                    let (parts, verb) = route.template.class();
                    classes
                        .entry(parts)
                        .or_default()
                        .entry(verb.to_owned())
                        .or_default()
                        .push(route);
                }
            }
        }
        for routes in classes.values_mut().flat_map(BTreeMap::values_mut) {
            routes.sort_by_cached_key(|route| rank(&route.template));
            for (i, route) in routes.iter().enumerate() {
                let same = |other: &&Route| {
                    other.http == route.http && other.template.shape() == route.template.shape()
                };
                if let Some(other) = routes[..i].iter().find(same) {
                    let name = |route: &Route| route.method.full_name().to_owned();
                    return Err(Fault::Twice {
                        first: name(other),
                        second: name(route),
                    });
                }
            }
        }
        Ok(Self { classes })
    }

    /// Where `path` leads with `http`.
    pub(crate) fn find(&self, http: &Method, path: &str) -> Found<'_> {
        let Some((parts, verb)) = template::parts(path) else {
            return Found::Nothing;
        };
        let Some(class) = self
            .classes
            .get(&parts.len())
            .and_then(|verbs| verbs.get(&verb))
        else {
            return Found::Nothing;
        };
        let mut methods = Vec::new();
        for route in class {
            let Some(values) = route.template.matches(&parts) else {
                continue;
            };
            if route.http == *http {
                return Found::Route(route, values);
            }
            if !methods.contains(&route.http) {
                methods.push(route.http.clone());
            }
        }
        if methods.is_empty() {
            Found::Nothing
        } else {
            Found::Methods(methods)
        }
    }

    /// Every way in.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Route> {
        self.classes.values().flat_map(BTreeMap::values).flatten()
    }
}

/// Orders templates of one class: a literal before a variable, from left to right.
fn rank(template: &Template) -> Vec<(bool, String)> {
    template
        .shape()
        .into_iter()
        .map(|part| (part.is_none(), part.unwrap_or_default().to_owned()))
        .collect()
}

/// The ways in of one rule: its own and its additional ones.
fn bindings(method: &MethodDescriptor, rule: &DynamicMessage) -> Result<Vec<Route>, Fault> {
    let more = rule.get_field_by_name("additional_bindings");
    let more = more.iter().filter_map(|rules| rules.as_list()).flatten();
    let rules = std::iter::once(rule).chain(more.filter_map(Value::as_message));
    rules
        .enumerate()
        .map(|(ordinal, rule)| route(method, rule, ordinal))
        .collect()
}

fn route(method: &MethodDescriptor, rule: &DynamicMessage, ordinal: usize) -> Result<Route, Fault> {
    let wrong = |what: String| Fault::Rule {
        method: method.full_name().to_owned(),
        what,
    };
    let text = |name: &str| -> String {
        let value = rule.get_field_by_name(name);
        value
            .and_then(|v| v.as_str().map(ToOwned::to_owned))
            .unwrap_or_default()
    };
    let (http, path) = [
        (Method::GET, "get"),
        (Method::PUT, "put"),
        (Method::POST, "post"),
        (Method::DELETE, "delete"),
        (Method::PATCH, "patch"),
    ]
    .into_iter()
    .find(|(_, name)| rule.has_field_by_name(name))
    .map(|(http, name)| (http, text(name)))
    .ok_or_else(|| wrong("has no method and path".to_owned()))?;
    let template = Template::parse(&path, &method.input()).map_err(|fault| Fault::Template {
        method: method.full_name().to_owned(),
        fault,
    })?;
    // One object in, one object out: whatever else a rule may say, no contract of ours does.
    let object = |message: prost_reflect::MessageDescriptor, name: &str| {
        message
            .get_field_by_name(name)
            .filter(|f| f.kind().as_message().is_some() && !f.is_list() && !f.is_map())
            .ok_or_else(|| wrong(format!("{name} is not a field that holds one message")))
    };
    let body = match text("body").as_str() {
        "" => Payload::None,
        "*" => Payload::Whole,
        name => Payload::Field(object(method.input(), name)?),
    };
    let answer = match text("response_body").as_str() {
        "" => None,
        name => Some(object(method.output(), name)?),
    };
    if method.is_client_streaming() || method.is_server_streaming() {
        return Err(wrong("is a stream".to_owned()));
    }
    Ok(Route {
        http,
        template,
        method: method.clone(),
        ordinal,
        body,
        answer,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn leads_to(http: &Method, path: &str) -> String {
        match sample::routes().find(http, path) {
            Found::Route(route, values) => {
                let values: Vec<_> = values.iter().map(|(f, v)| format!("{f}={v}")).collect();
                format!("{} {}", route.method.name(), values.join(" "))
                    .trim_end()
                    .to_owned()
            }
            Found::Methods(methods) => format!("{methods:?}"),
            Found::Nothing => String::new(),
        }
    }

    #[test]
    fn a_request_leads_to_the_rpc_that_the_contract_names() {
        for (http, path, rpc) in [
            (Method::POST, "/v1/samples", "CreateSample"),
            (Method::GET, "/v1/samples", "ListSamples"),
            (Method::GET, "/v1/samples/7", "GetSample id=7"),
            (Method::GET, "/v1/old/samples/7", "GetSample id=7"),
            (Method::PATCH, "/v1/samples/7", "UpdateSample sample.id=7"),
            (Method::POST, "/v1/samples/7:win", "WinSample id=7"),
            (Method::GET, "/v1/samples:probe", "ProbeSamples"),
            (Method::GET, "/v1/samples/7/parts", "ListParts sample_id=7"),
            (Method::GET, "/v1/chain/ORDER/7", "GetChain kind=ORDER id=7"),
        ] {
            assert_eq!(leads_to(&http, path), rpc, "{http} {path}");
        }
    }

    #[test]
    fn a_known_path_tells_its_methods_and_an_unknown_one_nothing() {
        assert_eq!(leads_to(&Method::DELETE, "/v1/samples"), "[POST, GET]");
        assert_eq!(leads_to(&Method::GET, "/v1/samples/7:win"), "[POST]");
        for path in [
            "/",
            "/v1",
            "/v1/samples/",
            "/v1/samples/7:lose",
            "/v1/samples/7/parts/8",
            "/v1/leads",
        ] {
            assert_eq!(leads_to(&Method::GET, path), "", "{path}");
        }
    }

    #[test]
    fn an_rpc_without_a_rule_has_no_way_in() {
        assert!(
            sample::routes()
                .all()
                .all(|route| route.method.name() != "Hidden")
        );
    }

    #[test]
    fn every_contract_of_baton_can_be_served() {
        let pool = DescriptorPool::decode(baton_proto::FILE_DESCRIPTOR_SET).unwrap();
        Routes::of(&pool).unwrap();
    }

    #[test]
    fn a_literal_part_is_closer_than_a_variable_one() {
        // `/v1/old/samples/{id}` and `/v1/chain/{kind}/{id}` have as many parts; each finds its own.
        assert_eq!(
            leads_to(&Method::GET, "/v1/old/samples/1"),
            "GetSample id=1"
        );
        assert_eq!(
            leads_to(&Method::GET, "/v1/chain/samples/1"),
            "GetChain kind=samples id=1"
        );
    }
}
