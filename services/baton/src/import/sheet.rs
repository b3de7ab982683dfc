//! A sheet of an Excel workbook as rows of texts: every cell as the same sheet saved as CSV would have it.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx, XlsxError};
use chrono::{NaiveDateTime, NaiveTime, TimeDelta, Timelike as _};

/// Octets of a workbook.
const FILE_MAX_MIB: usize = 100;
/// Rows of a sheet.
const ROWS_MAX: usize = 1_000_000;
/// Columns of a sheet.
const COLUMNS_MAX: usize = 1_000;

/// Why a workbook cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is under a password.
    #[error("the workbook is protected by a password: save a copy without one")]
    Encrypted,
    /// It is one of the old format, or something else that is wrapped like it.
    #[error("this is no .xlsx workbook: save it as .xlsx or CSV")]
    Old,
    /// It is too large.
    #[error("a workbook may have {FILE_MAX_MIB} MiB: save the sheet as CSV")]
    TooLarge,
    /// A sheet has too many rows.
    #[error("a sheet may have {ROWS_MAX} rows: save it as CSV, or divide it")]
    TooManyRows,
    /// A sheet has too many columns.
    #[error("a sheet may have {COLUMNS_MAX} columns")]
    TooManyColumns,
    /// There is no such sheet.
    #[error("there is no sheet {0}, but {1}")]
    NoSheet(String, String),
    /// No sheet has anything in it.
    #[error("there is nothing in the sheets of the workbook")]
    Empty,
    /// It is damaged.
    #[error("the workbook is damaged: {0}")]
    Broken(String),
}

impl From<XlsxError> for Unreadable {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::Password => Self::Encrypted,
            other => Self::Broken(other.to_string()),
        }
    }
}

/// A row with something in it, and its number in the sheet.
pub type Line = (usize, Vec<String>);

/// Whether a file is a workbook, by its first octets: a zip, or what old programs and passwords wrap it in.
pub fn is_workbook(file: &[u8]) -> bool {
    file.starts_with(b"PK\x03\x04") || file.starts_with(OLD)
}

const OLD: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0];

/// The rows of a sheet, by its name; without one, those of the first that has any.
///
/// # Errors
/// When the workbook or the sheet cannot be read.
pub fn read(file: &[u8], sheet: Option<&str>) -> Result<Vec<Line>, Unreadable> {
    if file.len() > FILE_MAX_MIB << 20 {
        return Err(Unreadable::TooLarge);
    }
    if file.starts_with(OLD) {
        let mark: Vec<u8> = "EncryptedPackage"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let locked = file.windows(mark.len()).any(|part| part == mark);
        return Err(if locked {
            Unreadable::Encrypted
        } else {
            Unreadable::Old
        });
    }
    let mut book = Xlsx::new(Cursor::new(file))?;
    let names = book.sheet_names();
    if let Some(name) = sheet {
        if !names.iter().any(|known| known == name) {
            return Err(Unreadable::NoSheet(name.to_owned(), names.join(", ")));
        }
        return lines(&mut book, name);
    }
    for name in &names {
        let found = lines(&mut book, name)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Err(Unreadable::Empty)
}

/// Cell by cell: a sheet may name its last cell only, and what lies before it is not to be made up.
fn lines(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<Line>, Unreadable> {
    let mut cells = book.worksheet_cells_reader(name)?;
    let mut lines: Vec<Line> = Vec::new();
    while let Some(cell) = cells.next_cell()? {
        let text = text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        let (line, column) = (row as usize + 1, column as usize);
        if column >= COLUMNS_MAX {
            return Err(Unreadable::TooManyColumns);
        }
        if lines.last().is_none_or(|(last, _)| *last != line) {
            if lines.len() > ROWS_MAX {
                return Err(Unreadable::TooManyRows);
            }
            lines.push((line, Vec::new()));
        }
        if let Some((_, row)) = lines.last_mut() {
            row.resize(row.len().max(column + 1), String::new());
            row[column] = text;
        }
    }
    Ok(lines)
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => number(*n),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(is) => if *is { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(at) => moment(at),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// As many digits as workbooks keep, and never an exponent: a telephone number is one to its last digit.
fn number(value: f64) -> String {
    let rounded = format!("{value:.14e}").parse::<f64>();
    rounded.unwrap_or(value).to_string()
}

/// A day, with its time where it has one. Whether days are counted from 1900 or 1904 is known to the cell; below a second it is
/// not exact.
fn moment(at: &ExcelDateTime) -> String {
    let Some(at) = at.as_datetime() else {
        return number(at.as_f64());
    };
    let at: NaiveDateTime = at + TimeDelta::milliseconds(500);
    let at = at.with_nanosecond(0).unwrap_or(at);
    let format = if at.time() == NaiveTime::MIN {
        "%Y-%m-%d"
    } else if at.second() == 0 {
        "%Y-%m-%d %H:%M"
    } else {
        "%Y-%m-%d %H:%M:%S"
    };
    at.format(format).to_string()
}
