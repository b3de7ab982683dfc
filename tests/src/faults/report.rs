//! What a run did and found.

use std::{collections::BTreeMap, fmt, time::Duration};

use super::{checks::Finding, plan::Kind};
use crate::bench::calls::Times;

/// What a run did and found.
#[derive(Debug, Default)]
pub struct Report {
    /// Leads that were asked for, and of those that were answered.
    pub leads: (usize, usize),
    /// Leads that went the whole way to a paid order.
    pub chains: usize,
    /// Calls answered, made again, and given up.
    pub calls: (u64, u64, u64),
    /// Faults by kind, and how long after each of them everything answered again.
    pub recoveries: BTreeMap<Kind, Vec<Duration>>,
    /// Faults that this machine does not allow, and why.
    pub skipped: BTreeMap<Kind, String>,
    /// How long the load lasted, and how long it took to be quiet afterwards.
    pub lasted: (Duration, Duration),
    /// Requests that were made once more after the end.
    pub repeats: usize,
    /// Objects whose events waited because one of them was poison.
    pub poison: usize,
    /// Events in all logs.
    pub events: i64,
    /// What should not be.
    pub findings: Vec<Finding>,
}

impl Report {
    /// How many faults killed something, and how many did not.
    #[must_use]
    pub fn faults(&self) -> (usize, usize) {
        let count = |kills: bool| {
            let like = self
                .recoveries
                .iter()
                .filter(|(kind, _)| kind.kills() == kills);
            like.map(|(_, times)| times.len()).sum()
        };
        (count(true), count(false))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((asked, answered), (calls, again, given_up)) = (self.leads, self.calls);
        let (load, quiet) = self.lasted;
        writeln!(
            f,
            "leads        {asked} asked for, {answered} answered, {} as far as a paid order",
            self.chains
        )?;
        writeln!(
            f,
            "calls        {calls} answered, {again} made again, {given_up} given up"
        )?;
        writeln!(
            f,
            "time         {:.0} s of load, {:.1} s until quiet",
            load.as_secs_f64(),
            quiet.as_secs_f64()
        )?;
        writeln!(
            f,
            "afterwards   {} events, {} requests repeated; {} objects waited behind poison",
            self.events, self.repeats, self.poison
        )?;
        let (kills, others) = self.faults();
        writeln!(
            f,
            "faults       {kills} kills, {others} others; seconds until everything answered again:"
        )?;
        let mut all = Vec::new();
        for (kind, times) in &self.recoveries {
            all.extend(times);
            row(f, &kind.name(), times)?;
        }
        row(f, "all", &all)?;
        for (kind, why) in &self.skipped {
            writeln!(f, "  {:16} skipped: {why}", kind.name())?;
        }
        if self.findings.is_empty() {
            return write!(f, "nothing lost, nothing doubled, nothing out of order");
        }
        write!(f, "{} findings:", self.findings.len())?;
        self.findings
            .iter()
            .try_for_each(|finding| write!(f, "\n  {finding}"))
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, times: &[Duration]) -> fmt::Result {
    let times = Times::of(times.to_vec());
    let s = |percent| times.ms(percent) / 1_000.0;
    let count = times.count();
    writeln!(
        f,
        "  {name:16} {count:5} x   p50 {:6.2}   p99 {:6.2}   max {:6.2}",
        s(50),
        s(99),
        s(100)
    )
}
