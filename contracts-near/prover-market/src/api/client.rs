//! For clients, and for anyone who keeps a job moving.
