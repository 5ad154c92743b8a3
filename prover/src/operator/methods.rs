//! Methods that an operator calls, as the market names them.

pub use proofrail_near_interface::method_names::{
    ADD_STAKE, CLAIM, DRAW, REGISTER_PROVER, REGISTER_VCEK, REQUEST_UNSTAKE, SUBMIT_PROOF,
    UNREGISTER_PROVER, UPDATE_ATTESTATION, WITHDRAW_STAKE,
};

/// See the interface.
pub const HEARTBEAT: &str = "heartbeat";
/// See the interface.
pub const GO_OFFLINE: &str = "go_offline";
/// See the interface.
pub const GO_ONLINE: &str = "go_online";
/// See the interface.
pub const SET_CAPACITY: &str = "set_capacity";
/// See the interface.
pub const SUBMIT_COMMITMENT: &str = "submit_commitment";
/// See the interface.
pub const SETTLE_COMMITMENT: &str = "settle_commitment";
/// See the interface.
pub const REVEAL_PROOF: &str = "reveal_proof";
/// See the interface.
pub const REPORT_INVALID_INPUT: &str = "report_invalid_input";
/// See the interface.
pub const POKE: &str = "poke";
