//! Rows as lines of a file. What a spreadsheet would take for a formula is told as the text that it is.

use std::borrow::Cow;

use baton_chassis::{Error, Result, money::format_amount};
use baton_proto::directory::v1::ExportFormat;
use bytes::Bytes;
use chrono::{DateTime, SecondsFormat};
use chrono_tz::Tz;
use prost_reflect::{DynamicMessage, Kind};
use serde_json::{Map, Value as Json};

use super::{
    Labels,
    columns::{Column, Shows},
    names::Names,
    words::Words,
};
use crate::json;

/// Tells spreadsheets that a file is UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();
/// What stands between the values of a field that holds several; an import parts them there.
const BETWEEN: &str = "; ";
/// What a formula begins with: also in full width, which some spreadsheets take for the same, and after blanks that they pass over.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// How a file is written.
pub(crate) struct Sheet {
    /// Its columns.
    pub(crate) columns: Vec<Column>,
    /// Whether they were named: a JSON row of which nobody said what is wanted is the row as the list has it.
    pub(crate) chosen: bool,
    /// Its form.
    pub(crate) format: ExportFormat,
    /// How values are written.
    pub(crate) labels: Labels,
    /// The zone in which times are told.
    pub(crate) zone: Tz,
}

impl Sheet {
    /// A row as JSON has it, by which all else is told.
    pub(crate) fn row(row: &DynamicMessage) -> Result<Json> {
        json::value(row).map_err(Error::internal)
    }

    /// The lines of these rows, with all that stands before them if they are the `first`.
    pub(crate) fn lines(
        &self,
        rows: &[Json],
        names: &Names,
        words: &Words,
        first: bool,
    ) -> Result<Bytes> {
        match self.format {
            ExportFormat::Ndjson => self.ndjson(rows, names),
            ExportFormat::Csv | ExportFormat::Unspecified => self.csv(rows, names, words, first),
        }
    }

    fn csv(&self, rows: &[Json], names: &Names, words: &Words, first: bool) -> Result<Bytes> {
        let mut out = Vec::new();
        if first {
            out.extend_from_slice(MARK);
        }
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        if first {
            let titles = self.columns.iter().map(|column| match self.labels {
                Labels::In(language) => words.title(column, language),
                Labels::None => column.name.clone(),
            });
            let titles = titles.map(|title| harmless(title.into()).into_owned());
            writer.write_record(titles).map_err(Error::internal)?;
        }
        for row in rows {
            let cells = self.columns.iter().map(|column| {
                let cell = self.cell(column, row, names, words);
                harmless(cell.into()).into_owned()
            });
            writer.write_record(cells).map_err(Error::internal)?;
        }
        let lines = writer.into_inner().map_err(Error::internal)?;
        Ok(lines.into())
    }

    fn ndjson(&self, rows: &[Json], names: &Names) -> Result<Bytes> {
        let mut out = Vec::new();
        for row in rows {
            let written = if self.chosen {
                let told = self.columns.iter().map(|column| {
                    let value = match column.shows {
                        Shows::Value => at(column, row).cloned().unwrap_or_default(),
                        Shows::Amount => amount(at(column, row)).map_or(Json::Null, Json::from),
                        Shows::Name(_) => names.of(column, row).map_or(Json::Null, Json::from),
                    };
                    (column.name.clone(), value)
                });
                let told: Map<_, _> = told.collect();
                serde_json::to_writer(&mut out, &told)
            } else {
                serde_json::to_writer(&mut out, row)
            };
            written.map_err(Error::internal)?;
            out.push(b'\n');
        }
        Ok(out.into())
    }

    /// What stands in a cell.
    fn cell(&self, column: &Column, row: &Json, names: &Names, words: &Words) -> String {
        let value = match column.shows {
            Shows::Value => at(column, row),
            Shows::Amount => return amount(at(column, row)).unwrap_or_default(),
            Shows::Name(_) => return names.of(column, row).unwrap_or_default().to_owned(),
        };
        match value {
            None | Some(Json::Null) => String::new(),
            Some(Json::Array(values)) if values.iter().all(|v| !v.is_object()) => {
                let told: Vec<_> = values.iter().map(|v| self.text(column, v, words)).collect();
                told.join(BETWEEN)
            }
            Some(value) => self.text(column, value, words),
        }
    }

    fn text(&self, column: &Column, value: &Json, words: &Words) -> String {
        let Some(field) = column.steps.last() else {
            return String::new();
        };
        match (field.kind(), value) {
            (Kind::Enum(choices), Json::String(name)) => {
                let unsaid = choices.default_value().name() == name;
                match self.labels {
                    _ if unsaid => String::new(),
                    Labels::In(language) => words.choice(&choices, name, language),
                    Labels::None => name.clone(),
                }
            }
            (Kind::Message(of), Json::String(time)) if of.name() == "Timestamp" => self.time(time),
            (_, Json::Bool(on)) => match self.labels {
                Labels::In(language) => words.flag(*on, language).to_owned(),
                Labels::None => on.to_string(),
            },
            (_, Json::String(text)) => match self.labels {
                Labels::In(language) if field.name() == "kind" => words.kind(text, language),
                _ => text.clone(),
            },
            (_, value) => value.to_string(),
        }
    }

    /// An instant in the zone of the firm.
    fn time(&self, text: &str) -> String {
        let Ok(time) = DateTime::parse_from_rfc3339(text) else {
            return text.to_owned();
        };
        let time = time.with_timezone(&self.zone);
        match self.labels {
            Labels::In(_) => time.format("%Y-%m-%d %H:%M:%S").to_string(),
            Labels::None => time.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        }
    }
}

