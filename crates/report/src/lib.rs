//! What a run says to people: the table on the screen, `summary.json`, and the report.
//!
//! The nouns: a [`Story`] is a finished run with what it ran on; [`Story::table`] is what is printed,
//! [`Story::json`] what is kept; a [`CheckStory`] is the same of a check; a [`PlotStory`] tells of one plot; a [`RunReport`] is the
//! page of a run, with pictures, an [`EstimateStory`] tells of an estimate; [`tiles::MapTiles`] are the maps of a catalog for a
//! browser; a [`screening::ScreeningRun`] takes plots through engine and tables to a whole folder.
//!
//! It measures nothing and decides nothing.

mod check_story;
mod check_words;
mod columns;
mod diff_story;
mod estimate_story;
mod json;
mod page;
mod picture;
mod plot_lookup;
mod plot_story;
mod question_pages;
mod queue_story;
pub mod screening;
mod split_story;
mod stability;
mod story;
mod table;
pub mod tiles;
mod told;
mod verify_story;

pub use check_story::CheckStory;
pub use columns::{counted, grouped, lined_up};
pub use diff_story::DiffStory;
pub use estimate_story::EstimateStory;
pub use page::{NoGround, ReportError, ReportLang, ReportOptions, RunReport, report_of};
pub use plot_lookup::{FoundPlot, PlotLookup, find_plot};
pub use plot_story::{PlotStory, STORY_WIDTH};
pub use question_pages::question_pages;
pub use queue_story::QueueStory;
pub use split_story::SplitStory;
pub use story::Story;
pub use told::told;
pub use verify_story::VerifyStory;
