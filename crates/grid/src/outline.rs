//! Cells as polygons: outlines along the borders of cells, in whole numbers.

use crate::Cell;

/// Cells that follow each other along a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellRun {
    /// Their row.
    pub row: i32,
    /// The first column.
    pub col: i32,
    /// The column behind the last.
    pub col_end: i32,
}

/// The polygons of some cells: one for each set of cells that hang together by their sides, in the order of their first
/// cells; its outer ring first, then its holes.
///
/// Rings are closed and have a corner where they turn and nowhere else. A corner is named by the cell south-east of it.
/// With x to the east and y to the north, outer rings run counter-clockwise and holes clockwise. No ring meets itself, and
/// two rings share single corners at most: cells that touch by a corner only are two polygons, or have two holes beside it.
///
/// ```
/// use lindero_grid::{Cell, CellRun, outlines};
///
/// // Three cells in the form of an L.
/// let runs = [CellRun { row: 0, col: 0, col_end: 1 }, CellRun { row: 1, col: 0, col_end: 2 }];
/// let ring = [(0, 0), (2, 0), (2, 2), (1, 2), (1, 1), (0, 1), (0, 0)].map(|(row, col)| Cell { row, col });
/// assert_eq!(outlines(&runs), [[ring.to_vec()]]);
/// ```
#[must_use]
pub fn outlines(runs: &[CellRun]) -> Vec<Vec<Vec<Cell>>> {
    let runs = merged(runs);
    let polygons = hanging_together(&runs);
    let mut sides = sides(&runs, &polygons);
    sides.sort_unstable();
    let mut is_walked = vec![false; sides.len()];
    let mut outlined: Vec<Vec<Vec<Cell>>> = vec![Vec::new(); polygons.iter().max().map_or(0, |&last| last + 1)];
    for first in 0..sides.len() {
        if is_walked[first] {
            continue;
        }
        let ring = ring_from(first, &sides, &mut is_walked);
        let rings = &mut outlined[sides[first].polygon];
        if doubled_area(&ring) > 0 { rings.insert(0, ring) } else { rings.push(ring) }
    }
    outlined
}

