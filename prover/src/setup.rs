//! The deterministic development setup. Its secrets are public; its keys say so.

use ark_bn254::{Bn254, G1Projective, G2Projective};
use ark_ec::PrimeGroup;
use ark_groth16::Groth16;
use proofrail_circuits::{circuit::Synthesizer, registry::RegisteredCircuit};

use crate::constraints::untraced;
use crate::key::{KeyError, KeyOrigin, KeyPolicy, ProvingKey, ToxicWaste};

/// Makes the development keys of a circuit: the same on every machine, and worthless as security.
///
/// # Errors
/// [`KeyError`] when the circuit cannot be synthesised.
pub fn setup_dev(circuit: &'static dyn RegisteredCircuit) -> Result<ProvingKey, KeyError> {
    let ToxicWaste { alpha, beta, gamma, delta, mut rng } = ToxicWaste::of_circuit(&circuit.id());
    let blank = circuit.blank();
    let key = untraced(|| {
        Groth16::<Bn254>::generate_parameters_with_qap(
            Synthesizer(blank.as_ref()),
            alpha,
            beta,
            gamma,
            delta,
            G1Projective::generator(),
            G2Projective::generator(),
            &mut rng,
        )
    })?;
    ProvingKey::new(circuit, KeyOrigin::InsecureDev, key, KeyPolicy::AllowInsecureDev)
}
