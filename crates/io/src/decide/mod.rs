//! Deciding from a table of measurements: nothing is measured, so that another policy, or other thresholds, take seconds.
//!
//! A [`MeasuredTable`] is a CSV file, the plots of a run, or any other file of plots whose columns are what a policy reads;
//! `columns` says which column is what, `cells` what stands in a row, `error` what is wrong with it. [`decide_table`] writes
//! the columns as they were and what was decided after them.

mod cells;
mod columns;
mod error;
mod input;
mod output;

pub use error::DecideError;
pub use input::MeasuredTable;
pub use output::{DecideSummary, Names, decide_table};
