//! The usual plot, one ring of few corners with nothing wrong, told without any memory being reserved.
//!
//! # Method
//!
//! A ring is *plain* if it is closed, on the globe, narrower than half of it, and no two of its sides meet but
//! neighbours in their corner. Of such a ring [`take_in`](crate::take_in) has at most something to note, so all it would do
//! is turn it. Every sign is exact. What is not plain is not wrong for that: the whole examination decides.

use crate::intake::without_minus_zero;
use crate::notes;
use crate::predicates::{same_direction, turn};
use crate::rings::{SLIVER, SURELY_SMALL_DEG2, planar_deg2};
use crate::{Bounds, Position, Shape};
use std::ops::Range;

/// Most sides of a ring that is looked at here: all pairs are compared.
const MOST_SIDES: usize = 64;

/// Sides whose boxes are compared in one go: as many as a register of the processor has bytes.
const LANES: usize = 16;

/// Sides that are passed over in one go where no box meets.
const WORD: usize = 8;

/// Lines of the lattice that boxes of sides are widened to.
const LATTICE: f64 = 255.0;

/// Room for what is looked at of one ring, used again for the next.
#[derive(Clone, Debug)]
pub(crate) struct PlainRing {
    /// Columns and rows of the corners in the lattice over the ring.
    cells: [[u8; 2]; MOST_SIDES + 1],
    /// Boxes of the sides in the lattice.
    west: [u8; MOST_SIDES],
    south: [u8; MOST_SIDES],
    east: [u8; MOST_SIDES],
    north: [u8; MOST_SIDES],
    /// Which sides' boxes meet the box of the one that is looked at.
    met: [u8; MOST_SIDES],
}

impl Default for PlainRing {
    fn default() -> Self {
        let none = [0; MOST_SIDES];
        Self { cells: [[0; 2]; MOST_SIDES + 1], west: none, south: none, east: none, north: none, met: none }
    }
}

impl PlainRing {
    /// Makes the shape of a ring if it is plain, and says whether there may be something to note about it; else `None`,
    /// and the shape holds nothing of use.
    pub(crate) fn take_in(&mut self, found: &[Position], shape: &mut Shape) -> Option<bool> {
        if found.len() > MOST_SIDES + 1 {
            return None;
        }
        shape.clear();
        shape.push_positions(found.iter().map(|&position| without_minus_zero(position)));
        let ring = shape.open_ring();
        if ring.len() < 4 || ring.iter().any(|&[x, y]| !(x.abs() <= 180.0 && y.abs() <= 90.0)) {
            return None;
        }
        let mut is_odd = false;
        if ring.windows(2).any(|side| side[0] == side[1]) {
            shape.drop_repeated_positions();
            is_odd = true;
        }
        let ring = shape.open_ring();
        let bounds = bounds_of(ring);
        let sides = ring.len() - 1;
        if sides < 3
            || ring[0] != ring[sides]
            || bounds.width() > 180.0
            || !neighbours_part(ring)
            || !self.others_are_apart(ring, &bounds)
        {
            return None;
        }
        let (ring_deg2, box_deg2) = (planar_deg2(ring), bounds.width() * bounds.height());
        // Far more than rounding can be, so that its sign is certain too.
        if ring_deg2.abs() <= SLIVER * box_deg2 || box_deg2 > SURELY_SMALL_DEG2 {
            return None;
        }
        is_odd |= notes::is_odd(ring, ring_deg2, &bounds);
        shape.end_ring();
        shape.end_part();
        if ring_deg2 < 0.0 {
            shape.reverse_ring(0);
        }
        Some(is_odd)
    }

