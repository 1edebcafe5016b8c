//! How much of a plot lies in the features of a layer, and in which.

use lindero_layers::VectorLayer;
use lindero_plots::{Shape, ShapeRef, area_m2, union};
use std::collections::BTreeSet;

/// A feature that shares no more ground with a plot is not named: borders are drawn no finer.
const LEAST_NAMED_M2: f64 = 1.0;

/// What of a plot lies in a layer's features.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlap {
    /// Ground in any of the features, each square metre once.
    pub area_m2: f64,
    /// The same as a share of the plot, in `0.0..=1.0`.
    pub share: f64,
    /// Indices of the features that share more than 1 m² with the plot, ascending.
    pub features: Vec<u32>,
}

/// Lays a plot over a layer.
///
/// `plot_area_m2` is the plot's area as [`area_m2`] measures it; a plot without area has no share.
///
/// # Method
///
/// The ground shared with each feature near the plot, by [`VectorLayer::intersection`]; where it is shared with several, their
/// [`union`], so that ground in two features does not count twice.
#[must_use]
pub fn overlap(shape: ShapeRef<'_>, plot_area_m2: f64, layer: &VectorLayer) -> Overlap {
    let mut pieces: Vec<Shape> = Vec::new();
    let mut largest_m2: f64 = 0.0;
    let mut features = Vec::new();
    for index in layer.near(&shape.bounds()) {
        let piece = layer.intersection(index, shape);
        let piece_m2 = area_m2(piece.as_ref());
        if piece_m2 > LEAST_NAMED_M2 {
            features.push(index);
        }
        if piece_m2 > 0.0 {
            largest_m2 = largest_m2.max(piece_m2);
            pieces.push(piece);
        }
    }
    // One feature alone, or one that has the whole plot: there is nothing to unite.
    let shared_m2 = if pieces.len() < 2 || largest_m2 >= plot_area_m2 {
        largest_m2
    } else {
        let pieces: Vec<ShapeRef<'_>> = pieces.iter().map(Shape::as_ref).collect();
        area_m2(union(&pieces).as_ref())
    };
    let area_m2 = shared_m2.min(plot_area_m2).max(0.0);
    let share = if plot_area_m2 > 0.0 { (area_m2 / plot_area_m2).clamp(0.0, 1.0) } else { 0.0 };
    Overlap { area_m2, share, features }
}

