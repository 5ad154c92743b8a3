//! TEE platforms: those that are banned, and the keys of AMD's chips.

use near_sdk::NearToken;
use proofrail_near_interface::attestation::{SnpChainVerdict, SnpVcek};
use proofrail_near_interface::{Hex, MarketEvent};

use crate::MarketError;
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;

/// Where a report of 1,184 bytes names its chip (AMD 56860, table "ATTESTATION_REPORT").
const CHIP_ID_OFFSET: usize = 0x1a0;

impl Market {
    pub(crate) fn is_banned_platform(&self, platform_id: &Hex<32>) -> bool {
        self.banned_platforms.contains_key(platform_id)
    }

    /// Bans a machine for ever.
    pub(crate) fn ban_platform(&mut self, platform_id: Hex<32>) {
        if !self.is_banned_platform(&platform_id) {
            self.banned_platforms.insert(platform_id, ());
            emit(MarketEvent::PlatformBanned { platform_id });
        }
    }

    /// Bytes that the key of one chip takes.
    const fn vcek_bytes() -> u64 {
        // Key and value have fixed sizes; a test compares with borsh.
        VCEK_RECORD_BYTES
    }

    /// Takes the storage of a chip's key from the caller; returns what is left of the deposit.
    pub(crate) fn charge_vcek(&mut self, call: &Call) -> Result<NearToken, MarketError> {
        self.charge(call, NearToken::ZERO, Self::vcek_bytes())
    }

    /// Keeps a chip's key that AMD certified; otherwise frees the storage that `charge_vcek` took. A newer
    /// key of the same chip replaces the older, whose storage the first payer goes on paying for.
    pub(crate) fn take_vcek(
        &mut self,
        payer: &near_sdk::AccountId,
        verdict: Option<SnpChainVerdict>,
    ) -> Result<bool, MarketError> {
        let vcek = match verdict {
            Some(SnpChainVerdict::Verified(vcek)) => vcek,
            Some(SnpChainVerdict::Rejected(rejection)) => {
                emit(MarketEvent::VcekRefused { reason: rejection.reason });
                self.release_storage(payer, Self::vcek_bytes())?;
                return Ok(false);
            }
            None => {
                emit(MarketEvent::VcekRefused { reason: "the verifier did not answer".to_owned() });
                self.release_storage(payer, Self::vcek_bytes())?;
                return Ok(false);
            }
        };
        let expires_at = vcek.expires_at;
        let chip_id = vcek.chip_id;
        if self.vceks.insert(chip_id, vcek).is_some() {
            self.release_storage(payer, Self::vcek_bytes())?;
        }
        emit(MarketEvent::VcekRegistered { chip_id, expires_at });
        Ok(true)
    }

    /// The key to judge a report with.
    pub(crate) fn vcek_of(&self, report: &[u8]) -> Result<SnpVcek, MarketError> {
        let chip = report
            .get(CHIP_ID_OFFSET..)
            .and_then(|rest| rest.first_chunk::<64>())
            .ok_or(MarketError::BadEvidence("is no SEV-SNP report"))?;
        self.vceks
            .get(&Hex(*chip))
            .copied()
            .ok_or_else(|| MarketError::VcekUnknown(Hex(*chip).to_string()))
    }
}

/// A record with a one-byte prefix, a chip id and a [`SnpVcek`].
const VCEK_RECORD_BYTES: u64 = 40 + 1 + 64 + 1 + 96 + 64 + 5 + 8 + 8;

#[cfg(test)]
mod tests {
    use proofrail_near_interface::attestation::{SnpProduct, SnpTcb};

    use super::*;
    use crate::market::storage::{borsh_len, record_bytes};

    #[test]
    fn vcek_record_should_have_the_size_that_is_charged() {
        let vcek = SnpVcek {
            product: SnpProduct::Milan,
            public_key: Hex([0; 96]),
            chip_id: Hex([0; 64]),
            tcb: SnpTcb::default(),
            valid_from: 0,
            expires_at: 0,
        };
        assert_eq!(record_bytes(&vcek.chip_id, borsh_len(&vcek)), VCEK_RECORD_BYTES);
    }
}
