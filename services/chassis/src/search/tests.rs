//! What is kept of a text is found by every beginning of it, and nothing else is.

use proptest::prelude::*;

use super::*;

fn name(text: &str) -> Text {
    Text::Name(text.to_owned())
}

fn mobile() -> Text {
    Text::Phone {
        e164: "+8613800138000".to_owned(),
        national: "13800138000".to_owned(),
    }
}

fn switchboard() -> Text {
    Text::Phone {
        e164: "+862162345678".to_owned(),
        national: "2162345678".to_owned(),
    }
}

fn finds(query: &str, texts: &[Text]) -> bool {
    Query::of(query).is_some_and(|q| q.fits(&words(texts)))
}

fn all(words: &BTreeSet<String>) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

#[test]
fn a_name_becomes_words_pairs_and_initials() {
    let kept = words(&[name("ACME（中国）华为技术 T-1000")]);
    let expected = [
        "1000", "acme", "t", "t1000", "zghwjs", "中国", "为技", "华为", "国", "技术", "术",
    ];
    assert_eq!(all(&kept), expected);
    assert_eq!(
        all(&words(&[name("李")])),
        ["李"],
        "one initial finds too much"
    );
}

#[test]
fn a_number_is_found_from_its_beginning_and_by_its_serial_number() {
    let number = [Text::Number("A-2026-000123".to_owned())];
    assert_eq!(all(&words(&number)), ["000123", "123", "a2026000123"]);
    for query in [
        "A-2026-000123",
        "a-2026-0001",
        "A2026",
        "123",
        "000123",
        "Ａ－２０２６",
    ] {
        assert!(finds(query, &number), "{query}");
    }
    for query in ["A-2027", "0123", "2026", "B-2026-000123"] {
        assert!(!finds(query, &number), "{query}");
    }
}

#[test]
fn any_part_of_a_chinese_name_finds_it() {
    let firm = [name("上海华为技术有限公司")];
    for query in [
        "华为",
        "华为技术",
        "术",
        "司",
        "上海 技术",
        "shhwjsyxgs",
        "SHHW",
        "华为 公司",
    ] {
        assert!(finds(query, &firm), "{query}");
    }
    for query in ["华技", "为华", "北京 华为", "hwjs", "华为x"] {
        assert!(!finds(query, &firm), "{query}");
    }
}

#[test]
fn words_are_found_by_their_beginning_and_every_part_must_be_there() {
    let firm = [name("Müller & Söhne GmbH"), mobile()];
    for query in [
        "müll",
        "MÜLLER gmbh",
        "söhne, müller",
        "müller 8000",
        "ｇｍｂｈ",
    ] {
        assert!(finds(query, &firm), "{query}");
    }
    for query in ["ller", "müller ltd", "müller 8001"] {
        assert!(!finds(query, &firm), "{query}");
    }
}

#[test]
fn a_telephone_number_is_found_however_it_is_written() {
    for query in [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 138 0013 8000",
        "0086 13800138000",
        "8613800138000",
        "1380013",
        "138",
        "8000",
        "38000",
        "00138000",
        "１３８００１３８０００",
    ] {
        assert!(finds(query, &[mobile()]), "{query}");
    }
    for query in [
        "021-62345678",
        "(021) 6234-5678",
        "02162345678",
        "62345678",
        "5678",
        "+862162",
    ] {
        assert!(finds(query, &[switchboard()]), "{query}");
    }
    for query in ["800138000", "80001", "13800138001", "3800138000"] {
        assert!(!finds(query, &[mobile()]), "{query}");
    }
}

#[test]
fn what_holds_no_word_is_no_query() {
    for text in ["", "  ", "-", "…", "()", "&&", "\u{200b}"] {
        assert_eq!(Query::of(text), None, "{text:?}");
    }
}

#[test]
fn a_query_wants_no_word_that_another_one_implies() {
    let wants = |text: &str| {
        Query::of(text)
            .map(|q| q.words().to_vec())
            .unwrap_or_default()
    };
    assert_eq!(wants("li lily li"), ["lily"]);
    assert_eq!(wants("华为 华为"), ["华为"]);
    assert_eq!(wants("a-2026-1 b"), ["a20261", "b"]);
}

