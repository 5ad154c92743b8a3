//! How provers behave, and how many of each there are.

use super::rules::DEADLINE_S;
use proofrail_near_interface::NearToken;
use rand::RngExt;
use std::ops::RangeInclusive;

/// A way to run a prover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Strategy {
    /// Serves, soon and nearly always.
    Honest,
    /// Serves late, and every tenth job not at all, on cheaper machines.
    Lazy,
    /// Fails for hours every other week.
    Crashing,
    /// One stake split into ten provers.
    Sybil,
    /// Two provers, a reporter and a client that are one person: signs invalid proofs and misses deadlines of its
    /// own jobs, reports itself, and claims the insurance.
    Colluding,
    /// Signs an invalid proof for every twentieth job and hopes that nobody looks.
    Fraudulent,
}

impl Strategy {
    /// All but honesty.
    pub(crate) const CHEATING: [Self; 5] =
        [Self::Lazy, Self::Crashing, Self::Sybil, Self::Colluding, Self::Fraudulent];

    /// Lower-case name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Honest => "honest",
            Self::Lazy => "lazy",
            Self::Crashing => "crashing",
            Self::Sybil => "sybil",
            Self::Colluding => "colluding",
            Self::Fraudulent => "fraudulent",
        }
    }

    /// What it does, in numbers.
    pub(crate) const fn habits(self) -> Habits {
        let honest = Habits {
            latency_s: DEADLINE_S / 20..=DEADLINE_S / 4,
            miss_per_mille: 1,
            forge_per_mille: 0,
            cost_percent: 100,
            days_between_outages: 100,
            outage_s: 300..=1_200,
            own_jobs_per_day: 0,
        };
        match self {
            Self::Honest | Self::Sybil => honest,
            Self::Lazy => Habits {
                latency_s: DEADLINE_S / 2..=DEADLINE_S,
                miss_per_mille: 100,
                cost_percent: 60,
                ..honest
            },
            Self::Crashing => {
                Habits { days_between_outages: 15, outage_s: 3_600..=12 * 3_600, ..honest }
            }
            Self::Colluding => Habits { own_jobs_per_day: 6, ..honest },
            Self::Fraudulent => Habits { forge_per_mille: 50, ..honest },
        }
    }
}

/// A strategy in numbers.
#[derive(Clone, Debug)]
pub(crate) struct Habits {
    /// From draw to proof.
    pub(crate) latency_s: RangeInclusive<u64>,
    /// Jobs left unserved.
    pub(crate) miss_per_mille: u32,
    /// Jobs answered with an invalid proof.
    pub(crate) forge_per_mille: u32,
    /// Cost of a proof relative to an honest prover's.
    pub(crate) cost_percent: u32,
    /// Mean time between outages.
    pub(crate) days_between_outages: u32,
    /// Their length.
    pub(crate) outage_s: RangeInclusive<u64>,
    /// Jobs that it funds itself.
    pub(crate) own_jobs_per_day: u32,
}

/// What a drawn prover does with a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conduct {
    /// Submits a valid proof after `latency_s`.
    Serve {
        /// From draw to proof.
        latency_s: u64,
    },
    /// Lets the deadline pass.
    Miss,
    /// Signs an invalid proof.
    Forge,
}

impl Conduct {
    /// Chooses. A prover that was drawn for its own job uses that to report itself, one way or the other.
    pub(crate) fn choose(strategy: Strategy, own_job: bool, rng: &mut impl rand::Rng) -> Self {
        if own_job && strategy == Strategy::Colluding {
            // An invalid proof costs it far more than a missed deadline.
            return if rng.random_ratio(1, 100) { Self::Forge } else { Self::Miss };
        }
        let habits = strategy.habits();
        let roll = rng.random_range(0..1_000);
        if roll < habits.miss_per_mille {
            Self::Miss
        } else if roll < habits.miss_per_mille + habits.forge_per_mille {
            Self::Forge
        } else {
            Self::Serve { latency_s: rng.random_range(habits.latency_s) }
        }
    }
}

/// Actors of one kind: same strategy, same stake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Group {
    /// The strategy.
    pub(crate) strategy: Strategy,
    /// Whole NEAR staked by each actor, over all its provers.
    pub(crate) stake_near: u32,
    /// Provers of each actor.
    pub(crate) seats: u32,
}

impl Group {
    /// Stake of each of the actor's provers.
    pub(crate) fn seat_stake(&self) -> NearToken {
        NearToken::from_near((self.stake_near / self.seats).into())
    }
}

const SMALL: u32 = 1_000;
const LARGE: u32 = 10_000;

/// Every group, with its provers per thousand; the rest are small honest ones.
const SHARES: [(Group, u32); 9] = [
    (group(Strategy::Honest, LARGE, 1), 60),
    (group(Strategy::Lazy, SMALL, 1), 80),
    (group(Strategy::Lazy, LARGE, 1), 20),
    (group(Strategy::Crashing, SMALL, 1), 80),
    (group(Strategy::Crashing, LARGE, 1), 20),
    (group(Strategy::Fraudulent, SMALL, 1), 40),
    (group(Strategy::Fraudulent, LARGE, 1), 10),
    (group(Strategy::Sybil, LARGE, 10), 80),
    (group(Strategy::Colluding, LARGE, 2), 40),
];

const fn group(strategy: Strategy, stake_near: u32, seats: u32) -> Group {
    Group { strategy, stake_near, seats }
}

/// How many actors of each group make up `provers` provers; at least one of each.
pub(crate) fn population(provers: u32) -> Vec<(Group, u32)> {
    let mut left = provers;
    let mut population: Vec<_> = SHARES
        .iter()
        .map(|(group, per_mille)| {
            let actors = (provers * per_mille / 1_000 / group.seats).max(1);
            left = left.saturating_sub(actors * group.seats);
            (*group, actors)
        })
        .collect();
    population.insert(0, (group(Strategy::Honest, SMALL, 1), left));
    population
}
