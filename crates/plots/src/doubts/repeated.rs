//! Points that several rows have.

use super::places::is_on_globe;
use super::{Doubt, Question};
use crate::Position;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Positions are the same if they are on this many steps a degree: the six decimals of the law, 0.11 m.
const STEPS_A_DEGREE: f64 = 1e6;

/// Finds rows whose point an earlier row has. It takes the points of one row after the other and needs some 30 bytes for each: a
/// million plots, 30 MB.
///
/// ```
/// use lindero_plots::doubts::{Question, RepeatedPoints};
///
/// let mut seen = RepeatedPoints::default();
/// assert_eq!(seen.take(0, &[[-74.55, -8.38]]), None);
/// let doubt = seen.take(7, &[[-74.55, -8.38]]).expect("row 0 has that point");
/// assert_eq!(doubt.question, Question::RepeatedPoint { first_row: 0 });
/// ```
#[derive(Clone, Debug, Default)]
pub struct RepeatedPoints {
    /// The first row of each position.
    first_rows: HashMap<[i32; 2], u32>,
}

impl RepeatedPoints {
    /// Takes the points of a row, none where its geometry is no point, and says which is an earlier row's: the first that is.
    /// What is not on the globe is nobody's. A point that a row has twice is no question.
    ///
    /// # Panics
    ///
    /// From row 2^32 on, which is more than a run takes.
    pub fn take(&mut self, row: u64, points: &[Position]) -> Option<Doubt> {
        let this_row = u32::try_from(row).expect("fewer than 2^32 rows");
        let mut repeated = None;
        for &point in points.iter().filter(|&&point| is_on_globe(point)) {
            match self.first_rows.entry(point.map(|degrees| (degrees * STEPS_A_DEGREE).round() as i32)) {
                Entry::Vacant(free) => {
                    free.insert(this_row);
                }
                Entry::Occupied(taken) if *taken.get() != this_row && repeated.is_none() => {
                    repeated = Some((u64::from(*taken.get()), point));
                }
                Entry::Occupied(_) => {}
            }
        }
        repeated.map(|(first_row, point)| Doubt::plain(Question::RepeatedPoint { first_row }, Some(point)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Question, RepeatedPoints};
    use crate::Position;
    use proptest::prelude::*;

    fn check(rows: &[&[Position]], expected: &[Option<u64>]) {
        let mut seen = RepeatedPoints::default();
        let found: Vec<Option<u64>> = (0..)
            .zip(rows)
            .map(|(row, points)| {
                seen.take(row, points).map(|doubt| match doubt.question {
                    Question::RepeatedPoint { first_row } => first_row,
                    other => panic!("{other:?}"),
                })
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_first_row_of_a_point_is_named_to_all_later_ones() {
        let (a, b) = ([-74.55, -8.38], [-74.56, -8.38]);
        check(&[&[a], &[b], &[a], &[], &[a, b]], &[None, None, Some(0), None, Some(0)]);
    }

    #[test]
    fn six_decimals_tell_points_apart() {
        check(&[&[[-74.55, -8.38]], &[[-74.550_000_4, -8.38]], &[[-74.550_001, -8.38]]], &[None, Some(0), None]);
    }

    #[test]
    fn a_row_may_have_a_point_twice_and_points_off_the_globe_are_nobodys() {
        let lost = [500_000.0, 8_900_000.0];
        check(&[&[[1.0, 2.0], [1.0, 2.0]], &[lost], &[lost], &[[f64::NAN, 2.0]]], &[None; 4]);
    }

    proptest! {
        #[test]
        fn the_answers_are_those_of_comparing_every_pair(points in prop::collection::vec((0..4_i32, 0..4_i32), 1..30)) {
            let points: Vec<Position> = points.iter().map(|&(x, y)| [f64::from(x) * 1e-6, f64::from(y) * 1e-6]).collect();
            let expected: Vec<Option<u64>> = (0..points.len())
                .map(|row| points[..row].iter().position(|earlier| *earlier == points[row]).map(|row| row as u64))
                .collect();
            let rows: Vec<&[Position]> = points.chunks(1).collect();
            check(&rows, &expected);
        }
    }
}
