//! `lindero estimate` and `lindero sample`, through the built program.

#[path = "../common/mod.rs"]
mod common;

mod designs;
mod matrices;
mod points;
mod support;
