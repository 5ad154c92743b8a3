//! Receipts and checks that several tests share.

use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, PrimeField};
use ark_relations::gr1cs::ConstraintSystem;
use proofrail_circuits::{
    babyjubjub::{Affine, Scalar},
    circuit::Circuit,
    eddsa::SecretKey,
    field::{Fr, keccak_mod_r},
    merkle::root_of_leaves,
    poseidon,
    receipt::{
        CoordinatorKey, PrivateReceiptCircuit, PrivateReceiptPublicInputs, PrivateReceiptWitness,
        Receipt, ReceiptCircuit, ReceiptPublicInputs, ReceiptWitness, SignedReceipt,
    },
    receipt_batch::{
        BATCH_SIZE, BatchReceiptWitness, ReceiptBatchCircuit, ReceiptBatchPublicInputs,
        ReceiptBatchWitness,
    },
    secret::Secret,
};

/// Whether the assigned circuit's constraints hold.
pub(crate) fn satisfied(circuit: &impl Circuit) -> bool {
    let cs = ConstraintSystem::new_ref();
    circuit.synthesize(cs.clone()).unwrap();
    cs.is_satisfied().unwrap()
}

/// A coordinator that takes 2.5 %.
pub(crate) fn coordinator() -> CoordinatorKey {
    CoordinatorKey::new(SecretKey::from_bytes([7; 32]), 250).unwrap()
}

/// A receipt whose fee is rounded down.
pub(crate) fn signed_receipt() -> SignedReceipt {
    let receipt =
        Receipt::new(Fr::from(11u8), Fr::from(22u8), 1_000_003, 1_234_567_891, 250).unwrap();
    coordinator().sign(receipt).unwrap()
}

/// Everything that a dishonest prover and coordinator choose together. The signature is made over
/// whatever stands here, so that each test breaks the one rule it names.
#[derive(Debug, Clone)]
pub(crate) struct Forgery {
    pub(crate) context: Fr,
    pub(crate) details: Fr,
    pub(crate) units: Fr,
    pub(crate) rate: Fr,
    pub(crate) amount: Fr,
    pub(crate) prover_reward: Fr,
    pub(crate) coordinator_fee: Fr,
    pub(crate) fee_bps: Fr,
    pub(crate) fee_remainder: Fr,
    /// The point that is shown as the key.
    pub(crate) key: Affine,
    /// `S − nonce` per unit of the challenge: eight times the key's logarithm.
    pub(crate) secret: Scalar,
}

impl Forgery {
    /// An honest receipt for `units × rate` at `fee_bps`.
    pub(crate) fn honest(units: u128, rate: u128, fee_bps: u128) -> Self {
        let amount = units * rate;
        let product = amount * fee_bps;
        let (fee, fee_remainder) = (product / 10_000, product % 10_000);
        let logarithm = Scalar::from(123_456_789u64);
        Self {
            context: Fr::from(11u8),
            details: Fr::from(22u8),
            units: units.into(),
            rate: rate.into(),
            amount: amount.into(),
            prover_reward: (amount - fee).into(),
            coordinator_fee: fee.into(),
            fee_bps: fee_bps.into(),
            fee_remainder: fee_remainder.into(),
            key: (Affine::generator() * logarithm).into_affine(),
            secret: logarithm * Scalar::from(8u8),
        }
    }

    /// The values with a signature by the key, and the coordinator's id.
    pub(crate) fn sign(&self) -> (ReceiptPublicInputs, ReceiptWitness) {
        let message = self.message();
        let (context, amount, coordinator) = (self.context, self.amount, self.coordinator());
        (ReceiptPublicInputs { context, amount, coordinator }, self.witness(message))
    }

    fn message(&self) -> Fr {
        let [context, details, units, rate, amount, reward, fee, bps] = self.fields();
        let domain = keccak_mod_r(b"proofrail.receipt.v1");
        poseidon::hash(&[domain, context, details, units, rate, amount, reward, fee, bps])
    }

    const fn fields(&self) -> [Fr; 8] {
        [
            self.context,
            self.details,
            self.units,
            self.rate,
            self.amount,
            self.prover_reward,
            self.coordinator_fee,
            self.fee_bps,
        ]
    }

