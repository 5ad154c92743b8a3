//! `deployments/<network>.json`: where everything is on one network, written once and read by every part.

mod addresses;
mod error;
mod types;

use std::{fs, io::Write as _, path::Path};

pub use error::DeploymentError;
pub use types::{Ccip, Contracts, Deployment, EvmChain, LayerZero, Near, Wormhole};

impl Deployment {
    /// Reads a deployment.
    ///
    /// # Errors
    /// Names the file, and where its content is wrong the field.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, DeploymentError> {
        let path = path.as_ref();
        let text = fs::read_to_string(path)
            .map_err(|source| DeploymentError::Read { path: path.into(), source })?;
        let mut json = serde_json::Deserializer::from_str(&text);
        let deployment: Self = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            DeploymentError::Field {
                path: path.into(),
                field: error.path().to_string(),
                source: error.into_inner(),
            }
        })?;
        json.end().map_err(|source| DeploymentError::Trailing { path: path.into(), source })?;
        Ok(deployment)
    }

    /// Writes a deployment in one step, so that a reader never meets half of it.
    ///
    /// # Errors
    /// Names the file that could not be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), DeploymentError> {
        let path = path.as_ref();
        let failed = |source| DeploymentError::Write { path: path.into(), source };
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(failed)?;

        let mut text = serde_json::to_vec_pretty(self).map_err(|e| failed(e.into()))?;
        text.push(b'\n');
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(&text).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
