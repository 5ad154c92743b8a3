//! AMD SEV-SNP: the chain ARK → ASK → VCEK, judged once for a chip and firmware, and reports under the VCEK.
//!
//! Sources: AMD 57230 (VCEK certificate and key distribution), AMD 56860 (SEV-SNP firmware ABI), RFC 8017
//! (RSASSA-PSS). Reports signed by a VLEK, whose key names no chip, are not judged. AMD's revocation list is not
//! read: it lists only intermediate certificates, and a firmware update retires every VCEK before it.

mod certificate;
mod chain;
mod report;
mod rsa_pss;

pub use chain::{ARK_GENOA_DER, ARK_MILAN_DER, ARK_TURIN_DER, verify_chain};
pub use report::verify_report;