/// The value at the end of a column's way.
pub(crate) fn at<'r>(column: &Column, row: &'r Json) -> Option<&'r Json> {
    let mut steps = column.steps.iter();
    steps.try_fold(row, |value, step| value.get(step.json_name()))
}

/// An amount of money as a decimal, to the last minor unit.
fn amount(money: Option<&Json>) -> Option<String> {
    let money = money?;
    let currency = money["currencyCode"].as_str().filter(|c| !c.is_empty())?;
    let minor = money["amountMinor"].as_str()?.parse().ok()?;
    let written = format_amount(currency, minor);
    written.split(' ').next().map(str::to_owned)
}

/// A text that no spreadsheet takes for a formula. A number stays one.
fn harmless(text: Cow<'_, str>) -> Cow<'_, str> {
    let begins = text.trim_start_matches(' ').starts_with(FORMULA);
    if begins && !is_number(&text) {
        format!("'{text}").into()
    } else {
        text
    }
}

/// Whether a text is a plain number, `-12.50`.
fn is_number(text: &str) -> bool {
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    match text.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(text),
    }
}

#[cfg(test)]
mod tests {
    use prost_reflect::DescriptorPool;
    use serde_json::json;

    use super::*;
    use crate::{comments::Comments, export::columns};
    use baton_chassis::Language;

    fn sheet(message: &str, names: &[&str], format: ExportFormat, labels: Labels) -> Sheet {
        let pool = DescriptorPool::decode(baton_proto::FILE_DESCRIPTOR_SET).unwrap();
        let row = pool.get_message_by_name(message).unwrap();
        let all = columns::of(&row, &Comments::of_contracts());
        let column = |name: &&str| all.iter().find(|c| c.name == **name).unwrap().clone();
        Sheet {
            columns: names.iter().map(column).collect(),
            chosen: !names.is_empty(),
            format,
            labels,
            zone: Tz::Asia__Shanghai,
        }
    }

    fn written(sheet: &Sheet, rows: &[Json]) -> String {
        let words = Words::new().unwrap();
        let lines = sheet.lines(rows, &Names::default(), &words, true).unwrap();
        String::from_utf8(lines.to_vec()).unwrap()
    }

    #[test]
    fn what_a_spreadsheet_would_take_for_a_formula_is_a_text() {
        for dangerous in [
            "=1+1",
            "=HYPERLINK(\"http://example.com\")",
            "+8613800000000",
            "-1+1",
            "-",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "  =1",
            "＝1",
            "＋1",
            "－1",
            "＠x",
        ] {
            let told = harmless(dangerous.into());
            assert_eq!(told, format!("'{dangerous}"), "{dangerous:?}");
        }
        for harmless_one in ["", "Acme", "a=b", "-12.50", "-7", "3", "1.5", "'x", "客户"] {
            assert_eq!(harmless(harmless_one.into()), harmless_one);
        }
    }

    #[test]
    fn people_read_words_times_of_the_firm_and_exact_amounts() {
        let names = ["number", "state", "amount", "createTime", "source.kind"];
        let deal = "baton.sales.v1.Opportunity";
        let row = json!({
            "number": "=O-1", "state": "OPPORTUNITY_STATE_OPEN",
            "amount": {"currencyCode": "CNY", "amountMinor": "-9007199254740993"},
            "createTime": "2026-03-02T01:00:00Z", "source": {"kind": "LEAD", "id": ""},
        });
        let sheet = sheet(
            deal,
            &names,
            ExportFormat::Csv,
            Labels::In(Language::Chinese),
        );
        assert_eq!(
            written(&sheet, std::slice::from_ref(&row)),
            "\u{feff}编号,状态,金额,创建时间,来源 · 种类\r\n\
             '=O-1,进行中,-90071992547409.93,2026-03-02 09:00:00,线索\r\n"
        );
        let plain = Sheet {
            labels: Labels::None,
            ..sheet
        };
        assert_eq!(
            written(&plain, &[row]),
            "\u{feff}number,state,amount,createTime,source.kind\r\n\
             '=O-1,OPPORTUNITY_STATE_OPEN,-90071992547409.93,2026-03-02T09:00:00+08:00,LEAD\r\n"
        );
    }

    #[test]
    fn what_is_not_there_is_an_empty_cell_and_several_stand_in_one() {
        let names = ["name", "roles", "departmentId", "state", "createTime"];
        let member = "baton.directory.v1.Member";
        let sheet = sheet(member, &names, ExportFormat::Csv, Labels::None);
        let rows = [
            json!({"name": "li", "roles": ["boss", "sales_manager"], "state": "MEMBER_STATE_UNSPECIFIED"}),
        ];
        assert_eq!(
            written(&sheet, &rows),
            "\u{feff}name,roles,departmentId,state,createTime\r\nli,boss; sales_manager,,,\r\n"
        );
    }

    #[test]
    fn a_line_of_json_is_the_row_or_the_columns_that_were_named() {
        let deal = "baton.sales.v1.Opportunity";
        let row = json!({
            "number": "=O-1", "amount": {"currencyCode": "JPY", "amountMinor": "5"}, "source": {"kind": "LEAD"},
        });
        let whole = sheet(deal, &[], ExportFormat::Ndjson, Labels::None);
        assert_eq!(
            written(&whole, &[row.clone(), json!({})]),
            format!("{row}\n{{}}\n")
        );
        let names = ["number", "amount", "source.kind", "owner"];
        let some = sheet(deal, &names, ExportFormat::Ndjson, Labels::None);
        let told: Json = serde_json::from_str(written(&some, &[row]).trim()).unwrap();
        assert_eq!(
            told,
            json!({"number": "=O-1", "amount": "5", "source.kind": "LEAD", "owner": null})
        );
    }
}
