//! The service: screenings over HTTP, tiles of the catalog's maps, and the page that shows them.
//!
//! Answers: *what would `lindero screen` say of these plots, for whoever cannot run it?* Its nouns: a job is an upload with its run
//! folder, which outlives the process; the queue hands jobs to one worker; a problem is an error as RFC 9457 writes it.
//! [`serve`] is all there is from outside.
//!
//! A file screened here and by the command line gives the same bytes: both go through `lindero_report::screening`.
//!
//! It refuses to know how anything is measured or decided, and to write where plots lie, what they are called or whose they
//! are anywhere but into their own job's folder: nothing of it is logged.

mod access;
mod answers;
mod app;
mod asked;
mod assets;
mod borders;
mod check_upload;
mod choices;
mod events;
mod files;
mod given_answers;
mod host;
mod inputs;
mod job;
mod jobs;
mod land;
mod layers;
mod openapi;
mod options;
mod page;
mod parameters;
mod problem;
mod questions;
mod queue;
mod receive;
mod router;
mod run_job;
mod screenings;
mod sent;
mod service;
mod store;
mod tile_cache;

pub use options::{Limits, ServeOptions};
pub use service::{ServeError, serve};
