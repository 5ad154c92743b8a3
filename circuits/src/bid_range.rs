//! The `bid_range` circuit: a committed bid lies in a public range.

mod bid;
mod circuit;

pub use self::{
    bid::{BID_BITS, Bid, BidError, bid_commitment, pack_bounds},
    circuit::{BidRangeCircuit, BidRangePublicInputs, BidRangePublicInputsVar, BidRangeWitness},
};
