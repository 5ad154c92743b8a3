//! `attest`.

use std::path::Path;

use base64::{Engine, prelude::BASE64_STANDARD};
use proofrail_near_client::NearToken;
use proofrail_near_interface::{
    AttestationOutcome, RegisterVcekArgs, UpdateAttestationArgs,
    attestation::{Binding, SnpChainArgs, nonce_bytes},
    method_names,
};
use proofrail_prover::operator::{attestation, config::Config, sender::Sender};
use serde_json::json;

use super::{
    super::{
        Report,
        error::{CliError, write_text},
    },
    AttestArgs, report,
};

/// For the storage of a chip's key; what is not needed comes back.
const VCEK_DEPOSIT: NearToken = NearToken::from_millinear(100);

pub(super) async fn run(args: &AttestArgs) -> Result<Report, CliError> {
    let config = Config::load(&args.prover.config)?;
    let sender = config.sender()?;
    if let Some(out) = &args.out {
        let evidence = evidence(&config, &sender).await?;
        write_text(out, &evidence)?;
        return Ok(Report {
            text: format!("evidence in {}", out.display()),
            json: json!({ "evidence_file": out }),
        });
    }
    if let (Some(vcek), Some(ask), Some(product)) = (&args.vcek, &args.ask, args.product) {
        let chain = SnpChainArgs { product: product.into(), ask: read(ask)?, vcek: read(vcek)? };
        let chain = borsh::to_vec(&chain).map_err(attestation::EvidenceError::from)?;
        let call = RegisterVcekArgs { chain: BASE64_STANDARD.encode(chain) };
        let outcome = sender.call(method_names::REGISTER_VCEK, None, call, VCEK_DEPOSIT).await?;
        if !outcome.json::<bool>()? {
            let reason =
                "AMD's chain of this chip's key does not verify: check --product, --ask and --vcek";
            return Err(CliError::AttestationRefused(reason.to_owned()));
        }
        tracing::info!("the market keeps the chip's key");
    }
    show(&config, &sender).await
}

/// Shows a fresh quote to the market.
pub(super) async fn show(config: &Config, sender: &Sender) -> Result<Report, CliError> {
    let evidence = evidence(config, sender).await?;
    let call = UpdateAttestationArgs { evidence };
    let outcome =
        sender.call(method_names::UPDATE_ATTESTATION, None, call, NearToken::ZERO).await?;
    match outcome.json()? {
        AttestationOutcome::Accepted { expires_at } => {
            let text = format!("attested until unix second {expires_at}");
            Ok(report(text, &outcome, json!({ "expires_at": expires_at })))
        }
        AttestationOutcome::Refused { reason } => Err(CliError::AttestationRefused(reason)),
        AttestationOutcome::Unreachable => Err(CliError::VerifierSilent),
    }
}

/// A fresh quote, bound to what the market knows of this prover.
async fn evidence(config: &Config, sender: &Sender) -> Result<String, CliError> {
    let account = sender.account().id();
    let market = config.market();
    let prover = market.prover(account).await?;
    let prover = prover.ok_or_else(|| CliError::NoProver(account.to_string()))?;
    let policy = market.attestation_policy().await?;
    let binding = Binding {
        network: policy.network,
        contract: market.id().clone(),
        account: account.clone(),
        account_key: prover.statement_key,
        enclave_key: prover.capacity.x25519_key,
        nonce: nonce_bytes(prover.attestation_nonce),
    };
    let source = config.quote_source()?;
    Ok(attestation::evidence(&*source, config.collateral()?.as_ref(), &binding).await?)
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(path).map_err(|source| CliError::Io { path: path.to_owned(), source })
}
