//! A random satisfying instance of every circuit.

use ark_ff::UniformRand;
use ark_std::rand::{Rng, SeedableRng, rngs::StdRng};
use proofrail_circuits::{
    bid_range::Bid,
    circuit::Synthesize,
    eddsa::SecretKey,
    field::Fr,
    income_threshold::{MAX_PAYMENTS, PaymentHistory},
    membership::{MEMBERSHIP_DEPTH, Membership, member},
    merkle::{Path, Tree},
    receipt::{CoordinatorKey, PrivateReceipt, Receipt, sign_ecdsa},
    receipt_batch::ReceiptBatch,
    registry,
    secret::Secret,
    shielded::{Note, POOL_DEPTH, PaidReceipt, Spend, Transfer},
};

use crate::system::System;

/// A circuit under examination.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    /// At how many satisfying assignments it is examined.
    pub(crate) points: u64,
    /// The public inputs that do not follow from the prover's choices.
    pub(crate) given: &'static [&'static str],
    /// An instance that only the seed determines.
    pub(crate) sample: fn(u64) -> Box<dyn Synthesize>,
}

impl Subject {
    /// Where the given inputs stand among the variables.
    pub(crate) fn given(&self) -> Vec<usize> {
        let names = registry::by_name(self.name).unwrap().input_names();
        let place = |given: &&str| 1 + names.iter().position(|name| name == given).unwrap();
        self.given.iter().map(place).collect()
    }

    /// The circuit at one satisfying assignment.
    pub(crate) fn at(&self, seed: u64) -> System {
        let circuit = (self.sample)(seed);
        System::of(|cs| circuit.emit(cs))
    }
}

/// Every circuit of the registry.
pub(crate) const SUBJECTS: &[Subject] = &[
    Subject { name: "receipt", points: 3, given: &["context"], sample: receipt },
    Subject { name: "membership", points: 2, given: &["scope", "context"], sample: membership },
    Subject { name: "income_threshold", points: 3, given: &[], sample: income_threshold },
    Subject { name: "bid_range", points: 3, given: &["auction", "bounds"], sample: bid_range },
    Subject { name: "receipt_private", points: 2, given: &["context"], sample: receipt_private },
    Subject { name: "receipt_ecdsa", points: 1, given: &["context"], sample: receipt_ecdsa },
    Subject { name: "receipt_batch", points: 1, given: &["context"], sample: receipt_batch },
    Subject { name: "shielded", points: 4, given: &["context"], sample: shielded },
];

