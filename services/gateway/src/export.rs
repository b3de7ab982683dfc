//! Lists as files: `GET /v1/exports/{collection}.{csv|ndjson}` with the parameters of the list itself.
//!
//! Nothing is written per list. A list is what a contract says it is (`Lists`), its columns are the fields of its rows (`columns`),
//! `sheet` writes them, `words` says what they are called, and `names` what ids stand for. The list is read page by page by
//! the call that there is, under the credentials of whoever asks, so its rights, filters and order hold here too; `edge/export`
//! carries it out.

pub(crate) mod columns;
pub(crate) mod names;
pub(crate) mod sheet;
pub(crate) mod words;

use std::{collections::BTreeMap, sync::Arc};

use axum::http::Method;
use baton_chassis::{Error, Language, Result, Violation};
use baton_proto::directory::v1::ExportFormat;
use prost_reflect::{FieldDescriptor, Kind};

use crate::{
    comments::Comments,
    field::{FieldPath, named},
    routes::{Found, Payload, Route, Routes},
};

use self::columns::Column;

/// Where files are.
const EXPORTS: &str = "/v1/exports/";
/// What a list is paged by: the file has all pages.
const PAGED_BY: [&str; 3] = ["page_size", "page_token", "count"];

/// All lists, by the call that gives them.
#[derive(Debug)]
pub(crate) struct Lists(BTreeMap<String, Arc<List>>);

/// A list.
#[derive(Debug)]
pub(crate) struct List {
    /// The way to it.
    pub(crate) route: Route,
    /// The field of its answer that holds the rows.
    pub(crate) rows: FieldDescriptor,
    /// Everything that a file of it may have.
    pub(crate) columns: Vec<Column>,
}

impl Lists {
    /// Those that the contracts have a way to.
    pub(crate) fn of(routes: &Routes, comments: &Comments) -> Self {
        let lists = routes.all().filter_map(|route| {
            let list = List::of(route, comments)?;
            Some((route.method.full_name().to_owned(), Arc::new(list)))
        });
        Self(lists.collect())
    }

    #[cfg(test)]
    pub(crate) fn all(&self) -> impl Iterator<Item = &List> {
        self.0.values().map(|list| &**list)
    }
}

impl List {
    /// The list at the end of a way, if it is one: a page of messages, and where the next one begins.
    fn of(route: &Route, comments: &Comments) -> Option<Self> {
        let (input, output) = (route.method.input(), route.method.output());
        let pages = route.http == Method::GET
            && route.body == Payload::None
            && input.get_field_by_name("page_size").is_some()
            && input.get_field_by_name("page_token").is_some()
            && output.get_field_by_name("next_page_token").is_some();
        let mut rows = output
            .fields()
            .filter(|f| f.is_list() && f.kind().as_message().is_some());
        let (Some(rows), None, true) = (rows.next(), rows.next(), pages) else {
            return None;
        };
        let Kind::Message(row) = rows.kind() else {
            return None;
        };
        Some(Self {
            route: route.clone(),
            columns: columns::of(&row, comments),
            rows,
        })
    }

    /// The columns of these names, or the usual ones for no names at all.
    fn chosen(&self, names: &[String], violations: &mut Vec<Violation>) -> Vec<Column> {
        if names.is_empty() {
            return self.columns.iter().filter(|c| c.usual).cloned().collect();
        }
        let mut chosen: Vec<Column> = Vec::new();
        for name in names {
            let known = self.columns.iter().find(|c| c.name == *name);
            match known {
                _ if chosen.iter().any(|c| c.name == *name) => {
                    violations.push(Violation::new("columns", "COLUMN_TWICE").with("column", name));
                }
                Some(column) => chosen.push(column.clone()),
                None => {
                    let unknown = Violation::new("columns", "COLUMN_UNKNOWN");
                    violations.push(unknown.with("column", name));
                }
            }
        }
        chosen
    }
}

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Labels {
    /// As people read them, in this language.
    In(Language),
    /// As the contract writes them.
    None,
}

/// What somebody asks for.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The columns of the file.
    pub(crate) columns: Vec<Column>,
    /// Whether they were named.
    pub(crate) chosen: bool,
    /// How values are written.
    pub(crate) labels: Labels,
    /// The parameters of the list.
    pub(crate) filters: Vec<(String, String)>,
}

impl Asked {
    /// Takes the parameters of a file apart; what is wrong with them is noted.
    pub(crate) fn of(
        list: &List,
        query: Vec<(String, String)>,
        language: Language,
        violations: &mut Vec<Violation>,
    ) -> Self {
        let (mut names, mut labels, mut filters) = (Vec::new(), Labels::In(language), Vec::new());
        for (name, value) in query {
            match name.as_str() {
                "columns" => names.extend(value.split(',').map(|c| c.trim().to_owned())),
                "labels" => match value.as_str() {
                    "none" => labels = Labels::None,
                    "en" => labels = Labels::In(Language::English),
                    "zh-CN" => labels = Labels::In(Language::Chinese),
                    _ => violations.push(
                        Violation::new("labels", "NOT_A_CHOICE").with("choices", "en, zh-CN, none"),
                    ),
                },
                _ => {
                    let field = named(&list.route.method.input(), &name);
                    if field.is_some_and(|f| PAGED_BY.contains(&f.name())) {
                        violations.push(Violation::new(name, "PARAMETER_UNKNOWN"));
                    } else {
                        filters.push((name, value));
                    }
                }
            }
        }
        names.retain(|name| !name.is_empty());
        Self {
            columns: list.chosen(&names, violations),
            chosen: !names.is_empty(),
            labels,
            filters,
        }
    }
}

