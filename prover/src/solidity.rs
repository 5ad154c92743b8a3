//! Solidity from a verifying key and from a circuit's public inputs, in the format of `forge fmt`.

use std::fmt::Write as _;

use proofrail_ceremony::export::solidity::{additions, camel_case, constants, fill};
use proofrail_circuits::registry::RegisteredCircuit;

use crate::key::{KeyOrigin, VerifyingKey};

const VERIFIER: &str = include_str!("../templates/Groth16Verifier.sol.template");
const BATCH_VERIFIER: &str = include_str!("../templates/Groth16BatchVerifier.sol.template");
const INPUTS: &str = include_str!("../templates/Inputs.sol.template");

const DEV_WARNING: &str = "\
/// @custom:security INSECURE: the key is from the public development setup. Anybody can forge proofs
/// for it. Deploy it only where nothing has value.
";

/// A generated source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoliditySource {
    /// The contract's or library's name, and the file's without `.sol`.
    pub name: String,
    /// The text.
    pub text: String,
}

/// The verifier contract of a key. A development key's name ends with `InsecureDev`.
pub fn verifier(key: &VerifyingKey) -> SoliditySource {
    contract(key, "", VERIFIER, ("additions", &additions(key.circuit().input_names().len())))
}

/// The contract that verifies many proofs of a key at once: `BatchReceiptVerifier` for `receipt`, since
/// `ReceiptBatchVerifier` is that of `receipt_batch`.
pub fn batch_verifier(key: &VerifyingKey) -> SoliditySource {
    contract(key, "Batch", BATCH_VERIFIER, ("sums", &sums(key.circuit())))
}

fn contract(
    key: &VerifyingKey,
    prefix: &str,
    template: &str,
    inputs: (&str, &str),
) -> SoliditySource {
    let circuit = key.circuit();
    let insecure = key.origin() == KeyOrigin::InsecureDev;
    let suffix = if insecure { "InsecureDev" } else { "" };
    let name = format!("{prefix}{}Verifier{suffix}", camel_case(circuit.name()));
    let text = fill(
        template,
        &[
            ("contract", &name),
            ("signature", &circuit.signature()),
            ("warning", if insecure { DEV_WARNING } else { "" }),
            ("circuit_id", &circuit.id().to_string()),
            ("constants", &constants(key.key())),
            ("inputs", &circuit.input_names().join(", ")),
            ("count", &circuit.input_names().len().to_string()),
            inputs,
        ],
    );
    SoliditySource { name, text }
}

/// The library that names a circuit's id and the position of each public input.
pub fn inputs_library(circuit: &dyn RegisteredCircuit) -> SoliditySource {
    let name = format!("{}Inputs", camel_case(circuit.name()));
    let mut positions = String::new();
    for (index, input) in circuit.input_names().iter().enumerate() {
        let input = input.to_uppercase();
        let _ = writeln!(positions, "    uint256 internal constant {input} = {index};");
    }
    let text = fill(
        INPUTS,
        &[
            ("library", &name),
            ("circuit", circuit.name()),
            ("signature", &circuit.signature()),
            ("positions", &positions),
            ("count", &circuit.input_names().len().to_string()),
        ],
    );
    SoliditySource { name, text }
}

/// A batch's sum of each public input is in a word behind the sum of the weights.
fn sums(circuit: &dyn RegisteredCircuit) -> String {
    let mut lines = String::new();
    for ic in 1..=circuit.input_names().len() {
        let at = ic * 32;
        let _ = writeln!(
            lines,
            "                valid := and(addConstant(l, IC_{ic}_X, IC_{ic}_Y, mload(add(scalars, {at:#04x}))), valid)"
        );
    }
    lines
}
