//! What a circuit is called where its key is registered.

use ark_bn254::Bn254;
use ark_groth16::VerifyingKey;
use sha3::{Digest as _, Keccak256};

use super::solidity::camel_case;
use crate::error::CeremonyError;

/// A circuit's name, version and public inputs, whose hash is its id in every contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circuit {
    name: String,
    version: u32,
    inputs: Vec<String>,
    insecure: bool,
}

impl Circuit {
    /// Names a circuit. Whatever is exported for an insecure one says so in its name.
    ///
    /// # Errors
    /// [`CeremonyError::CircuitName`] for a name that is no identifier.
    pub fn new(
        name: &str,
        version: u32,
        inputs: Vec<String>,
        insecure: bool,
    ) -> Result<Self, CeremonyError> {
        let names = [name].into_iter().chain(inputs.iter().map(String::as_str));
        if let Some(name) = names.into_iter().find(|name| !plain(name)) {
            return Err(CeremonyError::CircuitName(name.to_owned()));
        }
        Ok(Self { name: name.to_owned(), version, inputs, insecure })
    }

    /// `name/version`.
    pub fn versioned_name(&self) -> String {
        format!("{}/{}", self.name, self.version)
    }

    /// `name/version(input,input,…)`, the text whose hash is the id.
    pub fn signature(&self) -> String {
        format!("{}({})", self.versioned_name(), self.inputs.join(","))
    }

    /// keccak256 of the signature, in hex.
    pub fn id(&self) -> String {
        format!("0x{}", hex::encode(Keccak256::digest(self.signature())))
    }

    /// The public inputs' names.
    pub fn inputs(&self) -> &[String] {
        &self.inputs
    }

    /// Whether the key is of no finished ceremony.
    pub const fn is_insecure(&self) -> bool {
        self.insecure
    }

    /// The contract's name: `income_check` becomes `IncomeCheckVerifier`.
    pub fn contract(&self) -> String {
        let suffix = if self.insecure { "InsecureDev" } else { "" };
        format!("{}Verifier{suffix}", camel_case(&self.name))
    }

    /// The name of files, which tells an insecure circuit apart, too.
    pub fn file_name(&self) -> String {
        format!("{}{}", self.name, if self.insecure { ".insecure-dev" } else { "" })
    }

    pub(super) fn check_inputs(&self, vk: &VerifyingKey<Bn254>) -> Result<(), CeremonyError> {
        let (names, key) = (self.inputs.len(), vk.gamma_abc_g1.len().saturating_sub(1));
        if names == key { Ok(()) } else { Err(CeremonyError::Inputs { names, key }) }
    }
}

/// An identifier, since it comes to stand in source code.
fn plain(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.len() <= 64
}
