//! Plots that claim the same ground: which, how much of it, and how much is counted more than once.
//!
//! # Method
//!
//! Pairs whose boxes meet come out of an R*-tree. Nearly all of them are neighbours that touch or lie apart, which exact
//! predicates tell without an overlay (`meeting`). The ground of the others is computed by
//! [`intersection`](crate::intersection) and judged by [`ConflictRules`].
//! Pairs that are more than sloppy borders connect plots to groups. Ground counted more than once is summed plot by plot:
//! what of each plot those before it in its group have already (`counted`), so that nothing as large as a
//! group is ever overlaid.

mod candidates;
mod claimed;
mod counted;
mod groups;
mod meeting;
mod plot_grounds;
mod repeated_ids;
mod rules;

pub use claimed::{Claimed, claimed_shares};
pub use counted::{CountedTwice, ProducerCounts};
pub use groups::ConflictGroup;
pub use plot_grounds::{PlotGround, PlotGrounds};
pub use repeated_ids::repeated_ids;
pub use rules::{ConflictKind, ConflictRules};

use candidates::SharedPair;

/// Two plots that claim the same ground.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// Row of the first plot.
    pub a: u32,
    /// Row of the second, larger than `a`.
    pub b: u32,
    /// What kind of conflict it is.
    pub kind: ConflictKind,
    /// Whether one producer has both; `None` where the producer of either is not known.
    pub same_producer: Option<bool>,
    /// Ellipsoidal area of the shared ground.
    pub shared_m2: f64,
    /// How wide the shared ground is on average: its area by half the length of its border, in metres.
    pub width_m: f64,
    /// The shared ground's share of the first plot, in `0.0..=1.0`.
    pub share_of_a: f64,
    /// Its share of the second plot, in `0.0..=1.0`.
    pub share_of_b: f64,
    /// Its share of the ground of both together, in `0.0..=1.0`.
    pub share_of_union: f64,
    /// Number of the group; `None` for a sliver.
    pub group: Option<u32>,
}

/// All conflicts between plots.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conflicts {
    /// Every pair once, by `a` and then `b`.
    pub pairs: Vec<Conflict>,
    /// The groups by number, each with at least two plots.
    pub groups: Vec<ConflictGroup>,
    /// What is counted twice in all groups together.
    pub counted_twice: CountedTwice,
    /// The producers, by number, with plots in a group that share ground with another of theirs or of another producer.
    pub producers: Vec<ProducerCounts>,
}

/// Finds all conflicts. The same whatever the number of threads.
///
/// ```
/// use lindero_plots::{
///     ConflictKind, ConflictRules, PlotGround, PlotGrounds, Position, Shape, ShapeStore, area_m2, conflicts,
/// };
///
/// let mut shapes = ShapeStore::new();
/// for west in [-76.0, -75.9995, -75.9985] {
///     let ring: Vec<Position> =
///         vec![[west, -9.301], [west + 0.001, -9.301], [west + 0.001, -9.3], [west, -9.3], [west, -9.301]];
///     shapes.push(Shape::from_rings(vec![vec![ring]]).as_ref());
/// }
/// let rows: Vec<PlotGround> = (0..3)
///     .map(|i| PlotGround { shape: Some(i), area_m2: area_m2(shapes.get(i)), producer: None })
///     .collect();
/// let found = conflicts(&PlotGrounds::new(&shapes, &rows), &ConflictRules::default());
/// // The second plot lies half on the first; the third only touches the second.
/// assert_eq!(found.pairs.len(), 1);
/// assert_eq!((found.pairs[0].a, found.pairs[0].b, found.pairs[0].kind), (0, 1, ConflictKind::Overlap));
/// assert_eq!(found.groups[0].rows, [0, 1]);
/// ```
#[must_use]
pub fn conflicts(grounds: &PlotGrounds<'_>, rules: &ConflictRules) -> Conflicts {
    let shared = candidates::shared_pairs(grounds);
    let mut pairs: Vec<Conflict> = shared.iter().filter_map(|pair| judged(grounds, rules, pair)).collect();
    let (mut groups, group_of) = groups::connect(grounds.rows().len(), &pairs);
    for pair in pairs.iter_mut().filter(|pair| pair.kind != ConflictKind::Sliver) {
        pair.group = group_of[pair.a as usize];
    }
    let counted = counted::count(grounds, &shared, &group_of);
    for group in &mut groups {
        group.area_m2 = group.rows.iter().map(|&row| grounds.rows()[row as usize].area_m2).sum();
        group.counted_twice_m2 = group.rows.iter().map(|row| counted.of_row_m2(*row)).sum();
    }
    let producers = counted.by_producer(grounds);
    Conflicts { pairs, groups, counted_twice: counted.total(), producers }
}

/// The conflict that shared ground is, if it is one.
fn judged(grounds: &PlotGrounds<'_>, rules: &ConflictRules, pair: &SharedPair) -> Option<Conflict> {
    let SharedPair { a, b, shared_m2, width_m } = *pair;
    let [of_a, of_b] = [a, b].map(|row| grounds.rows()[row as usize]);
    // Rounding may find a little more than all of a plot.
    let share = |of_m2: f64| (shared_m2 / of_m2).min(1.0);
    let mut conflict = Conflict {
        a,
        b,
        kind: ConflictKind::Overlap,
        same_producer: of_a.producer.zip(of_b.producer).map(|(a, b)| a == b),
        shared_m2,
        width_m,
        share_of_a: share(of_a.area_m2),
        share_of_b: share(of_b.area_m2),
        share_of_union: share(of_a.area_m2 + of_b.area_m2 - shared_m2),
        group: None,
    };
    conflict.kind = rules.kind_of(&conflict, || grounds.same_geometry(a, b))?;
    Some(conflict)
}
