//! The pictures of a report, drawn over the maps where these can be read.

use super::RunReport;
use super::facts::{Facts, WORST_FIRST};
use super::words::{ReportLang, Words, fill};
use crate::picture::{Drawn, Frame, GroundPicture, Labels, LegendEntry, Overview};
use lindero_io::ground_maps::{GroundCell, GroundMaps};
use std::collections::BTreeSet;
use std::fmt;

/// Why plots are drawn without the ground under them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoGround {
    /// The catalog is not where the run had it.
    NoCatalog {
        /// Its path.
        path: String,
    },
    /// The catalog has changed since the run.
    OtherCatalog {
        /// Its path.
        path: String,
    },
    /// The policy has changed since the run.
    OtherPolicy {
        /// Its name.
        name: String,
    },
    /// A layer's files are not those of the run.
    OtherLayers {
        /// The layer.
        layer: String,
    },
    /// A layer cannot be read.
    Unreadable {
        /// What the reader says.
        message: String,
    },
    /// Too many cells would have to be read.
    TooLarge,
    /// Nobody says what forest or loss is.
    NoTerms,
}

impl NoGround {
    /// The reason in words; `place` says how a path is told.
    pub(super) fn told<'n>(&'n self, words: &Words, place: impl Fn(&'n str) -> &'n str, is_anonymous: bool) -> String {
        let (text, name) = match self {
            Self::NoCatalog { path } => (words.no_catalog, place(path)),
            Self::OtherCatalog { path } => (words.other_catalog, place(path)),
            Self::OtherPolicy { name } => (words.other_policy, name.as_str()),
            Self::OtherLayers { layer } => (words.other_layers, layer.as_str()),
            // What a reader says names folders.
            Self::Unreadable { .. } if is_anonymous => (words.unreadable, "…"),
            Self::Unreadable { message } => (words.unreadable, message.as_str()),
            Self::TooLarge => return words.too_large.to_owned(),
            Self::NoTerms => return words.no_terms.to_owned(),
        };
        fill(text, &[("name", name)])
    }
}

/// The reason in English, with paths as they are.
impl fmt::Display for NoGround {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(Words::of(ReportLang::En), |path| path, false))
    }
}

/// The pictures of a report.
pub(super) struct Pictures {
    /// The map and how many plots are on it: low, more information, high, and elsewhere.
    pub(super) map: Option<Map>,
    /// Of the worst plots, in their order.
    pub(super) plots: Vec<Option<String>>,
    pub(super) legend: Vec<LegendEntry>,
    /// The layers that the ground is drawn from, or why it is not drawn.
    pub(super) ground: Result<Vec<String>, NoGround>,
    /// What the policy or the catalog calls forest.
    pub(super) forest: Option<String>,
}

/// The map of all plots.
pub(super) struct Map {
    pub(super) svg: String,
    pub(super) outside: u64,
    /// Whether the ground is drawn near the plots only.
    pub(super) is_near_only: bool,
}

/// What is under a picture; `None`: nothing is drawn.
type Ground = Option<Vec<GroundCell>>;

