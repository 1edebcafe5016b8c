//! A plot in two: what produces, and what is forest.

use crate::{Shape, ShapeRef, area_m2, difference, intersection, union};

/// A plot cut along the borders of its forest.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// The ground that is not forest; empty where all of the plot is.
    pub producing: Shape,
    /// The forest.
    pub forest: Shape,
    /// Area of `producing` (m²).
    pub producing_m2: f64,
    /// Area of `forest` (m²).
    pub forest_m2: f64,
    /// Forest in parts too small for a boundary of their own, in `producing` (m²).
    pub forest_in_producing_m2: f64,
    /// Other ground in parts too small for a boundary of their own, in `forest` (m²).
    pub producing_in_forest_m2: f64,
}

/// Cuts a plot along the border of `forest`, which may reach beyond the plot. Parts under `least_m2` stay with the ground
/// around them: of the kind that has less ground first, then of the other. `None` where the plot has no forest, or none in
/// parts that are large enough.
#[must_use]
pub fn split(plot: ShapeRef<'_>, forest: ShapeRef<'_>, least_m2: f64) -> Option<Split> {
    let all_forest = intersection(plot, forest);
    let all_forest_m2 = area_m2(all_forest.as_ref());
    if all_forest.is_empty() {
        return None;
    }
    let all_producing = difference(plot, forest);
    let all_producing_m2 = area_m2(all_producing.as_ref());
    let (forest, producing) = if all_forest_m2 <= all_producing_m2 {
        let (forest, producing) = without_small(all_forest.clone(), all_producing, least_m2);
        let (producing, forest) = without_small(producing, forest, least_m2);
        (forest, producing)
    } else {
        let (producing, forest) = without_small(all_producing, all_forest.clone(), least_m2);
        without_small(forest, producing, least_m2)
    };
    if forest.is_empty() {
        return None;
    }
    let [producing_m2, forest_m2] = [&producing, &forest].map(|shape| area_m2(shape.as_ref()));
    // Where nothing was too small nothing lies on the other side, and no rounding either.
    let is_as_found = forest == all_forest;
    let forest_in_producing_m2 =
        if is_as_found { 0.0 } else { area_m2(intersection(producing.as_ref(), all_forest.as_ref()).as_ref()) };
    let producing_in_forest_m2 =
        if is_as_found { 0.0 } else { area_m2(difference(forest.as_ref(), all_forest.as_ref()).as_ref()) };
    Some(Split { producing, forest, producing_m2, forest_m2, forest_in_producing_m2, producing_in_forest_m2 })
}

/// Gives the small parts of one kind of ground to the other, unless there is no other.
fn without_small(given: Shape, taking: Shape, least_m2: f64) -> (Shape, Shape) {
    if taking.is_empty() {
        return (given, taking);
    }
    let (mut kept, mut small) = (Shape::default(), Shape::default());
    for part in given.as_ref().parts() {
        let mut alone = Shape::default();
        part.rings().for_each(|ring| alone.push_ring(ring));
        alone.end_part();
        let of_part = if area_m2(alone.as_ref()) >= least_m2 { &mut kept } else { &mut small };
        part.rings().for_each(|ring| of_part.push_ring(ring));
        of_part.end_part();
    }
    if small.is_empty() {
        return (given, taking);
    }
    // Not the plot without what is kept: its sides would run along longer ones of the plot, from corners that are off them
    // by a rounding. Those of the parts begin and end where the others do.
    let taking = union(&[taking.as_ref(), small.as_ref()]);
    (kept, taking)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Position;

    /// Rectangles in hundredths of a degree near the equator: 1 by 1 is 1.2309 km².
    fn shape(rectangles: &[[f64; 4]]) -> Shape {
        let ring = |&[x0, y0, x1, y1]: &[f64; 4]| -> Vec<Position> {
            [[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]].map(|[x, y]| [x * 0.01, y * 0.01]).to_vec()
        };
        Shape::from_rings(rectangles.iter().map(|rectangle| vec![ring(rectangle)]).collect())
    }

    const PLOT: [f64; 4] = [0.0, 0.0, 4.0, 4.0];

    fn m2(shape: &Shape) -> f64 {
        area_m2(shape.as_ref())
    }

    #[track_caller]
    fn check(forest: &[[f64; 4]], least_m2: f64, expected: Option<(&[[f64; 4]], f64, f64)>) {
        let plot = shape(&[PLOT]);
        let found = split(plot.as_ref(), shape(forest).as_ref(), least_m2);
        let Some((forest, small_forest, small_producing)) = expected else {
            assert_eq!(found, None);
            return;
        };
        let found = found.expect("it has forest");
        let whole = m2(&plot);
        let near = |a: f64, b: f64| assert!((a - b).abs() <= 1e-9 * whole, "{a} {b}");
        near(found.forest_m2, m2(&shape(forest)));
        near(found.producing_m2, whole - m2(&shape(forest)));
        near(found.forest_in_producing_m2, small_forest);
        near(found.producing_in_forest_m2, small_producing);
        assert!(intersection(found.forest.as_ref(), found.producing.as_ref()).is_empty());
    }

    #[test]
    fn a_plot_is_cut_along_its_forest() {
        check(&[[0.0, 0.0, 1.0, 4.0]], 1.0, Some((&[[0.0, 0.0, 1.0, 4.0]], 0.0, 0.0)));
        check(&[[3.0, 3.0, 9.0, 9.0]], 1.0, Some((&[[3.0, 3.0, 4.0, 4.0]], 0.0, 0.0)));
        check(&[[1.0, 1.0, 2.0, 2.0]], 1.0, Some((&[[1.0, 1.0, 2.0, 2.0]], 0.0, 0.0)));
    }

    #[test]
    fn without_forest_on_the_plot_there_is_nothing_to_split() {
        check(&[], 1.0, None);
        check(&[[4.0, 0.0, 5.0, 4.0]], 1.0, None);
    }

    #[test]
    fn a_plot_that_is_all_forest_has_no_producing_part_however_small_it_is() {
        check(&[[-1.0, -1.0, 5.0, 5.0]], 1e9, Some((&[PLOT], 0.0, 0.0)));
    }

    #[test]
    fn a_small_clump_of_trees_stays_with_the_field_and_a_small_clearing_with_the_forest() {
        let clump = [3.0, 3.0, 3.5, 3.5];
        let least_m2 = 1.0e6;
        check(&[[0.0, 0.0, 1.0, 4.0], clump], least_m2, Some((&[[0.0, 0.0, 1.0, 4.0]], m2(&shape(&[clump])), 0.0)));
        check(&[clump], least_m2, None);
        // The field's strip in the west is too small, the one in the east is not.
        let strip = [0.0, 0.0, 0.1, 4.0];
        check(&[[0.1, 0.0, 3.0, 4.0]], least_m2, Some((&[[0.0, 0.0, 3.0, 4.0]], 0.0, m2(&shape(&[strip])))));
    }
}
