//! What Intel says about a platform: from a service, or from a file.

use std::{io, path::PathBuf};

use proofrail_near_interface::attestation::DcapCollateral;

/// Where collateral comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CollateralSource {
    /// A file in the JSON of `dcap_qvl::QuoteCollateralV3`.
    File(PathBuf),
    /// A caching service (PCCS) or Intel's own (PCS).
    #[cfg(feature = "pccs")]
    Pccs(String),
}

/// Why there is no collateral.
#[derive(Debug, thiserror::Error)]
pub enum CollateralError {
    /// None is configured.
    #[error("attestation: an Intel quote needs collateral: set pccs_url or collateral_file")]
    None,
    /// The file cannot be read.
    #[error("attestation.collateral_file: {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file is not collateral.
    #[error("attestation.collateral_file: {path}: {source}")]
    Json {
        /// The file.
        path: PathBuf,
        /// Where reading stopped.
        source: serde_json::Error,
    },
    /// The service did not give it.
    #[cfg(feature = "pccs")]
    #[error("attestation.pccs_url: {url}: {reason}")]
    Service {
        /// The service.
        url: String,
        /// What happened.
        reason: String,
    },
}

impl CollateralSource {
    /// The collateral of the platform that made `quote`.
    ///
    /// # Errors
    /// [`CollateralError`].
    pub async fn fetch(&self, quote: &[u8]) -> Result<DcapCollateral, CollateralError> {
        match self {
            Self::File(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|source| CollateralError::File { path: path.clone(), source })?;
                serde_json::from_str(&text)
                    .map_err(|source| CollateralError::Json { path: path.clone(), source })
            }
            #[cfg(feature = "pccs")]
            Self::Pccs(url) => from_service(url, quote).await,
        }
        .inspect(|collateral: &DcapCollateral| {
            let bytes = collateral.tcb_info.len() + collateral.qe_identity.len();
            tracing::debug!(bytes, quote = quote.len(), "collateral");
        })
    }
}

#[cfg(feature = "pccs")]
async fn from_service(url: &str, quote: &[u8]) -> Result<DcapCollateral, CollateralError> {
    let failed = |reason: String| CollateralError::Service { url: url.to_owned(), reason };
    let client: dcap_qvl::collateral::CollateralClient =
        dcap_qvl::collateral::CollateralClient::with_default_http(url)
            .map_err(|error| failed(format!("{error:#}")))?;
    let found = client.fetch(quote).await.map_err(|error| failed(format!("{error:#}")))?;
    Ok(DcapCollateral {
        pck_crl_issuer_chain: found.pck_crl_issuer_chain,
        root_ca_crl: found.root_ca_crl,
        pck_crl: found.pck_crl,
        tcb_info_issuer_chain: found.tcb_info_issuer_chain,
        tcb_info: found.tcb_info,
        tcb_info_signature: found.tcb_info_signature,
        qe_identity_issuer_chain: found.qe_identity_issuer_chain,
        qe_identity: found.qe_identity,
        qe_identity_signature: found.qe_identity_signature,
        pck_certificate_chain: found.pck_certificate_chain,
    })
}
