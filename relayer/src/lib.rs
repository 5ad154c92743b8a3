//! The settlement service: carries a proof to the chain where it pays.

pub mod chain;
pub mod clock;
pub mod decimal;
pub mod reason;
pub mod settlement;
pub mod status;
pub mod store;
