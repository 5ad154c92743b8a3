//! Development networks and deployment of Proofrail's contracts.
