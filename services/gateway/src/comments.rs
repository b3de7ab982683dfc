//! What the contracts say about themselves: the comments above each message, field, enum and RPC.

use std::collections::HashMap;

use prost_reflect::{DescriptorPool, FileDescriptor};

/// All comments of the contracts. Without source information in the descriptors there are none.
#[derive(Debug, Default)]
pub(crate) struct Comments(HashMap<(String, Vec<i32>), String>);

impl Comments {
    pub(crate) fn of(pool: &DescriptorPool) -> Self {
        let mut comments = HashMap::new();
        for file in pool.files() {
            let source = file.file_descriptor_proto().source_code_info.as_ref();
            for location in source.into_iter().flat_map(|source| &source.location) {
                let text = plain(location.leading_comments());
                if !text.is_empty() {
                    comments.insert((file.name().to_owned(), location.path.clone()), text);
                }
            }
        }
        Self(comments)
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
        let (comments, pool) = (Comments::of(&sample::pool()), sample::pool());
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
