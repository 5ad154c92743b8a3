//! Circuits with their assignments.

use ark_bn254::Fr;
use ark_ff::{Field as _, UniformRand as _};
use ark_std::rand::{Rng as _, SeedableRng as _, rngs::StdRng};

/// Terms of a sum: variable and coefficient.
pub(crate) type Sum = Vec<(u32, Fr)>;

/// Constraints A·B = C over the constant one, one public input, and witnesses.
pub(crate) struct Circuit {
    pub(crate) rows: Vec<[Sum; 3]>,
    pub(crate) assignment: Vec<Fr>,
}

/// Bits of a checked number.
const BITS: usize = 32;

impl Circuit {
    fn new(input: Fr) -> Self {
        Self { rows: Vec::new(), assignment: vec![Fr::from(1u64), input] }
    }

    /// How many variables are public, the constant counted.
    pub(crate) const INSTANCES: usize = 2;

    fn value(&self, sum: &Sum) -> Fr {
        sum.iter().map(|(variable, factor)| self.assignment[*variable as usize] * factor).sum()
    }

    fn add(&mut self, value: Fr) -> u32 {
        self.assignment.push(value);
        self.assignment.len() as u32 - 1
    }

    fn product(&mut self, a: &Sum, b: &Sum) -> u32 {
        let value = self.value(a) * self.value(b);
        let product = self.add(value);
        self.rows.push([a.clone(), b.clone(), vec![(product, Fr::ONE)]]);
        product
    }

    /// Full rounds of Poseidon of width 3, one after another: each state word goes through x⁵ (three constraints) and
    /// then a dense matrix with round constants. As much of the key is used as by circomlib's circuit.
    pub(crate) fn poseidon(constraints: usize) -> Self {
        let mut rng = StdRng::seed_from_u64(5);
        let mut circuit = Self::new(Fr::rand(&mut rng));
        let matrix: [[Fr; 3]; 3] =
            std::array::from_fn(|_| std::array::from_fn(|_| Fr::rand(&mut rng)));
        let mut state: [Sum; 3] = std::array::from_fn(|i| vec![(1, Fr::from(i as u64 + 1))]);
        while circuit.rows.len() < constraints {
            let powers = state.each_ref().map(|x| {
                let one = |variable| vec![(variable, Fr::ONE)];
                let square = circuit.product(x, x);
                let fourth = circuit.product(&one(square), &one(square));
                circuit.product(&one(fourth), x)
            });
            state = std::array::from_fn(|i| {
                let mut sum: Sum = (0..3).map(|j| (powers[j], matrix[i][j])).collect();
                sum.push((0, Fr::rand(&mut rng)));
                sum
            });
        }
        circuit.rows.truncate(constraints);
        circuit
    }

    /// Random numbers of 32 bits, each shown to be the sum of its bits.
    pub(crate) fn range_checks(constraints: usize) -> Self {
        let mut rng = StdRng::seed_from_u64(6);
        let mut circuit = Self::new(Fr::from(rng.r#gen::<u32>()));
        while circuit.rows.len() < constraints {
            let number: u32 = rng.r#gen();
            let sum: Sum = (0..BITS)
                .map(|bit| {
                    let variable = circuit.add(Fr::from(number >> bit & 1));
                    let less_one = vec![(variable, Fr::ONE), (0, -Fr::ONE)];
                    circuit.rows.push([vec![(variable, Fr::ONE)], less_one, vec![]]);
                    (variable, Fr::from(1u64 << bit))
                })
                .collect();
            let number = circuit.add(Fr::from(number));
            circuit.rows.push([sum, vec![(0, Fr::ONE)], vec![(number, Fr::ONE)]]);
        }
        circuit.rows.truncate(constraints);
        circuit
    }
}