fn coordinator(rng: &mut StdRng) -> CoordinatorKey {
    let fee_bps = rng.gen_range(1..10_000);
    CoordinatorKey::new(SecretKey::from_bytes(rng.r#gen()), fee_bps).unwrap()
}

fn random_receipt(rng: &mut StdRng, fee_bps: u16) -> Receipt {
    let (context, details) = (Fr::rand(rng), Fr::rand(rng));
    Receipt::new(context, details, rng.r#gen::<u32>().into(), rng.r#gen::<u64>().into(), fee_bps)
        .unwrap()
}

fn receipt_private(seed: u64) -> Box<dyn Synthesize> {
    let mut rng = StdRng::seed_from_u64(seed);
    let coordinator = coordinator(&mut rng);
    let terms = random_receipt(&mut rng, coordinator.fee_bps());
    let [payer, recipient, blinding] = [(); 3].map(|()| Fr::rand(&mut rng));
    let receipt = PrivateReceipt { terms, payer, recipient };
    let signed = coordinator.sign_private(receipt, Secret::new(blinding)).unwrap();
    Box::new(signed.to_circuit().unwrap())
}

fn receipt_ecdsa(seed: u64) -> Box<dyn Synthesize> {
    let mut rng = StdRng::seed_from_u64(seed);
    let receipt = random_receipt(&mut rng, 321);
    let signed = sign_ecdsa(&rng.r#gen(), receipt).unwrap();
    Box::new(signed.to_circuit().unwrap())
}

fn receipt_batch(seed: u64) -> Box<dyn Synthesize> {
    let mut rng = StdRng::seed_from_u64(seed);
    let coordinator = coordinator(&mut rng);
    let receipts = (0..40).map(|_| random_receipt(&mut rng, coordinator.fee_bps())).collect();
    let batch = ReceiptBatch { context: Fr::rand(&mut rng), receipts };
    Box::new(coordinator.sign_batch(batch).unwrap().to_circuit().unwrap())
}

/// Two notes or one, with and without a receipt.
fn shielded(seed: u64) -> Box<dyn Synthesize> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut tree = Tree::new(POOL_DEPTH);
    let mut spends = [(); 2].map(|()| Spend {
        value: rng.r#gen::<u64>().into(),
        secret: Secret::new(Fr::rand(&mut rng)),
        blinding: Secret::new(Fr::rand(&mut rng)),
        path: Path::empty(POOL_DEPTH),
    });
    if seed & 1 == 1 {
        spends[1].value = 0;
    }
    let places = spends.each_ref().map(|spend| tree.push(spend.note().commitment()).unwrap());
    for (spend, place) in spends.iter_mut().zip(places) {
        spend.path = tree.path(place).unwrap();
    }
    let (withdrawal, fee, deposit) = (5, 7, 11);
    let left = spends[0].value + spends[1].value + deposit - withdrawal - fee;
    let notes = [left / 3, left - left / 3].map(|value| {
        let (owner, blinding) = (Fr::rand(&mut rng), Secret::new(Fr::rand(&mut rng)));
        Note { value, owner, blinding }
    });
    let receipt =
        (seed & 2 == 2).then(|| PaidReceipt { blinding: Secret::new(Fr::rand(&mut rng)) });
    let (root, context) = (tree.root(), Fr::rand(&mut rng));
    let transfer = Transfer { root, spends, notes, deposit, withdrawal, fee, context, receipt };
    Box::new(transfer.to_circuit().unwrap())
}

fn membership(seed: u64) -> Box<dyn Synthesize> {
    let mut rng = StdRng::seed_from_u64(seed);
    let secret = Secret::new(Fr::rand(&mut rng));
    let path = Path {
        index: rng.gen_range(0..1 << MEMBERSHIP_DEPTH),
        siblings: (0..MEMBERSHIP_DEPTH).map(|_| Fr::rand(&mut rng)).collect(),
    };
    let root = path.root(member(&secret));
    let (scope, context) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
    Box::new(Membership { secret, path, root, scope, context }.to_circuit().unwrap())
}

/// None, some and all of the payments, below and above the threshold.
fn income_threshold(seed: u64) -> Box<dyn Synthesize> {
    let mut rng = StdRng::seed_from_u64(seed);
    let count = [7, 0, MAX_PAYMENTS][seed as usize % 3];
    let payments: Vec<u128> = (0..count).map(|_| rng.gen_range(1..1 << 96)).collect();
    let threshold = payments.iter().sum::<u128>() + u128::from(seed & 1);
    let salt = Secret::new(Fr::rand(&mut rng));
    Box::new(PaymentHistory::new(&payments, salt, threshold).to_circuit().unwrap())
}

fn bid_range(seed: u64) -> Box<dyn Synthesize> {
    let mut rng = StdRng::seed_from_u64(seed);
    let min = rng.gen_range(0..1 << 119);
    let bid = min + rng.gen_range(0..1 << 118);
    let max = bid + rng.gen_range(0..1 << 118);
    let (auction, salt) = (Fr::rand(&mut rng), Secret::new(Fr::rand(&mut rng)));
    Box::new(Bid { auction, bid, salt, min, max }.to_circuit().unwrap())
}

fn receipt(seed: u64) -> Box<dyn Synthesize> {
    let mut rng = StdRng::seed_from_u64(seed);
    let fee_bps = rng.gen_range(1..10_000);
    let coordinator = CoordinatorKey::new(SecretKey::from_bytes(rng.r#gen()), fee_bps).unwrap();
    let (context, details) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
    let receipt = Receipt::new(context, details, rng.r#gen(), rng.r#gen::<u64>().into(), fee_bps);
    Box::new(coordinator.sign(receipt.unwrap()).unwrap().to_circuit().unwrap())
}
