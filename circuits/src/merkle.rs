//! Binary Merkle trees of Poseidon nodes: `node = Poseidon(left, right)`, as circomlib's users build them.
//!
//! All paths of a tree have one length, so that no node passes for a leaf. Leaves are hashes of more
//! than two values, or of a domain, so that no leaf passes for a node either.

mod gadget;
mod native;

pub use self::{
    gadget::{PathVar, root_of_leaves_var},
    native::{Path, Tree, node, root_of_leaves},
};
