//! Where the project's checkout and its npm packages are.

use std::{
    env, io,
    path::{Path, PathBuf},
};

/// The file that marks the root of the checkout.
const MARKER: &str = "foundry.toml";

/// Why a file of the project could not be found.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// No parent of the current directory is a checkout of the project.
    #[error("{start} is not inside the project: no parent holds {MARKER}; run from the checkout")]
    NoRoot {
        /// Where the search began.
        start: PathBuf,
    },
    /// The current directory could not be read.
    #[error("cannot read the current directory: {0}")]
    CurrentDir(#[source] io::Error),
    /// An npm package of the tool-chain is not installed.
    #[error("{path} is missing: install the EVM tool-chain with `npm ci` in {root}")]
    NpmPackage {
        /// The file that was looked for.
        path: PathBuf,
        /// The directory that holds `package-lock.json`.
        root: PathBuf,
    },
    /// A build output is not there.
    #[error("{path} is missing: build it with `cargo xtask build`")]
    NotBuilt {
        /// The file that was looked for.
        path: PathBuf,
    },
    /// No prebuilt native binary exists for this machine.
    #[error("npm has no native {tool} for {os}-{arch}")]
    UnsupportedPlatform {
        /// The tool, for example `anvil`.
        tool: &'static str,
        /// The operating system, in Rust's words.
        os: &'static str,
        /// The processor architecture, in Rust's words.
        arch: &'static str,
    },
}

/// A checkout of the project.
#[derive(Clone, Debug)]
pub struct Project {
    root: PathBuf,
}

impl Project {
    /// Finds the checkout that holds the current directory.
    ///
    /// # Errors
    /// [`ProjectError::NoRoot`] outside a checkout.
    pub fn discover() -> Result<Self, ProjectError> {
        Self::containing(&env::current_dir().map_err(ProjectError::CurrentDir)?)
    }

    /// Finds the checkout that holds `start`.
    ///
    /// # Errors
    /// [`ProjectError::NoRoot`] when none does.
    pub fn containing(start: &Path) -> Result<Self, ProjectError> {
        start
            .ancestors()
            .find(|directory| directory.join(MARKER).is_file())
            .map(|root| Self { root: root.to_path_buf() })
            .ok_or_else(|| ProjectError::NoRoot { start: start.to_path_buf() })
    }

    /// The root of the checkout.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A file of an installed npm package, for example `@scope/package/file.json`.
    ///
    /// # Errors
    /// [`ProjectError::NpmPackage`] with the cure when it is not installed.
    pub fn npm_file(&self, path: &str) -> Result<PathBuf, ProjectError> {
        let path = self.root.join("node_modules").join(path);
        if path.is_file() {
            Ok(path)
        } else {
            Err(ProjectError::NpmPackage { path, root: self.root.clone() })
        }
    }

    /// A build output, relative to the root.
    ///
    /// # Errors
    /// [`ProjectError::NotBuilt`] with the cure when it is missing.
    pub fn built_file(&self, path: &str) -> Result<PathBuf, ProjectError> {
        let path = self.root.join(path);
        if path.is_file() { Ok(path) } else { Err(ProjectError::NotBuilt { path }) }
    }

    /// The native binary that npm installs for a Foundry tool.
    ///
    /// # Errors
    /// [`ProjectError`] when there is none for this platform or it is not installed.
    pub fn foundry_tool(&self, tool: &'static str) -> Result<PathBuf, ProjectError> {
        let (os, arch) = (env::consts::OS, env::consts::ARCH);
        let unsupported = ProjectError::UnsupportedPlatform { tool, os, arch };
        let platform = match os {
            "linux" => "linux",
            "macos" => "darwin",
            _ => return Err(unsupported),
        };
        let processor = match arch {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            _ => return Err(unsupported),
        };
        self.npm_file(&format!("@foundry-rs/{tool}-{platform}-{processor}/bin/{tool}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_package_names_its_cure() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join(MARKER), "").unwrap();
        let inside = root.path().join("a/b");
        std::fs::create_dir_all(&inside).unwrap();

        let project = Project::containing(&inside).unwrap();

        assert_eq!(project.root(), root.path());
        let error = project.npm_file("@scope/package/file.json").unwrap_err();
        assert!(matches!(&error, ProjectError::NpmPackage { .. }));
        assert!(error.to_string().contains("npm ci"), "{error}");
        let error = project.built_file("contract.wasm").unwrap_err();
        assert!(error.to_string().contains("cargo xtask build"), "{error}");
    }

    #[test]
    fn outside_a_checkout_is_an_error() {
        let elsewhere = tempfile::tempdir().unwrap();
        let error = Project::containing(elsewhere.path()).unwrap_err();
        assert!(matches!(error, ProjectError::NoRoot { .. }));
    }
}
