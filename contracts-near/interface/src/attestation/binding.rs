//! The 64 bytes that tie a quote to one prover: `report_data`.

use near_account_id::AccountId;
use serde::{Deserialize, Serialize};

use crate::Hex;

/// First byte of `report_data`; a change of [`Binding::preimage`] takes a new version.
pub const REPORT_DATA_VERSION: u8 = 1;
/// Separates this hash from every other use of the fields.
const DOMAIN: &[u8] = b"proofrail.report-data.v1";

/// All that a quote is bound to. The same enclave asked by another account, for another market or with
/// another nonce gives another `report_data`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// The network's name, such as `mainnet`.
    pub network: String,
    /// The market's account.
    pub contract: AccountId,
    /// The prover's account.
    pub account: AccountId,
    /// The ed25519 public key that the prover's account signs with.
    pub account_key: Hex<32>,
    /// The X25519 public key whose secret half never leaves the enclave.
    pub enclave_key: Hex<32>,
    /// The market's nonce for this attestation.
    pub nonce: Hex<32>,
}

impl Binding {
    /// The bytes that are hashed: the domain and each field in order, each behind its length as a
    /// big-endian `u32`, so that no two bindings share an encoding.
    pub fn preimage(&self) -> Vec<u8> {
        let fields: [&[u8]; 7] = [
            DOMAIN,
            self.network.as_bytes(),
            self.contract.as_bytes(),
            self.account.as_bytes(),
            &self.account_key.0,
            &self.enclave_key.0,
            &self.nonce.0,
        ];
        let mut bytes = Vec::with_capacity(fields.iter().map(|field| field.len() + 4).sum());
        for field in fields {
            bytes.extend_from_slice(&(field.len() as u32).to_be_bytes());
            bytes.extend_from_slice(field);
        }
        bytes
    }
}

/// A prover's attestation number as the nonce of a binding: 32 bytes, big-endian.
pub fn nonce_bytes(number: u64) -> Hex<32> {
    let mut bytes = [0; 32];
    bytes[24..].copy_from_slice(&number.to_be_bytes());
    Hex(bytes)
}

/// What the enclave puts into its quote: the version, 31 zero bytes, the SHA-256 of the binding. The hash
/// function is the caller's, since a contract uses its host's.
pub fn report_data(binding: &Binding, sha256: impl FnOnce(&[u8]) -> [u8; 32]) -> [u8; 64] {
    let mut data = [0; 64];
    data[0] = REPORT_DATA_VERSION;
    data[32..].copy_from_slice(&sha256(&binding.preimage()));
    data
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    use super::*;

    fn data(binding: &Binding) -> [u8; 64] {
        report_data(binding, |bytes| Sha256::digest(bytes).into())
    }

    fn bindings() -> impl Strategy<Value = Binding> {
        let account = "[a-z]{2,20}\\.near".prop_map(|name| name.parse::<AccountId>().unwrap());
        let keys = any::<([u8; 32], [u8; 32], [u8; 32])>();
        ("[a-z]{0,12}", account.clone(), account, keys).prop_map(
            |(network, contract, account, (account_key, enclave_key, nonce))| Binding {
                network,
                contract,
                account,
                account_key: Hex(account_key),
                enclave_key: Hex(enclave_key),
                nonce: Hex(nonce),
            },
        )
    }

    proptest! {
        #[test]
        fn report_data_should_change_with_every_field(
            base in bindings(), other in bindings(), bit in 0_usize..256,
        ) {
            let flip = |key: Hex<32>| {
                let mut key = key.0;
                key[bit / 8] ^= 1 << (bit % 8);
                Hex(key)
            };
            let changed = [
                Binding { network: format!("{}x", base.network), ..base.clone() },
                Binding { account_key: flip(base.account_key), ..base.clone() },
                Binding { enclave_key: flip(base.enclave_key), ..base.clone() },
                Binding { nonce: flip(base.nonce), ..base.clone() },
                Binding { contract: format!("x{}", base.contract).parse().unwrap(), ..base.clone() },
                Binding { account: format!("x{}", base.account).parse().unwrap(), ..base.clone() },
            ];
            for changed in changed {
                prop_assert_ne!(data(&base), data(&changed));
            }
            prop_assert_eq!(data(&base) == data(&other), base == other);
        }

        #[test]
        fn report_data_should_not_let_one_field_run_into_the_next(
            base in bindings(), cut in 0_usize..10,
        ) {
            let all = format!("{}{}", base.network, base.contract);
            let cut = cut.min(all.len() - 2);
            let (network, contract) = all.split_at(cut);
            let (Ok(contract), network) = (contract.parse::<AccountId>(), network.to_owned()) else {
                return Ok(());
            };
            let moved = Binding { network, contract, ..base.clone() };
            prop_assert_eq!(data(&moved) == data(&base), moved == base);
        }
    }

    #[test]
    fn report_data_should_keep_its_encoding() {
        let binding = Binding {
            network: "mainnet".to_owned(),
            contract: "market.near".parse().unwrap(),
            account: "alice.near".parse().unwrap(),
            account_key: Hex([1; 32]),
            enclave_key: Hex([2; 32]),
            nonce: Hex([3; 32]),
        };
        let data = data(&binding);
        assert_eq!(data[0], 1);
        assert_eq!(data[1..32], [0; 31]);
        let preimage = binding.preimage();
        assert_eq!(preimage.len(), 24 + 7 + 11 + 10 + 3 * 32 + 7 * 4);
        assert_eq!(preimage[..28], *b"\0\0\0\x18proofrail.report-data.v1");
    }
}
