//! A NEAR chain to develop against: a process of ours, a real sandbox, or one that runs already.
//!
//! [`NearNode::start`] takes the first of these that the environment names:
//! 1. `PROOFRAIL_NEAR_RPC_URL` with `PROOFRAIL_NEAR_ROOT_KEY_FILE`: connects, starts nothing;
//! 2. `NEAR_SANDBOX_BIN_PATH`: nearcore's sandbox;
//! 3. else `near-devnode`, at `NEAR_DEVNODE_BIN` or where cargo built it.

use std::{
    env, fs, io,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    near::{AccountId, NearAccount, NearClient, NearError, SecretKey},
    process::{ManagedProcess, ProcessError},
};

/// RPC URL of a chain that runs already.
pub const RPC_URL_VARIABLE: &str = "PROOFRAIL_NEAR_RPC_URL";
/// Key file of the account that pays on that chain.
pub const ROOT_KEY_VARIABLE: &str = "PROOFRAIL_NEAR_ROOT_KEY_FILE";
/// nearcore's sandbox binary, as near-workspaces and near-sandbox name it.
pub const SANDBOX_VARIABLE: &str = "NEAR_SANDBOX_BIN_PATH";
/// The `near-devnode` binary.
pub const DEVNODE_VARIABLE: &str = "NEAR_DEVNODE_BIN";

/// How long a chain may take to answer; a loaded machine is slow to start anything.
const START_LIMIT: Duration = Duration::from_secs(60);
/// How long one request about readiness may take.
const REQUEST_LIMIT: Duration = Duration::from_secs(5);
/// Time between two such requests.
const POLL: Duration = Duration::from_millis(100);

/// Why a NEAR chain is not there.
#[derive(Debug, thiserror::Error)]
pub enum NearNodeError {
    /// The node's binary was not found.
    #[error(
        "{path} is not there: build it with `cargo build -p near-devnode`, or name another node \
         with {DEVNODE_VARIABLE}, {SANDBOX_VARIABLE} or {RPC_URL_VARIABLE}"
    )]
    NoBinary {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A running chain was named, but not the key to pay with.
    #[error(
        "{RPC_URL_VARIABLE} is set: set {ROOT_KEY_VARIABLE} to the key file of an account there"
    )]
    NoRootKey,
    /// The process did not start or come up.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// `init` of the sandbox failed.
    #[error("{program} init ended with {status}: {errors}")]
    Init {
        /// The binary.
        program: PathBuf,
        /// How it ended.
        status: std::process::ExitStatus,
        /// What it wrote to its standard error.
        errors: String,
    },
    /// A file could not be read or written, or a port not found.
    #[error("cannot {action} {path}: {source}")]
    File {
        /// What was being done.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A key file or `node.json` is not what it should be. The content is not quoted: it may be a
    /// secret.
    #[error("{path} is not {expected}: error at line {line}, column {column}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What it should be.
        expected: &'static str,
        /// Where reading stopped.
        line: usize,
        /// Where in the line.
        column: usize,
    },
    /// The key in a key file cannot be used.
    #[error("the key in {path} cannot be used: {reason}")]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong, without the key.
        reason: String,
    },
    /// Nothing answers at the RPC's address.
    #[error("{url} does not answer `status` like a NEAR node: {reason}")]
    NoAnswer {
        /// The address.
        url: String,
        /// What happened instead.
        reason: String,
    },
}

/// `node.json` of near-devnode.
#[derive(Debug, Deserialize)]
struct NodeFile {
    rpc_url: String,
    chain_id: String,
}

/// What `status` tells us.
#[derive(Debug, Deserialize)]
struct Status {
    chain_id: String,
}

/// A key in the format of near-cli or of nearcore's `validator_key.json`.
#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct KeyFile {
    account_id: String,
    #[serde(alias = "secret_key")]
    private_key: String,
}

/// A chain and the account that pays on it; dropping it stops the process it started.
#[derive(Debug)]
pub struct NearNode {
    rpc_url: String,
    network_id: String,
    root: NearAccount,
    root_key_file: PathBuf,
    process: Option<ManagedProcess>,
}

