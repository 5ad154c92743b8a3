//! The market's parameters, and the rules that can be taken away to see what they are for.

use proofrail_near_interface::rules::auction::Ramp;
use proofrail_near_interface::rules::reputation::{DAY_S, Track};
use proofrail_near_interface::rules::slashing::{collateral, insurance_payout};
use proofrail_near_interface::rules::weight::draw_weight;
use proofrail_near_interface::{NearToken, Params};

/// A job must be served within this.
pub(crate) const DEADLINE_S: u64 = 600;

/// A rule that the simulation can run without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Rule {
    /// A reporter gets at most a tenth of what is slashed, and at most 5 NEAR: without it, all of it.
    ReporterBounds,
    /// The market says what a client lost, a fee at most: without it, the client says so.
    InsuredLoss,
    /// Weight in the draw is in proportion to stake: without it every seat weighs the same.
    StakeWeight,
    /// A missed deadline costs the job's collateral.
    Collateral,
}

/// The contract's default parameters, and what jobs pay and cost.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) params: Params,
    /// The fee of an ordinary job.
    pub(crate) base_fee: NearToken,
    /// The fee of an urgent one.
    pub(crate) urgent: Ramp,
    /// What an honest proof costs its prover.
    pub(crate) proving_cost: NearToken,
    without: Option<Rule>,
}

impl Rules {
    /// The market as it is deployed.
    pub(crate) fn new(proving_cost: NearToken) -> Self {
        let base_fee = NearToken::from_millinear(100);
        Self {
            params: Params::default(),
            base_fee,
            urgent: Ramp { start: base_fee, max: NearToken::from_millinear(300), ramp_s: 300 },
            proving_cost,
            without: None,
        }
    }

    /// Takes a rule away.
    #[must_use]
    pub(crate) const fn without(mut self, rule: Rule) -> Self {
        if matches!(rule, Rule::ReporterBounds) {
            let slashing = &mut self.params.slashing;
            slashing.reporter_bps = 10_000;
            slashing.next_prover_bps = 0;
            slashing.reporter_cap = NearToken::MAX;
        }
        self.without = Some(rule);
        self
    }

    /// Whole days of an epoch of bonuses.
    pub(crate) fn epoch_days(&self) -> u32 {
        u32::try_from(self.params.epoch_s / DAY_S).unwrap_or(u32::MAX).max(1)
    }

    /// Weight in the draw; none below the least stake.
    pub(crate) fn weight(&self, stake: NearToken, track: &Track, proofs: u32) -> u32 {
        if stake < self.params.min_stake {
            return 0;
        }
        let counted = match self.without {
            Some(Rule::StakeWeight) => self.params.min_stake,
            _ => stake,
        };
        draw_weight(
            counted,
            self.params.weight_cap,
            track.score_bps(),
            proofs < self.params.probation_proofs,
        )
    }

    /// What a missed deadline costs.
    pub(crate) fn collateral(&self, fee: NearToken) -> NearToken {
        match self.without {
            Some(Rule::Collateral) => NearToken::ZERO,
            _ => collateral(fee, &self.params.collateral),
        }
    }

    /// What the insurance pool pays a client that lost `lost` and would claim `claimed`, for slashes that brought the
    /// pool `brought`.
    pub(crate) fn payout(
        &self,
        lost: NearToken,
        claimed: NearToken,
        brought: NearToken,
        pool: NearToken,
    ) -> NearToken {
        let loss = match self.without {
            Some(Rule::InsuredLoss) => claimed,
            _ => lost,
        };
        insurance_payout(loss, brought, pool, &self.params.insurance)
    }
}
