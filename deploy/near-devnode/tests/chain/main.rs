//! Semantics of the chain, judged from outside through its in-process API.

mod accounts;
mod conservation;
mod promises;
mod support;
mod time;
mod transactions;
