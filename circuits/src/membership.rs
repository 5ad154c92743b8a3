//! The `membership` circuit: a key belongs to a set, and which one stays hidden; within a scope a
//! member can be counted once.

mod circuit;
mod claim;

pub use self::{
    circuit::{
        MEMBERSHIP_DEPTH, MembershipCircuit, MembershipPublicInputs, MembershipPublicInputsVar,
        MembershipWitness,
    },
    claim::{Membership, MembershipError, member, nullifier},
};
