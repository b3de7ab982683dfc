//! Which field a column becomes when nobody wrote a recipe: the one of its name, as the contract has it.

use std::collections::BTreeMap;

use prost_reflect::{DescriptorPool, Kind, MessageDescriptor};

use super::{
    Error,
    fill::TARGETS,
    recipe::{Field, Made, Recipe, Step},
};

/// What a person may call a target, the target, and what that says of every row.
const ALSO: &[(&str, &str, (&str, &str))] = &[
    (
        "prospects",
        "parties",
        ("party.state", "PARTY_STATE_PROSPECT"),
    ),
    (
        "accounts",
        "parties",
        ("party.state", "PARTY_STATE_ACCOUNT"),
    ),
];

/// What stands between the values of a field that holds several.
const BETWEEN: &str = ";";

/// A recipe for one file with these columns. A column named in `named` becomes the field that it has there; any other
/// becomes the field of its own name, or stays unused if there is none. `key` is the column that tells rows apart; it
/// is a field only if `named` has it.
///
/// # Errors
/// When there is no such target, no field of a name in `named`, or no column of one.
pub fn recipe(
    target: &str,
    file: &str,
    columns: &[String],
    key: &str,
    named: &BTreeMap<String, String>,
) -> Result<Recipe, Error> {
    let also = ALSO.iter().find(|(alias, ..)| *alias == target);
    let target = also.map_or(target, |(_, target, _)| target);
    let known = fields_of(target)?;
    let mut used = named.keys().map(String::as_str).chain([key]);
    if let Some(column) = used.find(|c| !columns.iter().any(|known| known == c)) {
        let cause = format!("there is no column {column}, but {}", columns.join(", "));
        return Err(Error::File {
            file: file.to_owned(),
            cause,
        });
    }
    let mut fields = BTreeMap::new();
    for column in columns {
        let path = match named.get(column) {
            Some(field) => Some(find(&known, field).ok_or_else(|| {
                let known: Vec<_> = known.keys().map(String::as_str).collect();
                let known = known.join(", ");
                Error::Recipe(format!("{target} have no field {field}, but {known}"))
            })?),
            None if column == key => None,
            None => find(&known, column),
        };
        if let Some((path, holds)) = path {
            let from = format!("{{{column}}}");
            let field = match holds {
                Holds::One => Field::Template(from),
                Holds::Several => Field::Made(Made {
                    from,
                    split: Some(BETWEEN.to_owned()),
                    ..Made::default()
                }),
            };
            fields.insert(path.clone(), field);
        }
    }
    if let Some((_, _, (field, value))) = also {
        fields.insert((*field).to_owned(), Field::Template((*value).to_owned()));
    }
    let step = Step {
        target: target.to_owned(),
        file: file.to_owned(),
        sheet: None,
        key: format!("{{{key}}}"),
        once: false,
        after: None,
        fields,
        repairs: BTreeMap::new(),
        request: None,
    };
    Ok(Recipe {
        system: "import".to_owned(),
        process: Vec::new(),
        step: vec![step],
    })
}

/// How much a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    One,
    Several,
}

/// The fields of a row that a column can become, by their paths.
type Fields = BTreeMap<String, Holds>;

/// The field of this path, or the only one whose path ends so: `name` is the `party.name` of a party. An `id` is one
/// of the row itself, never that of something within it.
fn find<'k>(known: &'k Fields, name: &str) -> Option<(&'k String, Holds)> {
    let end = format!(".{name}");
    let mut ending = known
        .iter()
        .filter(|(path, _)| name != "id" && path.ends_with(&end));
    let found = known.get_key_value(name);
    let found = found.or_else(|| match (ending.next(), ending.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    });
    found.map(|(path, holds)| (path, *holds))
}

/// The paths of all fields of a row that hold plain values.
fn fields_of(target: &str) -> Result<Fields, Error> {
    if !TARGETS.contains(&target) {
        let all = TARGETS
            .iter()
            .copied()
            .chain(ALSO.iter().map(|(alias, ..)| *alias));
        let all: Vec<_> = all.collect();
        return Err(Error::Recipe(format!(
            "{target} is no target ({})",
            all.join(", ")
        )));
    }
    let pool = DescriptorPool::decode(baton_proto::FILE_DESCRIPTOR_SET)
        .map_err(|e| Error::Recipe(e.to_string()))?;
    let request = format!("Import{target}Request");
    let row = pool
        .all_messages()
        .find(|m| m.name().eq_ignore_ascii_case(&request))
        .and_then(|m| match m.get_field_by_name("rows")?.kind() {
            Kind::Message(row) => Some(row),
            _ => None,
        });
    let mut paths = Fields::new();
    if let Some(row) = row {
        collect(&row, "", &mut paths);
    }
    // The key is said by another way.
    paths.remove("external_id");
    Ok(paths)
}

