//! What a run says to people: the table on the screen, and `summary.json`.
//!
//! The nouns: a [`Story`] is a finished run with what it ran on; [`Story::table`] is what is printed,
//! [`Story::json`] what is kept.
//!
//! It measures nothing and decides nothing.

mod columns;
mod json;
mod story;
mod table;

pub use columns::{grouped, lined_up};
pub use story::Story;