#[test]
fn it_is_told_by_what_a_record_was_found() {
    use FoundBy::{Name, Number, Phone, Pinyin};
    let table = [
        ("A-2026-000123", "A-2026-000123", "华为", (Number, 0)),
        ("123", "A-2026-000123", "华为", (Number, 0)),
        ("A-2026-0001", "A-2026-000123", "华为", (Number, 2)),
        ("华为", "A-2026-000123", "华为", (Name, 1)),
        ("华为", "A-2026-000123", "华为技术", (Name, 3)),
        ("技术", "A-2026-000123", "华为技术", (Name, 4)),
        ("hw", "A-2026-000123", "华为技术", (Pinyin, 6)),
        ("hw", "", "HW Pumps", (Name, 3)),
        ("8000", "A-2026-000123", "华为技术", (Phone, 5)),
        ("华为 8000", "A-2026-000123", "华为技术", (Phone, 5)),
    ];
    for (query, number, title, expected) in table {
        let verdict = Query::of(query).map(|q| q.verdict(number, title));
        assert_eq!(verdict, Some(expected), "{query} {number} {title}");
    }
}

#[test]
fn a_human_number_is_told_from_other_queries() {
    let of = |text: &str| Query::of(text).unwrap();
    assert_eq!(of("l-2026-0001").number().as_deref(), Some("L-2026-0001"));
    assert_eq!(of("123").serial(), Some(123));
    assert_eq!(of("L-2026-1").serial(), None);
    for text in ["acme", "华为1", "a 1"] {
        assert_eq!(of(text).number(), None, "{text}");
    }
    assert!(of("l-2026").starts_number("L-") && of("7").starts_number("L-"));
    assert!(!of("o-2026").starts_number("L-") && !of("lee").starts_number("L-"));
}

fn text() -> impl Strategy<Value = String> {
    let letters = prop::sample::select(
        "abcXYZéß0019ｘ９-._/ &()·华为技术有限公司中国李雷韩梅泵あ"
            .chars()
            .collect::<Vec<_>>(),
    );
    prop::collection::vec(letters, 0..16).prop_map(String::from_iter)
}

fn texts() -> impl Strategy<Value = Vec<Text>> {
    let number = "[A-C]{1,2}-20[0-9]{2}-[0-9]{1,7}".prop_map(Text::Number);
    let phone =
        ("[1-9][0-9]{0,2}", "[1-9][0-9]{5,11}").prop_map(|(country, national)| Text::Phone {
            e164: format!("+{country}{national}"),
            national,
        });
    let text = prop_oneof![text().prop_map(Text::Name), number, phone];
    prop::collection::vec(text, 0..4)
}

proptest! {
    #[test]
    fn every_beginning_of_every_word_finds(texts in texts()) {
        let kept = words(&texts);
        for word in &kept {
            for (end, c) in word.char_indices() {
                let beginning = &word[..end + c.len_utf8()];
                let query = Query::of(beginning);
                prop_assert!(query.is_some_and(|q| q.fits(&kept)), "{beginning} of {word} in {texts:?}");
            }
        }
    }

    #[test]
    fn a_whole_text_finds_itself(name in text()) {
        let texts = [Text::Name(name.clone())];
        if let Some(query) = Query::of(&name) {
            let is_phone = phone(&fold(name.trim())).is_some();
            prop_assert!(is_phone || query.fits(&words(&texts)), "{name}");
        }
    }

    #[test]
    fn nothing_is_found_without_all_that_is_asked_for(texts in texts(), asked in text()) {
        let kept = words(&texts);
        if let Some(query) = Query::of(&asked) {
            let has = |w: &String| kept.iter().any(|k| k.starts_with(w.as_str()));
            prop_assert_eq!(query.fits(&kept), query.words().iter().all(has));
        }
    }
}
