//! A request over HTTP as somebody would type it: method and target, headers, an empty line, the body.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let end = bytes.windows(2).position(|two| two == b"\n\n").unwrap_or(bytes.len());
    let (Ok(head), body) = (std::str::from_utf8(&bytes[..end]), bytes.get(end + 2..).unwrap_or_default()) else {
        return;
    };
    let mut lines = head.lines();
    let (method, target) = lines.next().and_then(|line| line.split_once(' ')).unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let query: Vec<_> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let headers: Vec<_> = lines.filter_map(|line| line.split_once(": ")).collect();
    baton_gateway::fuzzing::request(method, path, &query, &headers, body);
});
