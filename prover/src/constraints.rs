//! A circuit's R1CS matrices, built once per key.

use ark_relations::{
    gr1cs::{
        ConstraintSystem, OptimizationGoal, R1CS_PREDICATE_LABEL, SynthesisError, SynthesisMode,
    },
    utils::matrix::Matrix,
};
use proofrail_circuits::{circuit::Synthesize, field::Fr, registry::RegisteredCircuit};
use tracing::subscriber::{NoSubscriber, with_default};
use zeroize::Zeroizing;

/// Runs `work` without a trace: the spans of arkworks write out whole constraint systems, which takes all memory
/// where a subscriber listens at level info, and puts witnesses into its log.
pub(crate) fn untraced<T>(work: impl FnOnce() -> T) -> T {
    with_default(NoSubscriber::new(), work)
}

/// The matrices A, B, C of `(A·z) ∘ (B·z) = C·z`.
#[derive(Debug, Clone)]
pub(crate) struct Constraints {
    matrices: Vec<Matrix<Fr>>,
    /// Public inputs and the constant one.
    instances: usize,
    witnesses: usize,
    count: usize,
}

impl Constraints {
    /// Synthesises the blank circuit, exactly as a setup does.
    pub(crate) fn of_circuit(circuit: &dyn RegisteredCircuit) -> Result<Self, SynthesisError> {
        untraced(|| Self::synthesise(circuit))
    }

    fn synthesise(circuit: &dyn RegisteredCircuit) -> Result<Self, SynthesisError> {
        let cs = ConstraintSystem::new_ref();
        cs.set_optimization_goal(OptimizationGoal::Constraints);
        cs.set_mode(SynthesisMode::Setup);
        circuit.blank().emit(cs.clone())?;
        cs.finalize();
        let matrices = cs
            .to_matrices()?
            .remove(R1CS_PREDICATE_LABEL)
            .ok_or(SynthesisError::PredicateNotFound)?;
        Ok(Self {
            matrices,
            instances: cs.num_instance_variables(),
            witnesses: cs.num_witness_variables(),
            count: cs.num_constraints(),
        })
    }

    pub(crate) fn matrices(&self) -> &[Matrix<Fr>] {
        &self.matrices
    }

    pub(crate) const fn instances(&self) -> usize {
        self.instances
    }

    pub(crate) const fn witnesses(&self) -> usize {
        self.witnesses
    }

    pub(crate) const fn variables(&self) -> usize {
        self.instances + self.witnesses
    }

    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    /// The first constraint that `assignment` breaks.
    pub(crate) fn first_unsatisfied(&self, assignment: &[Fr]) -> Option<usize> {
        let dot = |row: &[(Fr, usize)]| -> Fr {
            row.iter().map(|(coefficient, index)| *coefficient * assignment[*index]).sum()
        };
        let [a, b, c] = self.matrices.as_slice() else { return Some(0) };
        a.iter().zip(b).zip(c).position(|((a, b), c)| dot(a) * dot(b) != dot(c))
    }
}

/// Computes every variable of an assigned circuit: one, the inputs, the witnesses. Holds private
/// data, so it is wiped when dropped.
pub(crate) fn assign(circuit: &dyn Synthesize) -> Result<Zeroizing<Vec<Fr>>, SynthesisError> {
    untraced(|| assign_traced(circuit))
}

fn assign_traced(circuit: &dyn Synthesize) -> Result<Zeroizing<Vec<Fr>>, SynthesisError> {
    let cs = ConstraintSystem::new_ref();
    cs.set_optimization_goal(OptimizationGoal::Constraints);
    cs.set_mode(SynthesisMode::Prove { construct_matrices: false, generate_lc_assignments: false });
    circuit.emit(cs.clone())?;
    let instance = cs.instance_assignment()?;
    let witness = Zeroizing::new(cs.witness_assignment()?);
    let mut assignment = Zeroizing::new(Vec::with_capacity(instance.len() + witness.len()));
    assignment.extend_from_slice(&instance);
    assignment.extend_from_slice(&witness);
    Ok(assignment)
}
