//! Fields of a message named by a dotted path, as templates and query parameters do.

use std::fmt;

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};

/// A way from a request down to one of its fields; it goes through singular messages only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldPath(Vec<FieldDescriptor>);

impl FieldPath {
    /// The field that `path` names, each step in `snake_case` or `lowerCamelCase`.
    pub(crate) fn of(root: &MessageDescriptor, path: &str) -> Option<Self> {
        let mut steps: Vec<FieldDescriptor> = Vec::new();
        for name in path.split('.') {
            let parent = match steps.last() {
                None => root.clone(),
                Some(step) if step.is_list() || step.is_map() => return None,
                Some(step) => step.kind().as_message()?.clone(),
            };
            steps.push(named(&parent, name)?);
        }
        Some(Self(steps))
    }

    /// The field that the path ends at.
    pub(crate) fn leaf(&self) -> &FieldDescriptor {
        // A path is never empty: even "" splits into one step.
        &self.0[self.0.len() - 1]
    }

    /// The field of the request that the path begins with.
    pub(crate) fn root(&self) -> &FieldDescriptor {
        &self.0[0]
    }

    /// Whether `other` is this field, holds it, or lies in it.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a == b)
    }

    /// The steps below the first one, if there are any.
    pub(crate) fn below_root(&self) -> &[FieldDescriptor] {
        &self.0[1..]
    }

    /// The value in `message`, made if it is not there.
    pub(crate) fn value_mut<'m>(&self, message: &'m mut DynamicMessage) -> Option<&'m mut Value> {
        let (leaf, above) = self.0.split_last()?;
        let mut message = message;
        for step in above {
            message = message.get_field_mut(step).as_message_mut()?;
        }
        Some(message.get_field_mut(leaf))
    }
}

/// In `snake_case`, as the contract writes it.
impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            f.write_str(step.name())?;
        }
        Ok(())
    }
}

/// The field of `message` with this name, in either spelling.
pub(crate) fn named(message: &MessageDescriptor, name: &str) -> Option<FieldDescriptor> {
    message
        .get_field_by_json_name(name)
        .or_else(|| message.get_field_by_name(name))
}

/// The string field `name` of `message`, if it has one.
pub(crate) fn text_field(message: &MessageDescriptor, name: &str) -> Option<FieldDescriptor> {
    message
        .get_field_by_name(name)
        .filter(|f| f.kind() == Kind::String && !f.is_list())
}

/// The full name of the message that `field` holds, if it holds one.
pub(crate) fn message_name(field: &FieldDescriptor) -> Option<String> {
    field.kind().as_message().map(|m| m.full_name().to_owned())
}

/// A path of the contract as JSON writes it: `lines[2].list_price` becomes `lines[2].listPrice`.
pub(crate) fn camel(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    let mut upper = false;
    for c in path.chars() {
        match c {
            '_' => upper = true,
            c if upper => {
                text.push(c.to_ascii_uppercase());
                upper = false;
            }
            c => text.push(c),
        }
    }
    text
}

/// A path of JSON as the contract writes it; what is in `snake_case` stays as it is.
pub(crate) fn snake(path: &str) -> String {
    let mut text = String::with_capacity(path.len() + 4);
    for c in path.chars() {
        if c.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_path_is_found_in_either_spelling() {
        let request = sample::message("UpdateSampleRequest");
        for path in ["sample.long_title", "sample.longTitle"] {
            assert_eq!(
                FieldPath::of(&request, path).unwrap().to_string(),
                "sample.long_title"
            );
        }
        for path in [
            "",
            "sample.",
            "sample.nothing",
            "sample.parts.part_name",
            "etag.x",
        ] {
            assert_eq!(FieldPath::of(&request, path), None, "{path}");
        }
    }

    #[test]
    fn paths_overlap_when_one_holds_the_other() {
        let request = sample::message("UpdateSampleRequest");
        let path = |text: &str| FieldPath::of(&request, text).unwrap();
        assert!(path("sample").overlaps(&path("sample.id")));
        assert!(path("sample.id").overlaps(&path("sample")));
        assert!(!path("sample.id").overlaps(&path("sample.etag")));
    }

    #[test]
    fn spellings_turn_into_each_other() {
        assert_eq!(camel("lines[2].list_price"), "lines[2].listPrice");
        assert_eq!(snake("lines[2].listPrice"), "lines[2].list_price");
        assert_eq!(snake("list_price"), "list_price");
    }
}
