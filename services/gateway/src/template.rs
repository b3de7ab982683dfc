//! Path templates of HTTP rules: `/v1/leads/{lead.id}`, `/v1/leads/{id}:convert`, `/v1/trace/{kind}/{id}`.

use prost_reflect::MessageDescriptor;

use crate::field::FieldPath;

/// A template whose variables are fields of one request message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    segments: Vec<Segment>,
    verb: String,
}

/// One part of a path between slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    /// Exactly this text.
    Literal(String),
    /// Any text that is not empty; it is the value of the field.
    Variable(FieldPath),
}

/// Why a template cannot be served.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It does not begin with a slash, or a part of it is empty.
    #[error("a template is /literal/{{field}}/… with no empty part")]
    Shape,
    /// A variable names no text field of the request, or a pattern that this edge does not know.
    #[error("{{{0}}} is not a text field of the request")]
    Variable(String),
}

impl Template {
    /// Reads a template whose variables are fields of `request`.
    pub(crate) fn parse(text: &str, request: &MessageDescriptor) -> Result<Self, Fault> {
        let (path, verb) = split_verb(text);
        let segments = path
            .strip_prefix('/')
            .ok_or(Fault::Shape)?
            .split('/')
            .map(|part| Segment::parse(part, request))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            segments,
            verb: verb.to_owned(),
        })
    }

    /// Number of parts and the verb: paths that differ in one of them never meet.
    pub(crate) fn class(&self) -> (usize, &str) {
        (self.segments.len(), &self.verb)
    }

    /// What tells templates of one class apart: the literals, with nothing where a variable stands.
    pub(crate) fn shape(&self) -> Vec<Option<&str>> {
        self.segments
            .iter()
            .map(|segment| match segment {
                Segment::Literal(text) => Some(text.as_str()),
                Segment::Variable(_) => None,
            })
            .collect()
    }

    /// The values of the variables if `parts` are a path of this template.
    pub(crate) fn matches(&self, parts: &[String]) -> Option<Vec<(FieldPath, String)>> {
        let mut values = Vec::new();
        for (segment, part) in self.segments.iter().zip(parts) {
            match segment {
                Segment::Literal(text) if text == part => {}
                Segment::Variable(field) if !part.is_empty() => {
                    values.push((field.clone(), part.clone()));
                }
                _ => return None,
            }
        }
        Some(values)
    }

    /// The fields that the path carries.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &FieldPath> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Literal(_) => None,
            Segment::Variable(field) => Some(field),
        })
    }

    /// The template as it reads in a document, each variable under the name that `name` gives it.
    pub(crate) fn written(&self, name: impl Fn(&FieldPath) -> String) -> String {
        let mut text = String::new();
        for segment in &self.segments {
            text.push('/');
            match segment {
                Segment::Literal(part) => text.push_str(part),
                Segment::Variable(field) => {
                    text.push('{');
                    text.push_str(&name(field));
                    text.push('}');
                }
            }
        }
        if !self.verb.is_empty() {
            text.push(':');
            text.push_str(&self.verb);
        }
        text
    }
}

impl Segment {
    fn parse(part: &str, request: &MessageDescriptor) -> Result<Self, Fault> {
        let Some(name) = part
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
        else {
            return match part {
                "" | "*" | "**" => Err(Fault::Shape),
                _ if part.contains(['{', '}', ':']) => Err(Fault::Shape),
                _ => Ok(Self::Literal(part.to_owned())),
            };
        };
        FieldPath::of(request, name)
            .filter(|field| matches!(field.leaf().kind(), prost_reflect::Kind::String))
            .filter(|field| !field.leaf().is_list())
            .map(Self::Variable)
            .ok_or_else(|| Fault::Variable(name.to_owned()))
    }
}

/// Parts a path from its verb; the verb follows the last colon of the last part.
fn split_verb(path: &str) -> (&str, &str) {
    let last = path.rfind('/').map_or(0, |slash| slash + 1);
    match path[last..].rfind(':') {
        Some(colon) => (&path[..last + colon], &path[last + colon + 1..]),
        None => (path, ""),
    }
}

/// The parts of a request's path with `%41` and the like undone, and its verb; nothing if the path is not text.
pub(crate) fn parts(path: &str) -> Option<(Vec<String>, String)> {
    let (path, verb) = split_verb(path);
    let parts = path
        .strip_prefix('/')?
        .split('/')
        .map(decode)
        .collect::<Option<_>>()?;
    Some((parts, decode(verb)?))
}

/// Undoes percent-encoding.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, tail @ ..] = rest else {
            return None;
        };
        let digit = |c: u8| {
            char::from(c)
                .to_digit(16)
                .and_then(|d| u8::try_from(d).ok())
        };
        bytes.push(digit(*high)? * 16 + digit(*low)?);
        rest = tail;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn template(text: &str) -> Result<Template, Fault> {
        Template::parse(text, &sample::message("UpdateSampleRequest"))
    }

    #[test]
    fn a_template_reads_back_as_it_was_written() {
        for text in [
            "/v1/samples",
            "/v1/samples/{sample.id}",
            "/v1/{etag}/{request_id}:win",
            "/v1/samples:probe",
        ] {
            assert_eq!(template(text).unwrap().written(ToString::to_string), text);
        }
    }

    #[test]
    fn a_template_that_cannot_be_served_is_refused() {
        for text in [
            "",
            "v1",
            "/v1//samples",
            "/v1/*",
            "/v1/{etag=*}",
            "/v1/x{etag}",
            "/v1/a:b/c",
        ] {
            assert!(template(text).is_err(), "{text}");
        }
        for text in ["/v1/{nothing}", "/v1/{sample}", "/v1/{update_mask}"] {
            assert!(matches!(template(text), Err(Fault::Variable(_))), "{text}");
        }
    }

    #[test]
    fn variables_take_one_part_that_is_not_empty() {
        let win = template("/v1/samples/{sample.id}:win").unwrap();
        let (path, verb) = parts("/v1/samples/a%2Fb%3A1:win").unwrap();
        assert_eq!(verb, "win");
        let values = win.matches(&path).unwrap();
        assert_eq!(values[0].1, "a/b:1");
        let (path, _) = parts("/v1/samples/:win").unwrap();
        assert_eq!(win.matches(&path), None);
    }

    #[test]
    fn a_path_that_is_not_text_has_no_parts() {
        for path in ["/v1/%", "/v1/%4", "/v1/%zz", "/v1/%ff", "v1"] {
            assert_eq!(parts(path), None, "{path}");
        }
        assert_eq!(parts("/%e5%ae%a2").unwrap().0, ["客"]);
    }
}
