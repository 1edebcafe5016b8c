//! Where else a plot may lie: moves by a normal error of position.

use crate::normal::normal_quantile;
use lindero_plots::{Bounds, degrees_of_metres};

/// The largest error (metres): beyond it a boundary was not walked but guessed.
const MOST_M: f64 = 100.0;
/// How many moves there may be, and how many there are unless somebody asks for others.
const FEWEST: usize = 8;
const MOST: usize = 256;

/// No move is longer along an axis, in standard deviations: the outermost of [`MOST`] is 2.89.
const REACH_SDS: f64 = 3.0;

/// The number of which each power is a fraction as far from all simple ones as two axes allow: `x^3 = x + 1`.
const PLASTIC: f64 = 1.324_717_957_244_746;

/// By how much plots are moved to see whether what is said of them depends on where exactly they lie.
///
/// # Method
///
/// Every position of a plot has the same error, which is normal with one standard deviation along each axis. The moves are
/// the same in every run: half of them are the points of the R2 sequence (Roberts 2018: multiples of the powers of the
/// plastic number, modulo 1), the other half their mirror images, so that they cancel out exactly. Along each axis the points
/// are put in the middles of as many equal shares of probability, in their order, and taken through the inverse of the normal
/// distribution. So of the ground beyond a straight edge along an axis the share of moves is right to half a move; in other
/// directions to some 3 in 32 or 7 in 256.
///
/// # Limits
///
/// All of a plot moves as one: the error of each corner by itself is another question, and a smaller one.
#[derive(Clone, Debug, PartialEq)]
pub struct Moves {
    error_m: f64,
    /// East and north, in standard deviations.
    offsets: Vec<[f64; 2]>,
}

/// Why plots cannot be moved so.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum MovesError {
    /// The error is none, or too large.
    #[error("a position error of {error_m} m: it must be over 0 and at most {MOST_M} m")]
    Error { error_m: f64 },
    /// Moves come in pairs.
    #[error("{count} moves: as they come in pairs that cancel out, it must be an even number from {FEWEST} to {MOST}")]
    Count { count: usize },
}

impl Moves {
    /// How many moves there are unless somebody asks for others.
    pub const USUAL: usize = 32;

    /// So many moves by an error of this standard deviation along each axis.
    ///
    /// # Units
    ///
    /// Metres.
    ///
    /// # Errors
    ///
    /// [`MovesError`] unless the error is over 0 and at most 100 m, and the number even and from 8 to 256.
    pub fn new(error_m: f64, count: usize) -> Result<Self, MovesError> {
        if !(error_m > 0.0 && error_m <= MOST_M) {
            return Err(MovesError::Error { error_m });
        }
        if !(FEWEST..=MOST).contains(&count) || !count.is_multiple_of(2) {
            return Err(MovesError::Count { count });
        }
        let step = [1.0 / PLASTIC, 1.0 / (PLASTIC * PLASTIC)];
        let mut points: Vec<[f64; 2]> =
            (1..=count / 2).map(|k| step.map(|step| (0.5 + k as f64 * step).fract())).collect();
        points.extend_from_within(..);
        points[count / 2..].iter_mut().for_each(|point| *point = point.map(|share| 1.0 - share));
        let axes = [0, 1].map(|axis| along(&points.iter().map(|point| point[axis]).collect::<Vec<_>>()));
        let offsets = axes[0].iter().zip(&axes[1]).map(|(&east, &north)| [east, north]).collect();
        Ok(Self { error_m, offsets })
    }

    /// The standard deviation along each axis, in metres, of plots that state no larger one.
    #[must_use]
    pub fn error_m(&self) -> f64 {
        self.error_m
    }

    /// The moves in standard deviations, east and north; they add up to nothing.
    #[must_use]
    pub fn offsets(&self) -> &[[f64; 2]] {
        &self.offsets
    }

    /// By how many degrees of longitude and latitude plots of this error at a latitude are moved: one entry per move.
    pub fn degrees(&self, error_m: f64, latitude_deg: f64) -> impl Iterator<Item = [f64; 2]> + '_ {
        self.offsets.iter().map(move |offset| degrees_of_metres(offset.map(|sds| sds * error_m), latitude_deg))
    }
}

/// The error of one plot: that which all have, or its own where a survey says that it is larger.
pub(crate) fn error_of_plot(all_m: f64, survey_m: Option<f64>) -> f64 {
    // A phone without a fix tells kilometres.
    survey_m.filter(|survey_m| !survey_m.is_nan()).map_or(all_m, |survey_m| all_m.max(survey_m.min(MOST_M)))
}

