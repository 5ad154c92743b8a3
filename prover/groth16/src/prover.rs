//! Proofs.

use crate::{
    Kernel, MatrixError,
    key::{Key, Reduction},
    memory::{MemoryLimit, NotEnoughMemory},
    msm::{digits::Digits, multiply},
    quotient::Domain,
};
use ark_bn254::{Bn254, Fr, G1Projective, G2Projective};
use ark_ec::{AffineRepr as _, CurveGroup as _, PrimeGroup as _};
use ark_ff::{PrimeField as _, UniformRand as _};
use ark_groth16::Proof;
use ark_std::rand::rngs::OsRng;
use zeroize::Zeroizing;

/// Why no proof was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
    /// The assignment has another number of variables than the circuit.
    #[error(
        "the assignment has {got} variables, the circuit {expected}: it belongs to another circuit"
    )]
    Variables {
        /// Of the circuit.
        expected: usize,
        /// Of the assignment.
        got: usize,
    },
    /// The assignment does not begin with the constant one.
    #[error(
        "variable 0 of the assignment is not one: the public inputs must follow the constant one"
    )]
    NotOne,
    /// Proving would take more memory than there is.
    #[error(transparent)]
    Memory(#[from] NotEnoughMemory),
    /// The key's matrices are damaged.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// The field has no domain of the key's size.
    #[error("the key's domain of {0} points does not exist: the key is damaged")]
    Domain(usize),
}

/// Makes proofs with one key. What proofs have in common is computed once, with the prover.
#[derive(Debug)]
pub struct Prover<'a> {
    key: Key<'a>,
    kernel: Kernel,
    limit: MemoryLimit,
    domain: Domain,
}

impl<'a> Prover<'a> {
    /// A prover on the fastest instructions that there are.
    ///
    /// # Errors
    /// [`ProveError::Domain`]
    pub fn new(key: Key<'a>) -> Result<Self, ProveError> {
        Self::with_kernel(key, Kernel::detect())
    }

    /// A prover on given instructions.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_kernel(key: Key<'a>, kernel: Kernel) -> Result<Self, ProveError> {
        let domain = Domain::new(&key, kernel).ok_or(ProveError::Domain(key.domain))?;
        Ok(Self { key, kernel, limit: MemoryLimit::default(), domain })
    }

    /// Sets how much memory a proof may take.
    #[must_use]
    pub const fn limited(mut self, limit: MemoryLimit) -> Self {
        self.limit = limit;
        self
    }

    /// Bytes that a proof takes at its peak, besides the key and the assignment.
    #[must_use]
    pub fn memory(&self) -> u64 {
        let (domain, variables) = (self.key.domain as u64, self.key.variables as u64);
        // Three lists of values, and three of blocks that each replace one.
        let transforms = (3 * 32 + 2 * 40) * domain;
        let scalars = 32 * domain + 40 * (domain + variables);
        // For each thread a window: sorted references, runs, and the sums of 2^15 buckets in G2.
        let windows =
            rayon::current_num_threads() as u64 * (8 * domain.max(variables) + (12 << 20));
        transforms.max(scalars + windows)
    }

    /// Proves that `assignment` satisfies the key's circuit, blinded by the operating system's randomness. If it does
    /// not, the proof does not verify.
    ///
    /// The assignment is the constant one, the public inputs, and the witnesses.
    ///
    /// # Errors
    /// [`ProveError`]
    pub fn prove(&self, assignment: &[Fr]) -> Result<Proof<Bn254>, ProveError> {
        let blinding = Zeroizing::new([Fr::rand(&mut OsRng), Fr::rand(&mut OsRng)]);
        self.prove_blinded(assignment, &blinding)
    }

    /// As [`Self::prove`], with blinding factors r and s that must be secret and uniform, and used but once.
    ///
    /// # Errors
    /// [`ProveError`]
    pub fn prove_blinded(
        &self,
        assignment: &[Fr],
        blinding: &[Fr; 2],
    ) -> Result<Proof<Bn254>, ProveError> {
        let expected = self.key.variables;
        if assignment.len() != expected {
            return Err(ProveError::Variables { expected, got: assignment.len() });
        }
        if assignment.first() != Some(&Fr::from(1u64)) {
            return Err(ProveError::NotOne);
        }
        self.limit.check(self.memory())?;
        let quotient = self.domain.quotient(&self.key, self.kernel, assignment)?;
        let sums = self.sums(assignment, quotient);
        Ok(self.assemble(sums, blinding))
    }

    fn sums(&self, assignment: &[Fr], quotient: Zeroizing<Vec<Fr>>) -> Sums {
        let (key, kernel) = (&self.key, self.kernel);
        let bases = match key.reduction {
            Reduction::Circom { .. } => key.domain,
            Reduction::Libsnark { .. } => key.domain - 1,
        };
        let h = Digits::new(&quotient[..bases]);
        drop(quotient);
        let all = Digits::new(assignment);
        // The dearest first.
        let (b_g2, ((a, b_g1), (l, h))) = rayon::join(
            || multiply(kernel, key.b_g2, 0, &all),
            || {
                rayon::join(
                    || {
                        rayon::join(
                            || multiply(kernel, key.a, 0, &all),
                            || multiply(kernel, key.b_g1, 0, &all),
                        )
                    },
                    || {
                        rayon::join(
                            || multiply(kernel, key.l, key.instances, &all),
                            || multiply(kernel, key.h, 0, &h),
                        )
                    },
                )
            },
        );
        Sums { a, b_g1, b_g2, l, h }
    }

    /// The proof's points (Groth, "On the Size of Pairing-based Non-interactive Arguments", 2016, section 3.2).
    fn assemble(&self, sums: Sums, [r, s]: &[Fr; 2]) -> Proof<Bn254> {
        let key = &self.key;
        let (delta_g1, delta_g2) = (key.delta_g1.into_group(), key.delta_g2.into_group());
        let a = sums.a + key.alpha_g1 + delta_g1 * r;
        let b_g1 = sums.b_g1 + key.beta_g1 + delta_g1 * s;
        let b_g2 = sums.b_g2 + key.beta_g2 + delta_g2 * s;
        let c = sums.l + sums.h + a * s + b_g1 * r - delta_g1.mul_bigint((*r * s).into_bigint());
        Proof { a: a.into_affine(), b: b_g2.into_affine(), c: c.into_affine() }
    }
}

struct Sums {
    a: G1Projective,
    b_g1: G1Projective,
    b_g2: G2Projective,
    l: G1Projective,
    h: G1Projective,
}

#[cfg(test)]
mod tests;
