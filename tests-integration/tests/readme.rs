//! What a reader can copy from the documentation runs.
#![allow(clippy::unwrap_used, missing_docs)]

use proofrail_tests_integration::readme;
use std::path::Path;
use std::process::Command;

/// The command that runs this test; running it again would never end.
const THIS_SUITE: &str = "cargo xtask test";

#[test]
fn every_command_of_the_readme_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = std::fs::read_to_string(root.join("README.md")).unwrap();
    let commands = readme::commands(&text);
    for front_door in ["cargo xtask demo", THIS_SUITE] {
        assert!(commands.iter().any(|c| c == front_door), "README does not show `{front_door}`");
    }
    for command in commands.iter().filter(|command| *command != THIS_SUITE) {
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", command])
            .current_dir(root)
            .output();
        let output = output.unwrap();
        assert!(
            output.status.success(),
            "`{command}` of README.md failed ({}):\n{}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
