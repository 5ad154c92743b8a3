//! Proofs from keys in snarkjs's files, checked by the verifier of arkworks.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

#[path = "../benches/prove/circuit.rs"]
mod circuit;
#[path = "../benches/prove/setup.rs"]
mod setup;

use ark_bn254::{Bn254, Fr};
use ark_groth16::{Groth16, Proof, prepare_verifying_key};
use circuit::Circuit;
use proofrail_formats::{
    wtns::Wtns,
    zkey::{COEFFICIENT_BYTES, Zkey},
};
use proofrail_groth16::{Kernel, Key, MatrixError, ProveError, Prover};
use std::{error::Error, path::Path};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

struct Case {
    zkey: Zkey,
    assignment: Vec<Fr>,
}

impl Case {
    fn new(circuit: &Circuit) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (zkey, wtns) = (folder.path().join("a.zkey"), folder.path().join("a.wtns"));
        setup::write(circuit, &zkey, &wtns).unwrap();
        let assignment = Wtns::open(&wtns).unwrap().values().unwrap();
        assert_eq!(assignment, circuit.assignment);
        Self { zkey: Zkey::open(&zkey).unwrap(), assignment }
    }

    fn verifies(&self, proof: &Proof<Bn254>) -> bool {
        let key = prepare_verifying_key(&self.zkey.verifying_key().unwrap());
        let inputs = &self.assignment[1..=self.zkey.header().public as usize];
        Groth16::<Bn254>::verify_proof(&key, proof, inputs).unwrap()
    }

    /// The key with `change` made to the bytes of its first coefficient.
    fn damaged(&self, change: impl Fn(&mut [u8])) -> Zkey {
        let mut bytes = self.zkey.file_bytes().to_vec();
        let first = self.zkey.coefficients().unwrap().as_bytes()[0];
        let at = bytes.windows(COEFFICIENT_BYTES).position(|window| window == first).unwrap();
        change(&mut bytes[at..at + COEFFICIENT_BYTES]);
        Zkey::from_bytes(Path::new("damaged"), bytes).unwrap()
    }
}

#[test]
fn proofs_from_a_zkey_verify() {
    // Below and above one square of eight blocks, and beyond one chunk of matrix entries.
    for constraints in [3, 50, 1_000, 9_000] {
        for circuit in [Circuit::poseidon(constraints), Circuit::range_checks(constraints)] {
            let case = Case::new(&circuit);
            let blinding = [Fr::from(3u64), Fr::from(4u64)];
            let proofs = [Kernel::detect(), Kernel::portable()].map(|kernel| {
                let prover =
                    Prover::with_kernel(Key::from_zkey(&case.zkey).unwrap(), kernel).unwrap();
                assert!(case.verifies(&prover.prove(&case.assignment).unwrap()));
                prover.prove_blinded(&case.assignment, &blinding).unwrap()
            });
            assert_eq!(proofs[0], proofs[1]);
        }
    }
}

#[test]
fn a_false_assignment_gives_no_valid_proof() {
    let mut case = Case::new(&Circuit::range_checks(100));
    let prover = Prover::new(Key::from_zkey(&case.zkey).unwrap()).unwrap();
    let mut assignment = case.assignment.clone();
    assignment[5] = Fr::from(2u64);
    let proof = prover.prove(&assignment).unwrap();
    assert!(!case.verifies(&proof));
    // A true proof of another input does not verify either.
    let proof = prover.prove(&case.assignment).unwrap();
    case.assignment[1] += Fr::from(1u64);
    assert!(!case.verifies(&proof));
}

#[test]
fn damaged_coefficients_are_refused_by_name() {
    let case = Case::new(&Circuit::poseidon(100));
    let error = |zkey: &Zkey| {
        let prover = Prover::new(Key::from_zkey(zkey).unwrap()).unwrap();
        match prover.prove(&case.assignment).unwrap_err() {
            ProveError::Matrix(error) => error,
            other => panic!("{other}"),
        }
    };
    let set = |at: usize, value: u32| {
        case.damaged(|entry| entry[at..at + 4].copy_from_slice(&value.to_le_bytes()))
    };
    assert_eq!(error(&set(0, 2)), MatrixError::Matrix(2));
    assert_eq!(error(&set(4, 128)), MatrixError::Row { row: 128, rows: 128 });
    let variables = case.assignment.len();
    assert_eq!(error(&set(8, 9999)), MatrixError::Column { column: 9999, variables });
    let huge = case.damaged(|entry| entry[12..].fill(0xff));
    assert_eq!(error(&huge), MatrixError::Value { entry: 0 });
}
