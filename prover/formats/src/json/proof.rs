//! `proof.json` and `public.json`.

use ark_bn254::{Bn254, Fr};
use ark_groth16::Proof;
use serde::{Deserialize, Serialize};

use super::{
    CURVE, PROTOCOL, check_kind,
    point::{G1Json, G2Json, JsonFault, decode_g1, decode_g2, encode_g1, encode_g2, number},
};

/// A proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofJson {
    pi_a: G1Json,
    pi_b: G2Json,
    pi_c: G1Json,
    protocol: String,
    curve: String,
}

impl From<&Proof<Bn254>> for ProofJson {
    fn from(proof: &Proof<Bn254>) -> Self {
        Self {
            pi_a: encode_g1(&proof.a),
            pi_b: encode_g2(&proof.b),
            pi_c: encode_g1(&proof.c),
            protocol: PROTOCOL.to_owned(),
            curve: CURVE.to_owned(),
        }
    }
}

impl TryFrom<&ProofJson> for Proof<Bn254> {
    type Error = JsonFault;

    fn try_from(json: &ProofJson) -> Result<Self, JsonFault> {
        check_kind(&json.protocol, &json.curve)?;
        Ok(Self {
            a: decode_g1("pi_a", &json.pi_a)?,
            b: decode_g2("pi_b", &json.pi_b)?,
            c: decode_g1("pi_c", &json.pi_c)?,
        })
    }
}

/// The public inputs, without the constant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicJson(Vec<String>);

impl From<&[Fr]> for PublicJson {
    fn from(inputs: &[Fr]) -> Self {
        Self(inputs.iter().map(Fr::to_string).collect())
    }
}

impl TryFrom<&PublicJson> for Vec<Fr> {
    type Error = JsonFault;

    fn try_from(json: &PublicJson) -> Result<Self, JsonFault> {
        let inputs = json.0.iter().enumerate();
        inputs.map(|(index, text)| number(&format!("input {index}"), text)).collect()
    }
}
