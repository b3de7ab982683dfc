//! What the contracts say about themselves: the comments above each message, field, enum and RPC.

use std::collections::HashMap;

use prost_reflect::{
    FileDescriptor,
    prost::{DecodeError, Message as _},
};
use prost_types::FileDescriptorSet;

/// All comments of the contracts. They are read apart from the descriptors that stay in memory: where everything stands in its
/// file is twice as much as all the rest, and nobody asks for it once the documents are written.
#[derive(Debug)]
pub(crate) struct Comments(HashMap<(String, Vec<i32>), String>);

impl Comments {
    /// Those of an encoded descriptor set; without source information there are none.
    pub(crate) fn of(descriptors: &[u8]) -> Result<Self, DecodeError> {
        let mut comments = HashMap::new();
        for file in FileDescriptorSet::decode(descriptors)?.file {
            let name = file.name.unwrap_or_default();
            for location in file.source_code_info.unwrap_or_default().location {
                let text = plain(location.leading_comments());
                if !text.is_empty() {
                    comments.insert((name.clone(), location.path), text);
                }
            }
        }
        Ok(Self(comments))
    }

    /// Those of Baton's own contracts.
    #[cfg(test)]
    pub(crate) fn of_contracts() -> Self {
        Self::of(baton_proto::COMMENTED_DESCRIPTOR_SET).unwrap()
    }

    /// The comment of what lies at `path` in `file`; empty if there is none.
    pub(crate) fn at(&self, file: &FileDescriptor, path: &[i32]) -> &str {
        let place = (file.name().to_owned(), path.to_vec());
        self.0.get(&place).map_or("", String::as_str)
    }
}

/// A comment without the blank that stands before each of its lines. Lines of one paragraph are joined.
fn plain(comment: &str) -> String {
    let mut text = String::new();
    for line in comment.lines().map(str::trim) {
        if line.is_empty() {
            text.push_str("\n\n");
        } else {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push(' ');
            }
            text.push_str(line);
        }
    }
    text.trim().to_owned()
}

/// The first sentence of a comment, without its full stop.
pub(crate) fn summary(comment: &str) -> &str {
    let paragraph = comment.split("\n\n").next().unwrap_or_default();
    let sentence = paragraph
        .split_once(". ")
        .map_or(paragraph, |(first, _)| first);
    sentence.trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_comment_is_found_by_where_it_stands() {
        let (comments, pool) = (sample::comments(), sample::pool());
        let service = pool
            .get_service_by_name("baton.sample.v1.SampleService")
            .unwrap();
        let text = comments.at(&service.parent_file(), service.path());
        assert_eq!(text, "Keeps samples.\n\nThey are made of everything.");
        assert_eq!(summary(text), "Keeps samples");
        let field = sample::message("Sample")
            .get_field_by_name("long_title")
            .unwrap();
        assert_eq!(
            comments.at(&field.parent_file(), field.path()),
            "What it is called, at length."
        );
    }

    #[test]
    fn lines_of_a_paragraph_are_joined() {
        assert_eq!(
            plain(" One line\n goes on.\n\n Another.\n"),
            "One line goes on.\n\nAnother."
        );
        assert_eq!(summary("Wins it. For good."), "Wins it");
    }
}
