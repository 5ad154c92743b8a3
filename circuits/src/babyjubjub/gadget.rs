//! Points in twisted Edwards form. The addition law is complete on the curve, so no input that
//! [`PointVar::enforce_on_curve`] admits reaches an exception.

use ark_ec::models::twisted_edwards::TECurveConfig;
use ark_ff::{Field, Zero};
use ark_r1cs_std::{
    GR1CSVar,
    alloc::AllocVar,
    boolean::Boolean,
    eq::EqGadget,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

use super::curve::{Affine, BabyJubjub};
use crate::{audit, field::Fr};

const A: Fr = <BabyJubjub as TECurveConfig>::COEFF_A;
const D: Fr = BabyJubjub::COEFF_D;

/// A pair of coordinates. Allocation does not prove that it lies on the curve.
#[derive(Debug, Clone)]
pub struct PointVar {
    /// The x coordinate.
    pub x: FpVar<Fr>,
    /// The y coordinate.
    pub y: FpVar<Fr>,
}

impl PointVar {
    /// A point that is part of the circuit.
    pub fn constant(point: &Affine) -> Self {
        Self { x: FpVar::Constant(point.x), y: FpVar::Constant(point.y) }
    }

    /// Two witness coordinates, not yet constrained.
    ///
    /// # Errors
    /// Those of the constraint system.
    pub fn new_witness(
        cs: ConstraintSystemRef<Fr>,
        point: impl FnOnce() -> Result<(Fr, Fr), SynthesisError>,
    ) -> Result<Self, SynthesisError> {
        let point = point();
        Ok(Self {
            x: FpVar::new_witness(cs.clone(), || point.map(|(x, _)| x))?,
            y: FpVar::new_witness(cs, || point.map(|(_, y)| y))?,
        })
    }

    /// Two coordinates that the prover chooses, not yet constrained.
    ///
    /// # Errors
    /// Those of the constraint system.
    pub fn private(
        cs: &ConstraintSystemRef<Fr>,
        point: impl FnOnce() -> Result<(Fr, Fr), SynthesisError>,
    ) -> Result<Self, SynthesisError> {
        let point = point();
        Ok(Self {
            x: audit::private(cs, || point.map(|(x, _)| x))?,
            y: audit::private(cs, || point.map(|(_, y)| y))?,
        })
    }

    /// The assigned coordinates.
    ///
    /// # Errors
    /// [`SynthesisError::AssignmentMissing`] during setup.
    pub fn value(&self) -> Result<(Fr, Fr), SynthesisError> {
        Ok((self.x.value()?, self.y.value()?))
    }

    /// `a·x² + y² = 1 + d·x²·y²`. Three constraints.
    ///
    /// # Errors
    /// Those of the constraint system.
    pub fn enforce_on_curve(&self) -> Result<(), SynthesisError> {
        let x2 = self.x.square()?;
        let y2 = self.y.square()?;
        let right = &x2 * A + &y2 - Fr::ONE;
        (x2 * D).mul_equals(&y2, &right)
    }

    /// Equal coordinates. Two constraints.
    ///
    /// # Errors
    /// Those of the constraint system.
    pub fn enforce_equal(&self, other: &Self) -> Result<(), SynthesisError> {
        self.x.enforce_equal(&other.x)?;
        self.y.enforce_equal(&other.y)
    }

    /// The sum of two curve points. Six constraints, five with a constant.
    ///
    /// # Errors
    /// Those of the constraint system.
    pub fn add(&self, other: &Self) -> Result<Self, SynthesisError> {
        let x1y2 = &self.x * &other.y;
        let y1x2 = &self.y * &other.x;
        let cross = (&self.y - &self.x * A) * (&other.x + &other.y);
        let numerator_y = cross + &x1y2 * A - &y1x2;
        let product = &x1y2 * &y1x2 * D;
        Ok(Self {
            x: quotient(&(x1y2 + y1x2), &(&product + Fr::ONE))?,
            y: quotient(&numerator_y, &(FpVar::Constant(Fr::ONE) - product))?,
        })
    }

    /// Twice a curve point. Five constraints.
    ///
    /// # Errors
    /// Those of the constraint system.
    pub fn double(&self) -> Result<Self, SynthesisError> {
        let xy = &self.x * &self.y;
        let ax2 = self.x.square()? * A;
        let y2 = self.y.square()?;
        // On the curve 1 + d·x²y² = a·x² + y², and 1 − d·x²y² = 2 − that.
        let denominator = &ax2 + &y2;
        Ok(Self {
            x: quotient(&xy.double()?, &denominator)?,
            y: quotient(&(y2 - ax2), &(FpVar::Constant(Fr::from(2u8)) - denominator))?,
        })
    }

    /// `self` when `condition` holds, else the identity. Two constraints.
    ///
    /// # Errors
    /// Those of the constraint system.
    pub fn or_identity(&self, condition: &Boolean<Fr>) -> Result<Self, SynthesisError> {
        let bit = FpVar::from(condition.clone());
        Ok(Self { x: &self.x * &bit, y: (&self.y - Fr::ONE) * bit + Fr::ONE })
    }

    /// The point times the integer of `bits`, least significant first.
    ///
    /// # Errors
    /// Those of the constraint system.
    pub fn mul_bits(&self, bits: &[Boolean<Fr>]) -> Result<Self, SynthesisError> {
        let mut sum: Option<Self> = None;
        for bit in bits.iter().rev() {
            let addend = self.or_identity(bit)?;
            sum = Some(match sum {
                None => addend,
                Some(sum) => sum.double()?.add(&addend)?,
            });
        }
        sum.ok_or(SynthesisError::Unsatisfiable)
    }
}

/// A witness `q` with `q · denominator = numerator`; the denominator is never zero on the curve.
fn quotient(numerator: &FpVar<Fr>, denominator: &FpVar<Fr>) -> Result<FpVar<Fr>, SynthesisError> {
    let value = || {
        let denominator = denominator.value()?;
        // A witness off the curve may reach zero here; its own constraints reject it.
        Ok(numerator.value()? * denominator.inverse().unwrap_or_else(Fr::zero))
    };
    let cs = numerator.cs().or(denominator.cs());
    if cs.is_none() {
        return value().map(FpVar::Constant);
    }
    let result = FpVar::new_witness(cs, value)?;
    result.mul_equals(denominator, numerator)?;
    Ok(result)
}
