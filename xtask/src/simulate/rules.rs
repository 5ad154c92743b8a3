//! The market's parameters, and the rules that can be taken away to see what they are for.

use proofrail_near_interface::NearToken;
use proofrail_near_interface::rules::ParamError;
use proofrail_near_interface::rules::auction::Ramp;
use proofrail_near_interface::rules::bonus::BonusParams;
use proofrail_near_interface::rules::reputation::Track;
use proofrail_near_interface::rules::slashing::{
    CollateralParams, InsuranceParams, SlashParams, collateral, insurable_loss, insurance_payout,
};
use proofrail_near_interface::rules::weight::{check_weight_cap, draw_weight};

/// A job must be served within this.
pub(crate) const DEADLINE_S: u64 = 600;
/// The market knows that a prover is away once its heartbeat is overdue by this.
pub(crate) const HEARTBEAT_S: u64 = 600;
/// An outage longer than this is slashed.
pub(crate) const OUTAGE_S: u64 = 3_600;
/// Draws of one job at most; after the last missed deadline the client is refunded.
pub(crate) const ROUNDS: u8 = 3;
/// Proofs until a prover leaves probation.
pub(crate) const PROBATION_PROOFS: u32 = 100;
/// Bonuses are paid after so many days.
pub(crate) const EPOCH_DAYS: u32 = 30;

/// A rule that the simulation can run without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Rule {
    /// A reporter gets at most a tenth of what is slashed, and at most 5 NEAR: without it, all of it.
    ReporterBounds,
    /// A client's loss counts up to ten times the job's fee.
    InsuredLoss,
    /// Weight in the draw is in proportion to stake: without it every seat weighs the same.
    StakeWeight,
    /// A missed deadline costs the job's collateral.
    Collateral,
}

/// Every parameter of the market as the contract has it by default.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) slash: SlashParams,
    pub(crate) insurance: InsuranceParams,
    pub(crate) bonus: BonusParams,
    /// The least stake that is drawn.
    pub(crate) min_stake: NearToken,
    /// The highest fee that a prover in probation may be drawn for.
    pub(crate) probation_fee_cap: NearToken,
    /// The fee of an ordinary job.
    pub(crate) base_fee: NearToken,
    /// The fee of an urgent one.
    pub(crate) urgent: Ramp,
    /// What an honest proof costs its prover.
    pub(crate) proving_cost: NearToken,
    collateral: CollateralParams,
    weight_cap: NearToken,
    without: Option<Rule>,
}

impl Rules {
    /// The default parameters.
    pub(crate) fn new(proving_cost: NearToken) -> Self {
        let base_fee = NearToken::from_millinear(100);
        Self {
            slash: SlashParams::default(),
            insurance: InsuranceParams::default(),
            bonus: BonusParams::default(),
            min_stake: NearToken::from_near(1_000),
            probation_fee_cap: NearToken::from_millinear(200),
            base_fee,
            urgent: Ramp { start: base_fee, max: NearToken::from_millinear(300), ramp_s: 300 },
            proving_cost,
            collateral: CollateralParams::default(),
            weight_cap: NearToken::from_near(10_000),
            without: None,
        }
    }

    /// Takes a rule away.
    #[must_use]
    pub(crate) const fn without(mut self, rule: Rule) -> Self {
        if matches!(rule, Rule::ReporterBounds) {
            self.slash.reporter_bps = 10_000;
            self.slash.next_prover_bps = 0;
            self.slash.reporter_cap = NearToken::MAX;
        }
        self.without = Some(rule);
        self
    }

    /// The same checks that the contract makes.
    pub(crate) fn check(&self) -> Result<(), ParamError> {
        self.slash.check()?;
        self.insurance.check()?;
        self.bonus.check()?;
        self.collateral.check()?;
        self.urgent.check()?;
        check_weight_cap(self.weight_cap)
    }

    /// Weight in the draw; none below the least stake.
    pub(crate) fn weight(&self, stake: NearToken, track: &Track, proofs: u32) -> u32 {
        if stake < self.min_stake {
            return 0;
        }
        let counted = match self.without {
            Some(Rule::StakeWeight) => self.min_stake,
            _ => stake,
        };
        draw_weight(counted, self.weight_cap, track.score_bps(), proofs < PROBATION_PROOFS)
    }

    /// What a missed deadline costs.
    pub(crate) fn collateral(&self, fee: NearToken) -> NearToken {
        match self.without {
            Some(Rule::Collateral) => NearToken::ZERO,
            _ => collateral(fee, &self.collateral),
        }
    }

    /// What the insurance pool pays a client that claims a loss for an event that brought it `brought`.
    pub(crate) fn payout(
        &self,
        claimed: NearToken,
        fee: NearToken,
        brought: NearToken,
        pool: NearToken,
    ) -> NearToken {
        let loss = match self.without {
            Some(Rule::InsuredLoss) => claimed,
            _ => insurable_loss(claimed, fee),
        };
        insurance_payout(loss, brought, pool, &self.insurance)
    }
}
