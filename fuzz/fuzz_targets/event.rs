//! An event on its way: headers of the bus, an empty line, the payload; the payload alone is tried as an event of the log.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let end = bytes.windows(2).position(|two| two == b"\n\n");
    let (head, payload) = end.map_or((&bytes[..0], bytes), |end| (&bytes[..end], &bytes[end + 2..]));
    let head = String::from_utf8_lossy(head);
    let headers: Vec<_> = head.lines().filter_map(|line| line.split_once(": ")).collect();
    baton_chassis::fuzzing::event(&headers, payload);
});
