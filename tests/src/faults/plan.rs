//! Which fault comes when: drawn from a seed, so that a run can be had again.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use clap::ValueEnum;
use rand::{
    Rng as _, SeedableRng as _,
    rngs::StdRng,
    seq::{IndexedRandom as _, SliceRandom as _},
};

use super::field::Mode;

/// A kind of fault, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Kind {
    /// A service is killed and started again; in one process: the program.
    KillService,
    /// The gateway is killed and started again.
    KillGateway,
    /// PostgreSQL is killed with all its processes, and started again.
    KillPostgres,
    /// NATS is killed and started again.
    KillNats,
    /// NATS is killed and comes back without anything that it had.
    WipeNats,
    /// NATS is killed and comes back with what it had some time ago.
    OldNats,
    /// A process stands still and goes on, not knowing that time has passed.
    Stall,
    /// Nothing gets through between two processes for a while.
    Cut,
    /// Everything takes long between two processes.
    Slow,
    /// Connections between two processes break off in the middle of messages.
    Break,
    /// A disk is full for a while.
    DiskFull,
    /// The clock of a process goes an hour forward or back, and comes right again.
    ClockStep,
    /// A consumer cannot take in one event in so many.
    Poison,
}

impl Kind {
    /// All kinds that a mode knows.
    #[must_use]
    pub fn of(mode: Mode) -> Vec<Self> {
        let all = Self::value_variants().iter().copied();
        all.filter(|kind| mode == Mode::Stack || kind.is_of_one_process())
            .collect()
    }

    fn is_of_one_process(self) -> bool {
        !self.kills() || self == Self::KillService
    }

    /// Whether something is killed by it.
    #[must_use]
    pub fn kills(self) -> bool {
        matches!(
            self,
            Self::KillService
                | Self::KillGateway
                | Self::KillPostgres
                | Self::KillNats
                | Self::WipeNats
                | Self::OldNats
        )
    }

    /// How often it comes among its like.
    fn weight(self) -> u32 {
        match self {
            Self::KillService => 10,
            Self::KillPostgres => 4,
            Self::KillNats => 3,
            Self::KillGateway => 2,
            _ => 1,
        }
    }

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What.
    pub kind: Kind,
    /// The process that it meets, where it meets one.
    pub target: &'static str,
    /// How long it lasts.
    pub lasts: Duration,
    /// Which way a clock goes.
    pub backwards: bool,
}

/// Faults to come.
#[derive(Debug)]
pub struct Plan {
    draw: StdRng,
    targets: Targets,
    /// The longest that a process stands still.
    stall: Duration,
    queue: VecDeque<Kind>,
}

/// What a fault of each kind may meet.
pub type Targets = BTreeMap<Kind, Vec<&'static str>>;

impl Plan {
    /// So many kills and so many others, of these kinds, in an order that the seed decides.
    #[must_use]
    pub fn new(seed: u64, targets: Targets, stall: Duration) -> Self {
        Self {
            draw: StdRng::seed_from_u64(seed),
            targets,
            stall,
            queue: VecDeque::new(),
        }
    }

    /// Adds so many kills and other faults of these kinds: each kind at least once, if there is room.
    pub fn add(&mut self, kinds: &[Kind], kills: usize, others: usize) {
        let mut drawn = Vec::new();
        for (count, killing) in [(kills, true), (others, false)] {
            let like: Vec<_> = kinds
                .iter()
                .copied()
                .filter(|kind| kind.kills() == killing)
                .collect();
            drawn.extend(like.iter().copied().take(count));
            for _ in like.len()..count {
                let kind = like.choose_weighted(&mut self.draw, |kind| kind.weight());
                drawn.extend(kind.ok().copied());
            }
        }
        drawn.shuffle(&mut self.draw);
        self.queue.extend(drawn);
    }

    /// How many are to come.
    #[must_use]
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether none is to come.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    fn lasts(&mut self, kind: Kind) -> Duration {
        let (least, most) = match kind {
            Kind::Stall => (self.stall / 3, self.stall),
            Kind::Cut
            | Kind::Slow
            | Kind::Break
            | Kind::DiskFull
            | Kind::ClockStep
            | Kind::Poison => (Duration::from_secs(2), Duration::from_secs(6)),
            _ => (Duration::ZERO, Duration::from_secs(2)),
        };
        self.draw.random_range(least..most)
    }
}

impl Iterator for Plan {
    type Item = Fault;

    fn next(&mut self) -> Option<Fault> {
        let kind = self.queue.pop_front()?;
        let lasts = self.lasts(kind);
        let targets = self.targets.get(&kind).map_or(&[][..], Vec::as_slice);
        Some(Fault {
            kind,
            target: targets.choose(&mut self.draw).copied().unwrap_or_default(),
            lasts,
            backwards: self.draw.random(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(seed: u64) -> Vec<Fault> {
        let kinds = Kind::of(Mode::Stack);
        let targets = kinds
            .iter()
            .map(|kind| (*kind, vec!["sales", "gateway"]))
            .collect();
        let mut plan = Plan::new(seed, targets, Duration::from_secs(3));
        plan.add(&kinds, 20, 10);
        plan.collect()
    }

    #[test]
    fn a_seed_repeats_the_plan_and_another_makes_another() {
        assert_eq!(plan(7), plan(7));
        assert_ne!(plan(7), plan(8));
        assert_eq!(
            plan(7).iter().filter(|fault| fault.kind.kills()).count(),
            20
        );
    }

    #[test]
    fn every_kind_comes_if_there_is_room() {
        let plan = plan(1);
        assert!(
            Kind::of(Mode::Stack)
                .iter()
                .all(|kind| plan.iter().any(|f| f.kind == *kind))
        );
    }
}
