//! A coarse lattice over the globe: in which order plots are swept, and where sweeping is still to come.

use crate::morton::morton;
use lindero_plots::Bounds;
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicU32, Ordering};

/// Squares in a degree: one is 6.9 km high.
const PER_DEGREE: f64 = 16.0;
const ROWS: u32 = 180 * 16;
const COLS: u32 = 360 * 16;
/// Degrees around a plot in which cells may be read for its sake: where patches end, and one coarse cell.
pub(crate) const MARGIN_DEG: f64 = 1.0 / 128.0;
/// Plots whose ends lie so many squares apart in a row or column are large: a block under many of them is decoded once for all.
const LARGE_SQUARES: u32 = 2;
/// A piece of ground over more columns than this is asked for by its rows alone.
const WIDE: u32 = 8;

/// Squares of the lattice; rows from north to south. Bounds that end on a square's border hold that square too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Squares {
    row: u32,
    row_last: u32,
    col: u32,
    col_last: u32,
}

fn row_of(y: f64) -> u32 {
    // A cast to an integer saturates: what lies off the globe falls in its border squares.
    (((90.0 - y) * PER_DEGREE) as u32).min(ROWS - 1)
}

fn col_of(x: f64) -> u32 {
    (((x + 180.0) * PER_DEGREE) as u32).min(COLS - 1)
}

impl Squares {
    /// The squares that some ground in longitude and latitude touches.
    pub(crate) fn touched(bounds: &Bounds) -> Self {
        Self {
            row: row_of(bounds.max_y),
            row_last: row_of(bounds.min_y),
            col: col_of(bounds.min_x),
            col_last: col_of(bounds.max_x),
        }
    }

    /// The squares whose cells may be read for the sake of a plot.
    pub(crate) fn read_for(bounds: &Bounds) -> Self {
        Self::touched(&Bounds {
            min_x: bounds.min_x - MARGIN_DEG,
            min_y: bounds.min_y - MARGIN_DEG,
            max_x: bounds.max_x + MARGIN_DEG,
            max_y: bounds.max_y + MARGIN_DEG,
        })
    }

    fn each(self) -> impl Iterator<Item = u32> {
        (self.row..=self.row_last).flat_map(move |row| (self.col..=self.col_last).map(move |col| row * COLS + col))
    }
}

/// In which order the ground is swept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SweepOrder {
    /// Neighbours in both directions soon after each other: for layers in tiles.
    Morton,
    /// From north to south, each row from west to east: for layers in strips that are as wide as the file.
    Rows,
}

impl SweepOrder {
    /// Where plots of these bounds come: plots with equal places lie in one square. Large ones come last.
    pub(crate) fn place(self, bounds: &Bounds) -> Place {
        let squares = Squares::touched(bounds);
        let large = squares.row_last - squares.row >= LARGE_SQUARES || squares.col_last - squares.col >= LARGE_SQUARES;
        let [x, y] = bounds.center();
        let (row, col) = (row_of(y), col_of(x));
        let order = match self {
            // 13 bits each.
            Self::Morton => morton(row, col) as u32,
            Self::Rows => row * COLS + col,
        };
        Place(if large { LARGE | order } else { order })
    }
}

/// A place in the order of a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place(pub(crate) u32);

const LARGE: u32 = 1 << 31;

impl Place {
    /// Whether it is the place of a plot that no worker should measure alone.
    pub(crate) fn is_large(self) -> bool {
        self.0 & LARGE != 0
    }
}

/// How many plots each square is still to be read for: what lies on squares without any will not be asked again.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    squares: FxHashMap<u32, AtomicU32>,
    /// Sums over the squares of a row.
    rows: FxHashMap<u32, AtomicU32>,
    /// The last squares that were added to, with the count to be added: neighbours in a file are neighbours on
    /// the ground.
    last: Option<(Squares, u32)>,
    /// The easternmost column of squares that any plot reads.
    col_last: Option<u32>,
}

impl Pending {
    /// The eastern border of the ground that is read for any plot, in degrees; `None` without plots.
    pub(crate) fn east(&self) -> Option<f64> {
        self.col_last.map(|col| f64::from(col + 1) / PER_DEGREE - 180.0)
    }

