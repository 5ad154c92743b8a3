//! Why a set of economic parameters is refused.

/// A parameter that is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{parameter} is {found}, it must be {must}")]
pub struct ParamError {
    /// The parameter, or the sum of parameters.
    pub parameter: &'static str,
    /// Its value; amounts in yoctoNEAR, shares in basis points, times in seconds.
    pub found: u128,
    /// The values that are taken.
    pub must: &'static str,
}

/// Refuses `found` unless `fits`.
pub(crate) fn demand(
    fits: bool,
    parameter: &'static str,
    found: u128,
    must: &'static str,
) -> Result<(), ParamError> {
    if fits { Ok(()) } else { Err(ParamError { parameter, found, must }) }
}
