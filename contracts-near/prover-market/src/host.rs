//! What the chain gives a call: caller, deposit, block, host functions.

use near_sdk::{AccountId, NearToken, env};
use proofrail_near_groth16::AltBn128;

use crate::MarketError;

/// The call under way.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// Who calls.
    pub(crate) caller: AccountId,
    /// What is attached.
    pub(crate) deposit: NearToken,
    /// The block's time, unix seconds.
    pub(crate) now: u64,
    /// The block's height.
    pub(crate) height: u64,
}

impl Call {
    /// Reads the call from the chain.
    pub(crate) fn current() -> Self {
        Self {
            caller: env::predecessor_account_id(),
            deposit: env::attached_deposit(),
            now: env::block_timestamp() / 1_000_000_000,
            height: env::block_height(),
        }
    }

    /// Refuses a call that a restricted access key could have made (NEP-145): it cannot attach anything.
    pub(crate) const fn require_one_yocto(&self) -> Result<(), MarketError> {
        match self.deposit.as_yoctonear() {
            1 => Ok(()),
            other => Err(MarketError::OneYocto(other)),
        }
    }
}

/// The chain's own BN254 arithmetic.
pub(crate) struct HostCurve;

impl AltBn128 for HostCurve {
    fn g1_multiexp(&self, elements: &[u8]) -> [u8; 64] {
        match env::alt_bn128_g1_multiexp(elements).try_into() {
            Ok(point) => point,
            Err(_) => env::panic_str("alt_bn128_g1_multiexp returned no 64-byte point"),
        }
    }

    fn pairing_check(&self, elements: &[u8]) -> bool {
        env::alt_bn128_pairing_check(elements)
    }
}