/// A piece of a border, walked with the polygon on the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Side {
    polygon: usize,
    from: (i32, i32),
    heading: Heading,
    to: (i32, i32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Heading {
    East,
    North,
    West,
    South,
}

impl Heading {
    fn to_the_right(self) -> Self {
        match self {
            Self::East => Self::South,
            Self::North => Self::East,
            Self::West => Self::North,
            Self::South => Self::West,
        }
    }
}

/// The runs in order, those that touch or overlap joined.
fn merged(runs: &[CellRun]) -> Vec<CellRun> {
    let mut sorted: Vec<CellRun> = runs.iter().copied().filter(|run| run.col < run.col_end).collect();
    sorted.sort_unstable();
    let mut merged: Vec<CellRun> = Vec::with_capacity(sorted.len());
    for run in sorted {
        match merged.last_mut() {
            Some(last) if last.row == run.row && run.col <= last.col_end => {
                last.col_end = last.col_end.max(run.col_end)
            }
            _ => merged.push(run),
        }
    }
    merged
}

/// For each run the number of its polygon, counted from 0 by first cells.
fn hanging_together(runs: &[CellRun]) -> Vec<usize> {
    let mut roots: Vec<usize> = (0..runs.len()).collect();
    fn root(roots: &mut [usize], mut run: usize) -> usize {
        while roots[run] != run {
            roots[run] = roots[roots[run]];
            run = roots[run];
        }
        run
    }
    let mut above = 0;
    for (index, run) in runs.iter().enumerate() {
        // The runs of the row above that end before this one are of no use to those after it either.
        while runs[above].row < run.row - 1 || (runs[above].row == run.row - 1 && runs[above].col_end <= run.col) {
            above += 1;
        }
        let beside = |other: &&CellRun| other.row == run.row - 1 && other.col < run.col_end;
        for other in above..above + runs[above..index].iter().take_while(beside).count() {
            let (a, b) = (root(&mut roots, other), root(&mut roots, index));
            roots[a.max(b)] = a.min(b);
        }
    }
    let mut numbers = vec![0; runs.len()];
    let mut polygons = 0;
    for run in 0..runs.len() {
        let first = root(&mut roots, run);
        // The smallest of a polygon's runs is its root.
        numbers[run] = if first == run { polygons } else { numbers[first] };
        polygons += usize::from(first == run);
    }
    numbers
}

/// All sides: those across rows run along the ends of runs, those along rows where one of two rows has cells.
fn sides(runs: &[CellRun], polygons: &[usize]) -> Vec<Side> {
    let mut sides = Vec::new();
    for (run, &polygon) in runs.iter().zip(polygons) {
        let (north, south) = (run.row, run.row + 1);
        sides.push(Side { polygon, from: (south, run.col_end), heading: Heading::North, to: (north, run.col_end) });
        sides.push(Side { polygon, from: (north, run.col), heading: Heading::South, to: (south, run.col) });
        for (west, east) in alone(*run, row_of(runs, run.row + 1)) {
            sides.push(Side { polygon, from: (south, west), heading: Heading::East, to: (south, east) });
        }
        for (west, east) in alone(*run, row_of(runs, run.row - 1)) {
            sides.push(Side { polygon, from: (north, east), heading: Heading::West, to: (north, west) });
        }
    }
    sides
}

fn row_of(runs: &[CellRun], row: i32) -> &[CellRun] {
    let first = runs.partition_point(|run| run.row < row);
    &runs[first..first + runs[first..].partition_point(|run| run.row == row)]
}

/// The columns of a run beside which a neighbouring row has no cells.
fn alone(run: CellRun, row: &[CellRun]) -> Vec<(i32, i32)> {
    let mut alone = Vec::new();
    let mut from = run.col;
    let first = row.partition_point(|other| other.col_end <= run.col);
    for other in row[first..].iter().take_while(|other| other.col < run.col_end) {
        if from < other.col {
            alone.push((from, other.col));
        }
        from = other.col_end;
    }
    if from < run.col_end {
        alone.push((from, run.col_end));
    }
    alone
}

/// Walks on from a side until it is met again.
fn ring_from(first: usize, sides: &[Side], is_walked: &mut [bool]) -> Vec<Cell> {
    let corner = |(row, col): (i32, i32)| Cell { row, col };
    let mut ring = Vec::new();
    let mut at = first;
    loop {
        is_walked[at] = true;
        let side = sides[at];
        let next = sides.partition_point(|other| (other.polygon, other.from) < (side.polygon, side.to));
        let leaving = sides[next..].iter().take_while(|other| (other.polygon, other.from) == (side.polygon, side.to));
        // Where two sides leave, cells touch by their corners: going over to the other cell, to the right, keeps the ring from
        // meeting itself.
        let turned = leaving.clone().position(|other| other.heading == side.heading.to_the_right());
        debug_assert!(leaving.count() > 0, "sides make closed rings");
        let next = next + turned.unwrap_or(0);
        if sides[next].heading != side.heading {
            ring.push(corner(side.to));
        }
        if next == first {
            break;
        }
        at = next;
    }
    // Rings begin with the corner that comes first.
    let start = (0..ring.len()).min_by_key(|&at| (ring[at].row, ring[at].col)).expect("a ring turns");
    ring.rotate_left(start);
    ring.push(ring[0]);
    ring
}

/// Twice the area, positive if the ring runs counter-clockwise.
fn doubled_area(ring: &[Cell]) -> i64 {
    let of_side = |ends: &[Cell]| {
        let [a, b] = [ends[0], ends[1]].map(|corner| (i64::from(corner.col), -i64::from(corner.row)));
        a.0 * b.1 - b.0 * a.1
    };
    ring.windows(2).map(of_side).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn runs_of(drawing: &[&str]) -> Vec<CellRun> {
        let row = |(row, line): (usize, &&str)| {
            let cells = line.bytes().enumerate().filter(|(_, cell)| *cell == b'#');
            cells.map(move |(col, _)| CellRun { row: row as i32, col: col as i32, col_end: col as i32 + 1 }).collect()
        };
        drawing.iter().enumerate().flat_map(row as fn(_) -> Vec<_>).collect()
    }

    fn check(drawing: &[&str], expected: &[&[&[(i32, i32)]]]) {
        let pairs = |ring: &Vec<Cell>| ring.iter().map(|corner| (corner.row, corner.col)).collect::<Vec<_>>();
        let found: Vec<Vec<Vec<(i32, i32)>>> =
            outlines(&runs_of(drawing)).iter().map(|rings| rings.iter().map(pairs).collect()).collect();
        let expected: Vec<Vec<Vec<(i32, i32)>>> =
            expected.iter().map(|rings| rings.iter().map(|ring| ring.to_vec()).collect()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_hole_runs_the_other_way() {
        check(
            &["###", "#.#", "###"],
            &[&[&[(0, 0), (3, 0), (3, 3), (0, 3), (0, 0)], &[(1, 1), (1, 2), (2, 2), (2, 1), (1, 1)]]],
        );
    }

    #[test]
    fn cells_that_touch_by_a_corner_are_two_polygons() {
        check(
            &["#.", ".#"],
            &[&[&[(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]], &[&[(1, 1), (2, 1), (2, 2), (1, 2), (1, 1)]]],
        );
    }

    #[test]
    fn a_ring_that_closes_by_a_corner_has_a_hole_that_touches_it() {
        check(
            &["##.", "#.#", "###"],
            &[&[&[(0, 0), (3, 0), (3, 3), (1, 3), (1, 2), (0, 2), (0, 0)], &[(1, 1), (1, 2), (2, 2), (2, 1), (1, 1)]]],
        );
        check(&[], &[]);
    }

    /// Whether the middle of a cell lies in a ring, by counting the sides east of it.
    fn is_in(ring: &[Cell], row: i32, col: i32) -> bool {
        let crosses = |ends: &&[Cell]| {
            let rows = [ends[0].row, ends[1].row];
            ends[0].col == ends[1].col && ends[0].col > col && rows[0].min(rows[1]) <= row && row < rows[0].max(rows[1])
        };
        ring.windows(2).filter(crosses).count() % 2 == 1
    }

    proptest! {
        #[test]
        fn outlines_hold_their_cells_and_no_other(cells in prop::collection::vec(prop::bool::weighted(0.6), 8 * 9)) {
            let cell = |at: usize| CellRun { row: (at / 9) as i32 - 4, col: (at % 9) as i32 - 3, col_end: (at % 9) as i32 - 2 };
            let runs: Vec<CellRun> = (0..cells.len()).filter(|&at| cells[at]).map(cell).collect();
            let polygons = outlines(&runs);
            for (at, is_drawn) in cells.iter().enumerate() {
                let CellRun { row, col, .. } = cell(at);
                let holding = |rings: &&Vec<Vec<Cell>>| {
                    is_in(&rings[0], row, col) && !rings[1..].iter().any(|hole| is_in(hole, row, col))
                };
                prop_assert_eq!(polygons.iter().filter(holding).count(), usize::from(*is_drawn));
            }
            for rings in &polygons {
                for (index, ring) in rings.iter().enumerate() {
                    prop_assert_eq!(doubled_area(ring) > 0, index == 0);
                    let corners: BTreeSet<_> = ring.iter().map(|corner| (corner.row, corner.col)).collect();
                    prop_assert_eq!(corners.len(), ring.len() - 1, "a ring meets itself: {:?}", ring);
                }
            }
        }
    }
}