/// A file of a list.
#[derive(Debug)]
pub(crate) struct File {
    /// What stands for the list in its address: "leads".
    pub(crate) collection: String,
    /// The list.
    pub(crate) list: Arc<List>,
    /// What its address says besides: of which lead, say.
    pub(crate) path: Vec<(FieldPath, String)>,
    /// The form of the file.
    pub(crate) format: ExportFormat,
}

impl File {
    /// The file at a path; nothing if it is the path of no file.
    ///
    /// # Errors
    /// That there is no such list, or no such form.
    pub(crate) fn at(path: &str, lists: &Lists, routes: &Routes) -> Option<Result<Self>> {
        let file = path.strip_prefix(EXPORTS)?;
        let (collection, form) = file.rsplit_once('.')?;
        let format = match form {
            "csv" => Some(ExportFormat::Csv),
            "ndjson" => Some(ExportFormat::Ndjson),
            _ => None,
        };
        let found = routes.find(&Method::GET, &format!("/v1/{collection}"));
        let list = match found {
            Found::Route(route, path) => {
                let list = lists.0.get(route.method.full_name()).cloned();
                list.map(|list| (list, path))
            }
            Found::Methods(_) | Found::Nothing => None,
        };
        let found = list.zip(format).map(|((list, path), format)| Self {
            collection: collection.to_owned(),
            list,
            path,
            format,
        });
        Some(found.ok_or_else(|| Error::not_found("COLLECTION", file)))
    }
}

#[cfg(test)]
mod tests {
    use prost_reflect::DescriptorPool;

    use super::*;

    fn at(path: &str) -> Option<Result<File>> {
        let pool = DescriptorPool::decode(baton_proto::FILE_DESCRIPTOR_SET).unwrap();
        let routes = Routes::of(&pool).unwrap();
        File::at(
            path,
            &Lists::of(&routes, &Comments::of_contracts()),
            &routes,
        )
    }

    fn asked(query: &[(&str, &str)]) -> (Asked, Vec<(String, &'static str)>) {
        let list = at("/v1/exports/leads.csv").unwrap().unwrap().list;
        let query = query.iter().map(|(n, v)| ((*n).into(), (*v).into()));
        let mut wrong = Vec::new();
        let asked = Asked::of(&list, query.collect(), Language::English, &mut wrong);
        let wrong = wrong.into_iter().map(|v| (v.field, v.reason)).collect();
        (asked, wrong)
    }

    #[test]
    fn whatever_can_be_listed_can_be_taken_out() {
        for collection in [
            "accounts",
            "apiKeys",
            "audit",
            "campaigns",
            "contacts",
            "contracts",
            "exports",
            "followUps",
            "funnels/chain/LEAD/objects",
            "handoffs",
            "interactions",
            "leads",
            "members",
            "opportunities",
            "orders",
            "products",
            "projects",
            "prospects",
        ] {
            let file = at(&format!("/v1/exports/{collection}.csv"));
            assert!(file.is_some_and(|found| found.is_ok()), "{collection}");
        }
        // Without pages it is no list.
        for record in [
            "leads/7",
            "leads/7/handoffs",
            "me",
            "settings",
            "trace/LEAD/7",
        ] {
            let file = at(&format!("/v1/exports/{record}.csv"));
            assert!(file.is_some_and(|found| found.is_err()), "{record}");
        }
    }

    #[test]
    fn a_path_names_a_list_and_a_form_or_is_none_of_a_file() {
        let told = |path: &str| {
            at(path).map(|found| found.map(|file| (file.collection, file.format)).ok())
        };
        assert_eq!(
            told("/v1/exports/leads.csv"),
            Some(Some(("leads".to_owned(), ExportFormat::Csv)))
        );
        assert_eq!(
            told("/v1/exports/followUps.ndjson"),
            Some(Some(("followUps".to_owned(), ExportFormat::Ndjson)))
        );
        for unknown in ["/v1/exports/leads.xlsx", "/v1/exports/dreams.csv"] {
            assert_eq!(told(unknown), Some(None), "{unknown}");
        }
        for other in ["/v1/exports/0190", "/v1/exports", "/v1/leads.csv"] {
            assert_eq!(told(other), None, "{other}");
        }
    }

    #[test]
    fn its_own_parameters_are_told_from_those_of_the_list() {
        let (told, wrong) = asked(&[
            ("columns", "number, owner"),
            ("quality", "LEAD_QUALITY_NEW"),
            ("columns", "source.kind"),
            ("labels", "none"),
        ]);
        assert_eq!(wrong, []);
        let names: Vec<_> = told.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["number", "owner", "source.kind"]);
        assert_eq!((told.chosen, told.labels), (true, Labels::None));
        assert_eq!(
            told.filters,
            [("quality".to_owned(), "LEAD_QUALITY_NEW".to_owned())]
        );
    }

    #[test]
    fn everything_that_is_wrong_with_them_is_told_at_once() {
        let (_, wrong) = asked(&[
            ("columns", "number,colour,taste,number"),
            ("labels", "latin"),
            ("pageToken", "x"),
            ("count", "true"),
        ]);
        let wrong: Vec<_> = wrong.iter().map(|(f, r)| (f.as_str(), *r)).collect();
        // Parameters in the order they came, columns after them.
        assert_eq!(
            wrong,
            [
                ("labels", "NOT_A_CHOICE"),
                ("pageToken", "PARAMETER_UNKNOWN"),
                ("count", "PARAMETER_UNKNOWN"),
                ("columns", "COLUMN_UNKNOWN"),
                ("columns", "COLUMN_UNKNOWN"),
                ("columns", "COLUMN_TWICE"),
            ]
        );
    }
}
