//! Building the NEAR contracts for wasm32, on machines with and without rustup's wasm32 target.

use crate::error::{Error, Result};
use crate::process::{Step, announce, cargo, root};
use crate::tools;
use std::path::{Path, PathBuf};

const TARGET: &str = "wasm32-unknown-unknown";
/// near-sdk imports the host's panic and hash functions only under this flag; without it every
/// panic is a trap without a message.
const RUSTFLAGS: &str = "--cfg near";
/// Set to `debian` to build with Debian's compiler even where rustup has the target.
const TOOLCHAIN_VARIABLE: &str = "PROOFRAIL_WASM_TOOLCHAIN";

/// Contracts that are compiled together: one set of features, one target directory, so that no build can
/// leave its features in another's wasm.
struct Build {
    what: &'static str,
    packages: &'static [&'static str],
    features: &'static [&'static str],
    /// Below `contracts-near`.
    target: &'static str,
    /// Put behind the wasm's name where it is copied beside the production one.
    suffix: Option<&'static str>,
}

const BUILDS: [Build; 2] = [
    Build {
        what: "Building the NEAR contracts for wasm32",
        packages: &["attestation-verifier", "prover-market"],
        features: &[],
        target: PRODUCTION_TARGET,
        suffix: None,
    },
    Build {
        what: "Building the NEAR contracts that believe the development root, for tests and the demo",
        packages: &["attestation-verifier", "prover-market"],
        features: &["attestation-verifier/dev-attestation", "prover-market/dev-attestation"],
        target: "target/dev-attestation",
        suffix: Some("_dev"),
    },
];
/// Where the production wasm lies, below `contracts-near`.
const PRODUCTION_TARGET: &str = "target";

/// Builds every contract of `contracts-near` for wasm32.
pub(crate) fn build() -> Result<()> {
    let toolchain = if !debian_is_asked_for() && rustup_target_installed_or_added() {
        None
    } else {
        Some(DebianToolchain::ensure()?)
    };
    BUILDS.iter().try_for_each(|build| build.run(toolchain.as_ref()))
}

impl Build {
    fn run(&self, toolchain: Option<&DebianToolchain>) -> Result<()> {
        let base = cargo()
            .dir(root().join("contracts-near"))
            .env("RUSTFLAGS", RUSTFLAGS)
            .env("CARGO_TARGET_DIR", root().join("contracts-near").join(self.target))
            .arg("build");
        let step = match toolchain {
            None => base,
            Some(toolchain) => base
                .args(["-Z", "build-std=std,panic_abort"])
                // Debian's compiler is a release; the flag that builds std is a nightly's.
                .env("RUSTC_BOOTSTRAP", "1")
                .env("RUSTC", toolchain.bin("rustc"))
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", toolchain.bin("wasm-ld"))
                .env("LD_LIBRARY_PATH", toolchain.libraries()),
        };
        let with =
            toolchain.map_or("", |_| ", with Debian's compiler and its standard library's source");
        step.args(["--release", "--locked", "--target", TARGET])
            .args(self.packages.iter().flat_map(|package| ["--package", package]))
            .args(self.features.iter().flat_map(|feature| ["--features", feature]))
            .run(&format!("{}{with}", self.what))?;
        self.suffix.map_or(Ok(()), |suffix| self.copy(suffix))
    }

    fn copy(&self, suffix: &str) -> Result<()> {
        for package in self.packages {
            let name = package.replace('-', "_");
            let built = artifacts(self.target).join(format!("{name}.wasm"));
            let copy = artifacts(PRODUCTION_TARGET).join(format!("{name}{suffix}.wasm"));
            std::fs::copy(built, &copy).map_err(Error::file(&copy))?;
        }
        Ok(())
    }
}

fn artifacts(target: &str) -> PathBuf {
    root().join("contracts-near").join(target).join(TARGET).join("release")
}

fn debian_is_asked_for() -> bool {
    std::env::var(TOOLCHAIN_VARIABLE).is_ok_and(|value| value == "debian")
}

fn rustup_target_installed_or_added() -> bool {
    let installed = || Step::new("rustup").args(["target", "list", "--installed"]).output();
    let has_target = |list: String| list.lines().any(|line| line == TARGET);
    match installed() {
        None => false,
        Some(list) if has_target(list.clone()) => true,
        Some(_) => {
            announce("Adding the wasm32 target to the Rust toolchain, for the NEAR contracts");
            Step::new("rustup").args(["target", "add", TARGET]).output();
            installed().is_some_and(has_target)
        }
    }
}

/// Debian's rustc with the source of its standard library, unpacked beside the system (nothing is
/// installed and no root is needed): for machines whose rustup cannot download the target.
#[derive(Debug)]
struct DebianToolchain {
    root: PathBuf,
}

impl DebianToolchain {
    fn ensure() -> Result<Self> {
        let root = cache_dir().join("proofrail/wasm-toolchain");
        let toolchain = Self { root };
        if !toolchain.marker().exists() {
            toolchain.unpack()?;
        }
        Ok(toolchain)
    }

