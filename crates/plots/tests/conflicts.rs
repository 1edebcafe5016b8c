//! Conflicts between plots: drawings, laws for random plots, and another program's overlays as the reference.

use geo::{BooleanOps, Coord, LineString, MultiPolygon, Polygon, unary_union};
use lindero_plots::{
    ConflictKind, ConflictRules, Conflicts, PlotGround, PlotGrounds, Position, Shape, ShapeStore, area_m2,
    claimed_shares, conflicts, contains, repeated_ids,
};
use lindero_testkit::star;
use proptest::prelude::*;

type Rings = Vec<Vec<Position>>;

/// Everything there is, however small.
const ALL: ConflictRules = ConflictRules {
    least_m2: 0.0,
    duplicate_share: 0.995,
    near_duplicate_share: 0.95,
    inside_share: 0.99,
    sliver_width_m: 5.0,
    sliver_share: 0.1,
};

/// The reference snaps corners to 2^-30 of the extent it is given, some plots across, along every border.
const REFERENCE: f64 = 1e-7;

/// A degree of the drawings is a thousandth of one on the ground: about 110 m.
const UNIT_DEG: f64 = 1e-3;
const ORIGIN: Position = [-76.0, -9.3];

/// The same drawing on the ground. Sums of multiples of a unit are the same number whoever adds them.
fn placed(ring: &[Position]) -> Vec<Position> {
    ring.iter().map(|&[x, y]| [ORIGIN[0] + x * UNIT_DEG, ORIGIN[1] + y * UNIT_DEG]).collect()
}

