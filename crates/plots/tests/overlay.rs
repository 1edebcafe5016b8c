//! Shared ground, ground without, ground of several: drawings, and laws for random plots.

use lindero_plots::{
    Bounds, Position, Shape, ShapeRef, TiledShape, area_m2, clip_to_rect, difference, intersection, union,
};
use lindero_testkit::star;
use proptest::prelude::*;

type Rings = Vec<Vec<Position>>;

/// Places where two sides meet are rounded to doubles of up to 180 degrees, 3e-14 of them: 3e-9 m. Of a plot from 10 m to
/// 1 km across that is up to 1e-9 of its area.
const ROUNDING: f64 = 1e-9;

/// The same for plots from 1 m to 10 m across: 3e-14 degrees of 1e-5, on every corner.
const OF_METRES: f64 = 1e-8;

/// Pieces of less are left out.
const SLIVER_M2: f64 = 1e-6;

/// What rounding makes of no ground at all, in m²: 3e-9 m along borders of some metres.
const NOTHING_M2: f64 = 1e-7;

fn shape(parts: &[Rings]) -> Shape {
    Shape::from_rings(parts.to_vec())
}

fn rectangle(x0: f64, y0: f64, x1: f64, y1: f64) -> Vec<Position> {
    vec![[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]
}

fn reversed(mut ring: Vec<Position>) -> Vec<Position> {
    ring.reverse();
    ring
}

fn area(shape: &Shape) -> f64 {
    area_m2(shape.as_ref())
}

fn near(a: f64, b: f64, of: f64) -> bool {
    (a - b).abs() <= ROUNDING * of.abs() + NOTHING_M2
}

/// The same where so many pieces may each have been too small to be kept: a rounding asks for no bound, a piece of just
/// under a square millimetre does.
fn near_but_for_slivers(a: f64, b: f64, of: f64, pieces: usize) -> bool {
    (a - b).abs() <= ROUNDING * of.abs() + NOTHING_M2 + SLIVER_M2 * pieces as f64
}

/// Rings of every part from their smallest corner on, without the last position, parts sorted: one way to write a shape.
fn canonical(shape: &Shape) -> Vec<Rings> {
    let turned = |ring: &[Position]| {
        let mut corners = ring[..ring.len() - 1].to_vec();
        let smallest = (0..corners.len()).min_by(|&i, &j| corners[i].partial_cmp(&corners[j]).unwrap()).unwrap();
        corners.rotate_left(smallest);
        corners
    };
    let mut parts: Vec<Rings> = shape.as_ref().parts().map(|part| part.rings().map(turned).collect()).collect();
    parts.sort_by(|a, b| a.partial_cmp(b).unwrap());
    parts
}

/// Checks all three operations on two drawn shapes.
fn check(a: &[Rings], b: &[Rings], shared: &[Rings], a_only: &[Rings], both: &[Rings]) {
    let (a, b) = (shape(a), shape(b));
    let (a, b) = (a.as_ref(), b.as_ref());
    assert_eq!(canonical(&intersection(a, b)), canonical(&shape(shared)), "shared");
    assert_eq!(canonical(&intersection(b, a)), canonical(&shape(shared)), "shared, the other way");
    assert_eq!(canonical(&difference(a, b)), canonical(&shape(a_only)), "only in the first");
    assert_eq!(canonical(&union(&[a, b])), canonical(&shape(both)), "both");
}

#[test]
fn squares_that_overlap_share_a_square() {
    check(
        &[vec![rectangle(0., 0., 2., 2.)]],
        &[vec![rectangle(1., 1., 3., 3.)]],
        &[vec![rectangle(1., 1., 2., 2.)]],
        &[vec![vec![[0., 0.], [2., 0.], [2., 1.], [1., 1.], [1., 2.], [0., 2.], [0., 0.]]]],
        &[vec![vec![[0., 0.], [2., 0.], [2., 1.], [3., 1.], [3., 3.], [1., 3.], [1., 2.], [0., 2.], [0., 0.]]]],
    );
}

#[test]
fn neighbours_that_only_touch_share_nothing() {
    let west = [vec![rectangle(0., 0., 1., 2.)]];
    check(&west, &[vec![rectangle(1., 0., 3., 2.)]], &[], &west, &[vec![rectangle(0., 0., 3., 2.)]]);
    let corner = [vec![rectangle(1., 2., 2., 3.)]];
    check(&west, &corner, &[], &west, &[west[0].clone(), corner[0].clone()]);
    let far = [vec![rectangle(5., 5., 6., 6.)]];
    check(&west, &far, &[], &west, &[west[0].clone(), far[0].clone()]);
}

#[test]
fn a_plot_in_a_hole_shares_nothing_and_one_across_it_shares_its_ends() {
    let ring = [vec![rectangle(0., 0., 8., 8.), reversed(rectangle(2., 2., 6., 6.))]];
    let inside = [vec![rectangle(3., 3., 5., 5.)]];
    check(&inside, &ring, &[], &inside, &[ring[0].clone(), inside[0].clone()]);
    check(
        &[vec![rectangle(-1., 3., 9., 5.)]],
        &ring,
        &[vec![rectangle(0., 3., 2., 5.)], vec![rectangle(6., 3., 8., 5.)]],
        &[vec![rectangle(-1., 3., 0., 5.)], vec![rectangle(2., 3., 6., 5.)], vec![rectangle(8., 3., 9., 5.)]],
        &[vec![
            vec![
                [0., 0.],
                [8., 0.],
                [8., 3.],
                [9., 3.],
                [9., 5.],
                [8., 5.],
                [8., 8.],
                [0., 8.],
                [0., 5.],
                [-1., 5.],
                [-1., 3.],
                [0., 3.],
                [0., 0.],
            ],
            reversed(rectangle(2., 2., 6., 3.)),
            reversed(rectangle(2., 5., 6., 6.)),
        ]],
    );
}

#[test]
fn a_plot_covered_by_another_is_shared_whole() {
    let plot = [vec![vec![[0., 0.], [2., 1.], [1., 3.], [0., 0.]]]];
    let around = [vec![rectangle(-1., -1., 9., 9.)]];
    check(&plot, &around, &plot, &[], &around);
    check(&plot, &plot, &plot, &[], &plot);
}

#[test]
fn empty_shapes_share_nothing() {
    let square = [vec![rectangle(0., 0., 1., 1.)]];
    check(&square, &[], &[], &square, &square);
    check(&[], &square, &[], &[], &square);
    check(&[], &[], &[], &[], &[]);
}

#[test]
fn a_tiny_plot_against_the_world_keeps_its_digits() {
    // A metre of ground, cut in two by the slanted border of a shape as large as the world.
    let (x, y) = (-76.123_456_7, -9.234_567_8);
    let plot = shape(&[vec![rectangle(x, y, x + 1e-5, y + 1e-5)]]);
    let slope = 1.0 / 3.0;
    let border = |at: f64| [at, y + 5e-6 + (at - (x + 5e-6)) * slope];
    let world = vec![[-180., -90.], [180., -90.], border(180.0), border(-180.0), [-180., -90.]];
    let shared = intersection(plot.as_ref(), shape(&[vec![world]]).as_ref());
    // The border passes through the middle: half of a square, whatever the slope. Corners are known to 3e-14 of 1e-5.
    let share = area(&shared) / area(&plot);
    assert!((share - 0.5).abs() < 1e-8, "{share}");
}

#[test]
fn a_tip_of_under_a_square_millimetre_is_left_out_and_one_of_over_it_is_kept() {
    // A triangle whose tip reaches so far below the square that the rest of it stands on; half as wide as it is deep.
    for (depth_mm, pieces) in [(1.6, 1), (2.4, 2)] {
        let depth = depth_mm / 1000.0 / 110_574.0;
        let tip =
            shape(&[vec![vec![[0.0, -depth], [1e-4 / 4.0, 1e-4 - depth], [-1e-4 / 4.0, 1e-4 - depth], [0.0, -depth]]]]);
        let square = shape(&[vec![rectangle(-1e-4, 0.0, 1e-4, 5e-5)]]);
        let alone = difference(tip.as_ref(), square.as_ref());
        assert_eq!(alone.as_ref().parts().len(), pieces, "{depth_mm} mm");
        let lost = area(&tip) - area(&alone) - area(&intersection(tip.as_ref(), square.as_ref()));
        assert!(lost < SLIVER_M2, "{lost} m2");
    }
}

/// The part of a ring inside a convex counter-clockwise one, for its area (Sutherland and Hodgman).
fn clipped_by_convex(ring: &[Position], convex: &[Position]) -> Vec<Position> {
    let mut kept = ring[..ring.len() - 1].to_vec();
    for side in convex.windows(2) {
        let left = |p: Position| {
            (side[1][0] - side[0][0]) * (p[1] - side[0][1]) - (side[1][1] - side[0][1]) * (p[0] - side[0][0])
        };
        let before = std::mem::take(&mut kept);
        for i in 0..before.len() {
            let (a, b) = (before[i], before[(i + 1) % before.len()]);
            let (of_a, of_b) = (left(a), left(b));
            if of_a >= 0.0 {
                kept.push(a);
            }
            if (of_a >= 0.0) != (of_b >= 0.0) {
                let share = of_a / (of_a - of_b);
                kept.push([a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]);
            }
        }
    }
    kept.extend(kept.first().copied());
    kept
}

fn lengths(corners: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(0.3..1.0, corners)
}

fn centre() -> impl Strategy<Value = Position> {
    [-170.0..170.0, -70.0..70.0_f64]
}

/// Farms from 10 m to 1 km across, in degrees.
fn radius() -> impl Strategy<Value = f64> {
    1e-4..1e-2
}

fn moved(centre: Position, by: [f64; 2], radius: f64) -> Position {
    [centre[0] + by[0] * radius, centre[1] + by[1] * radius]
}

fn check_rings(shape: ShapeRef<'_>) {
    for part in shape.parts() {
        for (i, ring) in part.rings().enumerate() {
            assert!(ring.len() >= 4 && ring.first() == ring.last(), "closed: {ring:?}");
            let area = area_m2(Shape::from_rings(vec![vec![ring.to_vec()]]).as_ref());
            assert!((area > 0.0) == (i == 0), "ring {i} has {area} m2");
        }
    }
}

proptest! {
    #[test]
    fn ground_shared_with_convex_cells_is_what_clipping_leaves(
        lengths in lengths(3..40), centre in centre(), radius in radius(), corners in 3usize..9, size in 0.1..1.5,
    ) {
        let ring = star(centre, radius, &lengths);
        let plot = shape(&[vec![ring.clone()]]);
        // A grid of convex shapes over the plot, whose borders do not agree with anything.
        for row in 0..3 {
            for col in 0..3 {
                let at = moved(centre, [f64::from(col) * 0.7 - 0.7, f64::from(row) * 0.7 - 0.7], radius);
                let convex = star(at, radius * size, &vec![1.0; corners]);
                let clipped = clipped_by_convex(&ring, &convex);
                let expected = if clipped.len() < 4 { 0.0 } else { area(&shape(&[vec![clipped]])) };
                let shared = intersection(plot.as_ref(), shape(&[vec![convex]]).as_ref());
                check_rings(shared.as_ref());
                prop_assert!(near(area(&shared), expected, area(&plot)), "{} {}", area(&shared), expected);
            }
        }
    }

    #[test]
    fn a_plot_of_metres_cut_by_the_world_keeps_its_corners(
        lengths in lengths(20..60), centre in centre(), radius in 1e-5..1e-4, slope in -0.2..0.2, by in -0.5..0.5,
    ) {
        let ring = star(centre, radius, &lengths);
        let plot = shape(&[vec![ring.clone()]]);
        let border = |x: f64| [x, centre[1] + by * radius + (x - centre[0]) * slope];
        let world = vec![[-180.0, -150.0], [180.0, -150.0], border(180.0), border(-180.0), [-180.0, -150.0]];
        let expected = area(&shape(&[vec![clipped_by_convex(&ring, &world)]]));
        let shared = area(&intersection(plot.as_ref(), shape(&[vec![world]]).as_ref()));
        prop_assert!((shared - expected).abs() <= OF_METRES * area(&plot) + SLIVER_M2, "{shared} {expected} of {}", area(&plot));
    }

    #[test]
    fn a_plot_shares_all_of_itself_with_itself(lengths in lengths(3..60), centre in centre(), radius in radius()) {
        let plot = shape(&[vec![star(centre, radius, &lengths)]]);
        let shared = intersection(plot.as_ref(), plot.as_ref());
        prop_assert!(near(area(&shared), area(&plot), area(&plot)));
        prop_assert!(difference(plot.as_ref(), plot.as_ref()).is_empty());
        let twice = union(&[plot.as_ref(), plot.as_ref()]);
        prop_assert!(near(area(&twice), area(&plot), area(&plot)));
    }

    #[test]
    fn what_is_shared_and_what_is_not_make_the_plot(
        lengths in lengths(3..40), centre in centre(), radius in radius(), from in [-1.0..0.5, -1.0..0.5_f64],
        size in [0.01..2.0, 0.01..2.0_f64],
    ) {
        let plot = shape(&[vec![star(centre, radius, &lengths)]]);
        let [x, y] = moved(centre, from, radius);
        let rect = Bounds::new(x, y, x + size[0] * radius, y + size[1] * radius);
        let cell = shape(&[vec![rectangle(rect.min_x, rect.min_y, rect.max_x, rect.max_y)]]);
        let shared = area(&intersection(plot.as_ref(), cell.as_ref()));
        let alone = area(&difference(plot.as_ref(), cell.as_ref()));
        // Each corner of the plot may have its tip on the other side of the rectangle's border.
        let tips = lengths.len();
        prop_assert!(near_but_for_slivers(shared + alone, area(&plot), area(&plot), tips));
        let clipped = area(&clip_to_rect(plot.as_ref(), &rect));
        prop_assert!(near_but_for_slivers(shared, clipped, area(&plot), tips));
    }

    #[test]
    fn random_plots_obey_inclusion_and_exclusion(
        one in lengths(3..60), other in lengths(3..60), centre in centre(), radius in radius(),
        by in [-1.5..1.5, -1.5..1.5_f64], hole in 0.05..0.29,
    ) {
        let at = moved(centre, by, radius);
        let holed = |centre: Position, lengths: &[f64]| {
            let inner = star(centre, radius * hole * 0.5, &lengths[..3]);
            // Sides of stars with three or four corners pass their centre too close for a hole.
            let rings = vec![star(centre, radius, lengths), reversed(inner)];
            shape(&[if lengths.len() > 6 { rings } else { rings[..1].to_vec() }])
        };
        let (a, b) = (holed(centre, &one), holed(at, &other));
        let (a, b) = (a.as_ref(), b.as_ref());
        let (shared, both, only) = (intersection(a, b), union(&[a, b]), difference(a, b));
        [&shared, &both, &only].into_iter().for_each(|shape| check_rings(shape.as_ref()));
        let all = area_m2(a) + area_m2(b);
        prop_assert!(near(area(&shared) + area(&both), all, all), "{} {} {}", area(&shared), area(&both), all);
        prop_assert!(near(area(&only) + area(&shared), area_m2(a), all));
        prop_assert!(near(area(&intersection(b, a)), area(&shared), all));
    }

    #[test]
    fn halves_along_a_slanted_border_share_nothing_and_make_the_whole(
        lengths in lengths(8..40), centre in centre(), radius in radius(), cut in 2usize..6,
    ) {
        let ring = star(centre, radius, &lengths);
        // From the first corner over the centre to another one: both halves have the very same sides there.
        let mut one = ring[..=cut].to_vec();
        one.extend([centre, ring[0]]);
        let mut other = ring[cut..].to_vec();
        other.extend([centre, ring[cut]]);
        let (one, other, whole) = (shape(&[vec![one]]), shape(&[vec![other]]), shape(&[vec![ring]]));
        prop_assert!(intersection(one.as_ref(), other.as_ref()).is_empty());
        let united = union(&[one.as_ref(), other.as_ref()]);
        prop_assert!(near(area(&united), area(&whole), area(&whole)));
        prop_assert!(near(area(&intersection(whole.as_ref(), one.as_ref())), area(&one), area(&whole)));
    }

    #[test]
    fn tiles_change_no_area(
        seed in lengths(600..3000), centre in centre(), size in 0.01..2.0, plot in lengths(3..20),
        by in prop::collection::vec([-1.0..1.0, -1.0..1.0_f64], 1..6),
    ) {
        let big = shape(&[vec![star(centre, size, &seed), reversed(star(centre, size * 0.1, &[1.0; 300]))]]);
        let tiled = TiledShape::new(big.as_ref());
        prop_assert!(near(area(&tiled.near(&big.as_ref().bounds())), area(&big), area(&big)));
        for by in by {
            let plot = shape(&[vec![star(moved(centre, by, size), size * 0.02, &plot)]]);
            let near_plot = tiled.near(&plot.as_ref().bounds());
            let expected = area(&intersection(plot.as_ref(), big.as_ref()));
            let got = area(&intersection(plot.as_ref(), near_plot.as_ref()));
            prop_assert!(near(got, expected, area(&plot)), "{got} {expected} of {}", area(&plot));
            let rest = area(&difference(plot.as_ref(), near_plot.as_ref()));
            prop_assert!(near(got + rest, area(&plot), area(&plot)));
        }
    }
}