fn collect(message: &MessageDescriptor, within: &str, paths: &mut Fields) {
    for field in message.fields() {
        let path = format!("{within}{}", field.name());
        match field.kind() {
            Kind::Message(_) if field.is_list() || field.is_map() => {}
            Kind::Message(inner) if !inner.full_name().starts_with("google.protobuf.") => {
                collect(&inner, &format!("{path}."), paths);
            }
            _ => {
                let holds = if field.is_list() {
                    Holds::Several
                } else {
                    Holds::One
                };
                paths.insert(path, holds);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> Vec<String> {
        names.iter().map(|n| (*n).to_owned()).collect()
    }

    fn fields(recipe: &Recipe) -> Vec<(&str, String)> {
        let fields = recipe.step[0].fields.iter();
        fields
            .map(|(name, field)| match field {
                Field::Template(text) => (name.as_str(), text.clone()),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn a_column_becomes_the_field_of_its_name_or_the_one_that_it_is_told_to() {
        let columns = columns(&["id", "name", "Price", "currency_code", "colour"]);
        let named = BTreeMap::from([("Price".to_owned(), "list_price.amount_minor".to_owned())]);
        let made = recipe("products", "p.csv", &columns, "id", &named).unwrap();
        assert_eq!(
            fields(&made),
            [
                ("list_price.amount_minor", "{Price}".to_owned()),
                ("list_price.currency_code", "{currency_code}".to_owned()),
                ("name", "{name}".to_owned()),
            ]
        );
    }

    #[test]
    fn the_key_is_a_field_only_where_it_is_told_to_be() {
        let columns = columns(&["id", "title", "source.kind", "name"]);
        let made = recipe("leads", "l.csv", &columns, "id", &BTreeMap::new()).unwrap();
        let named: Vec<_> = fields(&made).into_iter().map(|(name, _)| name).collect();
        assert!(!named.iter().any(|n| n.ends_with("id")), "{named:?}");
        assert!(made.step[0].uses("id"), "it is the key");
        let made = recipe("leads", "l.csv", &columns, "title", &BTreeMap::new()).unwrap();
        assert!(!made.step[0].uses("id"), "no row has an id of its own");
        let to = BTreeMap::from([("id".to_owned(), "source.id".to_owned())]);
        let made = recipe("leads", "l.csv", &columns, "id", &to).unwrap();
        assert!(made.step[0].fields.contains_key("source.id"));
    }

    #[test]
    fn a_column_becomes_a_list_where_the_field_is_one() {
        let columns = columns(&["id", "display_name", "roles"]);
        let made = recipe("members", "m.csv", &columns, "id", &BTreeMap::new()).unwrap();
        let Some(Field::Made(roles)) = made.step[0].fields.get("roles") else {
            panic!("{made:?}")
        };
        assert_eq!(
            (&*roles.from, roles.split.as_deref()),
            ("{roles}", Some(";"))
        );
    }

    #[test]
    fn prospects_and_accounts_are_parties_in_that_state() {
        let columns = columns(&["id", "name"]);
        let made = recipe("accounts", "a.csv", &columns, "id", &BTreeMap::new()).unwrap();
        assert_eq!(made.step[0].target, "parties");
        assert_eq!(
            fields(&made),
            [
                ("party.name", "{name}".to_owned()),
                ("party.state", "PARTY_STATE_ACCOUNT".to_owned()),
            ]
        );
    }

    #[test]
    fn every_target_has_fields_and_nothing_else_is_one() {
        for target in TARGETS {
            assert!(!fields_of(target).unwrap().is_empty(), "{target}");
        }
        assert!(fields_of("wishes").is_err());
    }

    #[test]
    fn a_field_or_a_column_that_is_not_there_is_said_so() {
        let columns = columns(&["id", "name"]);
        let to = |column: &str, field: &str| {
            let named = BTreeMap::from([(column.to_owned(), field.to_owned())]);
            recipe("products", "p.csv", &columns, "id", &named)
                .unwrap_err()
                .to_string()
        };
        assert!(to("name", "colour").contains("no field colour"));
        assert!(to("colour", "name").contains("no column colour"));
        let without_key = recipe("products", "p.csv", &columns, "sku", &BTreeMap::new());
        assert!(
            without_key
                .unwrap_err()
                .to_string()
                .contains("no column sku")
        );
    }
}
