//! Where on a plot the cells lie that make a rule ask: what somebody with a phone walks to.

use super::pixel_codes::Wanted;
use super::{MOST_CELLS, answers_at, centres};
use crate::screening::{ScreenInput, ScreenInputError};
use lindero_engine::LayerData;
use lindero_grid::{Coverage, Grid, Metric, Scratch, Window, cover};
use lindero_indicators::{Analysis, IndicatorPlan};
use lindero_layers::LayerError;
use lindero_plots::{Bounds, Position, ShapeRef};
use lindero_policy::Bound;

/// The side of a cell in degrees where the analysis grid is not one of degrees: some ten metres.
const PLAIN_CELL: f64 = 0.0001;

/// The indicators of a run's rules, ready to be asked cell by cell.
pub struct DoubtfulCells<'a> {
    input: &'a ScreenInput,
    plan: IndicatorPlan,
    /// For each rule of the policy, what it reads.
    of_rules: Vec<Vec<Read>>,
}

/// An indicator that a rule reads.
struct Read {
    analysis: usize,
    indicator: usize,
    /// Whether the rule asks how much of the plot is known, and not how much of it is so.
    asks_known: bool,
}

impl<'a> DoubtfulCells<'a> {
    /// Looks up what the rules of a run's policy read. `near` is where the plots are.
    ///
    /// # Errors
    ///
    /// [`ScreenInputError`] if a definition is wrong, which [`ScreenInput::open`] has told before.
    pub fn of(input: &'a ScreenInput, bound: &Bound, near: Position) -> Result<Self, ScreenInputError> {
        let plan = input.plan(near)?.indicators;
        let read = |column: &&str| -> Option<Read> {
            let places =
                plan.analyses.iter().enumerate().flat_map(|(analysis, of)| {
                    of.ids().enumerate().map(move |(indicator, id)| (analysis, indicator, id))
                });
            let measure = |id: &str| column.strip_prefix(id)?.strip_prefix('_');
            // Of two ids the longer one is meant: loss_natural_ha is no column of loss.
            let (analysis, indicator, id) =
                places.filter(|(.., id)| measure(id).is_some()).max_by_key(|(.., id)| id.len())?;
            Some(Read { analysis, indicator, asks_known: measure(id) == Some("observed_pct") })
        };
        let rules = 0..input.policy.policy.rules().len();
        let of_rules = rules.map(|rule| bound.names_read(rule).iter().filter_map(read).collect()).collect();
        Ok(Self { input, plan, of_rules })
    }

    /// The cells of a plot that make a rule ask, as boxes of west, south, east and north, joined along rows, from north to
    /// south: those of which an indicator that the rule reads is true, or unknown where that is what it asks. Patches and
    /// whole cells are taken as given. Empty for a rule that reads no cells, and where too many would have to be read.
    ///
    /// # Errors
    ///
    /// [`LayerError`] if a layer cannot be read.
    pub fn of_plot(&self, rule: usize, undecided: bool, shape: ShapeRef<'_>) -> Result<Vec<[f64; 4]>, LayerError> {
        let mut boxes = Vec::new();
        for (index, analysis) in self.plan.analyses.iter().enumerate() {
            let reads: Vec<&Read> = self.of_rules[rule].iter().filter(|read| read.analysis == index).collect();
            if reads.is_empty() {
                continue;
            }
            let grid = self.grid_of(analysis, shape.bounds());
            let mut coverage = Coverage::default();
            if cover(shape, &grid, &mut Scratch::default(), &mut coverage).is_none() {
                continue;
            }
            let window = coverage.window();
            let on_plot = on_plot(&coverage, window);
            let places = centres(&grid, window);
            let wanted = Wanted { places: &places, wanted: Some(&on_plot), most_cells: MOST_CELLS };
            let Some(answers) = answers_at(self.input, analysis, &wanted)? else { continue };
            let in_doubt = |pixel: usize| {
                let outcomes = answers.outcome(pixel);
                on_plot[pixel]
                    && reads.iter().any(|read| {
                        let truth = outcomes[read.indicator].truth;
                        if read.asks_known || undecided { !truth.is_observed() } else { truth.is_true() }
                    })
            };
            boxes.extend(joined(&grid, window, in_doubt));
        }
        Ok(boxes)
    }

    /// The grid on which an analysis is measured, if its cells are degrees; else one of small cells.
    fn grid_of(&self, analysis: &Analysis, near: Bounds) -> Grid {
        if let LayerData::Raster(source) = &self.input.layers()[analysis.grid_layer].data {
            let info = source.info();
            let is_degrees = info.projection.as_ref().is_none_or(|projection| projection.is_geographic());
            let sheets = || info.sheets.iter();
            let here = sheets()
                .find(|sheet| sheet.tiles.iter().any(|tile| sheet.grid.bounds_of(&tile.window).contains(&near)));
            if let Some(sheet) = here.or_else(|| sheets().next()).filter(|_| is_degrees) {
                return sheet.grid;
            }
        }
        let plain = Grid::through(0.0, 0.0, PLAIN_CELL, PLAIN_CELL, Metric::Geographic);
        plain.expect("cells of a ten thousandth of a degree make a grid").0
    }
}

/// Which cells of a window have any ground of the plot.
fn on_plot(coverage: &Coverage, window: Window) -> Vec<bool> {
    let mut on_plot = vec![false; window.width as usize * window.height as usize];
    for (row, spans) in coverage.rows() {
        for span in spans {
            let first = (row - window.row) as usize * window.width as usize + (span.col - window.col) as usize;
            on_plot[first..first + span.len as usize].fill(true);
        }
    }
    on_plot
}

/// Cells as boxes, neighbours along a row in one.
fn joined(grid: &Grid, window: Window, is_in: impl Fn(usize) -> bool) -> Vec<[f64; 4]> {
    let mut boxes = Vec::new();
    let width = window.width as usize;
    for row in 0..window.height as usize {
        let mut col = 0;
        while col < width {
            let first = col;
            while col < width && is_in(row * width + col) {
                col += 1;
            }
            if col > first {
                let (north, west) = (window.row + row as i32, window.col + first as i32);
                let east = window.col + col as i32;
                boxes.push([grid.west(west), grid.north(north + 1), grid.west(east), grid.north(north)]);
            }
            col += 1;
        }
    }
    boxes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_along_a_row_are_one_box() {
        let (grid, _) = Grid::through(0.0, 0.0, 1.0, 1.0, Metric::Geographic).unwrap();
        let window = Window { row: -2, col: 5, height: 2, width: 4 };
        let drawn = b"##.#.##.";
        let boxes = joined(&grid, window, |pixel| drawn[pixel] == b'#');
        assert_eq!(boxes, [[5.0, 1.0, 7.0, 2.0], [8.0, 1.0, 9.0, 2.0], [6.0, 0.0, 8.0, 1.0]]);
    }
}