    /// Whether no two sides meet but neighbours.
    fn others_are_apart(&mut self, ring: &[Position], bounds: &Bounds) -> bool {
        let sides = ring.len() - 1;
        if !self.widen_boxes(ring, bounds) {
            return false;
        }
        for i in 0..sides - 2 {
            // Neighbours are not compared; the last side is a neighbour of the first.
            let others = i + 2..if i == 0 { sides - 1 } else { sides };
            self.compare_boxes(i, &others);
            let first = others.start / WORD * WORD;
            for (word, met) in self.met[first..others.end.next_multiple_of(WORD)].chunks_exact(WORD).enumerate() {
                let mut met = u64::from_le_bytes(*met.first_chunk().expect("words are whole"));
                while met != 0 {
                    let j = first + word * WORD + met.trailing_zeros() as usize / 8;
                    met &= met - 1;
                    if !others.contains(&j) {
                        continue;
                    }
                    let (a, b) = ([ring[i], ring[i + 1]], [ring[j], ring[j + 1]]);
                    if !are_apart(a, b) && bounds_of(&a).intersects(&bounds_of(&b)) {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// Widens the sides' boxes to a lattice over the ring. Rounding keeps the order of numbers, so that boxes that meet
    /// still meet. `false` if the ring is too narrow for a lattice.
    fn widen_boxes(&mut self, ring: &[Position], bounds: &Bounds) -> bool {
        /// Added to a small number it leaves the nearest whole one in the lowest bits: numbers there are 1 apart.
        const WHOLE: f64 = (1_u64 << 52) as f64;
        let (across, up) = (LATTICE / bounds.width(), LATTICE / bounds.height());
        if !across.is_finite() || !up.is_finite() {
            return false;
        }
        for (cell, &[x, y]) in self.cells.iter_mut().zip(ring) {
            let column = ((x - bounds.min_x) * across + WHOLE).to_bits() as u8;
            let row = ((y - bounds.min_y) * up + WHOLE).to_bits() as u8;
            *cell = [column, row];
        }
        let sides = ring.len() - 1;
        for i in 0..sides {
            let ([from_x, from_y], [to_x, to_y]) = (self.cells[i], self.cells[i + 1]);
            self.west[i] = from_x.min(to_x);
            self.south[i] = from_y.min(to_y);
            self.east[i] = from_x.max(to_x);
            self.north[i] = from_y.max(to_y);
        }
        true
    }

    /// Notes which of other sides' boxes meet the box of side `i`: 1 where they do.
    fn compare_boxes(&mut self, i: usize, others: &Range<usize>) {
        // Whole registers: what is before and behind the others costs nothing.
        let all = || others.start / LANES * LANES..others.end.next_multiple_of(LANES);
        let (west, south, east, north) = (self.west[i], self.south[i], self.east[i], self.north[i]);
        let boxes =
            self.west[all()].iter().zip(&self.east[all()]).zip(self.south[all()].iter().zip(&self.north[all()]));
        for (met, ((&its_west, &its_east), (&its_south, &its_north))) in self.met[all()].iter_mut().zip(boxes) {
            *met = u8::from((west <= its_east) & (its_west <= east) & (south <= its_north) & (its_south <= north));
        }
    }
}

/// The box of positions that are numbers.
fn bounds_of(positions: &[Position]) -> Bounds {
    // Comparisons instead of min and max: nothing here is NaN, and this is done for every plot.
    let mut bounds = Bounds::empty();
    for &[x, y] in positions {
        bounds.min_x = if x < bounds.min_x { x } else { bounds.min_x };
        bounds.min_y = if y < bounds.min_y { y } else { bounds.min_y };
        bounds.max_x = if x > bounds.max_x { x } else { bounds.max_x };
        bounds.max_y = if y > bounds.max_y { y } else { bounds.max_y };
    }
    bounds
}

/// Whether no side of a closed ring runs back along the one before it.
fn neighbours_part(ring: &[Position]) -> bool {
    let part = |before: Position, corner: Position, after: Position| {
        turn(corner, before, after) != 0.0 || !same_direction(corner, before, after)
    };
    part(ring[ring.len() - 2], ring[0], ring[1]) && ring.windows(3).all(|corner| part(corner[0], corner[1], corner[2]))
}

/// Whether both ends of one side lie strictly on the same side of the other.
fn are_apart(a: [Position; 2], b: [Position; 2]) -> bool {
    let beside = |[from, to]: [Position; 2], ends: [Position; 2]| {
        let [one, other] = ends.map(|end| turn(from, to, end));
        (one > 0.0 && other > 0.0) || (one < 0.0 && other < 0.0)
    };
    beside(a, b) || beside(b, a)
}

#[cfg(test)]
mod tests {
    use super::{MOST_SIDES, PlainRing};
    use crate::intake::examined;
    use crate::{Checker, DefectEffect, PlotGeometry, Position, RawGeometries, RawGeometry, RepairRules, Shape};
    use proptest::prelude::*;

    /// The checker says what the whole examination says, whatever it looked at before; and whether the ring was plain.
    fn check(checker: &mut Checker, ring: &[Position]) -> bool {
        let mut found = RawGeometries::new();
        found.push(RawGeometry::Polygons(vec![vec![ring.to_vec()]]));
        let whole = examined(found.get(0), RepairRules::default());
        let checked = checker.check(found.get(0));
        assert_eq!(checked.geometry, whole.geometry.as_ref(), "{ring:?}");
        let told = (checked.repaired, &checked.defects, &checked.repairs);
        // Debug text: a defect may hold NaN, which does not equal itself.
        assert_eq!(format!("{told:?}"), format!("{:?}", (whole.repaired, &whole.defects, &whole.repairs)), "{ring:?}");
        let mut shape = Shape::default();
        let plain = PlainRing::default().take_in(ring, &mut shape);
        if let Some(is_odd) = plain {
            assert_eq!((&whole.geometry, whole.repaired), (&PlotGeometry::Area(shape), false), "{ring:?}");
            assert_eq!(whole.repairs, [], "{ring:?}");
            assert!(whole.defects.iter().all(|defect| defect.effect == DefectEffect::Note), "{ring:?}");
            assert!(is_odd || whole.defects.is_empty(), "{ring:?}: {:?}", whole.defects);
        }
        plain.is_some()
    }

    fn closed(mut ring: Vec<Position>) -> Vec<Position> {
        ring.extend(ring.first().copied());
        ring
    }

    #[test]
    fn the_usual_plot_is_plain_whichever_way_it_runs() {
        let mut field =
            closed(vec![[-76.0, -9.3], [-75.999, -9.3], [-75.9993, -9.2995], [-75.999, -9.299], [-76.0, -9.299]]);
        let mut checker = Checker::new(RepairRules::default());
        assert!(check(&mut checker, &field));
        field.reverse();
        assert!(check(&mut checker, &field));
        field.insert(2, field[2]);
        assert!(check(&mut checker, &field));
        let most: Vec<Position> = (0..MOST_SIDES)
            .map(|i| {
                let angle = i as f64 / MOST_SIDES as f64 * std::f64::consts::TAU;
                [libm::cos(angle), libm::sin(angle)]
            })
            .collect();
        assert!(check(&mut checker, &closed(most.clone())));
        let mut more = most;
        more.insert(1, [1.0, 0.01]);
        assert!(!check(&mut checker, &closed(more)));
    }

    #[test]
    fn what_needs_a_word_is_not_plain() {
        let mut checker = Checker::new(RepairRules::default());
        let rings: [&[Position]; 12] = [
            &[],
            &[[0., 0.], [0., 0.], [0., 0.], [0., 0.]],
            &[[0., 0.], [1., 0.], [0., 1.]],
            &[[0., 0.], [1., 0.], [0., 0.], [1., 0.], [0., 0.]],
            &[[0., 0.], [1., 0.], [2., 0.], [0., 0.]],
            &[[0., 0.], [2., 2.], [2., 0.], [0., 2.], [0., 0.]],
            &[[0., 0.], [2., 2.], [4., 0.], [4., 4.], [2., 2.], [0., 4.], [0., 0.]],
            &[[0., 0.], [4., 0.], [4., 4.], [2., 0.], [0., 4.], [0., 0.]],
            &[[0., 0.], [2., 0.], [4., 0.], [2., 0.], [1., 3.], [0., 0.]],
            &[[0., 0.], [f64::NAN, 0.], [0., 1.], [0., 0.]],
            &[[-179., 0.], [179., 0.], [179., 1.], [-179., 0.]],
            &[[-80., -40.], [80., -40.], [80., 40.], [-80., 40.], [-80., -40.]],
        ];
        for ring in rings {
            assert!(!check(&mut checker, ring), "{ring:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]
        #[test]
        fn rings_on_small_grids_get_the_same_verdict(
            steps in proptest::collection::vec((0..5_i8, 0..5_i8), 1..12),
            scale in prop_oneof![Just(1.0), Just(1e-4), Just(0.1)],
            open in proptest::bool::weighted(0.1),
        ) {
            let ring: Vec<Position> =
                steps.iter().map(|&(x, y)| [f64::from(x) * scale - 76.0, f64::from(y) * scale - 9.0]).collect();
            check(&mut Checker::new(RepairRules::default()), &if open { ring } else { closed(ring) });
        }

        #[test]
        fn stars_bent_by_the_last_digit_get_the_same_verdict(
            corners in proptest::collection::vec((0.0..1.0_f64, 0..4_u8, -2..3_i8), 3..80),
            size in prop_oneof![Just(1e-3), Just(1e-12), Just(20.0)],
        ) {
            // Few radii and angles, so that corners fall on or next to each other and to sides.
            let count = corners.len() as f64;
            let ring: Vec<Position> = corners.iter().enumerate().map(|(i, &(jitter, radius, ulps))| {
                let angle = (i as f64 + if radius == 3 { jitter } else { 0.0 }) / count * std::f64::consts::TAU;
                let reach = size * f64::from(radius);
                let x = 5.0 + reach * libm::cos(angle);
                [(0..ulps).fold(x, |x, _| x.next_up()), 5.0 + reach * libm::sin(angle)]
            }).collect();
            check(&mut Checker::new(RepairRules::default()), &closed(ring));
        }
    }
}