impl NearNode {
    /// Starts or finds a chain as the environment says. `directory` takes its files: log, keys,
    /// and what a sandbox stores.
    ///
    /// # Errors
    /// [`NearNodeError`], each with the cure; the process is stopped then.
    pub async fn start(directory: &Path) -> Result<Self, NearNodeError> {
        if let Some(url) = variable(RPC_URL_VARIABLE) {
            let key = env::var_os(ROOT_KEY_VARIABLE).ok_or(NearNodeError::NoRootKey)?;
            return Self::connect(&url, Path::new(&key)).await;
        }
        if let Some(binary) = variable(SANDBOX_VARIABLE) {
            return Self::sandbox(Path::new(&binary), directory).await;
        }
        Self::devnode(&devnode_binary()?, directory, &[]).await
    }

    /// Uses a chain that runs already.
    ///
    /// # Errors
    /// [`NearNodeError`].
    pub async fn connect(rpc_url: &str, root_key_file: &Path) -> Result<Self, NearNodeError> {
        let network_id = ask_status(rpc_url).await?;
        Self::new(rpc_url.to_owned(), network_id, root_key_file, None)
    }

    /// Starts `near-devnode` with further `arguments`, for example a protocol version.
    ///
    /// # Errors
    /// [`NearNodeError`].
    pub async fn devnode(
        binary: &Path,
        directory: &Path,
        arguments: &[&str],
    ) -> Result<Self, NearNodeError> {
        let node_file = directory.join("node.json");
        // What an earlier node left there must not be taken for the new one's.
        match fs::remove_file(&node_file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(file_error("remove", &node_file)(error));
            }
            _ => {}
        }
        let mut command = Command::new(binary);
        command.args(["--port", "0", "--home"]).arg(directory).args(arguments);
        let log = directory.join("near-devnode.log");
        let mut process = ManagedProcess::spawn("near-devnode", command, &log)?;
        process.wait_for(START_LIMIT, |_log| node_file.exists().then_some(())).await?;
        let node: NodeFile = read_json(&node_file, "near-devnode's node.json")?;
        let root_key_file = directory.join("validator_key.json");
        Self::new(node.rpc_url, node.chain_id, &root_key_file, Some(process))
    }

    /// Starts nearcore's sandbox in a new home below `directory`.
    ///
    /// # Errors
    /// [`NearNodeError`].
    pub async fn sandbox(binary: &Path, directory: &Path) -> Result<Self, NearNodeError> {
        let home = directory.join("sandbox");
        if !home.exists() {
            initialise(binary, &home)?;
        }
        let (rpc, network) = (free_address(directory)?, free_address(directory)?);
        let mut command = Command::new(binary);
        command.arg("--home").arg(&home).arg("run");
        command.args(["--rpc-addr", &rpc.to_string(), "--network-addr", &network.to_string()]);
        let log = directory.join("near-sandbox.log");
        let mut process = ManagedProcess::spawn("near-sandbox", command, &log)?;
        process.wait_for(START_LIMIT, |_log| TcpStream::connect(rpc).ok().map(drop)).await?;
        let rpc_url = format!("http://{rpc}");
        let network_id = ask_status(&rpc_url).await?;
        Self::new(rpc_url, network_id, &home.join("validator_key.json"), Some(process))
    }

    fn new(
        rpc_url: String,
        network_id: String,
        root_key_file: &Path,
        process: Option<ManagedProcess>,
    ) -> Result<Self, NearNodeError> {
        let root = read_key(root_key_file)?;
        Ok(Self { rpc_url, network_id, root, root_key_file: root_key_file.to_owned(), process })
    }

    /// Where its JSON-RPC answers.
    #[must_use]
    pub fn rpc_url(&self) -> &str {
        &self.rpc_url
    }

    /// Identifier of the chain.
    #[must_use]
    pub fn network_id(&self) -> &str {
        &self.network_id
    }

    /// The account that pays: it can create accounts below its own name.
    #[must_use]
    pub const fn root(&self) -> &NearAccount {
        &self.root
    }

    /// The file with that account's key, for programs of other languages.
    #[must_use]
    pub fn root_key_file(&self) -> &Path {
        &self.root_key_file
    }

    /// A connection to the chain.
    ///
    /// # Errors
    /// [`NearError::Url`].
    pub fn client(&self) -> Result<NearClient, NearError> {
        NearClient::new(&self.network_id, &self.rpc_url)
    }

    /// Id of the process that was started; `None` when the chain ran already.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(ManagedProcess::pid)
    }

    /// Leaves the process running after ours ends, and returns its id.
    #[must_use]
    pub fn detach(self) -> Option<u32> {
        self.process.map(ManagedProcess::detach)
    }
}

