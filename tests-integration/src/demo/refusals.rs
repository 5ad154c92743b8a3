//! What must not work, tried for real.

use std::time::Duration;

use alloy::{
    primitives::{B256, U256},
    providers::Provider as _,
};
use proofrail_deploy::{
    accounts::Role,
    devnet::Devnet,
    layerzero::{options::LzReceive, workers::WorkerEvent},
    rpc::transact,
};
use proofrail_evm::{
    contracts::{LayerZeroReceiver, LayerZeroSender},
    settlement::{Proof, Settlement},
};
use proofrail_prover::proof::ProofFile;
use tokio::sync::broadcast::Receiver;

use super::{
    agreement::Agreement,
    error::{DemoError, at},
    evm::Destination,
    report::Recorder,
};

/// Gas that the second delivery is given: as much as the first.
const RECEIVE_GAS: u128 = 700_000;
/// How long the bridge may take.
const BRIDGE_LIMIT: Duration = Duration::from_secs(60);

/// The proof's words as the contracts take them.
pub(super) fn words(proof: &ProofFile) -> Proof {
    let bytes = proof.proof().to_bytes();
    std::array::from_fn(|index| U256::from_be_slice(&bytes[index * 32..(index + 1) * 32]))
}

/// While the settlement is unpaid, so that nothing but the proof can refuse: one public input changed.
pub(super) async fn forged(
    recorder: &mut Recorder,
    destination: &Destination,
    agreement: &Agreement,
    proof: &ProofFile,
) -> Result<(), DemoError> {
    let proof = words(proof);
    let mut forged = agreement.settlement.clone();
    forged.amount += 1;
    let refusal = destination.refusal(&forged, &proof).await?;
    recorder.refused("a proof with one public input changed: the amount, by one unit", &refusal);

    let mut forged = agreement.settlement.clone();
    forged.recipient = Role::Stranger.address().map_err(at("derive a development account"))?;
    let refusal = destination.refusal(&forged, &proof).await?;
    recorder.refused("a proof taken from another recipient", &refusal);
    Ok(())
}

/// After the payment: the same settlement again, on both ways. No token may move.
pub(super) async fn replayed(
    recorder: &mut Recorder,
    devnet: &Devnet,
    destination: &Destination,
    agreement: &Agreement,
    proof: &ProofFile,
) -> Result<(), DemoError> {
    let proof = words(proof);
    let before = destination.recipient_balance().await?;
    let refusal = destination.refusal(&agreement.settlement, &proof).await?;
    recorder.refused("the same settlement sent again, directly by settleWithProof", &refusal);
    let answer = send_again(devnet, &agreement.settlement, &proof).await?;
    recorder.refused("the same settlement sent again, through LayerZero", &answer);

    let after = destination.recipient_balance().await?;
    if before == after {
        return Ok(());
    }
    let found = format!("the recipient's tokens went from {before} to {after}");
    Err(DemoError::unexpected("pay nothing twice", found))
}

/// A stranger sends the paid settlement over the bridge once more, and pays for it.
async fn send_again(
    devnet: &Devnet,
    settlement: &Settlement,
    proof: &Proof,
) -> Result<String, DemoError> {
    let step = "send the settlement again";
    let deployment = devnet.deployment();
    let mut events = devnet.workers().subscribe();
    let provider = devnet.source_provider(Role::Stranger).map_err(at(step))?;
    let sender = deployment.source.layerzero_sender().map_err(at(step))?;
    let sender = LayerZeroSender::new(sender, &provider);
    let eid = deployment.destination.layerzero().map_err(at(step))?.eid;
    let message = settlement.encode_message(proof);
    let options = LzReceive { gas: RECEIVE_GAS, value: 0 }.encode();
    let fee = sender.quote(eid, message.clone().into(), options.clone()).call().await;
    let fee = fee.map_err(at(step))?;
    let refund = Role::Stranger.address().map_err(at(step))?;
    let call = sender.send(eid, message.into(), options, refund).value(fee);
    transact(&provider, step, call.into_transaction_request()).await.map_err(at(step))?;
    let delivery = delivered(&mut events).await?;

    let reader = devnet.destination_reader().map_err(at(step))?;
    let receipt = reader.get_transaction_receipt(delivery).await.map_err(at(step))?;
    let logs = receipt.as_ref().map(|receipt| receipt.inner.logs()).unwrap_or_default();
    let applied = logs
        .iter()
        .find_map(|log| log.log_decode::<LayerZeroReceiver::MessageApplied>().ok())
        .ok_or_else(|| DemoError::unexpected(step, "the receiver did not report the message"))?;
    if applied.inner.data.paid {
        return Err(DemoError::unexpected(step, "the second message was paid"));
    }
    Ok("delivered, paid: false (its settlement id is consumed)".to_owned())
}

/// The transaction that delivers the next packet.
async fn delivered(events: &mut Receiver<WorkerEvent>) -> Result<B256, DemoError> {
    let step = "deliver the second message";
    let wait = async {
        loop {
            match events.recv().await.map_err(at(step))? {
                WorkerEvent::Delivered(done) => return Ok(done.transaction),
                WorkerEvent::Refused { refusal, .. } => {
                    return Err(DemoError::unexpected(step, format!("{refusal:?}")));
                }
                _ => {}
            }
        }
    };
    let limit = DemoError::unexpected(step, format!("nothing arrived within {BRIDGE_LIMIT:?}"));
    tokio::time::timeout(BRIDGE_LIMIT, wait).await.unwrap_or(Err(limit))
}