/// The ground on which a shape with these bounds may lie when it is moved by this error; the bounds where it is 0.
pub(crate) fn reach_of_moves(bounds: Bounds, error_m: f64) -> Bounds {
    if error_m == 0.0 {
        return bounds;
    }
    let [x, y] = degrees_of_metres([REACH_SDS * error_m; 2], bounds.center()[1]);
    Bounds::new(bounds.min_x - x, bounds.min_y - y, bounds.max_x + x, bounds.max_y + y)
}

/// The moves along one axis, in standard deviations: for each point the middle of the share of probability that has its
/// place in the order of all.
fn along(points: &[f64]) -> Vec<f64> {
    let count = points.len();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| points[a].total_cmp(&points[b]));
    let mut moves = vec![0.0; count];
    for (place, &point) in order.iter().enumerate() {
        // The upper half mirrors the lower one to the last digit.
        let below = place.min(count - 1 - place);
        let quantile = normal_quantile((below as f64 + 0.5) / count as f64);
        moves[point] = if place == below { quantile } else { -quantile };
    }
    moves
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The share of a normal distribution below.
    fn below(z: f64) -> f64 {
        0.5 * libm::erfc(-z / 2.0_f64.sqrt())
    }

    /// The largest difference between the share of moves and of the distribution beyond any line at this angle.
    fn off(moves: &Moves, angle: f64) -> f64 {
        let (sin, cos) = angle.sin_cos();
        let mut along: Vec<f64> = moves.offsets.iter().map(|[x, y]| x * cos + y * sin).collect();
        along.sort_by(f64::total_cmp);
        let count = along.len() as f64;
        let at = |(k, &z): (usize, &f64)| {
            let share = below(z);
            (share - k as f64 / count).abs().max((share - (k + 1) as f64 / count).abs())
        };
        along.iter().enumerate().map(at).fold(0.0, f64::max)
    }

    #[test]
    fn each_move_has_its_mirror_image_and_none_is_farther_than_is_reckoned_with() {
        for count in (FEWEST..=MOST).step_by(2) {
            let moves = Moves::new(5.0, count).unwrap();
            assert_eq!(moves.offsets.len(), count);
            for (there, back) in moves.offsets[..count / 2].iter().zip(&moves.offsets[count / 2..]) {
                assert_eq!(there.map(|sds| -sds), *back, "{count}");
                assert!(there.iter().all(|sds| sds.abs() < REACH_SDS), "{count}: {there:?}");
            }
        }
    }

    #[test]
    fn beyond_a_straight_edge_lie_as_many_moves_as_the_distribution_says() {
        for (count, any_angle) in [(8, 0.25), (32, 0.102), (64, 0.0605), (256, 0.0265)] {
            let moves = Moves::new(5.0, count).unwrap();
            for step in 0..180 {
                let angle = f64::from(step).to_radians();
                assert!(off(&moves, angle) < any_angle, "{count} moves at {step} degrees: {}", off(&moves, angle));
            }
            // Half a move along the axes, where the outermost counts from none or all.
            for angle in [0.0, 90.0_f64.to_radians()] {
                assert!(off(&moves, angle) < 0.5 / count as f64 + 1e-9, "{count}: {}", off(&moves, angle));
            }
        }
    }

    #[test]
    fn the_spread_is_that_of_the_error_but_for_the_tails() {
        // Of 256 moves the outermost stand for all that lies beyond.
        for (count, least) in [(8, 0.92), (32, 0.98), (256, 0.997)] {
            let moves = Moves::new(5.0, count).unwrap();
            for axis in 0..2 {
                let squares: f64 = moves.offsets.iter().map(|offset| offset[axis] * offset[axis]).sum();
                let sd = (squares / count as f64).sqrt();
                assert!(sd > least && sd < 1.0, "{count}: {sd}");
            }
        }
    }

    #[test]
    fn what_is_no_error_of_a_walk_is_refused() {
        for error_m in [0.0, -5.0, 100.5, f64::NAN, f64::INFINITY] {
            assert!(matches!(Moves::new(error_m, 32), Err(MovesError::Error { .. })), "{error_m}");
        }
        for count in [0, 6, 33, 258] {
            assert_eq!(Moves::new(5.0, count), Err(MovesError::Count { count }));
        }
    }

    #[test]
    fn a_survey_makes_an_error_larger_and_never_smaller() {
        let own = |survey_m| error_of_plot(5.0, survey_m);
        assert_eq!([own(None), own(Some(3.0)), own(Some(12.0))], [5.0, 5.0, 12.0]);
        assert_eq!([own(Some(1900.0)), own(Some(f64::NAN)), own(Some(-1.0))], [MOST_M, 5.0, 5.0]);
    }
}
