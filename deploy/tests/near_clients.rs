//! NEAR's own clients drive the chain that [`NearNode`] starts or finds: near-api (Rust) and
//! near-api-js each create an account, deploy, call, view and read an outcome. With
//! `NEAR_SANDBOX_BIN_PATH` or `PROOFRAIL_NEAR_RPC_URL` the same tests judge that chain.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use near_api::{
    Account, AccountId, Contract, NearToken, NetworkConfig, Signer, Tokens, signer, types::Data,
};
use proofrail_deploy::{
    near_node::{NearNode, NearNodeError, devnode_binary},
    process::{ProcessError, is_running},
    project::Project,
};
use serde_json::{Value, json};
use tokio::process::Command;

/// How long all steps of the JavaScript client may take; they need about two seconds.
const CLIENT_LIMIT: Duration = Duration::from_secs(120);

fn contract_wasm() -> Vec<u8> {
    wat::parse_str(include_str!("../near-devnode/tests/contract.wat")).unwrap()
}

/// The key that the node wrote for its root account.
fn root_signer(node: &NearNode) -> (AccountId, String) {
    let file: Value = serde_json::from_slice(&fs::read(node.root_key_file()).unwrap()).unwrap();
    let key = file.get("private_key").or_else(|| file.get("secret_key")).unwrap();
    (file["account_id"].as_str().unwrap().parse().unwrap(), key.as_str().unwrap().to_owned())
}

/// Runs `near_clients/client.mjs` and returns the steps that passed.
async fn run_js_client(node: &NearNode, directory: &Path) -> Vec<String> {
    let project = Project::discover().unwrap();
    let package = project.root().join("node_modules/near-api-js/package.json");
    assert!(
        package.is_file(),
        "{} is missing: run `npm ci` in {}",
        package.display(),
        project.root().display()
    );
    let wasm = directory.join("contract.wasm");
    fs::write(&wasm, contract_wasm()).unwrap();
    let child = Command::new("node")
        .arg(project.root().join("deploy/tests/near_clients/client.mjs"))
        .arg(node.rpc_url())
        .arg(node.root_key_file())
        .arg(&wasm)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("cannot run node: {error}; install Node.js 20 or newer"));
    let output = tokio::time::timeout(CLIENT_LIMIT, child.wait_with_output())
        .await
        .expect("the JavaScript client should finish in time")
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the JavaScript client failed:\n{errors}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let steps = report["passed"].as_array().unwrap().iter();
    steps.map(|step| step.as_str().unwrap().to_owned()).collect()
}

fn assert_js_steps(steps: &[String]) {
    for step in ["create account", "deploy", "call", "view", "read an outcome", "typed errors"] {
        assert!(steps.iter().any(|passed| passed == step), "`{step}` did not run: {steps:?}");
    }
}

#[tokio::test]
async fn near_api_js_drives_the_chain() {
    let directory = tempfile::tempdir().unwrap();
    let node = NearNode::start(directory.path()).await.unwrap();
    assert_js_steps(&run_js_client(&node, directory.path()).await);
}

#[tokio::test]
async fn near_api_js_drives_every_kind_of_protocol_version() {
    for version in ["84", "88"] {
        let directory = tempfile::tempdir().unwrap();
        let arguments = ["--protocol-version", version];
        let binary = devnode_binary().unwrap();
        let node = NearNode::devnode(&binary, directory.path(), &arguments).await.unwrap();
        assert_js_steps(&run_js_client(&node, directory.path()).await);
    }
}

#[tokio::test]
async fn near_api_js_waits_for_scheduled_blocks() {
    let directory = tempfile::tempdir().unwrap();
    let binary = devnode_binary().unwrap();
    let arguments = ["--block-time", "50"];
    let node = NearNode::devnode(&binary, directory.path(), &arguments).await.unwrap();
    assert_js_steps(&run_js_client(&node, directory.path()).await);
}

#[tokio::test]
async fn near_api_drives_the_chain() {
    let directory = tempfile::tempdir().unwrap();
    let node = NearNode::start(directory.path()).await.unwrap();
    let network = NetworkConfig::from_rpc_url(node.network_id(), node.rpc_url().parse().unwrap());
    let (root_id, root_key) = root_signer(&node);
    let root = Signer::from_secret_key(root_key.parse().unwrap()).unwrap();

    let unique = std::process::id();
    let id: AccountId = format!("rs{unique}.{root_id}").parse().unwrap();
    let key = signer::generate_secret_key().unwrap();
    let created = Account::create_account(id.clone())
        .fund_myself(root_id.clone(), NearToken::from_near(10))
        .with_public_key(key.public_key())
        .with_signer(root.clone())
        .send_to(&network)
        .await
        .unwrap();
    assert!(created.into_full().unwrap().is_success());
    let balance = Tokens::account(id.clone()).near_balance().fetch_from(&network).await.unwrap();
    assert_eq!(balance.total, NearToken::from_near(10));

    let owner = Signer::from_secret_key(key).unwrap();
    let deployed = Contract::deploy(id.clone())
        .use_code(contract_wasm())
        .without_init_call()
        .with_signer(owner)
        .send_to(&network)
        .await
        .unwrap();
    assert!(deployed.into_full().unwrap().is_success());

    let greeting = json!({ "text": "hello" });
    let called = Contract(id.clone())
        .call_function("set_greeting", greeting.clone())
        .transaction()
        .deposit(NearToken::from_near(1))
        .with_signer(root_id.clone(), root.clone())
        .send_to(&network)
        .await
        .unwrap();
    let outcome = called.into_full().unwrap().into_result().unwrap();
    assert_eq!(outcome.logs(), ["greeting"]);
    assert!(outcome.total_gas_burnt.as_gas() > 1_000_000_000_000);

    let contract = Contract(id.clone());
    let viewed: Data<Value> =
        contract.call_function("get_greeting", ()).read_only().fetch_from(&network).await.unwrap();
    assert_eq!(viewed.data, greeting);

    let failed = contract
        .call_function("fail", ())
        .transaction()
        .with_signer(root_id, root)
        .send_to(&network)
        .await
        .unwrap();
    let failure = failed.into_full().unwrap().into_result().unwrap_err();
    assert!(failure.to_string().contains("out of luck"), "{failure}");

    let missing: AccountId = format!("missing.{id}").parse().unwrap();
    let error = Tokens::account(missing).near_balance().fetch_from(&network).await.unwrap_err();
    assert!(format!("{error:?}").contains("UnknownAccount"), "{error:?}");
    let unknown: Result<Data<Value>, _> =
        contract.call_function("nope", ()).read_only().fetch_from(&network).await;
    let error = unknown.unwrap_err();
    assert!(format!("{error:?}").contains("MethodNotFound"), "{error:?}");
}

