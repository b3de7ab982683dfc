//! What a file of a list can have: the fields of its rows, those of messages within them under dotted names.

use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};

use crate::{
    comments::Comments,
    field::{message_name, text_field},
};

/// Messages within messages are opened so far.
const DEPTH_MAX: usize = 3;

/// Whose ids fields hold: what the field is called before `_id`, and the kind.
const KINDS: &[(&str, &str)] = &[
    ("owner", "MEMBER"),
    ("credit", "MEMBER"),
    ("member", "MEMBER"),
    ("manager", "MEMBER"),
    ("successor", "MEMBER"),
    ("assignee", "MEMBER"),
    ("creator", "MEMBER"),
    ("verifier", "MEMBER"),
    ("executed_by", "MEMBER"),
    ("entered_by", "MEMBER"),
    ("from_member", "MEMBER"),
    ("to_member", "MEMBER"),
    ("escalated_to", "MEMBER"),
    ("answered_by", "MEMBER"),
    ("territory", "TERRITORY"),
    ("department", "DEPARTMENT"),
    ("process", "PROCESS"),
    ("stage", "STAGE"),
    ("party", "ACCOUNT"),
    ("contact", "CONTACT"),
    ("campaign", "CAMPAIGN"),
    ("lead", "LEAD"),
    ("opportunity", "OPPORTUNITY"),
    ("project", "PROJECT"),
    ("contract", "CONTRACT"),
    ("order", "ORDER"),
];

/// Kinds of which there are few, so that their names are read once: they are in a file unless it is said what is.
pub(crate) const BOOK: [&str; 5] = ["MEMBER", "TERRITORY", "DEPARTMENT", "PROCESS", "STAGE"];

/// A column of a file.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Its name, as JSON has it: `source.kind`.
    pub(crate) name: String,
    /// The way to its value.
    pub(crate) steps: Vec<FieldDescriptor>,
    /// What it shows of it.
    pub(crate) shows: Shows,
    /// Whether it is in a file unless it is said what is.
    pub(crate) usual: bool,
}

/// What a column shows of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shows {
    /// The value.
    Value,
    /// An amount of money, as a decimal.
    Amount,
    /// What the object of an id is called: of a kind, or of that which stands beside the id.
    Name(Option<&'static str>),
}

/// All columns of a row, in the order of its fields.
pub(crate) fn of(row: &MessageDescriptor, comments: &Comments) -> Vec<Column> {
    let mut all = All {
        comments,
        columns: Vec::new(),
    };
    all.take(row, &[]);
    all.columns
}

struct All<'c> {
    comments: &'c Comments,
    columns: Vec<Column>,
}

impl All<'_> {
    fn take(&mut self, message: &MessageDescriptor, within: &[FieldDescriptor]) {
        for field in message.fields() {
            let comment = self.comments.at(&message.parent_file(), field.path());
            // What is only ever said to Baton is never there.
            if !comment.starts_with("Input only") {
                self.field(&field, within);
            }
        }
    }

    fn field(&mut self, field: &FieldDescriptor, within: &[FieldDescriptor]) {
        let steps = [within, std::slice::from_ref(field)].concat();
        let name = name(&steps);
        let Kind::Message(message) = field.kind() else {
            self.plain(field, name, steps);
            return;
        };
        let full = message_name(field).unwrap_or_default();
        let several = field.is_list() || field.is_map();
        match full.as_str() {
            "google.protobuf.Timestamp" if !several => self.add(name, steps, Shows::Value, true),
            "baton.type.v1.Money" if !several => {
                self.add(name, steps.clone(), Shows::Amount, true);
                self.part(&message, "currency_code", &steps, true);
                self.part(&message, "amount_minor", &steps, false);
            }
            full if several || full.starts_with("google.protobuf.") => {
                self.add(name, steps, Shows::Value, false);
            }
            _ if steps.len() < DEPTH_MAX => {
                let object = |name| text_field(&message, name).is_some();
                if object("kind") && object("id") {
                    self.add(name, steps.clone(), Shows::Name(None), false);
                }
                self.take(&message, &steps);
            }
            _ => {}
        }
    }

    fn plain(&mut self, field: &FieldDescriptor, column: String, steps: Vec<FieldDescriptor>) {
        let stem = field
            .name()
            .strip_suffix("_id")
            .filter(|_| !field.is_list());
        let kind = stem.and_then(|stem| KINDS.iter().find(|(known, _)| *known == stem));
        let called = column.strip_suffix("Id").map(str::to_owned);
        let free = |name: &String| {
            let there = field.parent_message().get_field_by_json_name(name);
            there.is_none()
        };
        if let (Some((_, kind)), Some(called)) = (kind, called.filter(free)) {
            let book = BOOK.contains(kind);
            self.add(called, steps.clone(), Shows::Name(Some(kind)), book);
        }
        let usual = field.name() != "etag";
        self.add(column, steps, Shows::Value, usual);
    }

    fn part(
        &mut self,
        message: &MessageDescriptor,
        part: &str,
        within: &[FieldDescriptor],
        usual: bool,
    ) {
        if let Some(field) = message.get_field_by_name(part) {
            let steps = [within, &[field]].concat();
            self.add(name(&steps), steps, Shows::Value, usual);
        }
    }

    fn add(&mut self, name: String, steps: Vec<FieldDescriptor>, shows: Shows, usual: bool) {
        self.columns.push(Column {
            name,
            steps,
            shows,
            usual,
        });
    }
}

fn name(steps: &[FieldDescriptor]) -> String {
    let names: Vec<_> = steps.iter().map(FieldDescriptor::json_name).collect();
    names.join(".")
}

#[cfg(test)]
mod tests {
    use prost_reflect::DescriptorPool;

    use super::*;

    fn columns(message: &str) -> Vec<(String, bool)> {
        let pool = DescriptorPool::decode(baton_proto::FILE_DESCRIPTOR_SET).unwrap();
        let row = pool.get_message_by_name(message).unwrap();
        let columns = of(&row, &Comments::of_contracts()).into_iter();
        columns.map(|c| (c.name, c.usual)).collect()
    }

    #[test]
    fn a_row_has_a_column_for_each_field_and_what_it_is_called() {
        let lead = columns("baton.marketing.v1.Lead");
        let usual = |name: &str| {
            lead.iter()
                .find(|(n, _)| n == name)
                .map(|(_, usual)| *usual)
        };
        for (name, there) in [
            ("number", Some(true)),
            ("owner", Some(true)),
            ("ownerId", Some(true)),
            ("territory", Some(true)),
            // To look up customers page by page is for who asks for it.
            ("party", Some(false)),
            ("partyId", Some(true)),
            ("source", Some(false)),
            ("source.kind", Some(true)),
            ("source.id", Some(true)),
            ("external.system", Some(true)),
            ("createTime", Some(true)),
            ("etag", Some(false)),
            ("lookAlikes", Some(false)),
            // What a lead is created with is no field of one.
            ("prospect.name", None),
        ] {
            assert_eq!(usual(name), there, "{name}");
        }
        let names: Vec<_> = lead.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names[..3], ["id", "number", "title"]);
    }

    #[test]
    fn money_is_an_amount_and_its_currency() {
        let deal = columns("baton.sales.v1.Opportunity");
        let at = deal.iter().position(|(name, _)| name == "amount").unwrap();
        let parts: Vec<_> = deal[at..at + 3]
            .iter()
            .map(|(n, u)| (n.as_str(), *u))
            .collect();
        assert_eq!(
            parts,
            [
                ("amount", true),
                ("amount.currencyCode", true),
                ("amount.amountMinor", false)
            ]
        );
    }
}
