//! The report of a run, through the built program: one file for every browser, on screen and on paper.

#[path = "../common/mod.rs"]
mod common;

mod contents;
mod hostile;
mod large;
mod page;
mod pictures;
mod places;
mod valid_page;
