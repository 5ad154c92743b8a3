//! arkworks's keys from a file's and back.

use ark_bn254::Bn254;
use ark_groth16::{ProvingKey, VerifyingKey};

use super::{A, B1, B2, Coefficient, H, IC, L, MpcParams, Zkey, ZkeyHeader, ZkeyWriter};
use crate::error::FormatError;

impl Zkey {
    /// The verifying key, with its points checked.
    ///
    /// # Errors
    /// [`FormatError::Point`].
    pub fn verifying_key(&self) -> Result<VerifyingKey<Bn254>, FormatError> {
        let header = self.header();
        Ok(VerifyingKey {
            alpha_g1: header.alpha_g1,
            beta_g2: header.beta_g2,
            gamma_g2: header.gamma_g2,
            delta_g2: header.delta_g2,
            gamma_abc_g1: self.ic()?.iter().collect::<Result<_, _>>()?,
        })
    }

    /// The whole key in memory, with every point checked. Its `h_query` is the basis of
    /// [`Self::h`], for provers with a circom reduction, and not that of `LibsnarkReduction`.
    ///
    /// # Errors
    /// [`FormatError::Point`].
    pub fn proving_key(&self) -> Result<ProvingKey<Bn254>, FormatError> {
        Ok(ProvingKey {
            vk: self.verifying_key()?,
            beta_g1: self.header().beta_g1,
            delta_g1: self.header().delta_g1,
            a_query: self.a()?.iter().collect::<Result<_, _>>()?,
            b_g1_query: self.b1()?.iter().collect::<Result<_, _>>()?,
            b_g2_query: self.b2()?.iter().collect::<Result<_, _>>()?,
            h_query: self.h()?.iter().collect::<Result<_, _>>()?,
            l_query: self.l()?.iter().collect::<Result<_, _>>()?,
        })
    }
}

impl ZkeyWriter {
    /// Writes a whole key from memory. Its `h_query` is the basis that [`Zkey::h`] describes, one
    /// point for each of the domain.
    ///
    /// # Errors
    /// [`FormatError::Io`], or [`FormatError::Writer`] where the queries' lengths do not agree.
    pub fn write_key(
        path: &std::path::Path,
        key: &ProvingKey<Bn254>,
        coefficients: &[Coefficient],
        mpc: &MpcParams,
    ) -> Result<(), FormatError> {
        let too_many = || FormatError::Writer {
            path: path.to_owned(),
            what: "more points than the format counts, or none".to_owned(),
        };
        let count = |length: usize| u32::try_from(length).map_err(|_| too_many());
        let public = key.vk.gamma_abc_g1.len().checked_sub(1).ok_or_else(too_many)?;
        let header = ZkeyHeader {
            variables: count(key.a_query.len())?,
            public: count(public)?,
            domain_size: count(key.h_query.len())?,
            alpha_g1: key.vk.alpha_g1,
            beta_g1: key.beta_g1,
            beta_g2: key.vk.beta_g2,
            gamma_g2: key.vk.gamma_g2,
            delta_g1: key.delta_g1,
            delta_g2: key.vk.delta_g2,
        };
        let mut writer = Self::create(path, &header)?;
        writer.section(IC, &key.vk.gamma_abc_g1)?;
        writer.begin_coefficients(count(coefficients.len())?)?;
        coefficients.iter().try_for_each(|entry| writer.coefficient(*entry))?;
        writer.end()?;
        writer.section(A, &key.a_query)?;
        writer.section(B1, &key.b_g1_query)?;
        writer.section(B2, &key.b_g2_query)?;
        writer.section(L, &key.l_query)?;
        writer.section(H, &key.h_query)?;
        writer.mpc_params(mpc)?;
        writer.finish()
    }
}
