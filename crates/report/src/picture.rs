//! Pictures of plots: cells as a small picture in few colours, boundaries and words as lines and text over it.

mod canvas;
mod frame;
mod ground;
mod overview;
mod palette_png;
mod plot;
mod svg;

pub(crate) use frame::Frame;
pub(crate) use ground::{Drawn, FOREST, GroundPicture, LOST_UNDATED, LegendEntry, UNKNOWN, between, loss_colour};
pub(crate) use overview::{Overview, Placed};
pub(crate) use palette_png::PalettePng;
pub(crate) use plot::PlotPicture;
pub(crate) use svg::Labels;

use lindero_policy::Verdict;

/// Red, green, blue.
pub(crate) type Colour = [u8; 3];

/// The colour of a verdict: distinct for colour-blind eyes, and in grey.
pub(crate) const fn verdict_colour(verdict: Verdict) -> Colour {
    match verdict {
        Verdict::Low => [33, 102, 172],
        Verdict::MoreInfo => [239, 177, 60],
        Verdict::High => [165, 15, 21],
    }
}

/// The mark of a verdict, so that nobody needs the colour.
pub(crate) const fn verdict_mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Low => "●",
        Verdict::MoreInfo => "■",
        Verdict::High => "▲",
    }
}

/// A colour as CSS and SVG write it.
pub(crate) fn css([red, green, blue]: Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}
