//! An export: records of a list that somebody takes out as a file, from the first row to the last.
//!
//! What has gone out cannot be called back, so it is written down before the first row goes who takes what; and an export of
//! which nobody can say how many rows went out counts as a large one.

use baton_chassis::{
    Reason, Time,
    ids::{ExportId, MemberId},
};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// How long an export may take. It is over before: whoever writes the file looks at the time between two pages.
pub const LASTS: TimeDelta = TimeDelta::hours(1);

/// Where an export stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// Rows go out.
    Running,
    /// All rows went out.
    Done,
    /// It ended before.
    Stopped,
}

/// Why an export ended before its last row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StopReason {
    /// Whoever asked for it took no more.
    CallerGone,
    /// The list refused, or could not be read further.
    ListFailed,
    /// It took too long.
    TimeOver,
    /// The system was stopped meanwhile.
    SystemStopped,
    /// Nobody said how it ended.
    NeverEnded,
}

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Format {
    /// Comma-separated values.
    Csv,
    /// A JSON object in each line.
    Ndjson,
}

/// One parameter by which a list was narrowed or ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Its name.
    pub field: String,
    /// Its values.
    pub values: Vec<String>,
}

/// Several of something, which rows hold as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Listed<T>(pub Vec<T>);

impl<T: Serialize> Listed<T> {
    /// As rows hold them.
    pub fn text(&self) -> String {
        serde_json::json!(self).to_string()
    }
}

impl<T: for<'t> Deserialize<'t>> TryFrom<String> for Listed<T> {
    type Error = serde_json::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        serde_json::from_str(&text)
    }
}

/// Records that somebody takes out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Export {
    /// Identity.
    pub id: ExportId,
    /// One more with every change.
    pub version: i64,
    /// Who exports.
    pub member: MemberId,
    /// The list.
    pub collection: String,
    /// What the list was narrowed and ordered by.
    #[sqlx(try_from = "String")]
    pub filters: Listed<Filter>,
    /// The columns.
    #[sqlx(try_from = "String")]
    pub columns: Listed<String>,
    /// The form of the file.
    pub format: Format,
    /// Where it stands.
    pub state: State,
    /// Why it was stopped.
    pub stop_reason: Option<StopReason>,
    /// How many rows went out, once that is known.
    pub row_count: Option<i64>,
    /// Whether those who administer are told.
    pub large: bool,
    /// By which way in it was asked for, as audit rows have it.
    pub way: String,
    /// From which address; empty if not known.
    pub address: String,
    /// By when it has to be over.
    pub ends_at: Time,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// Began at.
    pub created_at: Time,
    /// Last changed at.
    pub updated_at: Time,
}

/// What an export is to be.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Who exports.
    pub member: MemberId,
    /// The list.
    pub collection: String,
    /// What it is narrowed and ordered by.
    pub filters: Vec<Filter>,
    /// The columns.
    pub columns: Vec<String>,
    /// The form of the file.
    pub format: Format,
    /// By which way in.
    pub way: &'static str,
    /// From which address; empty if not known.
    pub address: String,
}

/// What happened to an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportEvent {
    /// It began.
    Begun,
    /// All rows went out.
    Done,
    /// It ended before.
    Stopped,
}

impl ExportEvent {
    /// The verb as audit rows have it.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Begun => "export_begun",
            Self::Done => "export_done",
            Self::Stopped => "export_stopped",
        }
    }
}

/// Why something cannot be done with an export.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// However it ended.
    #[error("the export is over already")]
    AlreadyOver,
    /// Its time is not over.
    #[error("the export has time left")]
    TimeLeft,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::AlreadyOver => "EXPORT_ALREADY_OVER",
            Self::TimeLeft => "EXPORT_TIME_LEFT",
        }
    }
}

impl Export {
    /// A new export.
    pub fn begin(id: ExportId, wanted: Wanted, at: Time) -> Self {
        Self {
            id,
            version: 1,
            member: wanted.member,
            collection: wanted.collection,
            filters: Listed(wanted.filters),
            columns: Listed(wanted.columns),
            format: wanted.format,
            state: State::Running,
            stop_reason: None,
            row_count: None,
            large: false,
            way: wanted.way.to_owned(),
            address: wanted.address,
            ends_at: at + LASTS,
            ended_at: None,
            created_at: at,
            updated_at: at,
        }
    }

    /// All rows went out; from `large_from` on they are many.
    pub fn finish(&mut self, rows: i64, large_from: i64, at: Time) -> Result<ExportEvent, Refused> {
        self.leave(State::Done, Some(rows), large_from, at)?;
        Ok(ExportEvent::Done)
    }

