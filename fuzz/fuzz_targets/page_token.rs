//! A page token: as it comes, and as the body of one that is sealed.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    baton_chassis::fuzzing::page_token(&String::from_utf8_lossy(bytes), bytes);
});