#[tokio::test]
async fn dropped_node_leaves_no_process() {
    let directory = tempfile::tempdir().unwrap();
    let binary = devnode_binary().unwrap();
    let node = NearNode::devnode(&binary, directory.path(), &[]).await.unwrap();
    let pid = node.pid().unwrap();
    assert!(is_running(pid));
    drop(node);
    assert!(!is_running(pid));
}

#[tokio::test]
async fn keys_are_readable_by_their_owner_alone() {
    let directory = tempfile::tempdir().unwrap();
    let binary = devnode_binary().unwrap();
    let node = NearNode::devnode(&binary, directory.path(), &[]).await.unwrap();
    for name in ["validator_key.json", "test.near.json", "near.json", "registrar.json"] {
        let mode = fs::metadata(directory.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert!(!format!("{node:?}").contains(&root_signer(&node).1), "Debug shows the key");
}

#[tokio::test]
async fn running_chain_is_found_by_its_url() {
    let directory = tempfile::tempdir().unwrap();
    let binary = devnode_binary().unwrap();
    let owner = NearNode::devnode(&binary, directory.path(), &[]).await.unwrap();
    let key_file = directory.path().join("near.json");
    let found = NearNode::connect(owner.rpc_url(), &key_file).await.unwrap();
    assert_eq!(found.network_id(), owner.network_id());
    assert_eq!(found.root().id(), "near");
    assert_eq!(found.pid(), None);

    let broken = directory.path().join("broken.json");
    fs::write(&broken, r#"{"account_id": "near", "private_key": "ed25519:secret"}"#).unwrap();
    let error = NearNode::connect(owner.rpc_url(), &broken).await.unwrap_err();
    assert!(matches!(error, NearNodeError::Key { .. }), "{error}");
    assert!(!error.to_string().contains("secret"), "{error}");
}

/// nearcore's sandbox is not to be had from a package registry, so a script with its command line
/// stands in for the binary; the chain behind it is near-devnode.
#[tokio::test]
async fn sandbox_binary_is_initialised_and_run() {
    let directory = tempfile::tempdir().unwrap();
    let script = directory.path().join("near-sandbox");
    let devnode: PathBuf = devnode_binary().unwrap();
    let body = format!(
        r#"#!/bin/sh
set -eu
[ "$1" = --home ]
case "$3" in
init) mkdir "$2" && echo "$4" > "$2/initialised" ;;
run)
    [ "$(cat "$2/initialised")" = --fast ] && [ "$4" = --rpc-addr ] && [ "$6" = --network-addr ]
    exec "{}" --home "$2" --port "${{5##*:}}" --chain-id sandbox ;;
*) exit 2 ;;
esac
"#,
        devnode.display()
    );
    fs::write(&script, body).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let node = NearNode::sandbox(&script, directory.path()).await.unwrap();
    assert_eq!(node.network_id(), "sandbox");
    assert_eq!(node.root().id(), "test.near");
    assert!(is_running(node.pid().unwrap()));

    fs::write(&script, "#!/bin/sh\necho 'no such luck' >&2\nexit 3\n").unwrap();
    let other = tempfile::tempdir().unwrap();
    let error = NearNode::sandbox(&script, other.path()).await.unwrap_err();
    assert!(error.to_string().contains("no such luck"), "{error}");
}

#[tokio::test]
async fn failed_start_quotes_what_the_node_said() {
    let directory = tempfile::tempdir().unwrap();
    let binary = devnode_binary().unwrap();
    let arguments = ["--protocol-version", "83"];
    let error = NearNode::devnode(&binary, directory.path(), &arguments).await.unwrap_err();
    assert!(matches!(error, NearNodeError::Process(ProcessError::Ended { .. })), "{error}");
    assert!(error.to_string().contains("83 is not in 84..=88"), "{error}");

    let running = NearNode::devnode(&binary, directory.path(), &[]).await.unwrap();
    let port = running.rpc_url().rsplit(':').next().unwrap().to_owned();
    let taken = tempfile::tempdir().unwrap();
    let arguments = ["--port", port.as_str()];
    let error = NearNode::devnode(&binary, taken.path(), &arguments).await.unwrap_err();
    assert!(error.to_string().contains("choose another with --port"), "{error}");
}