    /// It ended before its last row, after `rows`.
    pub fn stop(
        &mut self,
        why: StopReason,
        rows: i64,
        large_from: i64,
        at: Time,
    ) -> Result<ExportEvent, Refused> {
        self.leave(State::Stopped, Some(rows), large_from, at)?;
        self.stop_reason = Some(why);
        Ok(ExportEvent::Stopped)
    }

    /// Its time is over and nobody has said how it ended.
    pub fn come_over(&mut self, at: Time) -> Result<ExportEvent, Refused> {
        if self.state == State::Running && at < self.ends_at {
            return Err(Refused::TimeLeft);
        }
        self.leave(State::Stopped, None, i64::MAX, at)?;
        self.stop_reason = Some(StopReason::NeverEnded);
        Ok(ExportEvent::Stopped)
    }

    fn leave(
        &mut self,
        state: State,
        rows: Option<i64>,
        large_from: i64,
        at: Time,
    ) -> Result<(), Refused> {
        if self.state != State::Running {
            return Err(Refused::AlreadyOver);
        }
        self.state = state;
        self.row_count = rows;
        self.large = rows.is_none_or(|rows| rows >= large_from);
        self.ended_at = Some(at);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const LARGE: i64 = 1_000;

    fn minutes(minutes: i64) -> Time {
        Time::default() + TimeDelta::minutes(minutes)
    }

    fn running() -> Export {
        let wanted = Wanted {
            member: Uuid::nil().into(),
            collection: "leads".into(),
            filters: vec![Filter {
                field: "quality".into(),
                values: vec!["LEAD_QUALITY_NEW".into()],
            }],
            columns: vec!["number".into()],
            format: Format::Csv,
            way: "CONSOLE",
            address: "::1".into(),
        };
        Export::begin(Uuid::nil().into(), wanted, minutes(0))
    }

    fn ended(how: Verb) -> Export {
        let mut export = running();
        how(&mut export).unwrap();
        export
    }

    type Verb = fn(&mut Export) -> Result<ExportEvent, Refused>;
    const FINISH: Verb = |e| e.finish(7, LARGE, minutes(1));
    const STOP: Verb = |e| e.stop(StopReason::CallerGone, 7, LARGE, minutes(1));
    const COME_OVER: Verb = |e| e.come_over(minutes(60));
    const VERBS: [(&str, Verb); 4] = [
        ("finish", FINISH),
        ("stop", STOP),
        ("come over early", |e| e.come_over(minutes(59))),
        ("come over", COME_OVER),
    ];

    #[test]
    fn every_verb_is_allowed_or_refused_in_every_state() {
        use {ExportEvent as E, Refused as R};
        let over = || [(); 4].map(|()| Err(R::AlreadyOver));
        let open = [
            Ok(E::Done),
            Ok(E::Stopped),
            Err(R::TimeLeft),
            Ok(E::Stopped),
        ];
        for (export, answers) in [
            (running(), open),
            (ended(FINISH), over()),
            (ended(STOP), over()),
            (ended(COME_OVER), over()),
        ] {
            for ((verb, act), answer) in VERBS.into_iter().zip(answers) {
                let (before, mut after) = (export.clone(), export.clone());
                assert_eq!(act(&mut after), answer, "{verb} of {:?}", export.state);
                assert_eq!(
                    answer.is_ok(),
                    after != before,
                    "a refused {verb} changes nothing"
                );
            }
        }
    }

    #[test]
    fn its_end_says_how_many_rows_went_out_and_why_not_all() {
        let told = |e: Export| (e.state, e.stop_reason, e.row_count, e.ended_at);
        let one = Some(minutes(1));
        assert_eq!(told(ended(FINISH)), (State::Done, None, Some(7), one));
        let gone = Some(StopReason::CallerGone);
        assert_eq!(told(ended(STOP)), (State::Stopped, gone, Some(7), one));
        let never = Some(StopReason::NeverEnded);
        let late = Some(minutes(60));
        assert_eq!(told(ended(COME_OVER)), (State::Stopped, never, None, late));
    }

    #[test]
    fn it_is_large_from_so_many_rows_on_however_it_ended_and_when_nobody_knows() {
        let large = |how: &dyn Fn(&mut Export)| {
            let mut export = running();
            how(&mut export);
            export.large
        };
        assert!(!large(&|_| {}), "while it runs nobody knows yet");
        let finish = |rows| large(&move |e| drop(e.finish(rows, LARGE, minutes(1))));
        assert!(!finish(999));
        assert!(finish(1_000));
        let stop =
            |rows| large(&move |e| drop(e.stop(StopReason::TimeOver, rows, LARGE, minutes(1))));
        assert!(!stop(999));
        assert!(stop(1_000));
        assert!(large(&|e| drop(e.come_over(minutes(60)))));
    }

    #[test]
    fn lists_are_read_as_they_were_written() {
        let export = running();
        let again = Listed::try_from(export.filters.text());
        assert_eq!(again.unwrap(), export.filters);
    }
}
