//! The instructions to prove with.

#[cfg(target_arch = "x86_64")]
use crate::lanes::Ifma;
#[cfg(test)]
use crate::lanes::Scalar;

/// What the arithmetic of proving runs on.
#[derive(Debug, Clone, Copy)]
pub struct Kernel(pub(crate) Selected);

#[derive(Debug, Clone, Copy)]
pub(crate) enum Selected {
    /// AVX-512 IFMA, eight residues at a time.
    #[cfg(target_arch = "x86_64")]
    Ifma(Ifma),
    /// The same code over plain Rust.
    #[cfg(test)]
    Twin(Scalar),
    /// The arithmetic of arkworks.
    Portable,
}

impl Kernel {
    /// The fastest that this machine has.
    #[must_use]
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(lanes) = Ifma::detect() {
            return Self(Selected::Ifma(lanes));
        }
        Self::portable()
    }

    /// The one that runs on every machine.
    #[must_use]
    pub const fn portable() -> Self {
        Self(Selected::Portable)
    }

    /// A word for reports: `avx512ifma` or `portable`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Selected::Ifma(_) => "avx512ifma",
            #[cfg(test)]
            Selected::Twin(_) => "twin",
            Selected::Portable => "portable",
        }
    }
}
