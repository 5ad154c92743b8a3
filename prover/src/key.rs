//! Proving and verifying keys: what they hold, when they are fit for use, their files.

mod check;
mod dev;
mod error;
mod file;
mod proving;
mod verifying;
mod vk_json;

pub use proofrail_ceremony::check::KeyFault;

#[cfg(feature = "insecure-dev-setup")]
pub(crate) use self::dev::ToxicWaste;
pub use self::{
    error::KeyError,
    file::{KEY_FILE_VERSION, KeyFileKind, KeySummary, inspect},
    proving::ProvingKey,
    verifying::{VerifyError, VerifyingKey},
    vk_json::VerifyingKeyJson,
};

/// Where a key comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyOrigin {
    /// A setup whose secrets nobody knows.
    Ceremony,
    /// The development setup: its secrets are public, so anybody can forge proofs for it.
    InsecureDev,
}

/// Which keys a caller takes. The default refuses development keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyPolicy {
    /// Keys from a ceremony only.
    #[default]
    Production,
    /// Development keys as well: for chains on which nothing has value.
    #[cfg(feature = "insecure-dev-setup")]
    AllowInsecureDev,
}

impl KeyPolicy {
    fn admits(self, origin: KeyOrigin) -> bool {
        match self {
            Self::Production => origin == KeyOrigin::Ceremony,
            #[cfg(feature = "insecure-dev-setup")]
            Self::AllowInsecureDev => true,
        }
    }
}
