//! Runs that can be verified, packed, signed and compared, through the built program.

#[path = "../common/mod.rs"]
mod common;

mod comparing;
mod locking;
mod place;
mod rerunning;
mod signing;
mod tampering;
