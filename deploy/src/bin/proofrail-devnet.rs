//! Development networks: starts, serves and stops them.

fn main() {}
