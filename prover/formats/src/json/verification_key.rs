//! `verification_key.json`.

use ark_bn254::{Bn254, Fq6};
use ark_ec::pairing::Pairing;
use ark_groth16::VerifyingKey;
use serde::{Deserialize, Serialize};

use super::{
    CURVE, PROTOCOL, check_kind,
    point::{
        Fq2Json, G1Json, G2Json, JsonFault, decode_g1, decode_g2, encode_fq2, encode_g1, encode_g2,
    },
};

/// A verifying key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationKeyJson {
    protocol: String,
    curve: String,
    #[serde(rename = "nPublic")]
    public: usize,
    vk_alpha_1: G1Json,
    vk_beta_2: G2Json,
    vk_gamma_2: G2Json,
    vk_delta_2: G2Json,
    /// e(alpha, beta), which verifiers compute anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vk_alphabeta_12: Option<[[Fq2Json; 3]; 2]>,
    #[serde(rename = "IC")]
    ic: Vec<G1Json>,
}

impl From<&VerifyingKey<Bn254>> for VerificationKeyJson {
    fn from(key: &VerifyingKey<Bn254>) -> Self {
        let pairing = Bn254::pairing(key.alpha_g1, key.beta_g2).0;
        let six = |value: Fq6| [value.c0, value.c1, value.c2].map(|part| encode_fq2(&part));
        Self {
            protocol: PROTOCOL.to_owned(),
            curve: CURVE.to_owned(),
            public: key.gamma_abc_g1.len().saturating_sub(1),
            vk_alpha_1: encode_g1(&key.alpha_g1),
            vk_beta_2: encode_g2(&key.beta_g2),
            vk_gamma_2: encode_g2(&key.gamma_g2),
            vk_delta_2: encode_g2(&key.delta_g2),
            vk_alphabeta_12: Some([six(pairing.c0), six(pairing.c1)]),
            ic: key.gamma_abc_g1.iter().map(encode_g1).collect(),
        }
    }
}

impl TryFrom<&VerificationKeyJson> for VerifyingKey<Bn254> {
    type Error = JsonFault;

    fn try_from(json: &VerificationKeyJson) -> Result<Self, JsonFault> {
        check_kind(&json.protocol, &json.curve)?;
        if json.ic.len().checked_sub(1) != Some(json.public) {
            let what = format!("{} points for {} public inputs", json.ic.len(), json.public);
            return Err(JsonFault::new("IC", what));
        }
        let ic = json.ic.iter().enumerate();
        Ok(Self {
            alpha_g1: decode_g1("vk_alpha_1", &json.vk_alpha_1)?,
            beta_g2: decode_g2("vk_beta_2", &json.vk_beta_2)?,
            gamma_g2: decode_g2("vk_gamma_2", &json.vk_gamma_2)?,
            delta_g2: decode_g2("vk_delta_2", &json.vk_delta_2)?,
            gamma_abc_g1: ic
                .map(|(index, point)| decode_g1(&format!("IC[{index}]"), point))
                .collect::<Result<_, _>>()?,
        })
    }
}
