//! The configuration file, as an operator writes it. Every key is explained in `operator.template.toml`.

use std::path::PathBuf;

use proofrail_near_interface::{Hex, NearToken};
use serde::Deserialize;

use super::ConfigError;
use crate::operator::keystore::AccountKeySource;

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The network's name.
    pub network: String,
    /// The endpoint.
    pub rpc_url: Option<String>,
    /// The environment variable with the endpoint.
    pub rpc_url_env: Option<String>,
    /// The market's account.
    pub market: String,
    /// The prover's account and its key.
    pub account: AccountKeySource,
    /// The key of the prover's statements.
    pub statement_key: PathBuf,
    /// What must outlive a crash.
    pub state: PathBuf,
    /// Where private inputs are delivered.
    pub inbox: PathBuf,
    /// What the prover offers.
    pub offer: OfferSection,
    /// How it proves.
    #[serde(default)]
    pub proving: ProvingSection,
    /// How it runs.
    #[serde(default)]
    pub run: RunSection,
    /// Where its quotes come from.
    pub attestation: Option<AttestationSection>,
}

/// What the prover offers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferSection {
    /// Names of circuits.
    pub circuits: Vec<String>,
    /// Most jobs at a time.
    pub parallel_jobs: u32,
    /// Where clients reach the prover.
    pub endpoint: String,
    /// The public key that clients seal inputs for.
    pub x25519_key: String,
}

/// How it proves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProvingSection {
    /// The folder with `<circuit>.pk`.
    pub keys: PathBuf,
    /// Proofs at a time.
    pub parallel: usize,
    /// Takes keys of the development setup.
    pub allow_insecure_dev_keys: bool,
}

impl Default for ProvingSection {
    fn default() -> Self {
        Self { keys: "keys".into(), parallel: 1, allow_insecure_dev_keys: false }
    }
}

/// How it runs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RunSection {
    /// Time between two looks at the chain, milliseconds.
    pub poll_interval_ms: u64,
    /// Seconds between heartbeats.
    pub heartbeat_s: Option<u64>,
    /// Claims when so much is owed.
    pub claim_above_near: String,
    /// Failures in a row until it drains itself.
    pub max_failures: u32,
    /// Submits hashes where clients allow it.
    pub commitments: bool,
    /// Keeps the jobs of others moving.
    pub poke: bool,
    /// When a missing or refused input is reported, percent of the time for the job.
    pub report_input_after_percent: u64,
}

impl Default for RunSection {
    fn default() -> Self {
        Self {
            poll_interval_ms: 2000,
            heartbeat_s: None,
            claim_above_near: "1".to_owned(),
            max_failures: 3,
            commitments: false,
            poke: false,
            report_input_after_percent: 50,
        }
    }
}

impl RunSection {
    /// The amount from which on the prover claims; none for never.
    pub(super) fn claim_above(&self) -> Result<Option<NearToken>, ConfigError> {
        if self.claim_above_near == "never" {
            return Ok(None);
        }
        let amount = parse_near(&self.claim_above_near);
        amount
            .map(Some)
            .map_err(|problem| ConfigError::Value { key: "run.claim_above_near", problem })
    }
}

/// Where quotes come from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttestationSection {
    /// The interface.
    pub source: QuoteSourceKind,
    /// Its folder, where it is not the usual one.
    pub root: Option<PathBuf>,
    /// A service of Intel's collateral (PCCS or PCS).
    pub pccs_url: Option<String>,
    /// The collateral in a file.
    pub collateral_file: Option<PathBuf>,
    /// The pretended machine of the development root.
    #[cfg(feature = "dev-attestation")]
    pub development: Option<DevelopmentSection>,
}

/// A machine that does not exist, for development chains.
#[cfg(feature = "dev-attestation")]
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DevelopmentSection {
    /// Its name: one name is one machine.
    pub platform: String,
    /// What it pretends to run.
    pub measurement: Hex<32>,
}

/// Interfaces that quotes come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuoteSourceKind {
    /// Linux: TDX and SEV-SNP.
    ConfigfsTsm,
    /// Gramine: SGX.
    Gramine,
    /// The development root, for development chains.
    #[cfg(feature = "dev-attestation")]
    Development,
}

impl OfferSection {
    pub(super) fn x25519_key(&self) -> Result<Hex<32>, ConfigError> {
        let wrong = |problem: String| ConfigError::Value { key: "offer.x25519_key", problem };
        let key: Hex<32> = self.x25519_key.parse().map_err(|error| wrong(format!("{error}")))?;
        if key.0 == [0; 32] {
            return Err(wrong("is all zero: nobody could seal anything for it".to_owned()));
        }
        Ok(key)
    }
}

impl File {
    /// Values that parse but cannot work.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let run = &self.run;
        let offer = &self.offer;
        let demands = [
            (run.poll_interval_ms > 0, "run.poll_interval_ms", "must be at least 1"),
            (run.max_failures > 0, "run.max_failures", "must be at least 1"),
            (
                (1..=90).contains(&run.report_input_after_percent),
                "run.report_input_after_percent",
                "must be 1 to 90: the report itself takes time",
            ),
            (self.proving.parallel > 0, "proving.parallel", "must be at least 1"),
            (
                (1..=1000).contains(&offer.parallel_jobs),
                "offer.parallel_jobs",
                "must be 1 to 1,000",
            ),
            (
                (1..=8).contains(&offer.circuits.len()),
                "offer.circuits",
                "must name 1 to 8 circuits",
            ),
            (
                offer.endpoint.starts_with("https://") && offer.endpoint.len() <= 128,
                "offer.endpoint",
                "must be an https:// URL of at most 128 bytes",
            ),
        ];
        match demands.into_iter().find(|(holds, ..)| !holds) {
            Some((_, key, problem)) => Err(ConfigError::Value { key, problem: problem.to_owned() }),
            None => Ok(()),
        }
    }
}

/// Reads an amount in NEAR, such as `1000` or `0.25`.
///
/// # Errors
/// What is wrong with it.
pub fn parse_near(text: &str) -> Result<NearToken, String> {
    const DECIMALS: usize = 24;
    let wrong = || format!("{text:?} is no amount in NEAR, such as 1000 or 0.25");
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > DECIMALS {
        return Err(wrong());
    }
    format!("{whole}{fraction:0<DECIMALS$}")
        .parse()
        .map(NearToken::from_yoctonear)
        .map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_should_be_read_to_the_last_yocto() {
        assert_eq!(parse_near("1000"), Ok(NearToken::from_near(1000)));
        assert_eq!(parse_near("0.25"), Ok(NearToken::from_millinear(250)));
        let least = "0.000000000000000000000001";
        assert_eq!(parse_near(least), Ok(NearToken::from_yoctonear(1)));
        for wrong in ["", ".", "1.", ".5", "-1", "1e3", "1,5", "0.0000000000000000000000001"] {
            assert!(parse_near(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn amounts_should_survive_writing(yocto: u128) {
            let (whole, rest) = (yocto / 10_u128.pow(24), yocto % 10_u128.pow(24));
            let text = format!("{whole}.{rest:024}");
            prop_assert_eq!(parse_near(&text), Ok(NearToken::from_yoctonear(yocto)));
        }
    }
}
