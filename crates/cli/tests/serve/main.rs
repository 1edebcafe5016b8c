//! `lindero serve` over loopback: the same rows as the command line, limits, many at once, and a service that was killed.

#![cfg(feature = "serve")]

#[path = "../common/mod.rs"]
mod common;

mod access;
mod client;
mod jobs;
mod maps;
mod questions;
mod same_rows;
mod service;
mod uploads;