impl Pictures {
    pub(super) fn draw(
        report: &RunReport<'_>,
        overview: Option<Overview>,
        facts: &Facts,
        words: &'static Words,
    ) -> Self {
        let maps = report.ground.as_ref().ok().copied();
        let mut ground = match &report.ground {
            Err(why) => Err(why.clone()),
            Ok(maps) if maps.forest.is_none() && maps.loss.is_none() => Err(NoGround::NoTerms),
            Ok(maps) => Ok(layers(maps)),
        };
        let picture = GroundPicture::of(maps);
        let mut drawn = Drawn::nothing();
        let map = overview.map(|overview| {
            let (cells, is_near_only) = under_map(&overview, maps, &mut ground);
            let named = ["picture-of-all", words.map_title, &map_description(&overview, words)];
            let draw = |labels: &Labels<'_>| overview.svg(cells.as_deref(), &picture, &mut drawn, labels);
            let svg = with_labels(words, named, draw);
            Map { svg, outside: overview.outside, is_near_only }
        });
        let mut plots = Vec::new();
        for (index, plot) in facts.worst.plots.iter().enumerate() {
            plots.push(plot.picture.as_ref().map(|of_plot| {
                let cells = under(maps, &of_plot.frame, None, &mut ground);
                let id = format!("picture-{}", index + 1);
                let title = fill(words.plot_title, &[("id", &plot.line.plot_id)]);
                let neighbours = words.count(of_plot.neighbour_count as u64);
                let description = fill(words.plot_description, &[("id", &plot.line.plot_id), ("n", &neighbours)]);
                let draw = |labels: &Labels<'_>| of_plot.svg(cells.as_deref(), &picture, &mut drawn, labels);
                with_labels(words, [&id, &title, &description], draw)
            }));
        }
        let forest = maps.and_then(|maps| maps.forest.as_ref()).map(|forest| forest.name.clone());
        // Without maps nothing is under the plots that a legend could tell.
        let legend = if ground.is_ok() { picture.legend(&drawn) } else { Vec::new() };
        Self { map, plots, legend, ground, forest }
    }
}

/// Draws with the words of a language.
fn with_labels(
    words: &'static Words,
    [id, title, description]: [&str; 3],
    draw: impl FnOnce(&Labels<'_>) -> String,
) -> String {
    let degrees = |degrees: f64, is_longitude: bool, decimals: usize| words.degrees(degrees, is_longitude, decimals);
    let length = |metres: f64| words.length(metres);
    draw(&Labels { id, title, description, north: words.north, degrees: &degrees, length: &length })
}

fn map_description(overview: &Overview, words: &Words) -> String {
    let bounds = overview.frame.bounds();
    let [high, more, low] = WORST_FIRST.map(|verdict| words.count(overview.drawn[verdict as usize]));
    let drawn = words.count(overview.drawn.iter().sum());
    let (west, east) = (words.degrees(bounds.min_x, true, 2), words.degrees(bounds.max_x, true, 2));
    let (south, north) = (words.degrees(bounds.min_y, false, 2), words.degrees(bounds.max_y, false, 2));
    let values = [
        ("drawn", drawn.as_str()),
        ("west", &west),
        ("east", &east),
        ("south", &south),
        ("north", &north),
        ("high", &high),
        ("more", &more),
        ("low", &low),
    ];
    fill(words.map_description, &values)
}

fn layers(maps: &GroundMaps<'_>) -> Vec<String> {
    let of_both = maps.forest.iter().chain(&maps.loss).flat_map(|pictured| &pictured.layers);
    of_both.collect::<BTreeSet<_>>().into_iter().cloned().collect()
}

/// The ground of the map: all of it, or near the plots where all would be too much.
fn under_map(
    overview: &Overview,
    maps: Option<&GroundMaps<'_>>,
    state: &mut Result<Vec<String>, NoGround>,
) -> (Ground, bool) {
    let known = state.clone();
    if let Some(all) = under(maps, &overview.frame, None, state) {
        return (Some(all), false);
    }
    if *state != Err(NoGround::TooLarge) {
        return (None, false);
    }
    *state = known;
    let near = overview.near();
    let cells = under(maps, &overview.frame, Some(&near), state);
    let is_near_only = cells.is_some();
    (cells, is_near_only)
}

/// What is under a picture; where that cannot be read, `state` says why from now on.
fn under(
    maps: Option<&GroundMaps<'_>>,
    frame: &Frame,
    wanted: Option<&[bool]>,
    state: &mut Result<Vec<String>, NoGround>,
) -> Ground {
    let maps = maps.filter(|_| state.is_ok())?;
    match maps.at(&frame.grid, frame.window, wanted) {
        Ok(Some(cells)) => Some(cells),
        Ok(None) => {
            *state = Err(NoGround::TooLarge);
            None
        }
        Err(error) => {
            *state = Err(NoGround::Unreadable { message: error.to_string() });
            None
        }
    }
}
