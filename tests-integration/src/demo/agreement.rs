//! What client, coordinator and prover agreed on off chain, and the receipt that the coordinator signs.

use alloy::primitives::{Address, B256, U256, keccak256};
use ark_std::rand::rngs::OsRng;
use proofrail_circuits::{
    circuit::{self, Circuit},
    eddsa::SecretKey,
    field::{self, Fr},
    public_inputs::PublicInputs,
    receipt::{CoordinatorKey, Receipt, ReceiptCircuit, SignedReceipt},
};
use proofrail_deploy::{accounts::Role, devnet::Devnet};
use proofrail_evm::settlement::{self, Settlement};
use proofrail_near_interface::Hex;

use super::error::{DemoError, at};

/// Units of work that the job took.
const UNITS: u64 = 1_200;
/// Price of a unit: 0.025 of a token with 18 decimals.
const RATE: u128 = 25_000_000_000_000_000;
/// The coordinator's share: 5 %.
const FEE_BPS: u16 = 500;
/// How long the settlement may take, seconds.
const TIME_TO_SETTLE: u64 = 24 * 3_600;
/// The coordinator's own name of the job.
const JOB: &str = "inference of 2026-11-20, batch 17";

/// A finished job with its signed receipt and the settlement that it entitles to.
#[derive(Debug)]
pub(super) struct Agreement {
    pub(super) settlement: Settlement,
    pub(super) receipt: SignedReceipt,
}

impl Agreement {
    /// The coordinator, whose key is made here and forgotten, signs the receipt of a job.
    pub(super) fn new(devnet: &Devnet, now: u64) -> Result<Self, DemoError> {
        let key = CoordinatorKey::new(SecretKey::generate(&mut OsRng), FEE_BPS)
            .map_err(at("make the coordinator's key"))?;
        let deployment = devnet.deployment();
        let step = "sign the receipt";
        let mut settlement = Settlement {
            circuitId: B256::from(*circuit::id::<ReceiptCircuit>().as_bytes()),
            sourceChain: settlement::source_chain(&format!("near:{}", deployment.near.network_id)),
            sourceContract: settlement::near_contract(&deployment.near.market),
            jobId: keccak256(JOB),
            payer: address(Role::Payer)?,
            recipient: address(Role::Recipient)?,
            token: deployment.destination.token().map_err(at(step))?,
            amount: 0,
            deadline: now.saturating_add(TIME_TO_SETTLE),
            coordinator: B256::from(field::to_be_bytes(&key.id())),
        };
        let hub = deployment.destination.hub().map_err(at(step))?;
        let context = scalar(settlement.context(deployment.destination.chain_id, hub))?;
        let receipt =
            Receipt::new(context, field::keccak_mod_r(JOB.as_bytes()), UNITS, RATE, FEE_BPS)
                .and_then(|receipt| key.sign(receipt))
                .map_err(at(step))?;
        settlement.amount = receipt.receipt.amount;
        Ok(Self { settlement, receipt })
    }

    /// The statement that a proof must show, in the circuit's order, big-endian.
    pub(super) fn public_inputs(&self) -> Vec<[u8; 32]> {
        self.receipt.public_inputs().to_vec().iter().map(field::to_be_bytes).collect()
    }

    /// The circuit's id, as the market knows it.
    pub(super) const fn circuit_id(&self) -> Hex<32> {
        Hex(self.settlement.circuitId.0)
    }

    /// The name of the circuit.
    pub(super) const fn circuit(&self) -> &'static str {
        ReceiptCircuit::NAME
    }
}

fn scalar(value: U256) -> Result<Fr, DemoError> {
    field::from_be_bytes(&value.to_be_bytes()).map_err(at("reduce the context"))
}

fn address(role: Role) -> Result<Address, DemoError> {
    role.address().map_err(at("derive a development account"))
}
