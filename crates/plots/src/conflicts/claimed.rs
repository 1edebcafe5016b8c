//! What of each plot others claim too.

use super::candidates::{boxes_of, shared_pairs};
use super::{ConflictRules, PlotGrounds, counted, groups, judged};
use crate::{Position, contains};
use rayon::prelude::*;
use rstar::AABB;

/// What of a row others claim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Claimed {
    /// The row.
    pub row: u32,
    /// The share of it that lies in plots of others, above 0 and up to 1.
    pub share: f64,
}

/// What of each row other rows claim, ascending by row; what is not in it, nobody else claims.
///
/// Others are all rows of which it is not known that the same producer has them. Each square metre counts once, however many claim
/// it. Only conflicts count ([`ConflictRules`]): rows that share no more than slivers claim nothing of each other. Of
/// `points`, which have no ground of their own among `grounds`, the share of a row's points that lie in plots of others
/// counts; they are in the order of their rows.
///
/// # Panics
///
/// If there is no row of a point.
#[must_use]
pub fn claimed_shares(grounds: &PlotGrounds<'_>, rules: &ConflictRules, points: &[(u32, Position)]) -> Vec<Claimed> {
    let shared = shared_pairs(grounds);
    let pairs: Vec<_> = shared.iter().filter_map(|pair| judged(grounds, rules, pair)).collect();
    let (_, group_of) = groups::connect(grounds.rows().len(), &pairs);
    let area_m2 = |row: u32| grounds.rows()[row as usize].area_m2;
    let of_grounds = counted::claimed_m2(grounds, &shared, &group_of).into_iter();
    let mut all: Vec<Claimed> =
        of_grounds.map(|(row, claimed_m2)| Claimed { row, share: (claimed_m2 / area_m2(row)).min(1.0) }).collect();
    if !points.is_empty() {
        all.extend(claimed_points(grounds, points));
        all.sort_unstable_by_key(|claimed| claimed.row);
    }
    all.retain(|claimed| claimed.share > 0.0);
    all
}

/// The share of each row's points that lie in plots of others.
fn claimed_points(grounds: &PlotGrounds<'_>, points: &[(u32, Position)]) -> Vec<Claimed> {
    let tree = boxes_of(grounds);
    let producer = |row: u32| grounds.rows()[row as usize].producer;
    let lies_in_other = |&(row, at): &(u32, Position)| {
        let mut near = tree.locate_in_envelope_intersecting(AABB::from_point(at)).map(|plot| plot.data);
        let is_other = |other: u32| producer(row).is_none() || producer(other) != producer(row);
        near.any(|other| is_other(other) && contains(grounds.shape(other), at))
    };
    let of_row = |of_row: &[(u32, Position)]| {
        let claimed = of_row.iter().filter(|point| lies_in_other(point)).count();
        Claimed { row: of_row[0].0, share: claimed as f64 / of_row.len() as f64 }
    };
    let rows: Vec<&[(u32, Position)]> = points.chunk_by(|a, b| a.0 == b.0).collect();
    rows.into_par_iter().map(of_row).collect()
}