fn rectangle(x0: f64, y0: f64, x1: f64, y1: f64) -> Rings {
    vec![vec![[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]]
}

fn reversed(mut ring: Vec<Position>) -> Vec<Position> {
    ring.reverse();
    ring
}

/// Plots with their areas, each with a producer or none.
struct Plots {
    shapes: ShapeStore,
    rows: Vec<PlotGround>,
}

impl Plots {
    fn of(shapes: impl IntoIterator<Item = Shape>, producers: &[Option<u32>]) -> Self {
        let mut plots = Self { shapes: ShapeStore::new(), rows: Vec::new() };
        for (row, shape) in shapes.into_iter().enumerate() {
            let area_m2 = area_m2(shape.as_ref());
            let index = (!shape.is_empty()).then(|| plots.shapes.push(shape.as_ref()));
            plots.rows.push(PlotGround { shape: index, area_m2, producer: producers.get(row).copied().flatten() });
        }
        plots
    }

    fn drawn(plots: &[Rings], producers: &[Option<u32>]) -> Self {
        let shape = |rings: &Rings| Shape::from_rings(vec![rings.iter().map(|ring| placed(ring)).collect()]);
        Self::of(plots.iter().map(shape), producers)
    }

    fn conflicts(&self, rules: &ConflictRules) -> Conflicts {
        conflicts(&PlotGrounds::new(&self.shapes, &self.rows), rules)
    }

    fn area(&self, row: u32) -> f64 {
        self.rows[row as usize].area_m2
    }
}

/// Which rows conflict and how.
fn kinds(found: &Conflicts) -> Vec<(u32, u32, ConflictKind)> {
    found.pairs.iter().map(|pair| (pair.a, pair.b, pair.kind)).collect()
}

#[track_caller]
fn check(plots: &[Rings], expected: &[(u32, u32, ConflictKind)]) {
    let there = Plots::drawn(plots, &[]).conflicts(&ConflictRules::default());
    assert_eq!(kinds(&there), expected);
    // The other way round: the same kinds between the same plots.
    let last = plots.len() as u32 - 1;
    let back: Vec<Rings> = plots.iter().rev().cloned().collect();
    let mut expected: Vec<_> = expected.iter().map(|(a, b, kind)| (last - b, last - a, *kind)).collect();
    expected.sort();
    assert_eq!(kinds(&Plots::drawn(&back, &[]).conflicts(&ConflictRules::default())), expected);
}

#[test]
fn kinds_are_told_apart_by_drawings() {
    use ConflictKind::{Duplicate, Inside, NearDuplicate, Overlap, Sliver};
    let square = rectangle(0., 0., 1., 1.);
    check(&[square.clone(), square.clone()], &[(0, 1, Duplicate)]);
    let other_corners = vec![vec![[1., 1.], [0., 1.], [0., 0.], [0.5, 0.], [1., 0.], [1., 1.]]];
    check(&[square.clone(), other_corners], &[(0, 1, Duplicate)]);
    check(&[square.clone(), rectangle(0.02, 0., 1.02, 1.)], &[(0, 1, NearDuplicate)]);
    check(&[square.clone(), rectangle(0.2, 0.2, 0.6, 0.6)], &[(0, 1, Inside)]);
    check(&[square.clone(), rectangle(0.5, 0.5, 1.5, 1.5)], &[(0, 1, Overlap)]);
    // 0.04 of 110 m: 4.4 m wide along 110 m.
    check(&[square.clone(), rectangle(0.96, 0., 1.96, 1.)], &[(0, 1, Sliver)]);
    // As wide, but of plots so narrow that it is much of them.
    check(&[rectangle(0., 0., 0.2, 1.), rectangle(0.16, 0., 0.36, 1.)], &[(0, 1, Overlap)]);
    // A small share of both, but 22 m wide.
    check(&[rectangle(0., 0., 3., 1.), rectangle(2.8, 0., 5.8, 1.)], &[(0, 1, Overlap)]);
    // All of a strip of 2 m lies in the square: it is a plot, not a border.
    check(&[square, rectangle(0.98, 0.2, 0.999, 0.4)], &[(0, 1, Inside)]);
}

#[test]
fn plots_that_touch_or_lie_in_holes_do_not_conflict() {
    check(&[rectangle(0., 0., 1., 1.), rectangle(1., 0., 2., 1.)], &[]);
    check(&[rectangle(0., 0., 1., 1.), rectangle(1., 1., 2., 2.)], &[]);
    check(&[rectangle(0., 0., 1., 1.), rectangle(1., -0.5, 2., 0.5), rectangle(5., 5., 6., 6.)], &[]);
    let ring = [rectangle(0., 0., 4., 4.), vec![reversed(rectangle(1., 1., 3., 3.).remove(0))]].concat();
    check(&[ring.clone(), rectangle(1., 1., 3., 3.), rectangle(1.5, 1., 2., 2.)], &[(1, 2, ConflictKind::Inside)]);
    check(&[ring, rectangle(2., 2., 5., 2.5)], &[(0, 1, ConflictKind::Overlap)]);
}

#[test]
fn rows_without_polygons_take_no_part_and_keep_their_place() {
    let square = || Shape::from_rings(vec![vec![placed(&rectangle(0., 0., 1., 1.)[0])]]);
    let plots = Plots::of([Shape::default(), square(), Shape::default(), square()], &[]);
    let found = plots.conflicts(&ConflictRules::default());
    assert_eq!(kinds(&found), [(1, 3, ConflictKind::Duplicate)]);
    assert_eq!(found.groups[0].rows, [1, 3]);
    assert_eq!(Plots::of([], &[]).conflicts(&ConflictRules::default()), Conflicts::default());
}

#[test]
fn less_than_a_square_metre_is_no_conflict_unless_all_is_asked_for() {
    // 1 mm along 110 m.
    let plots = Plots::drawn(&[rectangle(0., 0., 1., 1.), rectangle(0.99999, 0., 2., 1.)], &[]);
    assert_eq!(kinds(&plots.conflicts(&ConflictRules::default())), []);
    let all = plots.conflicts(&ALL);
    assert_eq!(kinds(&all), [(0, 1, ConflictKind::Sliver)]);
    assert!(
        (0.1..0.2).contains(&all.pairs[0].shared_m2) && (0.0005..0.0015).contains(&all.pairs[0].width_m),
        "{all:?}"
    );
}

#[test]
fn shares_and_areas_are_those_of_the_ground() {
    let plots = Plots::drawn(&[rectangle(0., 0., 2., 1.), rectangle(1.5, 0., 2.5, 1.)], &[Some(7), Some(7)]);
    let pair = &plots.conflicts(&ConflictRules::default()).pairs[0];
    let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
    assert!(near(pair.share_of_a, 0.25) && near(pair.share_of_b, 0.5) && near(pair.share_of_union, 0.2), "{pair:?}");
    assert!(near(pair.shared_m2 / plots.area(1), 0.5));
    // 55 m by 111 m: twice the area by the length of the border.
    assert!((36.0..38.0).contains(&pair.width_m), "{pair:?}");
    assert_eq!((pair.same_producer, pair.group), (Some(true), Some(1)));
}

#[test]
fn groups_are_numbered_by_their_first_rows_and_slivers_connect_nothing() {
    let plots = [
        rectangle(10., 0., 11., 1.),
        rectangle(0., 0., 1., 1.),
        rectangle(10.5, 0., 11.5, 1.),
        rectangle(0.5, 0., 1.5, 1.),
        // A sloppy neighbour of row 2, and a chain on from row 3.
        rectangle(11.46, 0., 12.46, 1.),
        rectangle(1.25, 0., 2.25, 1.),
    ];
    let found = Plots::drawn(&plots, &[]).conflicts(&ConflictRules::default());
    let groups: Vec<(u32, &[u32])> = found.groups.iter().map(|group| (group.number, group.rows.as_slice())).collect();
    assert_eq!(groups, [(1, [0, 2].as_slice()), (2, [1, 3, 5].as_slice())]);
    let of_pairs: Vec<_> = found.pairs.iter().map(|pair| (pair.a, pair.b, pair.group)).collect();
    assert_eq!(of_pairs, [(0, 2, Some(1)), (1, 3, Some(2)), (2, 4, None), (3, 5, Some(2))]);
}

#[test]
fn ground_counted_twice_is_told_by_producer() {
    // Columns of 1 from 0: a has 0–3 and 2–5, b has 4–7, nobody knows who has 6–8; all 1 high.
    let plots =
        [rectangle(0., 0., 3., 1.), rectangle(2., 0., 5., 1.), rectangle(4., 0., 7., 1.), rectangle(6., 0., 8., 1.)];
    let plots = Plots::drawn(&plots, &[Some(10), Some(10), Some(20), None]);
    let found = plots.conflicts(&ConflictRules::default());
    let column_m2 = plots.area(3) / 2.0;
    let near = |m2: f64, columns: f64| (m2 / column_m2 - columns).abs() < 1e-8;
    let twice = found.counted_twice;
    assert!(near(twice.all_m2, 3.0) && near(twice.within_producers_m2, 1.0), "{twice:?}");
    assert!(near(twice.between_producers_m2, 1.0) && near(twice.unknown_m2, 1.0), "{twice:?}");
    assert!(near(found.groups[0].area_m2, 11.0) && near(found.groups[0].counted_twice_m2, 3.0));
    let [first, second] = found.producers.as_slice() else { panic!("two producers: {:?}", found.producers) };
    assert_eq!((first.producer, first.plots, second.producer, second.plots), (10, 2, 20, 1));
    assert!(near(first.within_m2, 1.0) && near(first.claimed_by_others_m2, 1.0), "{first:?}");
    assert!(near(second.within_m2, 0.0) && near(second.claimed_by_others_m2, 1.0), "{second:?}");
    let same: Vec<_> = found.pairs.iter().map(|pair| pair.same_producer).collect();
    assert_eq!(same, [Some(true), Some(false), None]);
}

#[test]
fn what_others_claim_is_counted_once_and_by_slivers_alone_not() {
    // Two lie half on the first and on each other; the fourth is a sloppy neighbour of the first; a point lies in the first.
    let plots = [
        rectangle(0., 0., 1., 1.),
        rectangle(0.5, 0., 1.5, 1.),
        rectangle(0.5, 0., 1.5, 1.),
        rectangle(-0.96, 0., 0.04, 1.),
        vec![],
    ];
    let points: Vec<(u32, Position)> = placed(&[[0.2, 0.5], [7.0, 7.0]]).into_iter().map(|at| (4, at)).collect();
    let check = |producers: &[Option<u32>], expected: &[(u32, f64)]| {
        let plots = Plots::drawn(&plots, producers);
        let grounds = PlotGrounds::new(&plots.shapes, &plots.rows);
        let found = claimed_shares(&grounds, &ConflictRules::default(), &points);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (claimed, (row, share)) in found.iter().zip(expected) {
            assert!(claimed.row == *row && (claimed.share - share).abs() < 1e-9, "{claimed:?}, expected {share}");
        }
    };
    check(&[], &[(0, 0.5), (1, 1.0), (2, 1.0), (4, 0.5)]);
    // The first and the second are one producer's, as is the point.
    check(&[Some(1), Some(1), Some(2), Some(3), Some(1)], &[(0, 0.5), (1, 1.0), (2, 1.0)]);
    check(&[Some(1), Some(1), Some(1), Some(3), None], &[(4, 0.5)]);
}

#[test]
fn a_pile_of_equal_plots_is_counted_once_less_than_it_has_plots() {
    let found = Plots::drawn(&vec![rectangle(0., 0., 1., 1.); 40], &[]).conflicts(&ConflictRules::default());
    assert_eq!(found.pairs.len(), 40 * 39 / 2);
    let [group] = found.groups.as_slice() else { panic!("one group") };
    assert!((group.counted_twice_m2 / group.area_m2 - 39.0 / 40.0).abs() < 1e-12, "{group:?}");
}

#[test]
fn the_same_ids_are_found_in_the_order_of_their_rows() {
    assert_eq!(repeated_ids(["b", "a", "", "b", "a", "b", ""]), [vec![0, 3, 5], vec![1, 4], vec![2, 6]]);
    assert_eq!(repeated_ids(["a", "A", "a "]), Vec::<Vec<u32>>::new());
}

#[test]
fn a_concession_of_many_corners_is_compared_with_each_of_its_plots() {
    // A star of 4000 corners, 2 degrees wide, and plots inside, outside and on its border.
    let lengths: Vec<f64> = (0..4000).map(|i| if i % 2 == 0 { 1000.0 } else { 990.0 }).collect();
    let concession = star([0.0, 0.0], 1.0, &lengths);
    let corner = concession[500];
    let at = |[x, y]: Position| Shape::from_rings(vec![vec![placed(&star([x, y], 0.5, &[1.0; 9]))]]);
    let mut touching = vec![corner, [corner[0], corner[1] + 1.0], [corner[0] - 1.0, corner[1] + 1.0], corner];
    if corner[0] < 0.0 {
        touching[2][0] += 2.0;
        touching.reverse();
    }
    let shapes = [
        Shape::from_rings(vec![vec![placed(&concession)]]),
        at([3.0, 5.0]),
        at([1200.0, 0.0]),
        at([995.0, 0.0]),
        Shape::from_rings(vec![vec![placed(&touching)]]),
    ];
    let reference = reference_shared(&shapes[0], &shapes[3]);
    let plots = Plots::of(shapes, &[]);
    let found = plots.conflicts(&ConflictRules { least_m2: 0.0, ..ConflictRules::default() });
    let rows: Vec<u32> = found.pairs.iter().map(|pair| pair.b).collect();
    assert_eq!(rows, [1, 3]);
    assert!((found.pairs[0].share_of_b - 1.0).abs() < 1e-9);
    let shared_m2 = found.pairs[1].shared_m2;
    // The reference has the star whole in its extent, 2,000 plots wide.
    assert!((shared_m2 - reference).abs() < 1e-4 * plots.area(3), "{shared_m2} {reference}");
    let counted_m2 = plots.area(1) + shared_m2;
    assert!((found.groups[0].counted_twice_m2 - counted_m2).abs() < 1e-9 * counted_m2);
}

/// For the reference: around the origin, in units.
fn to_geo(shape: &Shape) -> MultiPolygon {
    let line = |ring: &[Position]| {
        let corner = |p: &Position| Coord { x: (p[0] - ORIGIN[0]) / UNIT_DEG, y: (p[1] - ORIGIN[1]) / UNIT_DEG };
        LineString::new(ring.iter().map(corner).collect())
    };
    let polygon = |part: lindero_plots::Part<'_>| Polygon::new(line(part.outer()), part.holes().map(line).collect());
    MultiPolygon::new(shape.as_ref().parts().map(polygon).collect())
}

fn geo_area_m2(polygons: &MultiPolygon) -> f64 {
    let ring = |line: &LineString| placed(&line.0.iter().map(|c| [c.x, c.y]).collect::<Vec<_>>());
    let rings = |polygon: &Polygon| {
        std::iter::once(ring(polygon.exterior())).chain(polygon.interiors().iter().map(ring)).collect::<Rings>()
    };
    area_m2(Shape::from_rings(polygons.iter().map(rings).collect()).as_ref()).abs()
}

fn reference_shared(a: &Shape, b: &Shape) -> f64 {
    geo_area_m2(&to_geo(a).intersection(&to_geo(b)))
}

/// Plots of some 100 m near each other, every fourth a copy or a shifted copy of the one before it.
fn neighbourhood(most: usize) -> impl Strategy<Value = Vec<Shape>> {
    let plot = (prop::collection::vec(0.3..1.0, 3..14), [0.0..3.0, 0.0..3.0_f64], 0..12_u8, any::<bool>());
    prop::collection::vec(plot, 2..most).prop_map(|plots| {
        let mut rings: Vec<Rings> = Vec::new();
        for (lengths, at, copy, hole) in plots {
            let plot = match (rings.last(), copy) {
                (Some(before), 0) => before.clone(),
                (Some(before), 1 | 2) => {
                    let by = if copy == 1 { 0.02 } else { 0.3 };
                    before.iter().map(|ring| ring.iter().map(|&[x, y]| [x + by, y]).collect()).collect()
                }
                _ => {
                    let outer = star(at, 1.0, &lengths);
                    // Sides of stars with few corners pass their centre too close for a hole.
                    let with_hole = hole && lengths.len() > 6;
                    let inner = with_hole.then(|| reversed(star(at, 0.2, &[1.0; 5])));
                    std::iter::once(outer).chain(inner).collect()
                }
            };
            rings.push(plot);
        }
        let shape = |rings: &Rings| Shape::from_rings(vec![rings.iter().map(|ring| placed(ring)).collect()]);
        rings.iter().map(shape).collect()
    })
}

/// A field of rows and columns of quadrilaterals whose corners are shared, moved at random.
fn field(side: usize) -> impl Strategy<Value = Vec<Rings>> {
    prop::collection::vec([-0.3..0.3, -0.3..0.3_f64], (side + 1) * (side + 1)).prop_map(move |by| {
        let corner = |col: usize, row: usize| {
            let [dx, dy] = by[row * (side + 1) + col];
            [col as f64 + dx, row as f64 + dy]
        };
        let cell = |cell: usize| {
            let (col, row) = (cell % side, cell / side);
            let first = corner(col, row);
            vec![vec![first, corner(col + 1, row), corner(col + 1, row + 1), corner(col, row + 1), first]]
        };
        (0..side * side).map(cell).collect()
    })
}

proptest! {
    #[test]
    fn every_pair_shares_what_the_reference_says(shapes in neighbourhood(9)) {
        let plots = Plots::of(shapes.clone(), &[]);
        let found = plots.conflicts(&ALL);
        let mut pairs = found.pairs.iter().peekable();
        for a in 0..shapes.len() {
            for b in a + 1..shapes.len() {
                let pair = pairs.next_if(|pair| (pair.a, pair.b) == (a as u32, b as u32));
                let shared_m2 = pair.map_or(0.0, |pair| pair.shared_m2);
                let expected = reference_shared(&shapes[a], &shapes[b]);
                let of_both = plots.area(a as u32) + plots.area(b as u32);
                prop_assert!((shared_m2 - expected).abs() <= REFERENCE * of_both, "{a} {b}: {shared_m2} {expected}");
                if let Some(pair) = pair {
                    let union_m2 = of_both - expected;
                    prop_assert!((pair.share_of_union - shared_m2 / union_m2).abs() < 1e-6);
                }
            }
        }
        prop_assert_eq!(pairs.next(), None);
    }

    #[test]
    fn what_others_claim_is_the_union_of_what_they_share(
        shapes in neighbourhood(8),
        producers in prop::collection::vec(prop::option::of(0_u32..3), 8),
        point in [0.0..3.0, 0.0..3.0_f64],
    ) {
        let plots = Plots::of(shapes.clone(), &producers);
        let grounds = PlotGrounds::new(&plots.shapes, &plots.rows);
        // A point of nobody known, in a row that has no shape.
        let mut rows = plots.rows.clone();
        rows.push(PlotGround::default());
        let with_point = PlotGrounds::new(&plots.shapes, &rows);
        let at = placed(&[point])[0];
        let point_row = shapes.len() as u32;
        let found = claimed_shares(&with_point, &ALL, &[(point_row, at)]);
        prop_assert_eq!(
            found.iter().any(|claimed| claimed.row == point_row),
            shapes.iter().any(|shape| contains(shape.as_ref(), at))
        );
        let group_of = |row: u32| {
            conflicts(&grounds, &ALL).groups.iter().find(|group| group.rows.contains(&row)).map(|group| group.number)
        };
        for (row, shape) in shapes.iter().enumerate() {
            let row = row as u32;
            let producer = |row: u32| producers[row as usize];
            let is_other = |other: &u32| {
                *other != row
                    && group_of(row).is_some()
                    && group_of(*other) == group_of(row)
                    && (producer(row).is_none() || producer(*other) != producer(row))
            };
            let others: Vec<MultiPolygon> =
                (0..shapes.len() as u32).filter(is_other).map(|other| to_geo(&shapes[other as usize])).collect();
            let expected_m2 = geo_area_m2(&to_geo(shape).intersection(&unary_union(&others)));
            let found = found.iter().find(|claimed| claimed.row == row).map_or(0.0, |claimed| claimed.share);
            let expected = expected_m2 / plots.area(row);
            prop_assert!((found - expected).abs() < 1e-5, "row {row}: {found} {expected}");
        }
    }

    #[test]
    fn what_groups_count_twice_is_the_sum_less_the_union(
        shapes in neighbourhood(14), producers in prop::collection::vec(prop::option::of(1..4_u32), 14),
    ) {
        let plots = Plots::of(shapes.clone(), &producers);
        let found = plots.conflicts(&ALL);
        let geos: Vec<MultiPolygon> = shapes.iter().map(to_geo).collect();
        let united = |rows: &[u32]| geo_area_m2(&unary_union(rows.iter().map(|&row| &geos[row as usize])));
        let summed = |rows: &[u32]| rows.iter().map(|&row| plots.area(row)).sum::<f64>();
        let (mut within, mut between, mut all) = (0.0, 0.0, 0.0);
        let mut claimed: Vec<(f64, f64)> = vec![(0.0, 0.0); 4];
        for group in &found.groups {
            let expected = summed(&group.rows) - united(&group.rows);
            all += expected;
            prop_assert!((group.area_m2 - summed(&group.rows)).abs() <= 1e-12 * group.area_m2);
            prop_assert!((group.counted_twice_m2 - expected).abs() <= REFERENCE * group.area_m2, "{group:?} {expected}");
            let of = |wanted: &dyn Fn(Option<u32>) -> bool| -> Vec<u32> {
                group.rows.iter().copied().filter(|&row| wanted(plots.rows[row as usize].producer)).collect()
            };
            let known = of(&|producer| producer.is_some());
            let mut of_producers = 0.0;
            for number in 1..4 {
                let own = of(&|producer| producer == Some(number));
                let others = of(&|producer| producer.is_some_and(|other| other != number));
                of_producers += united(&own);
                let both: Vec<u32> = own.iter().chain(&others).copied().collect();
                claimed[number as usize].0 += summed(&own) - united(&own);
                claimed[number as usize].1 += united(&own) + united(&others) - united(&both);
                within += summed(&own) - united(&own);
            }
            between += of_producers - united(&known);
        }
        let tolerance = REFERENCE * 4.0 * summed(&(0..shapes.len() as u32).collect::<Vec<_>>());
        let twice = found.counted_twice;
        prop_assert!((twice.all_m2 - all).abs() <= tolerance, "{twice:?} {all}");
        prop_assert!((twice.within_producers_m2 - within).abs() <= tolerance, "{twice:?} {within}");
        prop_assert!((twice.between_producers_m2 - between).abs() <= tolerance, "{twice:?} {between}");
        let parts = twice.within_producers_m2 + twice.between_producers_m2 + twice.unknown_m2;
        prop_assert!((parts - twice.all_m2).abs() <= tolerance);
        for number in 1..4 {
            let counts = found.producers.iter().find(|counts| counts.producer == number);
            let (own, by_others) = counts.map_or((0.0, 0.0), |counts| (counts.within_m2, counts.claimed_by_others_m2));
            let expected = claimed[number as usize];
            prop_assert!((own - expected.0).abs() <= tolerance, "{counts:?} {expected:?}");
            prop_assert!((by_others - expected.1).abs() <= tolerance, "{counts:?} {expected:?}");
        }
    }

    #[test]
    fn neighbours_that_tile_a_field_do_not_conflict(plots in field(5)) {
        prop_assert_eq!(Plots::drawn(&plots, &[]).conflicts(&ALL), Conflicts::default());
    }

    #[test]
    fn moving_all_plots_keeps_the_kinds(plots in field(3), pushed in 0..9_usize, by in [0.05..0.5, 0.05..0.5_f64]) {
        let mut plots = plots;
        plots[pushed] = plots[pushed].iter().map(|ring| ring.iter().map(|p| [p[0] + by[0], p[1] + by[1]]).collect()).collect();
        let there = Plots::drawn(&plots, &[]).conflicts(&ConflictRules::default());
        prop_assert!(!there.pairs.is_empty() || pushed % 3 == 2 || pushed >= 6, "it lies on its neighbours");
        // East, where degrees are as long: areas stay, and so does all that follows from them.
        let moved: Vec<Rings> =
            plots.iter().map(|rings| rings.iter().map(|ring| ring.iter().map(|p| [p[0] + 64.0, p[1]]).collect()).collect()).collect();
        let here = Plots::drawn(&moved, &[]).conflicts(&ConflictRules::default());
        // Coordinates round elsewhere: what is as good as a threshold may fall on either side of it.
        let decided = |found: &Conflicts| -> Vec<_> {
            kinds(found).into_iter().zip(&found.pairs).filter(|(_, pair)| pair.shared_m2 > 1.001).map(|it| it.0).collect()
        };
        prop_assert_eq!(decided(&there), decided(&here));
    }
}

proptest! {
    // Each case starts threads.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn threads_and_the_order_of_rows_change_nothing(shapes in neighbourhood(20)) {
        let plots = Plots::of(shapes.clone(), &[]);
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
            pool.install(|| plots.conflicts(&ConflictRules::default()))
        };
        let one = with(1);
        prop_assert_eq!(&one, &with(3));
        let last = shapes.len() as u32 - 1;
        let back = Plots::of(shapes.into_iter().rev(), &[]).conflicts(&ConflictRules::default());
        let mut turned: Vec<_> = kinds(&back).into_iter().map(|(a, b, kind)| (last - b, last - a, kind)).collect();
        turned.sort();
        prop_assert_eq!(kinds(&one), turned);
        prop_assert!((one.counted_twice.all_m2 - back.counted_twice.all_m2).abs() <= 1e-8 * (1.0 + one.counted_twice.all_m2));
    }
}
