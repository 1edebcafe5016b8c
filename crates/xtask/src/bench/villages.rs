//! Plots as villages have them: side by side with common borders, some drawn over their neighbours.

use std::{path::Path, sync::Arc};

use arrow_array::{Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use lindero_io::output;
use lindero_plots::{Position, RawGeometries, RawGeometry};

use crate::fixtures::noise::roll;

/// Plots along each side of a village.
const SIDE: i64 = 10;
/// Degrees from one village to the next, and the south-west corner of all.
const SPACING_DEG: f64 = 0.05;
const ORIGIN: Position = [-79.0, -14.0];
/// Side of a plot in degrees, smallest and largest: 0.3 and 4 ha, from which corners are moved.
const PLOT_DEG: [f64; 2] = [0.0005, 0.0018];
/// How far corners are moved, and positions between them, as shares of a plot's side.
const CORNER: f64 = 0.3;
const BETWEEN: f64 = 0.1;
/// Positions between two corners.
const POSITIONS: i64 = 3;
/// Share of the plots that are drawn over their neighbours.
const PUSHED: f64 = 0.03;
/// Plots written at a time.
const PAGE: usize = 16_384;

/// Writes this many plots as GeoParquet, the same every time.
///
/// # Errors
///
/// The file cannot be written.
pub(super) fn write(path: &Path, plots: usize) -> Result<(), String> {
    let schema = Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, false)]));
    let told = |error: &dyn std::error::Error| format!("cannot write the plots: {error}");
    let writer = output::parquet(path, Arc::clone(&schema), true).map_err(|error| told(&error))?;
    let villages_a_row = ((plots as f64 / (SIDE * SIDE) as f64).sqrt().ceil() as i64).max(1);
    for first in (0..plots).step_by(PAGE) {
        let page = first..(first + PAGE).min(plots);
        let ids: Int64Array = page.clone().map(|row| row as i64).collect();
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(ids)]).map_err(|error| told(&error))?;
        let polygon = |row: usize| RawGeometry::Polygons(vec![vec![plot(row as i64, villages_a_row)]]);
        let geometries: RawGeometries = page.map(polygon).collect();
        writer.write(&batch, Some(geometries.as_slice())).map_err(|error| told(&error))?;
    }
    writer.finish().map_err(|error| told(&error))
}

/// The ring of one plot, counter-clockwise, to 7 decimals.
fn plot(row: i64, villages_a_row: i64) -> Vec<Position> {
    let (number, place) = (row / (SIDE * SIDE), row % (SIDE * SIDE));
    let (col, row_in) = (place % SIDE, place / SIDE);
    let village = Village::of(number, villages_a_row);
    let mut ring = Vec::new();
    for (from, to) in [((0, 0), (1, 0)), ((1, 0), (1, 1)), ((1, 1), (0, 1)), ((0, 1), (0, 0))] {
        let corner = |(dx, dy): (i64, i64)| [col + dx, row_in + dy];
        village.push_side(corner(from), corner(to), &mut ring);
    }
    if roll(PUSHED_SEED, number, place) < PUSHED {
        let by = |seed| (0.1 + 0.5 * roll(seed, number, place)) * village.plot_deg;
        let (east, north) = (by(EAST_SEED), by(NORTH_SEED));
        ring.iter_mut().for_each(|p| *p = [p[0] + east, p[1] + north]);
    }
    ring.push(ring[0]);
    let rounded = |degrees: f64| (degrees * 1e7).round() / 1e7;
    ring.iter_mut().for_each(|p| *p = p.map(rounded));
    ring
}

/// What is drawn by chance, each by numbers of its own.
const SIZE_SEED: u64 = 1;
const PUSHED_SEED: u64 = 2;
const EAST_SEED: u64 = 3;
const NORTH_SEED: u64 = 4;
const PLACE_SEED: u64 = 5;

struct Village {
    number: i64,
    origin: Position,
    plot_deg: f64,
}

impl Village {
    fn of(number: i64, villages_a_row: i64) -> Self {
        let (col, row) = (number % villages_a_row, number / villages_a_row);
        let origin = [ORIGIN[0] + col as f64 * SPACING_DEG, ORIGIN[1] + row as f64 * SPACING_DEG];
        let share = roll(SIZE_SEED, number, 0);
        Self { number, origin, plot_deg: PLOT_DEG[0] + share * (PLOT_DEG[1] - PLOT_DEG[0]) }
    }

    /// Adds the side from one corner up to the next. Both neighbours of a side have the same positions on it.
    fn push_side(&self, from: [i64; 2], to: [i64; 2], ring: &mut Vec<Position>) {
        let (low, high) = (from.min(to), from.max(to));
        let (start, end) = (self.corner(low), self.corner(high));
        let between = |step: i64| {
            let share = step as f64 / (POSITIONS + 1) as f64;
            let fine = [0, 1].map(|axis| low[axis] * (POSITIONS + 1) + (high[axis] - low[axis]) * step);
            let [dx, dy] = self.moved(fine, BETWEEN, 1000);
            [start[0] + share * (end[0] - start[0]) + dx, start[1] + share * (end[1] - start[1]) + dy]
        };
        ring.push(self.corner(from));
        let steps = 1..=POSITIONS;
        if from == low { ring.extend(steps.map(between)) } else { ring.extend(steps.rev().map(between)) }
    }

    fn corner(&self, [col, row]: [i64; 2]) -> Position {
        let [dx, dy] = self.moved([col, row], CORNER, 0);
        [self.origin[0] + col as f64 * self.plot_deg + dx, self.origin[1] + row as f64 * self.plot_deg + dy]
    }

    /// A move of up to half of `share` of a plot to either side.
    fn moved(&self, [col, row]: [i64; 2], share: f64, offset: i64) -> [f64; 2] {
        let by = |axis: i64| {
            let chance = roll(PLACE_SEED, self.number, offset + 2 * (row * 100 + col) + axis);
            (chance - 0.5) * share * self.plot_deg
        };
        [by(0), by(1)]
    }
}

#[cfg(test)]
mod tests {
    use super::{SIDE, plot};
    use lindero_plots::{
        ConflictRules, M2_PER_HA, PlotGeometry, PlotGround, PlotGrounds, RawGeometry, ShapeStore, area_m2, conflicts,
        take_in,
    };

    #[test]
    fn plots_are_sound_of_the_size_of_plots_and_some_lie_on_others() {
        let (mut shapes, mut rows) = (ShapeStore::new(), Vec::new());
        for row in 0..20 * SIDE * SIDE {
            let intake = take_in(&RawGeometry::Polygons(vec![vec![plot(row, 5)]]));
            assert!(intake.defects.is_empty(), "plot {row}: {:?}", intake.defects);
            let PlotGeometry::Area(shape) = &intake.geometry else { panic!("plot {row} has an area") };
            let area_m2 = area_m2(shape.as_ref());
            assert!((0.1..7.0).contains(&(area_m2 / M2_PER_HA)), "plot {row} has {area_m2} m²");
            rows.push(PlotGround { shape: Some(shapes.push(shape.as_ref())), area_m2, producer: None });
        }
        let rules = ConflictRules { least_m2: 0.0, ..ConflictRules::default() };
        let found = conflicts(&PlotGrounds::new(&shapes, &rows), &rules);
        // 3 of 100 lie on about three neighbours each; all others share their borders and no ground.
        assert!((100..260).contains(&found.pairs.len()), "{} pairs", found.pairs.len());
    }
}
