//! What a run says to people: the table on the screen, and `summary.json`.
//!
//! The nouns: a [`Story`] is a finished run with what it ran on; [`Story::table`] is what is printed,
//! [`Story::json`] what is kept; a [`CheckStory`] is the same of a check.
//!
//! It measures nothing and decides nothing.

mod check_story;
mod check_words;
mod columns;
mod json;
mod stability;
mod story;
mod table;

pub use check_story::CheckStory;
pub use columns::{grouped, lined_up};
pub use story::Story;
