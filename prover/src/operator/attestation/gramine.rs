//! Gramine's files in an SGX enclave: write `user_report_data`, read `quote`.
//!
//! <https://gramine.readthedocs.io/en/stable/attestation.html>

use std::{fs, io::Write, path::PathBuf};

use super::{
    Quote, QuoteError, QuoteSource, check_carries,
    configfs_tsm::{at, read},
};

/// Where Gramine has it.
pub const DEFAULT_ROOT: &str = "/dev/attestation";
const CURE: &str =
    "run the prover under gramine-sgx with `sgx.remote_attestation = \"dcap\"` in its manifest";

/// Quotes from Gramine.
#[derive(Clone, Debug)]
pub struct Gramine {
    root: PathBuf,
}

impl Gramine {
    /// The interface at `root`, usually [`DEFAULT_ROOT`].
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }
}

impl QuoteSource for Gramine {
    fn quote(&self, report_data: &[u8; 64]) -> Result<Quote, QuoteError> {
        let input = self.root.join("user_report_data");
        if !input.exists() {
            return Err(QuoteError::Absent { path: input, cure: CURE });
        }
        let write = |mut file: fs::File| file.write_all(report_data);
        fs::OpenOptions::new().write(true).open(&input).and_then(write).map_err(at(&input))?;
        let quote = Quote::Dcap(read(&self.root.join("quote"))?);
        check_carries(&quote, report_data)?;
        Ok(quote)
    }
}
