//! What a prover offers.

use near_sdk::NearToken;
use proofrail_near_interface::MarketEvent;

use crate::MarketError;
use crate::events::emit;
use crate::host::Call;
use crate::market::records::{MAX_ENDPOINT, MAX_SERVED, Prover};
use crate::market::{CircuitId, Market};

/// Most open jobs that a prover may ask for at a time.
const MAX_PARALLEL_JOBS: u32 = 1_000;
const SCHEME: &str = "https://";

/// An offer as it came.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) parallel_jobs: u32,
    pub(crate) circuits: Vec<CircuitId>,
    pub(crate) endpoint: String,
    pub(crate) x25519_key: [u8; 32],
}

/// An offer that was found good.
#[derive(Clone, Debug)]
pub(super) struct Accepted {
    offer: Offer,
    /// Indices of the circuits, ascending.
    pub(super) circuits: Vec<u16>,
}

impl Accepted {
    pub(super) fn write_to(self, prover: &mut Prover) {
        prover.capacity = self.offer.parallel_jobs;
        prover.circuits = self.circuits;
        prover.endpoint = self.offer.endpoint;
        prover.x25519_key = self.offer.x25519_key;
    }
}

impl Market {
    /// Replaces what the caller offers; returns what is left of the deposit. Jobs that it has stay its own.
    pub(crate) fn set_capacity(
        &mut self,
        call: &Call,
        offer: Offer,
    ) -> Result<NearToken, MarketError> {
        let seat = self.seat_in_good_standing(&call.caller)?;
        let accepted = self.check_offer(offer)?;
        let left = self.recharge(call, seat, accepted.circuits.len())?;
        let prover = self.known_mut(seat)?;
        let weights = (prover.weight, prover.tee_weight);
        let (before, after) = (prover.circuits.clone(), accepted.circuits.clone());
        accepted.write_to(prover);
        for circuit in before.iter().filter(|circuit| !after.contains(circuit)) {
            self.weigh(*circuit, seat, weights, (0, 0));
        }
        for circuit in after.iter().filter(|circuit| !before.contains(circuit)) {
            self.weigh(*circuit, seat, (0, 0), weights);
        }
        self.refresh_weight(seat, call.now);
        emit(MarketEvent::CapacityChanged { prover_id: call.caller.clone() });
        Ok(left)
    }

    /// Charges or releases the difference to the storage of `circuits` served; returns what is left of the deposit.
    fn recharge(
        &mut self,
        call: &Call,
        seat: u32,
        circuits: usize,
    ) -> Result<NearToken, MarketError> {
        let bytes = super::registration::prover_bytes(&call.caller, circuits);
        let held = core::mem::replace(&mut self.known_mut(seat)?.storage_bytes, bytes);
        if bytes >= held {
            return self.charge(call, NearToken::ZERO, bytes - held);
        }
        self.release_storage(&call.caller, held - bytes)?;
        Ok(call.deposit)
    }

    /// Refuses an offer that is out of range, and circuits that are unknown or stopped.
    pub(super) fn check_offer(&self, offer: Offer) -> Result<Accepted, MarketError> {
        check_form(&offer).map_err(|problem| MarketError::BadCapacity(problem.to_owned()))?;
        let indices = offer.circuits.iter();
        let indices = indices.map(|id| self.running_circuit(id).map(|circuit| circuit.index));
        let mut circuits = indices.collect::<Result<Vec<_>, _>>()?;
        circuits.sort_unstable();
        if circuits.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(MarketError::BadCapacity("`circuits` names one twice".to_owned()));
        }
        Ok(Accepted { offer, circuits })
    }
}

fn check_form(offer: &Offer) -> Result<(), &'static str> {
    if !(1..=MAX_PARALLEL_JOBS).contains(&offer.parallel_jobs) {
        return Err("`parallel_jobs` must be 1 to 1000");
    }
    if !(1..=MAX_SERVED).contains(&offer.circuits.len()) {
        return Err("`circuits` must name 1 to 8 circuits");
    }
    let host = offer.endpoint.strip_prefix(SCHEME).unwrap_or_default();
    let printable = host.bytes().all(|byte| byte.is_ascii_graphic());
    if host.is_empty() || !printable || offer.endpoint.len() > MAX_ENDPOINT {
        return Err("`endpoint` must be an https:// URL of at most 128 printable ASCII characters");
    }
    // Sealing to it would hide nothing.
    if offer.x25519_key == [0; 32] {
        return Err("`x25519_key` must not be zero");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proofrail_near_interface::Hex;

    use super::*;

    fn offer() -> Offer {
        Offer {
            parallel_jobs: 1,
            circuits: vec![Hex([1; 32])],
            endpoint: "https://prover.example:8443/v1".to_owned(),
            x25519_key: [9; 32],
        }
    }

    fn refused(change: impl FnOnce(&mut Offer)) -> bool {
        let mut changed = offer();
        change(&mut changed);
        check_form(&changed).is_err()
    }

    #[test]
    fn check_form_should_hold_every_bound() {
        assert_eq!(check_form(&offer()), Ok(()));
        assert!(refused(|offer| offer.parallel_jobs = 0));
        assert!(refused(|offer| offer.parallel_jobs = 1_001));
        assert!(refused(|offer| offer.circuits.clear()));
        assert!(refused(|offer| offer.circuits = vec![Hex([1; 32]); 9]));
        assert!(refused(|offer| offer.x25519_key = [0; 32]));
        for endpoint in ["", "https://", "http://a", "https://a b", "https://ä", "https://a\n"] {
            assert!(refused(|offer| offer.endpoint = endpoint.to_owned()), "{endpoint}");
        }
        let longest = format!("https://{}", "a".repeat(MAX_ENDPOINT - SCHEME.len()));
        assert!(!refused(|offer| offer.endpoint = longest.clone()));
        assert!(refused(|offer| offer.endpoint = longest.clone() + "a"));
    }
}
