//! The relayer as its operator runs it: a process with a configuration, a database and an API.

use std::{
    fs::OpenOptions,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use alloy::{primitives::B256, providers::Provider as _};
use proofrail_deploy::{accounts::Role, devnet::Devnet, process::ManagedProcess};
use proofrail_evm::settlement::Settlement;
use proofrail_prover::{key::ProvingKey, proof::ProofFile};
use proofrail_relayer::{
    api::{ErrorBody, SettlementView},
    prepare::door::SettleRequest,
    settlement,
    status::Status,
};
use tempfile::TempDir;

use super::{
    agreement::Agreement,
    bridge::Bridge,
    error::{DemoError, at},
    report::{Cost, Recorder},
};

/// How long the service may take to listen.
const START_LIMIT: Duration = Duration::from_secs(60);
/// How long a settlement may take.
const SETTLE_LIMIT: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(200);

/// A running relayer; dropping it stops it.
#[derive(Debug)]
pub(super) struct Relayer {
    _process: ManagedProcess,
    settlements: String,
    http: reqwest::Client,
    bridge: Bridge,
    _directory: TempDir,
}

impl Relayer {
    /// Writes key and configuration as an operator would, and starts the service.
    pub(super) async fn start(
        devnet: &Devnet,
        key: &ProvingKey,
        bridge: Bridge,
    ) -> Result<Self, DemoError> {
        let step = "start the relayer";
        let directory = tempfile::tempdir().map_err(at(step))?;
        let config = configure(directory.path(), devnet, key, bridge)?;
        let mut command = Command::new(program()?);
        command.args(["--log-format", "json", "serve", "--config"]).arg(config);
        let log = directory.path().join("relayer.log");
        let mut process = ManagedProcess::spawn("relayer", command, &log).map_err(at(step))?;
        let address = process.wait_for(START_LIMIT, listening_address).await.map_err(at(step))?;
        Ok(Self {
            _process: process,
            settlements: format!("http://{address}/v1/settlements"),
            http: reqwest::Client::new(),
            bridge,
            _directory: directory,
        })
    }

    /// Hands the receipt and its proof over, and waits until the payment is final.
    pub(super) async fn settle(
        &self,
        recorder: &mut Recorder,
        devnet: &Devnet,
        agreement: &Agreement,
        proof: &ProofFile,
    ) -> Result<(), DemoError> {
        let mut events = self.bridge.listen(devnet);
        let bridge = self.bridge;
        let step = recorder
            .begin(&format!("relayer: check receipt and proof, quote and pay {bridge}, send"));
        let accepted = self.post(&request(agreement, proof)).await?;
        let sent = self.until(accepted.id, |view| view.message_id.is_some()).await?;
        let gas = source_gas(devnet, &sent).await?;
        let fee = sent.transactions.first().map(|t| t.value.clone()).unwrap_or_default();
        recorder.done(step, Cost::gas(gas), &format!("bridge fee {fee} wei"));

        let step = recorder.begin(bridge.carries());
        let paid = [Status::Delivered, Status::Settled];
        let delivered = self.reach(accepted.id, &paid).await?;
        let (gas, note) = events.gas(devnet, &delivered).await?;
        recorder.done(step, Cost::gas(gas), &note);

        let step = recorder.begin("relayer: reads the payment at finality");
        let settled = self.reach(accepted.id, &[Status::Settled]).await?;
        let block = settled.settled.map(|settled| settled.block).unwrap_or_default();
        let final_block = finalized(devnet).await?;
        if block == 0 || block > final_block {
            let found = format!("paid in block {block}, but only {final_block} is final");
            return Err(DemoError::unexpected("read the payment at finality", found));
        }
        let note = format!("settled; paid in block {block}, final is {final_block}");
        recorder.done(step, Cost::NONE, &note);
        Ok(())
    }

    pub(super) async fn post(&self, request: &SettleRequest) -> Result<SettlementView, DemoError> {
        let step = "hand the settlement to the relayer";
        let answer = self.http.post(&self.settlements).json(request).send().await;
        read(answer.map_err(at(step))?).await
    }

    /// Waits until the settlement has one of the statuses.
    pub(super) async fn reach(
        &self,
        id: B256,
        wanted: &[Status],
    ) -> Result<SettlementView, DemoError> {
        self.until(id, |view| wanted.contains(&view.status)).await
    }

    /// Waits until the settlement is as `wanted`.
    async fn until(
        &self,
        id: B256,
        wanted: impl Fn(&SettlementView) -> bool,
    ) -> Result<SettlementView, DemoError> {
        let url = format!("{}/{id}", self.settlements);
        let since = Instant::now();
        loop {
            let step = "ask the relayer for the settlement";
            let answer = self.http.get(&url).send().await.map_err(at(step))?;
            let view = read(answer).await?;
            if wanted(&view) {
                return Ok(view);
            }
            let reason = view.reason.as_ref().map(|reason| reason.message.clone());
            if view.status == Status::Failed || since.elapsed() > SETTLE_LIMIT {
                let found = format!("status {}: {}", view.status, reason.unwrap_or_default());
                return Err(DemoError::unexpected("settle through the relayer", found));
            }
            tokio::time::sleep(POLL).await;
        }
    }
}

async fn read(answer: reqwest::Response) -> Result<SettlementView, DemoError> {
    let step = "read the relayer's answer";
    if answer.status().is_success() {
        return answer.json().await.map_err(at(step));
    }
    let body: ErrorBody = answer.json().await.map_err(at(step))?;
    Err(DemoError::unexpected("the relayer refused", format!("{body:?}")))
}

pub(super) fn request(agreement: &Agreement, proof: &ProofFile) -> SettleRequest {
    SettleRequest {
        settlement: wire(&agreement.settlement),
        receipt: agreement.receipt,
        proof: proof.proof().to_bytes().into(),
        bridge: None,
    }
}

fn wire(settlement: &Settlement) -> settlement::Settlement {
    settlement::Settlement {
        circuit_id: settlement.circuitId,
        source_chain: settlement.sourceChain,
        source_contract: settlement.sourceContract,
        job_id: settlement.jobId,
        payer: settlement.payer,
        recipient: settlement.recipient,
        token: settlement.token,
        amount: settlement.amount,
        deadline: settlement.deadline,
        coordinator: settlement.coordinator,
    }
}

fn configure(
    directory: &Path,
    devnet: &Devnet,
    key: &ProvingKey,
    bridge: Bridge,
) -> Result<PathBuf, DemoError> {
    let step = "configure the relayer";
    key.verifying_key().save(&directory.join("receipt.vk")).map_err(at(step))?;
    write_key(&directory.join("source.key"))?;
    let path = directory.join("relayer.toml");
    let text = format!(
        r#"deployment = "{deployment}"
database = "relayer.db"
default_bridge = "{name}"
verifying_keys = ["receipt.vk"]
allow_insecure_dev_keys = true

[source]
finality = "finalized"
signer = {{ key_file = "source.key" }}

[destination]
finality = "finalized"
{destination_signer}

[bridges.{name}]
max_fee_wei = "100000000000000000"

[api]
listen = "127.0.0.1:0"

[policy]
poll_interval_ms = 200
"#,
        deployment = devnet.deployment_file().display(),
        name = bridge.key(),
        destination_signer =
            if bridge.delivers_itself() { "signer = { key_file = \"source.key\" }" } else { "" },
    );
    std::fs::write(&path, text).map_err(at(step))?;
    Ok(path)
}

/// anvil's public key of the relayer's role, kept as a real one must be.
fn write_key(path: &Path) -> Result<(), DemoError> {
    let step = "write the relayer's key";
    let signer = Role::Relayer.signer().map_err(at(step))?;
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(at(step))?;
    write!(file, "{}", alloy::hex::encode(signer.to_bytes())).map_err(at(step))
}

/// The relayer's binary, which cargo puts beside this program (tests are one folder deeper).
fn program() -> Result<PathBuf, DemoError> {
    let step = "find the relayer's program";
    let own = std::env::current_exe().map_err(at(step))?;
    own.ancestors()
        .skip(1)
        .take(2)
        .map(|directory| directory.join("proofrail-relayer"))
        .find(|candidate| candidate.is_file())
        .ok_or_else(|| {
            DemoError::unexpected(step, "proofrail-relayer is not built: run `cargo xtask build`")
        })
}

/// The address in the log line that says that the service listens.
fn listening_address(log: &str) -> Option<String> {
    log.lines().find_map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).ok()?;
        line.get("fields")?.get("bound")?.as_str().map(str::to_owned)
    })
}

async fn source_gas(devnet: &Devnet, view: &SettlementView) -> Result<u64, DemoError> {
    let step = "read the source transaction";
    let hash = view.transactions.first().and_then(|transaction| transaction.hashes.last());
    let hash = hash.ok_or_else(|| DemoError::unexpected(step, "the relayer sent none"))?;
    let reader = devnet.source_reader().map_err(at(step))?;
    let receipt = reader.get_transaction_receipt(*hash).await.map_err(at(step))?;
    receipt
        .map(|receipt| receipt.gas_used)
        .ok_or_else(|| DemoError::unexpected(step, format!("{hash} is not in a block")))
}

async fn finalized(devnet: &Devnet) -> Result<u64, DemoError> {
    let step = "read the destination's finality";
    let reader = devnet.destination_reader().map_err(at(step))?;
    let block = reader.get_block_by_number(alloy::eips::BlockNumberOrTag::Finalized).await;
    Ok(block.map_err(at(step))?.map(|block| block.header.number).unwrap_or_default())
}
