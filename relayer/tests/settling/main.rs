//! The relayer against anvil and our real contracts, over the direct path: crashes, lost and replaced transactions,
//! reorganisations, and what the API refuses.

mod anvil;
mod api;
mod binary;
mod crash;
mod holds;
mod nonces;
mod proxy;
mod reorg;
mod world;
