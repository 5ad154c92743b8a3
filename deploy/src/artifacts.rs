//! Creation code of the bridges' own contracts, read from the installed npm packages.

use std::{fs, io, path::PathBuf};

use alloy::{
    hex,
    sol_types::{SolType, SolValue, abi::TokenSeq},
};
use serde::Deserialize;

use crate::project::{Project, ProjectError};

/// What stands before the code in a factory that typechain generated.
const FACTORY_MARK: &str = "_bytecode = \"";

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
    /// The file is not an artifact of its kind.
    #[error("{path} holds no contract's code: {reason}; reinstall with `npm ci`")]
    Malformed {
        /// The artifact.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

#[derive(Deserialize)]
struct HardhatArtifact {
    bytecode: String,
}

/// The artifacts of the installed bridges.
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

    /// Creation code followed by ABI-encoded constructor arguments. `file` is a path below `node_modules`: a Hardhat
    /// artifact (`.json`), hex text (`.bin`) or a factory of typechain's (`.js`).
    pub(crate) fn creation_code<A: SolValue>(
        &self,
        file: &str,
        arguments: &A,
    ) -> Result<Vec<u8>, ArtifactError>
    where
        for<'a> <A::SolType as SolType>::Token<'a>: TokenSeq<'a>,
    {
        let path = self.project.npm_file(file)?;
        let text = fs::read_to_string(&path)
            .map_err(|source| ArtifactError::Read { path: path.clone(), source })?;
        let mut code = code_in(file, &text)
            .map_err(|reason| ArtifactError::Malformed { path: path.clone(), reason })?;
        code.extend(arguments.abi_encode_params());
        Ok(code)
    }
}

fn code_in(file: &str, text: &str) -> Result<Vec<u8>, String> {
    let hexadecimal = if file.ends_with(".json") {
        let artifact: HardhatArtifact =
            serde_json::from_str(text).map_err(|error| error.to_string())?;
        artifact.bytecode
    } else if file.ends_with(".js") {
        let code = text.split_once(FACTORY_MARK).and_then(|(_, rest)| rest.split_once('"'));
        code.map(|(code, _)| code.to_owned()).ok_or("no bytecode in the factory")?
    } else {
        text.trim().to_owned()
    };
    let code = hex::decode(hexadecimal).map_err(|error| error.to_string())?;
    if code.is_empty() { Err("it has no bytecode".to_owned()) } else { Ok(code) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_found_in_every_kind_of_artifact() {
        assert_eq!(code_in("A.json", r#"{"abi": [], "bytecode": "0x6001"}"#).unwrap(), [0x60, 1]);
        assert_eq!(code_in("a.bin", "0x6002\n").unwrap(), [0x60, 2]);
        let factory = "const _abi = [];\nconst _bytecode = \"0x6003\";\nclass A__factory";
        assert_eq!(code_in("A__factory.js", factory).unwrap(), [0x60, 3]);
    }

    #[test]
    fn what_holds_no_code_is_refused() {
        for (file, text) in [
            ("A.json", "{}"),
            ("A.json", r#"{"bytecode": "0x"}"#),
            ("a.bin", ""),
            ("a.bin", "0x60__Library__"),
            ("A__factory.js", "const _abi = [];"),
        ] {
            assert!(code_in(file, text).is_err(), "{file}: {text}");
        }
    }
}
