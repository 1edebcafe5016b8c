//! `lindero screen`, from its arguments to its run folder.

#[path = "../common/mod.rs"]
mod common;

mod boundaries;
mod cases;
mod claims;
mod dates;
mod explain;
mod landscape;
mod position_error;
mod refusals;
mod regions;
mod run;
mod totals_and_cells;
