//! What governance keeps besides the offices: delays, halts, the staged upgrade.

use near_sdk::{AccountId, near};
use proofrail_near_interface::{
    DEFAULT_DELAY_FLOOR_S, HALT_AGAIN_S, HALT_S, Hex, MAX_DURATION_S, MarketEvent, UpgradeView,
};

use crate::MarketError;
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;

/// Code that waits to be deployed; the code itself is kept by near-plugins.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct StagedUpgrade {
    pub(crate) code_hash: [u8; 32],
    pub(crate) stager_id: AccountId,
    pub(crate) deploy_after: u64,
    pub(crate) storage_bytes: u64,
}

impl StagedUpgrade {
    pub(crate) fn view(&self) -> UpgradeView {
        UpgradeView {
            code_hash: Hex(self.code_hash),
            stager_id: self.stager_id.clone(),
            deploy_after: self.deploy_after,
        }
    }
}

/// The state of governance.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct Governance {
    /// No delay is ever below this.
    pub(crate) delay_floor_s: u64,
    pub(crate) next_change_id: u64,
    /// Ids of the changes that wait, at most [`proofrail_near_interface::MAX_PENDING_CHANGES`].
    pub(crate) pending: Vec<u64>,
    /// The last second of the present or last halt of payments.
    pub(crate) halted_until: u64,
    /// From then on payments may be halted again.
    pub(crate) halt_again_at: u64,
    pub(crate) upgrade: Option<StagedUpgrade>,
}

impl Governance {
    pub(crate) fn new(delay_floor_s: Option<u64>) -> Self {
        Self {
            delay_floor_s: delay_floor_s.unwrap_or(DEFAULT_DELAY_FLOOR_S),
            next_change_id: 1,
            pending: Vec::new(),
            halted_until: 0,
            halt_again_at: 0,
            upgrade: None,
        }
    }
}

impl Market {
    pub(crate) const fn governance(&self) -> &Governance {
        &self.governance
    }

    pub(crate) const fn governance_mut(&mut self) -> &mut Governance {
        &mut self.governance
    }

    /// Refuses a delay below the floor or beyond all measure.
    pub(crate) fn check_delay(&self, what: &str, delay_s: u64) -> Result<(), MarketError> {
        let floor = self.governance.delay_floor_s;
        if (floor..=MAX_DURATION_S).contains(&delay_s) {
            return Ok(());
        }
        Err(MarketError::BadChange(format!(
            "{what} of {delay_s} seconds must be {floor}, the market's floor, to {MAX_DURATION_S}"
        )))
    }

    /// Halts all payments. A halt ends by itself, and the next one may only begin long after, so that nobody's money is
    /// ever locked for good.
    pub(crate) fn halt_payments(&mut self, call: &Call) -> Result<u64, MarketError> {
        if call.now < self.governance.halt_again_at {
            return Err(MarketError::HaltTooSoon(self.governance.halt_again_at));
        }
        let until = call.now.saturating_add(HALT_S);
        self.governance.halted_until = until;
        self.governance.halt_again_at = call.now.saturating_add(HALT_AGAIN_S);
        emit(MarketEvent::PaymentsHalted { by: call.caller.clone(), until });
        Ok(until)
    }

    /// Ends a halt early.
    pub(crate) fn resume_payments(&mut self, call: &Call) -> Result<(), MarketError> {
        if call.now > self.governance.halted_until {
            return Err(MarketError::NotHalted);
        }
        // The halt's last second is over.
        self.governance.halted_until = call.now.saturating_sub(1);
        emit(MarketEvent::PaymentsResumed { by: call.caller.clone() });
        Ok(())
    }

    /// Refuses a payment while payments are halted.
    pub(crate) const fn require_not_halted(&self, now: u64) -> Result<(), MarketError> {
        let until = self.governance.halted_until;
        if now <= until { Err(MarketError::PaymentsHalted { until }) } else { Ok(()) }
    }
}
