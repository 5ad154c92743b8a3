//! The tree against a naive model.
