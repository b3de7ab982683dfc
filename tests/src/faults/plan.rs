//! Which fault comes when: drawn from a seed, so that a run can be had again.

use std::{collections::VecDeque, time::Duration};

use clap::ValueEnum;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};

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
        matches!(self, Self::KillService | Self::Stall)
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
}

/// Faults to come.
#[derive(Debug)]
pub struct Plan {
    draw: StdRng,
    targets: Vec<&'static str>,
    /// The longest that a process stands still.
    stall: Duration,
    queue: VecDeque<Kind>,
}

impl Plan {
    /// So many kills and so many others, of these kinds, in an order that the seed decides.
    #[must_use]
    pub fn new(seed: u64, targets: Vec<&'static str>, stall: Duration) -> Self {
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
        rand::seq::SliceRandom::shuffle(&mut drawn[..], &mut self.draw);
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

    fn target(&mut self, kind: Kind) -> &'static str {
        let fits = |name: &&&str| match kind {
            Kind::KillGateway => **name == "gateway",
            _ => **name != "gateway",
        };
        let fitting: Vec<_> = self.targets.iter().filter(fits).copied().collect();
        fitting.choose(&mut self.draw).copied().unwrap_or_default()
    }
}

impl Iterator for Plan {
    type Item = Fault;

    fn next(&mut self) -> Option<Fault> {
        let kind = self.queue.pop_front()?;
        let most = if kind == Kind::Stall {
            self.stall
        } else {
            Duration::from_secs(2)
        };
        let least = if kind == Kind::Stall {
            most / 3
        } else {
            Duration::ZERO
        };
        Some(Fault {
            kind,
            target: self.target(kind),
            lasts: self.draw.random_range(least..most),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(seed: u64) -> Vec<Fault> {
        let mut plan = Plan::new(seed, vec!["sales", "gateway"], Duration::from_secs(3));
        plan.add(&Kind::of(Mode::Stack), 20, 5);
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
