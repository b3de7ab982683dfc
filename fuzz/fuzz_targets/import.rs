//! A load: the target, an empty line, perhaps a recipe, a line of dashes, the file.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let at = |mark: &[u8], bytes: &[u8]| bytes.windows(mark.len()).position(|some| some == mark);
    let Some(end) = at(b"\n---\n", bytes) else {
        return;
    };
    let (head, file) = (&bytes[..end], &bytes[end + 5..]);
    let Ok(head) = std::str::from_utf8(head) else {
        return;
    };
    let (target, recipe) = head.split_once("\n\n").unwrap_or((head, ""));
    baton::fuzzing::import(target, recipe, file);
});