    /// One more plot is to come.
    pub(crate) fn add(&mut self, squares: Squares) {
        match &mut self.last {
            Some((last, count)) if *last == squares => *count += 1,
            _ => {
                self.settle();
                self.last = Some((squares, 1));
            }
        }
    }

    /// A large plot is to come: its blocks do not stay for its sake, but they are read as far east as it reaches.
    pub(crate) fn add_large(&mut self, squares: Squares) {
        self.col_last = self.col_last.max(Some(squares.col_last));
    }

    /// Brings what has been added into the counts: to be called before anything is asked.
    pub(crate) fn settle(&mut self) {
        let Some((squares, count)) = self.last.take() else { return };
        self.col_last = self.col_last.max(Some(squares.col_last));
        for square in squares.each() {
            *self.squares.entry(square).or_default().get_mut() += count;
            *self.rows.entry(square / COLS).or_default().get_mut() += count;
        }
    }

    /// A plot has been measured. Says whether any square is done with now.
    pub(crate) fn remove(&self, squares: Squares) -> bool {
        let mut done = false;
        for square in squares.each() {
            let before = |counts: &FxHashMap<u32, AtomicU32>, at: u32| {
                counts.get(&at).expect("removed once for each time it was added").fetch_sub(1, Ordering::Relaxed)
            };
            before(&self.rows, square / COLS);
            done |= before(&self.squares, square) == 1;
        }
        done
    }

    /// Whether any plot that is still to come may read this ground.
    pub(crate) fn touches(&self, squares: Squares) -> bool {
        let any = |count: Option<&AtomicU32>| count.is_some_and(|count| count.load(Ordering::Relaxed) > 0);
        if squares.col_last - squares.col > WIDE {
            return (squares.row..=squares.row_last).any(|row| any(self.rows.get(&row)));
        }
        squares.each().any(|square| any(self.squares.get(&square)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn farm(x: f64, y: f64) -> Bounds {
        Bounds::new(x, y, x + 0.002, y + 0.001)
    }

    #[test]
    fn plots_of_one_square_share_a_place_and_districts_come_last() {
        for order in [SweepOrder::Morton, SweepOrder::Rows] {
            let place = |bounds| order.place(&bounds);
            assert_eq!(place(farm(-76.03, -9.03)), place(farm(-76.01, -9.01)));
            assert_ne!(place(farm(-76.03, -9.03)), place(farm(-75.93, -9.03)));
            let district = place(Bounds::new(-76.4, -9.2, -76.0, -9.0));
            assert!(district.is_large());
            assert!(place(farm(179.9, -89.9)) < district);
        }
        let rows = |bounds| SweepOrder::Rows.place(&bounds);
        assert!(rows(farm(-75.0, -9.03)) < rows(farm(-76.0, -9.2)));
    }

    #[test]
    fn ground_is_pending_until_the_last_plot_that_reads_it() {
        let (here, there) = (farm(-76.03, -9.03), farm(-75.53, -9.03));
        let mut pending = Pending::default();
        for bounds in [&here, &here, &there] {
            pending.add(Squares::read_for(bounds));
        }
        pending.settle();
        let asked = Squares::touched(&here);
        let strip = Squares::touched(&Bounds::new(-80.0, -9.03, -70.0, -9.029));
        assert!(pending.touches(asked) && pending.touches(strip));
        assert!(!pending.touches(Squares::touched(&farm(-77.0, -9.03))));
        assert!(!pending.remove(Squares::read_for(&here)));
        assert!(pending.touches(asked));
        assert!(pending.remove(Squares::read_for(&here)));
        assert!(!pending.touches(asked));
        assert!(pending.touches(strip));
        pending.remove(Squares::read_for(&there));
        assert!(!pending.touches(strip));
    }

    #[test]
    fn positions_off_the_globe_fall_in_its_border_squares() {
        let squares = Squares::touched(&Bounds::new(-200.0, -91.0, 200.0, 91.0));
        assert_eq!(squares, Squares { row: 0, row_last: ROWS - 1, col: 0, col_last: COLS - 1 });
    }
}