/// The names of features for one cell of a table: each once, in alphabetical order, joined with `;`.
///
/// A `;` in a name becomes `,`. Features without a name add nothing.
///
/// # Panics
///
/// If the layer has no feature of such an index.
#[must_use]
pub fn names(layer: &VectorLayer, features: &[u32]) -> String {
    let distinct: BTreeSet<String> = features
        .iter()
        .filter_map(|&index| layer.feature(index).name.as_deref())
        .map(|name| name.trim().replace(';', ","))
        .filter(|name| !name.is_empty())
        .collect();
    distinct.into_iter().collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::{Overlap, names, overlap};
    use lindero_layers::{VectorFeature, VectorLayer};
    use lindero_plots::{Position, Shape, ShapeStore, area_m2};
    use lindero_testkit::{SplitMix64, polygon, random_star};
    use proptest::prelude::*;

    /// Shares come from areas on the ellipsoid: of squares under a kilometre, one like the other to this.
    const ALIKE: f64 = 1e-6;

    fn shape(wkt: &str) -> Shape {
        Shape::from_rings(polygon(wkt))
    }

    fn layer(features: &[(Option<&str>, Shape)]) -> VectorLayer {
        let mut shapes = ShapeStore::new();
        let described = features.iter().map(|(name, shape)| {
            shapes.push(shape.as_ref());
            VectorFeature { name: name.map(str::to_owned), category: None }
        });
        let described = described.collect();
        VectorLayer::new(described, shapes)
    }

    fn lay(plot: &Shape, layer: &VectorLayer) -> Overlap {
        overlap(plot.as_ref(), area_m2(plot.as_ref()), layer)
    }

    /// Lays a square of 0.004 degrees at the origin over drawn features.
    fn check(features: &[&str], share: f64, overlapped: &[u32]) {
        let plot = shape("POLYGON((0 0, 0.004 0, 0.004 0.004, 0 0.004, 0 0))");
        let drawn: Vec<(Option<&str>, Shape)> = features.iter().map(|wkt| (None, shape(wkt))).collect();
        let found = lay(&plot, &layer(&drawn));
        assert!((found.share - share).abs() < ALIKE, "share {} and not {share}", found.share);
        assert!((found.area_m2 - share * area_m2(plot.as_ref())).abs() < 1.0, "{} m2", found.area_m2);
        assert_eq!(found.features, overlapped);
    }

    const WEST_HALF: &str = "POLYGON((-1 -1, 0.002 -1, 0.002 1, -1 1, -1 -1))";
    const SOUTH_HALF: &str = "POLYGON((-1 -1, 1 -1, 1 0.002, -1 0.002, -1 -1))";
    const AROUND: &str = "POLYGON((-1 -1, 1 -1, 1 1, -1 1, -1 -1))";
    const NEIGHBOUR: &str = "POLYGON((0.004 0, 1 0, 1 1, 0.004 1, 0.004 0))";
    const FAR: &str = "POLYGON((5 5, 6 5, 6 6, 5 6, 5 5))";

    #[test]
    fn a_plot_far_from_all_features_overlaps_none() {
        check(&[], 0.0, &[]);
        check(&[FAR], 0.0, &[]);
        check(&[NEIGHBOUR], 0.0, &[]);
    }

    #[test]
    fn a_plot_inside_a_feature_overlaps_it_whole() {
        check(&[FAR, AROUND], 1.0, &[1]);
        check(&[AROUND, WEST_HALF], 1.0, &[0, 1]);
    }

    #[test]
    fn ground_in_two_features_counts_once() {
        check(&[WEST_HALF], 0.5, &[0]);
        check(&[WEST_HALF, SOUTH_HALF], 0.75, &[0, 1]);
        check(&[WEST_HALF, NEIGHBOUR, WEST_HALF], 0.5, &[0, 2]);
    }

    #[test]
    fn a_square_metre_names_no_feature_but_counts() {
        // A strip of 5e-7 m along the west border.
        let strip = "POLYGON((-1 -1, 1e-9 -1, 1e-9 1, -1 1, -1 -1))";
        let plot = shape("POLYGON((0 0, 0.004 0, 0.004 0.004, 0 0.004, 0 0))");
        let found = lay(&plot, &layer(&[(Some("strip"), shape(strip))]));
        assert!(found.area_m2 > 0.01 && found.area_m2 < 1.0, "{} m2", found.area_m2);
        assert_eq!(found.features, []);
    }

    #[test]
    fn a_plot_without_area_has_no_share() {
        let found = overlap(Shape::default().as_ref(), 0.0, &layer(&[(None, shape(AROUND))]));
        assert_eq!(found, Overlap::default());
    }

    #[test]
    fn names_are_unique_sorted_and_safe_to_join() {
        let named = |name| (Some(name), shape(AROUND));
        let layer = layer(&[named("Yanesha"), named("Sira; el"), (None, shape(FAR)), named("Yanesha"), named(" ")]);
        assert_eq!(names(&layer, &[0, 1, 2, 3, 4]), "Sira, el;Yanesha");
        assert_eq!(names(&layer, &[2]), "");
        assert_eq!(names(&layer, &[]), "");
    }

    proptest! {
        #[test]
        fn the_order_of_features_changes_no_share(seed: u64, count in 1usize..6) {
            let mut rng = SplitMix64::new(seed);
            let mut star = |radius: f64| {
                let centre: Position = [-76.0 + rng.between(-0.005, 0.005), -9.0 + rng.between(-0.005, 0.005)];
                Shape::from_rings(vec![vec![random_star(&mut rng, centre, radius, 17)]])
            };
            let plot = star(0.005);
            let mut features: Vec<(Option<&str>, Shape)> = (0..count).map(|_| (None, star(0.006))).collect();
            let one = lay(&plot, &layer(&features));
            let shares: Vec<f64> = features.iter().map(|f| lay(&plot, &layer(std::slice::from_ref(f))).share).collect();
            features.reverse();
            let other = lay(&plot, &layer(&features));
            prop_assert!((one.share - other.share).abs() < 1e-9);
            prop_assert_eq!(one.features.len(), other.features.len());
            let largest = shares.iter().fold(0.0, |a: f64, &b| a.max(b));
            prop_assert!(one.share >= largest - 1e-9 && one.share <= shares.iter().sum::<f64>() + 1e-9);
        }
    }
}
