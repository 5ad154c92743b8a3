//! The market's economic rules, pure: integers only, no clock, no storage, no panic.
//!
//! The contract, the host tools, the test model and the economic simulation all use these functions, so
//! that what is simulated and tested is what is paid.
//!
//! | module | rule |
//! |---|---|
//! | [`reputation`] | the score of a prover, from its record |
//! | [`weight`] | its weight in a draw, from stake and score |
//! | [`draw`] | who is drawn, and whether a recorded draw follows from its seed |
//! | [`fees`] | 70/20/10 |
//! | [`bonus`] | volume and uptime bonuses, and the reserve that pays them |
//! | [`auction`] | the fee of a job on a ramp |
//! | [`slashing`] | what is slashed, who gets it, collateral, the insurance pool's pay-outs |
//! | [`bps`] | shares in basis points |

pub mod auction;
pub mod bonus;
pub mod bps;
pub mod draw;
pub mod fees;
pub(crate) mod param_error;
pub mod reputation;
pub mod slashing;
pub mod weight;

pub use param_error::ParamError;
