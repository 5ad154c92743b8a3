//! Linux's common interface of TEE reports (since 6.7): TDX and SEV-SNP guests.
//!
//! Documentation/ABI/testing/configfs-tsm-report: an entry is a folder; `inblob` takes the report data,
//! reading `outblob` makes the quote, `provider` names the TEE, and `generation` counts writes, so that a
//! reader notices when somebody else wrote meanwhile.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use super::{MAX_QUOTE, Quote, QuoteError, QuoteSource, check_carries};

/// Where configfs has it.
pub const DEFAULT_ROOT: &str = "/sys/kernel/config/tsm/report";
/// The name of the entry. One name: an entry that a crash left behind is used again.
const ENTRY: &str = "proofrail";
const CURE: &str = "mount configfs (`mount -t configfs none /sys/kernel/config`), load the TEE's module \
                    (tdx_guest or sev-guest), and run with the permission to write there";

/// Quotes from the kernel.
#[derive(Clone, Debug)]
pub struct ConfigfsTsm {
    root: PathBuf,
}

impl ConfigfsTsm {
    /// The interface at `root`, usually [`DEFAULT_ROOT`].
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn ask(&self, entry: &Path, report_data: &[u8; 64]) -> Result<Quote, QuoteError> {
        let before = generation(entry)?;
        let inblob = entry.join("inblob");
        // One write: the kernel takes each as a whole.
        let write = |mut file: fs::File| file.write_all(report_data);
        fs::OpenOptions::new().write(true).open(&inblob).and_then(write).map_err(at(&inblob))?;
        let outblob = entry.join("outblob");
        let bytes = read(&outblob)?;
        let provider = entry.join("provider");
        let provider = fs::read_to_string(&provider).map_err(at(&provider))?;
        if generation(entry)? != before.wrapping_add(1) {
            return Err(QuoteError::Disturbed);
        }
        let quote = match provider.trim() {
            "tdx_guest" => Quote::Dcap(bytes),
            "sev_guest" => Quote::SevSnp(bytes),
            other => return Err(QuoteError::Provider(other.to_owned())),
        };
        check_carries(&quote, report_data)?;
        Ok(quote)
    }
}

impl QuoteSource for ConfigfsTsm {
    fn quote(&self, report_data: &[u8; 64]) -> Result<Quote, QuoteError> {
        if !self.root.is_dir() {
            return Err(QuoteError::Absent { path: self.root.clone(), cure: CURE });
        }
        let entry = self.root.join(ENTRY);
        match fs::create_dir(&entry) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(at(&entry)(error));
            }
            _ => {}
        }
        let quote = self.ask(&entry, report_data);
        // An entry that stays is used again; it holds nothing secret.
        if let Err(error) = fs::remove_dir(&entry) {
            tracing::debug!(entry = %entry.display(), %error, "the entry stays");
        }
        quote
    }
}

fn generation(entry: &Path) -> Result<u64, QuoteError> {
    let path = entry.join("generation");
    let text = fs::read_to_string(&path).map_err(at(&path))?;
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, format!("{text:?} is no number"));
    text.trim().parse().map_err(|_| at(&path)(wrong()))
}

/// Reads a whole quote.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, QuoteError> {
    let bytes = fs::read(path).map_err(at(path))?;
    if bytes.is_empty() || bytes.len() > MAX_QUOTE {
        return Err(QuoteError::Length { path: path.to_owned(), bytes: bytes.len() });
    }
    Ok(bytes)
}

pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> QuoteError {
    let path = path.to_owned();
    move |source| QuoteError::File { path, source }
}
