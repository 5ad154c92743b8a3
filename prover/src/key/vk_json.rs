//! The verifying key as JSON: what a contract on NEAR registers.

use ark_bn254::Bn254;
use serde::{Deserialize, Serialize};

use super::{error::KeyError, verifying::VerifyingKey};
use crate::encoding::{EncodingError, decode_g1, decode_g2};

/// The points in EIP-197 words, each `0x` and hex. Says nothing of the circuit: whoever registers
/// it names the circuit id beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyingKeyJson {
    /// alpha in G1.
    pub alpha: String,
    /// beta in G2.
    pub beta: String,
    /// gamma in G2.
    pub gamma: String,
    /// delta in G2.
    pub delta: String,
    /// One G1 point for the constant and one for each public input, in their order.
    pub ic: Vec<String>,
}

impl VerifyingKeyJson {
    pub(super) fn encode(key: &VerifyingKey) -> Self {
        let text = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
        Self {
            alpha: text(&key.alpha()),
            beta: text(&key.beta()),
            gamma: text(&key.gamma()),
            delta: text(&key.delta()),
            ic: key.ic().map(|point| text(&point)).collect(),
        }
    }

    pub(super) fn decode(&self) -> Result<ark_groth16::VerifyingKey<Bn254>, KeyError> {
        let ic = self.ic.iter().enumerate();
        Ok(ark_groth16::VerifyingKey {
            alpha_g1: point("alpha", &self.alpha, decode_g1)?,
            beta_g2: point("beta", &self.beta, decode_g2)?,
            gamma_g2: point("gamma", &self.gamma, decode_g2)?,
            delta_g2: point("delta", &self.delta, decode_g2)?,
            gamma_abc_g1: ic
                .map(|(i, text)| point(&format!("ic[{i}]"), text, decode_g1))
                .collect::<Result<_, _>>()?,
        })
    }
}

fn point<const N: usize, P>(
    name: &str,
    text: &str,
    decode: fn(&[u8; N]) -> Result<P, EncodingError>,
) -> Result<P, KeyError> {
    let mut bytes = [0; N];
    text.strip_prefix("0x")
        .and_then(|digits| hex::decode_to_slice(digits, &mut bytes).ok())
        .ok_or_else(|| KeyError::Hex { name: name.to_owned(), digits: 2 * N })?;
    decode(&bytes).map_err(|source| KeyError::Point { name: name.to_owned(), source })
}
