//! What snarkjs hashes and draws in phase 2, so that it accepts our contributions and we accept its
//! (`snarkjs/src/{keypair,misc,zkey_utils}.js`, `ffjavascript/src/{chacha,wasm_curve}.js`).

mod beacon;
mod chacha;
mod hash;

pub use self::{
    beacon::{BeaconKey, MAX_EXPONENT, MIN_EXPONENT},
    chacha::hash_to_g2,
    hash::{PointHasher, contribution_hash},
};
