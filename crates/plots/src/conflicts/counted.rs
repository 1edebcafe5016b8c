//! Ground that is counted more than once.
//!
//! # Method
//!
//! The area of many plots together is the sum, over all plots, of what of each no plot before it has. So what is counted more
//! than once is the sum of what of each those before it have already: an overlay of a plot with its own
//! neighbours, however large the group is. Larger plots come before smaller ones, which keeps the neighbours before a plot
//! few. What one neighbour shares is known; pieces that themselves share nothing are added up, others are united.

use super::PlotGrounds;
use super::candidates::SharedPair;
use crate::disjoint_sets::{join, root};
use crate::overlay::union_area_m2;
use crate::{Shape, ShapeRef};
use rayon::prelude::*;

/// Ground of all groups that is counted more than once: what is counted `k` times is in here `k - 1` times.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CountedTwice {
    /// All of it, in m²: sums of areas less areas of all ground together.
    pub all_m2: f64,
    /// What producers have twice in their own plots.
    pub within_producers_m2: f64,
    /// What different producers claim: counted once for each producer after the first.
    pub between_producers_m2: f64,
    /// What is counted again by plots of which no producer is known.
    pub unknown_m2: f64,
}

/// Ground of one producer that is counted more than once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProducerCounts {
    /// The producer's number.
    pub producer: u32,
    /// How many of the producer's plots are in groups.
    pub plots: u32,
    /// The sum of the areas of these plots less the area of all of them together, in m².
    pub within_m2: f64,
    /// The producer's ground that other known producers claim too, each square metre once.
    pub claimed_by_others_m2: f64,
}

/// A plot with this share or more in another is all in it: what corners rounded to doubles leave of a plot of some metres.
const WHOLE: f64 = 1.0 - 1e-9;

/// What of each plot in a group is counted again.
pub(super) struct Counted {
    /// Ascending by row.
    rows: Vec<RowCounts>,
}

#[derive(Clone, Copy)]
struct RowCounts {
    row: u32,
    /// What plots before it have.
    again_m2: f64,
    /// What plots of known producers before it have; 0 if its own producer is not known.
    again_of_known_m2: f64,
    /// What its own producer's plots before it have.
    again_of_own_m2: f64,
    /// What plots of other known producers have, and none of its own producer's before it.
    claimed_m2: f64,
}

/// Counts the plots of all groups.
pub(super) fn count(grounds: &PlotGrounds<'_>, shared: &[SharedPair], group_of: &[Option<u32>]) -> Counted {
    let neighbours = Neighbours::within_groups(grounds, shared, group_of);
    let rows: Vec<&[Neighbour]> = neighbours.all.chunk_by(|a, b| a.of == b.of).collect();
    Counted { rows: rows.into_par_iter().map(|own| neighbours.counts(own)).collect() }
}

/// For each row of a group, what of it other rows of the group have of which it is not known that the same producer has them.
pub(super) fn claimed_m2(
    grounds: &PlotGrounds<'_>,
    shared: &[SharedPair],
    group_of: &[Option<u32>],
) -> Vec<(u32, f64)> {
    let neighbours = Neighbours::within_groups(grounds, shared, group_of);
    let producer = |row: u32| grounds.rows()[row as usize].producer;
    let claimed = |own: &[Neighbour]| {
        let row = own[0].of;
        let is_other = |it: &&Neighbour| producer(row).is_none() || producer(it.row) != producer(row);
        let others: Vec<Neighbour> = own.iter().filter(is_other).copied().collect();
        (row, neighbours.covered_m2(row, &others))
    };
    let rows: Vec<&[Neighbour]> = neighbours.all.chunk_by(|a, b| a.of == b.of).collect();
    rows.into_par_iter().map(claimed).collect()
}

impl Counted {
    /// What of a row plots before it in its group have already.
    pub(super) fn of_row_m2(&self, row: u32) -> f64 {
        self.rows.binary_search_by_key(&row, |counts| counts.row).map_or(0.0, |index| self.rows[index].again_m2)
    }

    pub(super) fn total(&self) -> CountedTwice {
        let sum = |what: fn(&RowCounts) -> f64| self.rows.iter().map(what).sum::<f64>();
        let known = |row: &RowCounts| row.again_of_known_m2;
        CountedTwice {
            all_m2: sum(|row| row.again_m2),
            within_producers_m2: sum(|row| row.again_of_own_m2),
            between_producers_m2: sum(|row| (row.again_of_known_m2 - row.again_of_own_m2).max(0.0)),
            unknown_m2: self.rows.iter().map(|row| (row.again_m2 - known(row)).max(0.0)).sum(),
        }
    }

    pub(super) fn by_producer(&self, grounds: &PlotGrounds<'_>) -> Vec<ProducerCounts> {
        let producer = |row: &RowCounts| grounds.rows()[row.row as usize].producer;
        let mut known: Vec<(u32, &RowCounts)> =
            self.rows.iter().filter_map(|row| producer(row).map(|number| (number, row))).collect();
        known.sort_by_key(|(producer, row)| (*producer, row.row));
        let counts = |plots: &[(u32, &RowCounts)]| ProducerCounts {
            producer: plots[0].0,
            plots: plots.len() as u32,
            within_m2: plots.iter().map(|(_, row)| row.again_of_own_m2).sum(),
            claimed_by_others_m2: plots.iter().map(|(_, row)| row.claimed_m2).sum(),
        };
        let all = known.chunk_by(|a, b| a.0 == b.0).map(counts);
        all.filter(|it| it.within_m2 > 0.0 || it.claimed_by_others_m2 > 0.0).collect()
    }
}

