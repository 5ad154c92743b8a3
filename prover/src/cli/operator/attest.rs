//! `attest`.

use std::path::Path;

use base64::{Engine, prelude::BASE64_STANDARD};
use proofrail_near_client::NearToken;
use proofrail_near_interface::{RegisterVcekArgs, attestation::SnpChainArgs, method_names};
use proofrail_prover::operator::{
    attestation::{self, AttestError, Attested},
    config::Config,
    sender::Sender,
};
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
        let evidence = config.attestor()?.evidence(&config.market(), &sender).await?;
        write_text(out, &evidence)?;
        return Ok(Report {
            text: format!("evidence in {}", out.display()),
            json: json!({ "evidence_file": out }),
        });
    }
    if let (Some(vcek), Some(ask), Some(product)) = (&args.vcek, &args.ask, args.product) {
        let chain = SnpChainArgs { product: product.into(), ask: read(ask)?, vcek: read(vcek)? };
        let chain = borsh::to_vec(&chain).map_err(attestation::EvidenceError::from);
        let chain = chain.map_err(AttestError::from)?;
        let call = RegisterVcekArgs { chain: BASE64_STANDARD.encode(chain) };
        let outcome = sender.call(method_names::REGISTER_VCEK, None, call, VCEK_DEPOSIT).await?;
        if !outcome.json::<bool>()? {
            let reason =
                "AMD's chain of this chip's key does not verify: check --product, --ask and --vcek";
            return Err(AttestError::Refused(reason.to_owned()).into());
        }
        tracing::info!("the market keeps the chip's key");
    }
    show(&config, &sender).await
}

/// Shows a fresh quote to the market.
pub(super) async fn show(config: &Config, sender: &Sender) -> Result<Report, CliError> {
    let Attested { expires_at, outcome } =
        config.attestor()?.show(&config.market(), sender).await?;
    let text = format!("attested until unix second {expires_at}");
    Ok(report(text, &outcome, json!({ "expires_at": expires_at })))
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(path).map_err(|source| CliError::Io { path: path.to_owned(), source })
}
