//! Creation code of LayerZero's contracts, read from the installed npm packages.

use std::{fs, io, path::PathBuf};

use alloy::{hex, sol_types::SolValue};
use serde::Deserialize;

use crate::project::{Project, ProjectError};

const PROTOCOL: &str = "@layerzerolabs/lz-evm-protocol-v2";
const MESSAGELIB: &str = "@layerzerolabs/lz-evm-messagelib-v2";

/// Why a contract's code could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// The package is not installed.
    #[error(transparent)]
    Missing(#[from] ProjectError),
    /// The file could not be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The artifact.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not a Hardhat artifact.
    #[error("{path} is not a Hardhat artifact: {reason}; reinstall with `npm ci`")]
    Malformed {
        /// The artifact.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// The contracts of LayerZero V2 that a development chain needs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Contract {
    EndpointV2,
    PriceFeed,
    Treasury,
    SendUln302,
    ReceiveUln302,
    ExecutorFeeLib,
    Executor,
    DvnFeeLib,
    Dvn,
}

impl Contract {
    /// The artifact's package and its path below `artifacts/contracts`.
    const fn location(self) -> (&'static str, &'static str) {
        match self {
            Self::EndpointV2 => (PROTOCOL, "EndpointV2.sol/EndpointV2.json"),
            Self::PriceFeed => (MESSAGELIB, "PriceFeed.sol/PriceFeed.json"),
            Self::Treasury => (MESSAGELIB, "Treasury.sol/Treasury.json"),
            Self::SendUln302 => (MESSAGELIB, "uln/uln302/SendUln302.sol/SendUln302.json"),
            Self::ReceiveUln302 => (MESSAGELIB, "uln/uln302/ReceiveUln302.sol/ReceiveUln302.json"),
            Self::ExecutorFeeLib => (MESSAGELIB, "ExecutorFeeLib.sol/ExecutorFeeLib.json"),
            Self::Executor => (MESSAGELIB, "Executor.sol/Executor.json"),
            Self::DvnFeeLib => (MESSAGELIB, "uln/dvn/DVNFeeLib.sol/DVNFeeLib.json"),
            Self::Dvn => (MESSAGELIB, "uln/dvn/DVN.sol/DVN.json"),
        }
    }
}

#[derive(Deserialize)]
struct HardhatArtifact {
    bytecode: String,
}

/// The artifacts of an installed LayerZero V2.
#[derive(Clone, Debug)]
pub struct Artifacts {
    project: Project,
}

impl Artifacts {
    /// Reads from the npm packages of `project` when asked.
    #[must_use]
    pub const fn of(project: Project) -> Self {
        Self { project }
    }

    /// Creation code followed by ABI-encoded constructor arguments.
    pub(super) fn creation_code<A: SolValue>(
        &self,
        contract: Contract,
        arguments: &A,
    ) -> Result<Vec<u8>, ArtifactError>
    where
        for<'a> <A::SolType as alloy::sol_types::SolType>::Token<'a>:
            alloy::sol_types::abi::TokenSeq<'a>,
    {
        let (package, file) = contract.location();
        let path = self.project.npm_file(&format!("{package}/artifacts/contracts/{file}"))?;
        let text = fs::read_to_string(&path)
            .map_err(|source| ArtifactError::Read { path: path.clone(), source })?;
        let malformed = |reason: String| ArtifactError::Malformed { path: path.clone(), reason };
        let artifact: HardhatArtifact =
            serde_json::from_str(&text).map_err(|error| malformed(error.to_string()))?;
        let mut code =
            hex::decode(&artifact.bytecode).map_err(|error| malformed(error.to_string()))?;
        if code.is_empty() {
            return Err(malformed("it has no bytecode".to_owned()));
        }
        code.extend(arguments.abi_encode_params());
        Ok(code)
    }
}