/// A variable of the environment that is set to something.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The `near-devnode` that `NEAR_DEVNODE_BIN` names, or that cargo built beside this program.
///
/// # Errors
/// [`NearNodeError::NoBinary`].
pub fn devnode_binary() -> Result<PathBuf, NearNodeError> {
    let path = match env::var_os(DEVNODE_VARIABLE) {
        Some(path) => PathBuf::from(path),
        None => {
            let program = env::current_exe()
                .map_err(file_error("find the path of", Path::new("this program")))?;
            // Tests lie in `deps`, one below the binaries.
            let directory = program
                .ancestors()
                .skip(1)
                .find(|directory| !directory.ends_with("deps"))
                .unwrap_or(Path::new("."));
            directory.join(format!("near-devnode{}", env::consts::EXE_SUFFIX))
        }
    };
    if path.is_file() { Ok(path) } else { Err(NearNodeError::NoBinary { path }) }
}

fn file_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> NearNodeError {
    let path = path.to_owned();
    move |source| NearNodeError::File { action, path, source }
}

fn read_json<T: for<'de> Deserialize<'de>>(
    path: &Path,
    expected: &'static str,
) -> Result<T, NearNodeError> {
    let text = fs::read_to_string(path).map_err(file_error("read", path))?;
    let text = Zeroizing::new(text);
    serde_json::from_str(&text).map_err(|error| NearNodeError::Malformed {
        path: path.to_owned(),
        expected,
        line: error.line(),
        column: error.column(),
    })
}

fn read_key(path: &Path) -> Result<NearAccount, NearNodeError> {
    let expected = "a key file with account_id and private_key (near-cli) or secret_key (nearcore)";
    let file: KeyFile = read_json(path, expected)?;
    let unusable = |reason: String| NearNodeError::Key { path: path.to_owned(), reason };
    let account_id: AccountId = file
        .account_id
        .parse()
        .map_err(|error| unusable(format!("account_id `{}`: {error}", file.account_id)))?;
    let key: SecretKey = file
        .private_key
        .parse()
        .map_err(|_| unusable("it is not of the form ed25519:<base58>".to_owned()))?;
    NearAccount::new(account_id, key).map_err(|error| unusable(error.to_string()))
}

/// Creates the sandbox's genesis and keys.
fn initialise(binary: &Path, home: &Path) -> Result<(), NearNodeError> {
    let output = Command::new(binary)
        .arg("--home")
        .arg(home)
        .args(["init", "--fast"])
        .output()
        .map_err(file_error("run", binary))?;
    if output.status.success() {
        return Ok(());
    }
    Err(NearNodeError::Init {
        program: binary.to_owned(),
        status: output.status,
        errors: String::from_utf8_lossy(&output.stderr).trim_end().to_owned(),
    })
}

/// An address that was free a moment ago: the sandbox cannot choose one itself.
fn free_address(directory: &Path) -> Result<SocketAddr, NearNodeError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map_err(file_error("find a free port for the node in", directory))
}

/// Waits until the node answers `status`, and returns the name of its chain.
async fn ask_status(rpc_url: &str) -> Result<String, NearNodeError> {
    let no_answer = |reason: String| NearNodeError::NoAnswer { url: rpc_url.to_owned(), reason };
    let client = reqwest::Client::builder()
        .timeout(REQUEST_LIMIT)
        .build()
        .map_err(|error| no_answer(error.to_string()))?;
    let request = serde_json::json!({
        "jsonrpc": "2.0", "id": "proofrail", "method": "status", "params": [],
    });
    let mut last = String::new();
    let deadline = tokio::time::Instant::now() + START_LIMIT;
    while tokio::time::Instant::now() < deadline {
        match client.post(rpc_url).json(&request).send().await {
            Ok(response) => {
                #[derive(Deserialize)]
                struct Reply {
                    result: Status,
                }
                match response.json::<Reply>().await {
                    Ok(reply) => return Ok(reply.result.chain_id),
                    Err(error) => last = error.to_string(),
                }
            }
            Err(error) if error.is_builder() => return Err(no_answer(error.to_string())),
            Err(error) => last = error.to_string(),
        }
        tokio::time::sleep(POLL).await;
    }
    Err(no_answer(last))
}
