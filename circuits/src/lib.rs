//! R1CS gadgets and circuits, each beside its native twin.
