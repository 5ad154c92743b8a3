//! A verifier contract, in the format of `forge fmt`.

use std::fmt::Write as _;

use ark_bn254::Bn254;
use ark_ec::AffineRepr;
use ark_groth16::VerifyingKey;
use proofrail_formats::points::FilePoint;

use super::Circuit;
use crate::error::CeremonyError;

/// One template for every key of the house.
const VERIFIER: &str = include_str!("../../../templates/Groth16Verifier.sol.template");

const WARNING: &str = "\
/// @custom:security INSECURE: the key is of no finished ceremony. Somebody may be able to forge proofs
/// for it. Deploy it only where nothing has value.
";

/// The verifier contract of a key.
///
/// # Errors
/// [`CeremonyError::Inputs`] for another number of names than the key has inputs.
pub fn verifier(circuit: &Circuit, vk: &VerifyingKey<Bn254>) -> Result<String, CeremonyError> {
    circuit.check_inputs(vk)?;
    Ok(fill(
        VERIFIER,
        &[
            ("contract", &circuit.contract()),
            ("signature", &circuit.signature()),
            ("warning", if circuit.is_insecure() { WARNING } else { "" }),
            ("circuit_id", &circuit.id()),
            ("constants", &constants(vk)),
            ("inputs", &circuit.inputs().join(", ")),
            ("count", &circuit.inputs().len().to_string()),
            ("additions", &additions(circuit.inputs().len())),
        ],
    ))
}

/// Puts values in the places of a template, which are their names in double braces.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(template.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{{{name}}}}}"), value)
    })
}

/// `income_threshold` becomes `IncomeThreshold`.
pub fn camel_case(name: &str) -> String {
    name.split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters)
        })
        .collect()
}

/// The key as Solidity constants, one for each word; beta, gamma and delta negated.
pub fn constants(vk: &VerifyingKey<Bn254>) -> String {
    let mut lines = String::new();
    words(&mut lines, "ALPHA", &["X", "Y"], &vk.alpha_g1.to_uncompressed());
    let negated =
        [("NEG_BETA", vk.beta_g2), ("NEG_GAMMA", vk.gamma_g2), ("NEG_DELTA", vk.delta_g2)];
    for (name, point) in negated {
        let point: ark_bn254::G2Affine = (-point.into_group()).into();
        words(&mut lines, name, &["X1", "X0", "Y1", "Y0"], &point.to_uncompressed());
    }
    for (index, point) in vk.gamma_abc_g1.iter().enumerate() {
        words(&mut lines, &format!("IC_{index}"), &["X", "Y"], &point.to_uncompressed());
    }
    lines
}

/// One constant per 32-byte word.
fn words(lines: &mut String, name: &str, parts: &[&str], bytes: &[u8]) {
    for (part, word) in parts.iter().zip(bytes.chunks_exact(32)) {
        let value = hex::encode(word);
        let head = format!("    uint256 private constant {name}_{part} =");
        let gap = if head.len() + value.len() + 4 > 100 { "\n        " } else { " " };
        let _ = writeln!(lines, "{head}{gap}0x{value};");
    }
}

/// The statements that add each public input's point to a verifier's sum.
pub fn additions(inputs: usize) -> String {
    let mut lines = String::new();
    for index in 0..inputs {
        let ic = index + 1;
        let input = match index {
            0 => "calldataload(inputs)".to_owned(),
            _ => format!("calldataload(add(inputs, {:#04x}))", index * 32),
        };
        let _ = writeln!(
            lines,
            "            valid := and(addInput(sum, IC_{ic}_X, IC_{ic}_Y, {input}), valid)"
        );
    }
    lines
}
