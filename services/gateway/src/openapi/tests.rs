//! The document holds together, and says what the edge does.

use std::collections::HashSet;

use prost_reflect::DescriptorPool;
use serde_json::Value as Json;

use super::*;
use crate::sample;

fn of(descriptors: &[u8]) -> Json {
    let pool = DescriptorPool::decode(descriptors).unwrap();
    let comments = Comments::of(descriptors).unwrap();
    document(&comments, &Routes::of(&pool).unwrap(), |method| {
        method.name() == "CreateSample"
    })
}

fn sample() -> Json {
    of(&sample::descriptors())
}

/// All that the contracts of Baton declare.
fn baton() -> Json {
    of(baton_proto::COMMENTED_DESCRIPTOR_SET)
}

fn names(operation: &Json, place: &str) -> Vec<String> {
    let parameters = operation["parameters"].as_array().unwrap().iter();
    let here = parameters.filter(|p| p["in"] == place);
    here.map(|p| p["name"].as_str().unwrap().to_owned())
        .collect()
}

fn operations(document: &Json) -> impl Iterator<Item = (&String, &Json)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, item)| item.as_object().unwrap().values().map(move |o| (path, o)))
}

fn references<'j>(json: &'j Json, found: &mut Vec<&'j str>) {
    match json {
        Json::Object(fields) => fields.iter().for_each(|(name, value)| match value {
            Json::String(target) if name == "$ref" => found.push(target),
            value => references(value, found),
        }),
        Json::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    for document in [sample(), baton()] {
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(!found.is_empty());
        for target in found {
            let pointer = target.strip_prefix('#').unwrap();
            assert!(
                document.pointer(pointer).is_some_and(Json::is_object),
                "{target}"
            );
        }
    }
}

#[test]
fn every_variable_of_a_path_is_a_parameter_and_the_other_way_round() {
    for document in [sample(), baton()] {
        for (path, operation) in operations(&document) {
            let variables = path
                .split('{')
                .skip(1)
                .map(|rest| rest.split('}').next().unwrap());
            assert_eq!(
                names(operation, "path"),
                variables.collect::<Vec<_>>(),
                "{path}"
            );
        }
    }
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    for document in [sample(), baton()] {
        let mut seen = HashSet::new();
        for (path, operation) in operations(&document) {
            assert!(
                seen.insert(operation["operationId"].as_str().unwrap()),
                "{path}"
            );
        }
    }
}

#[test]
fn no_parameter_is_declared_twice() {
    for document in [sample(), baton()] {
        for (path, operation) in operations(&document) {
            for place in ["path", "query"] {
                let names = names(operation, place);
                assert_eq!(
                    names.len(),
                    names.iter().collect::<HashSet<_>>().len(),
                    "{path}"
                );
            }
        }
    }
}

#[test]
fn every_operation_of_baton_says_what_it_does() {
    for (path, operation) in operations(&baton()) {
        assert!(
            operation["summary"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{path}"
        );
    }
}

#[test]
fn ways_to_one_object_share_its_path() {
    let document = sample();
    let item = document["paths"]["/v1/samples/{id}"].as_object().unwrap();
    assert_eq!(item.keys().collect::<Vec<_>>(), ["get", "patch"]);
    assert_eq!(item["get"]["operationId"], "SampleService_GetSample");
    assert_eq!(
        document["paths"]["/v1/old/samples/{id}"]["get"]["operationId"],
        "SampleService_GetSample2"
    );
}

#[test]
fn a_list_takes_its_filters_as_query_parameters() {
    let document = sample();
    let list = &document["paths"]["/v1/samples"]["get"];
    let expected = [
        "pageSize",
        "pageToken",
        "grades",
        "madeAfterTime",
        "count",
        "like.partName",
        "like.amountMinor",
        "words",
    ];
    assert_eq!(names(list, "query"), expected);
    assert_eq!(list["parameters"][2]["schema"]["type"], "array");
    assert!(list.get("requestBody").is_none());
}

#[test]
fn a_verb_takes_in_its_body_what_neither_path_nor_headers_carry() {
    let document = sample();
    let win = &document["paths"]["/v1/samples/{id}:win"]["post"];
    let schema = &win["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(
        schema["properties"]
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>(),
        ["why"]
    );
    let mut found = Vec::new();
    references(&win["parameters"], &mut found);
    let last = |target: &&str| target.rsplit('/').next().unwrap_or_default().to_owned();
    let found: Vec<_> = found.iter().map(last).collect();
    assert_eq!(found, ["IdempotencyKey", "IfMatch", "AcceptLanguage"]);
}

#[test]
fn an_update_takes_its_mask_as_a_query_parameter() {
    let document = sample();
    let update = &document["paths"]["/v1/samples/{id}"]["patch"];
    assert_eq!(names(update, "query"), ["updateMask"]);
    let schema = &update["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(
        schema["$ref"],
        "#/components/schemas/baton.sample.v1.Sample"
    );
    assert!(update["responses"]["200"]["headers"]["ETag"].is_object());
}

#[test]
fn only_what_is_public_needs_no_credentials() {
    let document = sample();
    assert_eq!(document["security"], serde_json::json!([{ "bearer": [] }]));
    assert_eq!(
        document["paths"]["/v1/samples"]["post"]["security"],
        serde_json::json!([])
    );
    assert!(
        document["paths"]["/v1/samples"]["get"]
            .get("security")
            .is_none()
    );
}
