//! Stories of Excel workbooks that are loaded from the command line.

use std::io::{Cursor, Write as _};

use baton::import::sheet::{Unreadable, read};
use serde_json::{Value, json};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::commands::{baton, complained};

/// A day of the workbook at noon: 31 January 2026, in days since the first of 1900.
const NOON: f64 = 46_053.5;

fn cell(at: &str, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(is) => format!("<c r=\"{at}\" t=\"b\"><v>{}</v></c>", u8::from(*is)),
        Value::String(text) => {
            let text = text.replace('&', "&amp;");
            format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
        }
        Value::Object(day) => format!("<c r=\"{at}\" s=\"1\"><v>{}</v></c>", day["serial"]),
        number => format!("<c r=\"{at}\"><v>{number}</v></c>"),
    }
}

fn sheet(rows: &Value) -> String {
    let row = |(y, cells): (usize, &Value)| {
        let cells = ('A'..='Z').zip(cells.as_array().unwrap());
        let cells: String = cells.map(|(x, v)| cell(&format!("{x}{y}"), v)).collect();
        format!("<row r=\"{y}\">{cells}</row>")
    };
    let rows: Vec<_> = (1..).zip(rows.as_array().unwrap()).map(row).collect();
    format!(
        "<worksheet xmlns=\"{MAIN}\"><sheetData>{}</sheetData></worksheet>",
        rows.concat()
    )
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATED: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// A workbook as spreadsheet programs write it; a day of it is `{"serial": …}`.
fn workbook(sheets: &[(&str, Value)], from_1904: bool) -> Vec<u8> {
    let numbered = || (1..).zip(sheets);
    let relation = |n: usize, kind: &str, target: &str| {
        format!("<Relationship Id=\"rId{n}\" Type=\"{RELATED}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |all: &str| {
        format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{all}</Relationships>")
    };
    let titled = |(n, (name, _)): (usize, &(&str, Value))| {
        format!("<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>")
    };
    let names = numbered().map(titled).collect::<Vec<_>>().concat();
    let of_sheets: String = numbered()
        .map(|(n, _)| relation(n, "worksheet", &format!("worksheets/sheet{n}.xml")))
        .collect();
    let styles = relation(sheets.len() + 1, "styles", "styles.xml");
    let mut parts = vec![
        (
            "[Content_Types].xml".to_owned(),
            format!("<Types xmlns=\"{PACKAGE}/content-types\"/>"),
        ),
        (
            "_rels/.rels".to_owned(),
            relations(&relation(1, "officeDocument", "xl/workbook.xml")),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATED}\"><workbookPr date1904=\"{}\"/>\
                 <sheets>{names}</sheets></workbook>",
                u8::from(from_1904)
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            relations(&(of_sheets + &styles)),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" \
                 formatCode=\"yyyy-mm-dd hh:mm\"/></numFmts><cellXfs count=\"2\"><xf numFmtId=\"0\"/>\
                 <xf numFmtId=\"164\"/></cellXfs></styleSheet>"
            ),
        ),
    ];
    parts.extend(
        numbered().map(|(n, (_, rows))| (format!("xl/worksheets/sheet{n}.xml"), sheet(rows))),
    );
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, text) in parts {
        zip.start_file(name, stored).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn cells_of_a_workbook_are_the_texts_that_a_csv_of_it_would_have() {
    let rows = json!([
        ["name", "phone", "amount", "day", "moment", "good"],
        [
            " A & B ",
            13_812_345_678_i64,
            0.1 + 0.2,
            {"serial": NOON.floor()},
            {"serial": NOON + 15.0 / 1440.0},
            true
        ],
        [],
        ["C", 1e-7, -1_234_567.5, {"serial": NOON}, null, false]
    ]);
    let lines = read(&workbook(&[("Customers", rows)], false), None).unwrap();
    let texts: Vec<_> = lines
        .iter()
        .map(|(line, cells)| (*line, cells.join("|")))
        .collect();
    let expected = [
        (1, "name|phone|amount|day|moment|good"),
        (2, "A & B|13812345678|0.3|2026-01-31|2026-01-31 12:15|TRUE"),
        (4, "C|0.0000001|-1234567.5|2026-01-31 12:00||FALSE"),
    ];
    assert_eq!(texts, expected.map(|(line, text)| (line, text.to_owned())));
}

#[test]
fn days_are_counted_from_1904_where_the_workbook_says_so() {
    let rows = json!([["day"], [{"serial": NOON.floor() - 1462.0}]]);
    let lines = read(&workbook(&[("Mac", rows)], true), None).unwrap();
    assert_eq!(lines[1].1, ["2026-01-31"]);
}

#[test]
fn a_sheet_is_the_first_with_anything_in_it_or_the_one_that_is_named() {
    let sheets = [
        ("Cover", json!([])),
        ("Customers", json!([["name"], ["A"]])),
        ("Products", json!([["sku"], ["P"]])),
    ];
    let book = workbook(&sheets, false);
    let first = |sheet| read(&book, sheet).map(|lines| lines[0].1[0].clone());
    assert_eq!(first(None), Ok("name".to_owned()));
    assert_eq!(first(Some("Products")), Ok("sku".to_owned()));
    let all = "Cover, Customers, Products".to_owned();
    assert_eq!(
        first(Some("Orders")),
        Err(Unreadable::NoSheet("Orders".to_owned(), all))
    );
}

#[test]
fn what_is_no_workbook_that_can_be_read_is_refused_with_its_reason() {
    let whole = workbook(&[("Customers", json!([["name"], ["A"]]))], false);
    let broken = read(&whole[..whole.len() / 2], None);
    assert!(matches!(broken, Err(Unreadable::Broken(_))), "{broken:?}");
    let old = [0xd0, 0xcf, 0x11, 0xe0, 0, 0];
    assert_eq!(read(&old, None), Err(Unreadable::Old));
    let locked = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes);
    let locked: Vec<u8> = old.into_iter().chain(locked).collect();
    assert_eq!(read(&locked, None), Err(Unreadable::Encrypted));
    let empty = workbook(&[("Empty", json!([]))], false);
    assert_eq!(read(&empty, None), Err(Unreadable::Empty));
    let mut large = whole;
    large.resize((100 << 20) + 1, 0);
    assert_eq!(read(&large, None), Err(Unreadable::TooLarge));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_is_loaded_as_its_csv_would_be_and_can_be_loaded_again() {
    let folder = tempfile::tempdir().unwrap();
    let (file, errors) = (
        folder.path().join("products.xlsx"),
        folder.path().join("errors.csv"),
    );
    let products = json!([
        ["no", "name", "unit", "Price", "currency_code"],
        [1, "CNC-500", "piece", 1_250_000, "CNY"],
        [],
        [2, null, "piece", 5, "CNY"],
        [3, "Coolant", "litre", 2500, "CNY"]
    ]);
    let sheets = [("Notes", json!([["read me"]])), ("Products", products)];
    std::fs::write(&file, workbook(&sheets, false)).unwrap();
    let (file, errors) = (file.to_string_lossy(), errors.to_string_lossy());
    let line = [
        "import",
        "products",
        &*file,
        "--sheet",
        "Products",
        "--key",
        "no",
        "--map",
        "Price=list_price.amount_minor",
        "--errors",
        &*errors,
        "--json",
    ];
    for expected in [[2, 0, 1], [0, 2, 1]] {
        let output = baton(folder.path(), &line).await;
        assert_eq!(output.status.code(), Some(2), "a row is refused");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let counts = ["created", "unchanged", "refused"].map(|c| report["steps"][0][c].clone());
        assert_eq!(counts, expected.map(Value::from), "{report}");
    }
    let refused = std::fs::read_to_string(&*errors).unwrap();
    assert!(
        refused
            .lines()
            .nth(1)
            .unwrap()
            .starts_with("products.xlsx,4,2,name,REQUIRED,"),
        "{refused}"
    );
    let missing = [
        "import", "products", &*file, "--sheet", "Prices", "--key", "no",
    ];
    let (code, why) = complained(folder.path(), &missing).await;
    assert_eq!(code, Some(1));
    assert!(
        why.contains("there is no sheet Prices, but Notes, Products"),
        "{why}"
    );
}
