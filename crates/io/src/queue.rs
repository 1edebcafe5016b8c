//! The questions of a run, one after the other: what to find out, of whom, and where on the plot.

mod gather;
mod gpx;
mod kml;
mod list;

pub use gather::{Queue, QueueError, QueueFilter};
pub use gpx::gpx;
pub use kml::kml;
pub use list::list;

use lindero_plots::{Position, Shape};
use lindero_policy::Ask;

/// One question about one plot.
#[derive(Clone, Debug)]
pub struct Question {
    /// How it can be answered.
    pub ask: Ask,
    /// The value of the column by which questions are grouped; empty where the plot has none, or nobody groups.
    pub group: String,
    /// The plot's row in the run.
    pub row: u64,
    /// The plot's id.
    pub plot_id: String,
    /// The id of its geometry.
    pub content_id: String,
    /// The code of the rule that asks, with a question mark where the rule could not be decided.
    pub code: String,
    /// The rule's name in words.
    pub rule: String,
    /// What was found, in the policy's words.
    pub found: String,
    /// The question in Spanish, where the policy has it.
    pub spanish: Option<String>,
    /// That the verdict depends on where exactly the plot lies, in Spanish, where the run has found so.
    pub unsteady: Option<String>,
    /// What would answer it.
    pub answered_by: Vec<String>,
    /// The plot's area.
    pub area_ha: Option<f64>,
    /// Its boundary, if it can be measured; of a point its disc.
    pub boundary: Option<Shape>,
    /// The cells that make the rule ask, as boxes of west, south, east and north.
    pub cells: Vec<[f64; 4]>,
}

impl Question {
    /// Where to go: the middle of the cell in doubt that lies nearest the middle of all of them, else of the boundary.
    #[must_use]
    pub fn place(&self) -> Option<Position> {
        let middle =
            |[west, south, east, north]: &[f64; 4]| [f64::midpoint(*west, *east), f64::midpoint(*south, *north)];
        let middles: Vec<Position> = self.cells.iter().map(middle).collect();
        if middles.is_empty() {
            return self.boundary.as_ref().map(|shape| shape.as_ref().bounds().center());
        }
        let count = middles.len() as f64;
        let [x, y] = middles.iter().fold([0.0, 0.0], |[x, y], place| [x + place[0] / count, y + place[1] / count]);
        let distance = |place: &&Position| (place[0] - x).powi(2) + (place[1] - y).powi(2);
        middles.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).copied()
    }
}
