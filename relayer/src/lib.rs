//! The settlement service: carries a proof to the chain where it pays.
