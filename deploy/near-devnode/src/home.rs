//! The files by which others find a node and its keys.

use crate::{GenesisAccount, server::ServerError};
use serde::Serialize;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// `node.json`: written last, so whoever reads it can connect.
#[derive(Debug, Clone, Serialize)]
pub struct NodeFile {
    /// Where the JSON-RPC answers.
    pub rpc_url: String,
    /// Identifier of the chain.
    pub chain_id: String,
    /// Its protocol version.
    pub protocol_version: u32,
    /// The process that serves it.
    pub pid: u32,
}

/// A key in the credentials format of near-cli.
#[derive(Serialize)]
struct Credentials<'a> {
    account_id: &'a str,
    public_key: String,
    private_key: String,
}

/// A key in the format of nearcore's `validator_key.json`.
#[derive(Serialize)]
struct ValidatorKey<'a> {
    account_id: &'a str,
    public_key: String,
    secret_key: String,
}

/// Writes the genesis accounts' keys, readable by the owner alone: `<account>.json` each, and the
/// first validator's also as `validator_key.json`, where launchers of real sandboxes look for it.
pub fn write_keys(home: &Path, accounts: &[GenesisAccount]) -> Result<(), ServerError> {
    fs::create_dir_all(home)
        .map_err(|source| ServerError::Home { path: home.to_owned(), source })?;
    for account in accounts {
        let signer = &account.signer;
        let credentials = Credentials {
            account_id: account.account_id.as_str(),
            public_key: signer.public_key.to_string(),
            private_key: signer.secret_key.to_string(),
        };
        write(home.join(format!("{}.json", account.account_id)), 0o600, &credentials)?;
    }
    if let Some(account) = accounts.iter().find(|account| !account.stake.is_zero()) {
        let key = ValidatorKey {
            account_id: account.account_id.as_str(),
            public_key: account.signer.public_key.to_string(),
            secret_key: account.signer.secret_key.to_string(),
        };
        write(home.join("validator_key.json"), 0o600, &key)?;
    }
    Ok(())
}

/// Path of `node.json` in `home`.
pub fn node_file(home: &Path) -> PathBuf {
    home.join("node.json")
}

/// Writes `node.json`.
pub fn write_node(home: &Path, node: &NodeFile) -> Result<(), ServerError> {
    write(node_file(home), 0o644, node)
}

/// Writes a file in one step, so that readers never see half of it.
fn write(path: PathBuf, mode: u32, content: &impl Serialize) -> Result<(), ServerError> {
    let temporary = path.with_extension("json.tmp");
    let result = serde_json::to_vec_pretty(content).map_err(Into::into).and_then(|bytes| {
        // A leftover of an earlier run would keep its own mode.
        match fs::remove_file(&temporary) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(mode).open(&temporary)?;
        file.write_all(&bytes)?;
        fs::rename(&temporary, &path)
    });
    result.map_err(|source| ServerError::Home { path, source })
}