    fn bin(&self, name: &str) -> PathBuf {
        self.root.join("usr/bin").join(name)
    }

    fn marker(&self) -> PathBuf {
        self.root.join("complete")
    }

    fn libraries(&self) -> String {
        let ours = self.root.join("usr/lib/x86_64-linux-gnu").display().to_string();
        match std::env::var("LD_LIBRARY_PATH") {
            Ok(theirs) if !theirs.is_empty() => format!("{ours}:{theirs}"),
            _ => ours,
        }
    }

    fn unpack(&self) -> Result<()> {
        announce(
            "rustup cannot add the wasm32 target here: fetching Debian's rustc-web and its \
             standard library's source (138 MB, once)",
        );
        let debs = self.root.join("debs");
        if self.root.exists() {
            std::fs::remove_dir_all(&self.root).map_err(Error::file(&self.root))?;
        }
        std::fs::create_dir_all(&debs).map_err(Error::file(&debs))?;
        let packages = debian_packages()?;
        Step::new("apt-get")
            .arg("download")
            .args(&packages)
            .dir(&debs)
            .cure(wasm_cure())
            .run(&format!("Downloading {}", packages.join(", ")))?;
        for deb in files_in(&debs)? {
            Step::new("dpkg").arg("-x").arg(&deb).arg(&self.root).run("Unpacking a package")?;
        }
        std::fs::remove_dir_all(&debs).map_err(Error::file(&debs))?;
        let linker = self.bin("wasm-ld");
        std::os::unix::fs::symlink(self.llvm_linker()?, &linker).map_err(Error::file(&linker))?;
        std::fs::write(self.marker(), packages.join("\n")).map_err(Error::file(self.marker()))
    }

    fn llvm_linker(&self) -> Result<PathBuf> {
        let lib = self.root.join("usr/lib");
        let found = files_in(&lib)?.into_iter().map(|dir| dir.join("bin/wasm-ld"));
        found.into_iter().find(|linker| linker.exists()).ok_or_else(|| Error::Content {
            path: lib,
            reason: "no llvm-*/bin/wasm-ld among the unpacked packages".to_owned(),
            cure: Some(wasm_cure()),
        })
    }
}

/// The package names carry versions (`libstd-rust-web-1.96`, `libllvm22`): apt knows them.
fn debian_packages() -> Result<Vec<String>> {
    let missing = || Error::MissingTool {
        tool: "the wasm32 target",
        purpose: "compile the NEAR contracts",
        cure: wasm_cure(),
    };
    let standard = || depends_on("libstd-rust-web-dev", "libstd-rust-web-");
    if standard().is_none() && tools::is_root() {
        Step::new("apt-get")
            .arg("update")
            .cure(wasm_cure())
            .run("Reading Debian's package lists")?;
    }
    let standard = standard().ok_or_else(missing)?;
    let llvm = depends_on(&standard, "libllvm").ok_or_else(missing)?;
    let lld = llvm.replacen("libllvm", "lld-", 1);
    let fixed = ["rustc-web", "libstd-rust-web-dev", "rust-web-src"].map(str::to_owned);
    Ok(fixed.into_iter().chain([standard, llvm, lld]).collect())
}

fn depends_on(package: &str, prefix: &str) -> Option<String> {
    let listing = Step::new("apt-cache").args(["depends", package]).output()?;
    dependency_with_prefix(&listing, prefix)
}

fn dependency_with_prefix(listing: &str, prefix: &str) -> Option<String> {
    let names = listing.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
    let versioned = |name: &&str| {
        name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    names.map(str::trim).find(versioned).map(str::to_owned)
}

fn wasm_cure() -> String {
    format!(
        "run `rustup target add {TARGET}`; where that is not possible, on Debian 12 or newer run \
         `apt-get update` and make sure that the packages rustc-web, rust-web-src and \
         libstd-rust-web-dev can be downloaded"
    )
}

fn cache_dir() -> PathBuf {
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache"));
    let explicit = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    explicit.or_else(home).unwrap_or_else(std::env::temp_dir)
}

fn files_in(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(dir).map_err(Error::file(dir))?;
    entries.map(|entry| entry.map(|e| e.path()).map_err(Error::file(dir))).collect()
}

#[cfg(test)]
mod tests {
    use super::dependency_with_prefix;

    #[test]
    fn versioned_names_are_read_from_apt() {
        let listing = "libstd-rust-web-dev\n  Depends: libstd-rust-web-1.96\n  Recommends: gcc\n";
        assert_eq!(
            dependency_with_prefix(listing, "libstd-rust-web-").as_deref(),
            Some("libstd-rust-web-1.96")
        );
        assert_eq!(dependency_with_prefix("x\n  Depends: libllvm-dev\n", "libllvm"), None);
    }
}
