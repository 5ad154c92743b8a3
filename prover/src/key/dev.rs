//! The secrets of the development setup, derived from the circuit id. They are public: this file
//! recomputes them in every build, so that a development key is known even without its mark.

use ark_bn254::{Bn254, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::UniformRand;
use ark_groth16::VerifyingKey;
use ark_std::rand::SeedableRng;
use proofrail_circuits::{
    circuit::CircuitId,
    field::{Fr, keccak256},
};
use rand_chacha_ark::ChaCha20Rng;

/// What a ceremony destroys and a development setup publishes.
pub(crate) struct ToxicWaste {
    pub(crate) alpha: Fr,
    pub(crate) beta: Fr,
    pub(crate) gamma: Fr,
    pub(crate) delta: Fr,
    /// The generator that the evaluation point is drawn from, after the secrets above.
    #[cfg_attr(not(feature = "insecure-dev-setup"), expect(dead_code, reason = "setup only"))]
    pub(crate) rng: ChaCha20Rng,
}

impl ToxicWaste {
    pub(crate) fn of_circuit(id: &CircuitId) -> Self {
        let seed = [b"proofrail insecure development setup v1".as_slice(), id.as_bytes()].concat();
        let mut rng = ChaCha20Rng::from_seed(keccak256(&seed));
        let [alpha, beta, gamma, delta] = [(); 4].map(|()| Fr::rand(&mut rng));
        Self { alpha, beta, gamma, delta, rng }
    }

    /// Whether any of the key's secrets is one of these.
    pub(super) fn is_in(&self, vk: &VerifyingKey<Bn254>) -> bool {
        let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
        vk.alpha_g1 == g1 * self.alpha
            || vk.beta_g2 == g2 * self.beta
            || vk.gamma_g2 == g2 * self.gamma
            || vk.delta_g2 == g2 * self.delta
    }
}
