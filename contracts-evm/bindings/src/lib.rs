//! Solidity types of Proofrail's contracts, read from the compiled artifacts.
