//! Genuine proofs, and what a forger would make of them.

use std::path::Path;

use alloy::primitives::{B256, Bytes, U256};
use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField, UniformRand};
use ark_std::rand::{Rng, SeedableRng, rngs::StdRng};
use proofrail_circuits::{
    eddsa::SecretKey,
    field::{self, Fr},
    receipt::{CoordinatorKey, Receipt, ReceiptCircuit, ReceiptPublicInputs},
};
use proofrail_evm::Settlement;
use proofrail_prover::{
    key::{ProvingKey, VerifyingKey},
    proof::Proof,
};
use serde_json::Value;

/// What was done to a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Genuine,
    OtherInput,
    InputAlias,
    OtherA,
    OtherB,
    OtherC,
    OffCurve,
    CoordinateAlias,
    OutsideSubgroup,
    Infinity,
}

impl Kind {
    /// Every way of tampering.
    pub(crate) const ALL: [Self; 9] = [
        Self::OtherInput,
        Self::InputAlias,
        Self::OtherA,
        Self::OtherB,
        Self::OtherC,
        Self::OffCurve,
        Self::CoordinateAlias,
        Self::OutsideSubgroup,
        Self::Infinity,
    ];
}

/// A proof in EIP-197 order and the public inputs that it is brought for.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) kind: Kind,
    pub(crate) proof: [U256; 8],
    pub(crate) inputs: [U256; 3],
}

/// Words of a proof.
const A: usize = 0;
const B: usize = 2;
const C: usize = 6;

impl Case {
    /// The first receipt that the forge tests settle.
    pub(crate) fn committed() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../contracts-evm/test/fixtures/receipts.json");
        let fixtures: Value =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let receipt = &fixtures["receipts"][0];
        let message: Bytes = serde_json::from_value(receipt["message"].clone()).unwrap();
        let inputs: [B256; 3] = serde_json::from_value(receipt["publicInputs"].clone()).unwrap();
        let (_, proof) = Settlement::decode_message(&message).unwrap();
        Self {
            kind: Kind::Genuine,
            proof,
            inputs: inputs.map(|input| U256::from_be_bytes(input.0)),
        }
    }

    fn tampered(&self, kind: Kind, rng: &mut StdRng) -> Self {
        let mut case = self.clone();
        case.kind = kind;
        let input = rng.gen_range(0..3);
        match kind {
            Kind::Genuine => {}
            Kind::OtherInput => case.inputs[input] = word(Fr::rand(rng)),
            Kind::InputAlias => case.inputs[input] += modulus::<Fr>(),
            Kind::OtherA => case.put_g1(A, random_g1(rng)),
            Kind::OtherB => case.put_g2(random_g2(rng)),
            Kind::OtherC => case.put_g1(C, random_g1(rng)),
            Kind::OffCurve => case.proof[rng.gen_range(0..8)] ^= U256::from(1),
            Kind::CoordinateAlias => case.proof[A + rng.gen_range(0..2)] += modulus::<Fq>(),
            Kind::OutsideSubgroup => case.put_g2(outside_subgroup(rng)),
            Kind::Infinity => {
                let point = [A..B, B..C, C..8][rng.gen_range(0..3)].clone();
                case.proof[point].fill(U256::ZERO);
            }
        }
        case
    }

    fn put_g1(&mut self, at: usize, point: G1Affine) {
        let (x, y) = point.xy().unwrap();
        self.proof[at..at + 2].copy_from_slice(&[word(x), word(y)]);
    }

    /// The imaginary part first (EIP-197).
    fn put_g2(&mut self, point: G2Affine) {
        let (x, y) = point.xy().unwrap();
        self.proof[B..C].copy_from_slice(&[word(x.c1), word(x.c0), word(y.c1), word(y.c0)]);
    }
}

/// Proves receipts of random coordinators; a tampered case follows each.
pub(crate) fn make(key: &ProvingKey, receipts: usize) -> Vec<Case> {
    let seed = ark_std::rand::random();
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let kinds = Kind::ALL.iter().cycle();
    kinds
        .take(receipts)
        .flat_map(|kind| {
            let genuine = genuine(key, &mut rng);
            let tampered = genuine.tampered(*kind, &mut rng);
            [genuine, tampered]
        })
        .collect()
}

fn genuine(key: &ProvingKey, rng: &mut StdRng) -> Case {
    let fee_bps = rng.gen_range(0..=10_000);
    let coordinator = CoordinatorKey::new(SecretKey::from_bytes(rng.r#gen()), fee_bps).unwrap();
    let (context, details) = (Fr::rand(rng), Fr::rand(rng));
    let (units, rate) = (rng.gen_range(1..=u64::from(u32::MAX)), rng.gen_range(1..1 << 96));
    let receipt = Receipt::new(context, details, units, rate, fee_bps).unwrap();
    let circuit = coordinator.sign(receipt).unwrap().to_circuit().unwrap();
    let proven = key.prove(&circuit).unwrap();
    let bytes = proven.proof().to_bytes();
    let inputs = proven.inputs();
    Case {
        kind: Kind::Genuine,
        proof: std::array::from_fn(|i| U256::from_be_slice(&bytes[32 * i..32 * (i + 1)])),
        inputs: std::array::from_fn(|i| word(inputs[i])),
    }
}

/// The verdict of our verifier in Rust.
pub(crate) fn holds(key: &VerifyingKey, case: &Case) -> bool {
    let mut bytes = [0; 256];
    for (to, word) in bytes.chunks_exact_mut(32).zip(case.proof) {
        to.copy_from_slice(&word.to_be_bytes::<32>());
    }
    let inputs = case.inputs.map(|input| field::from_be_bytes(&input.to_be_bytes()));
    let [Ok(context), Ok(amount), Ok(coordinator)] = inputs else { return false };
    let inputs = ReceiptPublicInputs { context, amount, coordinator };
    Proof::from_bytes(&bytes)
        .is_ok_and(|proof| key.verify::<ReceiptCircuit>(&inputs, &proof).is_ok())
}

fn random_g1(rng: &mut StdRng) -> G1Affine {
    (G1Affine::generator() * Fr::rand(rng)).into()
}

fn random_g2(rng: &mut StdRng) -> G2Affine {
    (G2Affine::generator() * Fr::rand(rng)).into()
}

/// On the curve, whose order is a multiple of the group's.
fn outside_subgroup(rng: &mut StdRng) -> G2Affine {
    loop {
        let found = G2Affine::get_point_from_x_unchecked(Fq2::rand(rng), rng.r#gen());
        if let Some(point) = found.filter(|p| !p.is_in_correct_subgroup_assuming_on_curve()) {
            return point;
        }
    }
}

fn word(element: impl PrimeField) -> U256 {
    U256::from_be_slice(&element.into_bigint().to_bytes_be())
}

fn modulus<F: PrimeField>() -> U256 {
    U256::from_be_slice(&F::MODULUS.to_bytes_be())
}