    fn coordinator(&self) -> Fr {
        let domain = keccak_mod_r(b"proofrail.coordinator.v1");
        poseidon::hash(&[domain, self.key.x, self.key.y, self.fee_bps])
    }

    fn witness(&self, message: Fr) -> ReceiptWitness {
        let nonce = Scalar::from(987_654_321u64);
        let r8 = (Affine::generator() * nonce).into_affine();
        let h = poseidon::hash(&[r8.x, r8.y, self.key.x, self.key.y, message]);
        let h = Scalar::from_le_bytes_mod_order(&h.into_bigint().to_bytes_le());
        let s = nonce + h * self.secret;
        ReceiptWitness {
            details: self.details,
            units: self.units,
            rate: self.rate,
            prover_reward: self.prover_reward,
            coordinator_fee: self.coordinator_fee,
            fee_bps: self.fee_bps,
            fee_remainder: self.fee_remainder,
            key: (self.key.x, self.key.y),
            r8: (r8.x, r8.y),
            s: Fr::from(s.into_bigint()),
        }
    }

    /// The same receipt with parties, signed as a private one.
    fn sign_private(&self) -> (PrivateReceiptPublicInputs, PrivateReceiptWitness) {
        let [payer, recipient, blinding] = [31u8, 32, 33].map(Fr::from);
        let [context, details, units, rate, amount, reward, fee, bps] = self.fields();
        let domain = keccak_mod_r(b"proofrail.private_receipt.v1");
        let message = poseidon::hash(&[
            domain, context, details, units, rate, amount, reward, fee, bps, payer, recipient,
        ]);
        let domain = keccak_mod_r(b"proofrail.receipt_commitment.v1");
        let commitment = poseidon::hash(&[domain, amount, payer, recipient, blinding]);
        let coordinator = self.coordinator();
        let public = PrivateReceiptPublicInputs { context, commitment, coordinator };
        let (receipt, blinding) = (self.witness(message), Secret::new(blinding));
        (public, PrivateReceiptWitness { receipt, amount, payer, recipient, blinding })
    }

    /// Whether the circuit accepts the values, signed; a private receipt is held to the same rules.
    pub(crate) fn accepted(&self) -> bool {
        let (public, witness) = self.sign();
        let accepted = satisfied(&ReceiptCircuit::assigned(public, witness));
        let (public, witness) = self.sign_private();
        let private = PrivateReceiptCircuit::assigned(public, witness);
        assert_eq!(satisfied(&private), accepted, "private receipts are held to other rules");
        accepted
    }

    /// Whether a batch of this receipt alone is accepted, signed. The reward is what the fee leaves.
    pub(crate) fn accepted_in_a_batch(&self) -> bool {
        let zero = Fr::from(0u8);
        let whole = Self { prover_reward: self.amount - self.coordinator_fee, ..self.clone() };
        let nothing = Self {
            context: zero,
            details: zero,
            units: zero,
            rate: zero,
            amount: zero,
            prover_reward: zero,
            coordinator_fee: zero,
            fee_remainder: zero,
            ..whole.clone()
        };
        let mut receipts = vec![nothing; BATCH_SIZE];
        receipts[0] = whole;
        let messages: Vec<Fr> = receipts.iter().map(Self::message).collect();
        let (context, root) = (self.context, root_of_leaves(&messages));
        let domain = keccak_mod_r(b"proofrail.receipt_batch.v1");
        let signed = self.witness(poseidon::hash(&[domain, context, root]));
        let (total, coordinator) = (self.amount, self.coordinator());
        let public = ReceiptBatchPublicInputs { context, root, total, coordinator };
        let witness = ReceiptBatchWitness {
            receipts: receipts.iter().map(Self::in_a_batch).collect(),
            fee_bps: self.fee_bps,
            key: signed.key,
            r8: signed.r8,
            s: signed.s,
        };
        satisfied(&ReceiptBatchCircuit::assigned(public, witness))
    }

    const fn in_a_batch(&self) -> BatchReceiptWitness {
        BatchReceiptWitness {
            context: self.context,
            details: self.details,
            units: self.units,
            rate: self.rate,
            coordinator_fee: self.coordinator_fee,
            fee_remainder: self.fee_remainder,
        }
    }
}