/// A row that shares ground with another of its group.
#[derive(Clone, Copy)]
struct Neighbour {
    of: u32,
    row: u32,
    shared_m2: f64,
}

struct Neighbours<'g> {
    grounds: &'g PlotGrounds<'g>,
    /// By `of` and then `row`, each pair in both directions.
    all: Vec<Neighbour>,
}

impl<'g> Neighbours<'g> {
    fn within_groups(grounds: &'g PlotGrounds<'_>, shared: &[SharedPair], group_of: &[Option<u32>]) -> Self {
        let group = |row: u32| group_of[row as usize];
        let in_one = shared.iter().filter(|pair| group(pair.a).is_some() && group(pair.a) == group(pair.b));
        let both = |pair: &SharedPair| {
            let SharedPair { a, b, shared_m2, .. } = *pair;
            [Neighbour { of: a, row: b, shared_m2 }, Neighbour { of: b, row: a, shared_m2 }]
        };
        let mut all: Vec<Neighbour> = in_one.flat_map(both).collect();
        all.par_sort_unstable_by_key(|neighbour| (neighbour.of, neighbour.row));
        Self { grounds, all }
    }

    /// The neighbours of a row.
    fn of(&self, row: u32) -> &[Neighbour] {
        let from = self.all.partition_point(|neighbour| neighbour.of < row);
        let count = self.all[from..].partition_point(|neighbour| neighbour.of == row);
        &self.all[from..from + count]
    }

    /// Counts a row by all its neighbours.
    fn counts(&self, neighbours: &[Neighbour]) -> RowCounts {
        let row = neighbours[0].of;
        let producer = |row: u32| self.grounds.rows()[row as usize].producer;
        let own = producer(row);
        let covered = |wanted: &dyn Fn(&Neighbour) -> bool| {
            let some: Vec<Neighbour> = neighbours.iter().filter(|it| wanted(it)).copied().collect();
            self.covered_m2(row, &some)
        };
        let before = |it: &Neighbour| self.is_before(it.row, row);
        let again_m2 = covered(&before);
        if own.is_none() {
            return RowCounts { row, again_m2, again_of_known_m2: 0.0, again_of_own_m2: 0.0, claimed_m2: 0.0 };
        }
        let is_own = |it: &Neighbour| producer(it.row) == own;
        let is_other = |it: &Neighbour| !is_own(it) && producer(it.row).is_some();
        let again_of_own_m2 = covered(&|it| before(it) && is_own(it));
        let of_either_m2 = covered(&|it| is_other(it) || before(it) && is_own(it));
        RowCounts {
            row,
            again_m2,
            again_of_known_m2: covered(&|it| before(it) && producer(it.row).is_some()),
            again_of_own_m2,
            claimed_m2: (of_either_m2 - again_of_own_m2).max(0.0),
        }
    }

    /// The order in which plots are counted.
    fn is_before(&self, a: u32, b: u32) -> bool {
        let area_m2 = |row: u32| self.grounds.rows()[row as usize].area_m2;
        area_m2(a).total_cmp(&area_m2(b)).reverse().then(a.cmp(&b)).is_lt()
    }

    /// How much of a row some of its neighbours cover together; they are in the order of their rows.
    fn covered_m2(&self, row: u32, by: &[Neighbour]) -> f64 {
        let plot_m2 = self.grounds.rows()[row as usize].area_m2;
        let most_m2 = by.iter().map(|neighbour| neighbour.shared_m2).fold(0.0, f64::max).min(plot_m2);
        if by.len() < 2 || most_m2 >= WHOLE * plot_m2 {
            return most_m2;
        }
        let all_m2: f64 = self.touching(by).iter().map(|together| self.united_m2(row, by, together)).sum();
        all_m2.min(plot_m2)
    }

    /// Indices of neighbours whose ground may overlap, directly or over others.
    fn touching(&self, by: &[Neighbour]) -> Vec<Vec<usize>> {
        let mut parent: Vec<usize> = (0..by.len()).collect();
        for (i, one) in by.iter().enumerate() {
            for other in self.of(one.row) {
                if let Ok(j) = by.binary_search_by_key(&other.row, |it| it.row) {
                    join(&mut parent, i, j);
                }
            }
        }
        let mut sets: Vec<Vec<usize>> = vec![Vec::new(); by.len()];
        for i in 0..by.len() {
            sets[root(&mut parent, i)].push(i);
        }
        sets.retain(|set| !set.is_empty());
        sets
    }

    /// Area of what a row shares with these neighbours.
    fn united_m2(&self, row: u32, by: &[Neighbour], together: &[usize]) -> f64 {
        if let [only] = together {
            return by[*only].shared_m2;
        }
        let pieces: Vec<Shape> = together.iter().map(|&i| self.grounds.shared(row, by[i].row)).collect();
        let views: Vec<ShapeRef<'_>> = pieces.iter().map(Shape::as_ref).collect();
        union_area_m2(&views)
    }
}
