//! Poseidon (Grassi et al., ePrint 2019/458) over BN254 with circomlib's parameters.
//!
//! [`hash`] is native, [`hash_var`] its gadget; both absorb 1 to 16 elements in one permutation.

mod gadget;
mod params;

use ark_ff::{AdditiveGroup, Field};

pub use self::gadget::hash_var;
use self::params::Params;
use crate::field::Fr;

/// The most elements that one call absorbs.
pub const MAX_INPUTS: usize = 16;

/// circomlib's `Poseidon(N)(inputs)`: the capacity element starts at zero and is the output.
pub fn hash<const N: usize>(inputs: &[Fr; N]) -> Fr {
    const { assert!(N >= 1 && N <= MAX_INPUTS) }
    let params = Params::of_width(N + 1);
    let mut state = vec![Fr::ZERO];
    state.extend_from_slice(inputs);
    for (round, constants) in params.round_constants.iter().enumerate() {
        for (element, constant) in state.iter_mut().zip(constants) {
            *element += constant;
        }
        for element in state.iter_mut().take(params.active_sboxes(round)) {
            *element = pow5(*element);
        }
        state = params.mds.iter().map(|row| dot(row, &state)).collect();
    }
    state[0]
}

fn pow5(x: Fr) -> Fr {
    x.square().square() * x
}

fn dot(row: &[Fr], state: &[Fr]) -> Fr {
    row.iter().zip(state).map(|(m, x)| *m * x).sum()
}
