//! One drawing for each defect, and for what looks like one and is none.

use lindero_plots::{DefectCode, DefectEffect, Fault, Lang, PlotGeometry, Position, RawGeometry, take_in};

/// "0 0, 4 0, 4 4" as positions.
fn ring(drawing: &str) -> Vec<Position> {
    let number = |word: &str| word.parse().expect("a number");
    drawing
        .split(',')
        .filter(|pair| !pair.trim().is_empty())
        .map(|pair| {
            let mut words = pair.split_whitespace();
            [number(words.next().expect("x")), number(words.next().expect("y"))]
        })
        .collect()
}

fn polygons(parts: &[&[&str]]) -> RawGeometry {
    let part = |rings: &&[&str]| rings.iter().map(|drawing| ring(drawing)).collect();
    RawGeometry::Polygons(parts.iter().map(part).collect())
}

/// What is noted of nearly every drawing: its numbers are whole, its squares are square, it repeats itself on purpose.
const OF_DRAWINGS: [DefectCode; 4] =
    [DefectCode::FewDecimals, DefectCode::PerfectShape, DefectCode::Hole, DefectCode::DuplicateVertex];

/// The codes of all defects, and whether the geometry can be used.
fn outcome(raw: &RawGeometry) -> (Vec<&'static str>, bool) {
    let intake = take_in(raw);
    let told = intake.defects.iter().filter(|defect| !OF_DRAWINGS.contains(&defect.code()));
    let codes = told.map(|defect| defect.code().as_str()).collect();
    let usable = intake.geometry != PlotGeometry::Unusable;
    assert_eq!(usable, intake.defects.iter().all(|d| d.effect.is_usable()), "{:?}", intake.defects);
    (codes, usable)
}

fn check(parts: &[&[&str]], expected: &[&str]) {
    let fatal = expected.iter().any(|&code| code != "open_ring");
    assert_eq!(outcome(&polygons(parts)), (expected.to_vec(), !fatal), "{parts:?}");
}

const SQUARE: &str = "0 0, 8 0, 8 8, 0 8, 0 0";

#[test]
fn sound_polygons_have_no_defects() {
    check(&[&[SQUARE]], &[]);
    check(&[&[SQUARE, "2 2, 2 6, 6 6, 6 2, 2 2"]], &[]);
    check(&[&[SQUARE], &["8 8, 9 8, 9 9, 8 8"]], &[]); // parts touch in a corner
    check(&[&[SQUARE], &["8 4, 9 3, 9 5, 8 4"]], &[]); // and at a side
    check(&[&[SQUARE, "0 4, 2 3, 2 5, 0 4"]], &[]); // a hole touches its outer ring
    check(&[&[SQUARE, "", "2 2, 2 6, 6 6, 6 2, 2 2"], &[""]], &[]); // empty rings are nothing
}

#[test]
fn an_open_ring_is_closed_and_says_so() {
    let intake = take_in(&polygons(&[&["0 0, 8 0, 8 8, 0 8"]]));
    assert!(intake.repaired);
    assert_eq!(
        intake.defects[0].to_string(),
        "the outer ring was open and was closed: its last position 0, 8 differs from its first 0, 0 (part 0, ring 0, vertex 3)"
    );
    assert_eq!(intake.geometry, take_in(&polygons(&[&[SQUARE]])).geometry);
    check(&[&[SQUARE, "2 2, 2 6, 6 6"]], &["open_ring"]);
}

#[test]
fn what_an_open_ring_becomes_is_checked_too() {
    let intake = take_in(&polygons(&[&["0 0, 2 2, 2 0, 0 2"]]));
    assert!(!intake.repaired, "nothing that is measured was repaired");
    check(&[&["0 0, 2 2, 2 0, 0 2"]], &["open_ring", "crossing_sides"]);
}

#[test]
fn repeated_positions_are_noted_and_ring_direction_is_no_defect() {
    let intake = take_in(&polygons(&[&["0 0, 0 8, 0 8, 8 8, 8 0, 8 0, 8 0, 0 0, 0 0"]]));
    let repeated = &intake.defects[0];
    assert_eq!((repeated.fault.clone(), repeated.vertex), (Fault::DuplicateVertices { exact: 4, near: 0 }, Some(2)));
    assert_eq!(repeated.effect, DefectEffect::Note);
    assert!(!intake.repaired);
    let PlotGeometry::Area(shape) = intake.geometry else { panic!("a square is an area") };
    assert_eq!(shape.as_ref().positions(), ring(SQUARE));
}

#[test]
fn no_geometry_is_missing() {
    let expected = (vec!["missing_geometry"], false);
    for raw in [
        RawGeometry::Missing,
        RawGeometry::Points(vec![]),
        RawGeometry::Mixed(vec![RawGeometry::Missing]),
        polygons(&[]),
        polygons(&[&[]]),
        polygons(&[&["", ""]]),
    ] {
        assert_eq!(outcome(&raw), expected, "{raw:?}");
    }
}

#[test]
fn what_is_not_a_plot_is_unsupported_and_what_is_broken_is_unreadable() {
    let line = RawGeometry::Unsupported("LineString".into());
    assert_eq!(outcome(&line), (vec!["unsupported_geometry"], false));
    let broken = RawGeometry::Unreadable("ring 2 ends after 3 bytes".into());
    assert_eq!(outcome(&broken), (vec!["unreadable_geometry"], false));
}

#[test]
fn a_collection_gives_its_polygons() {
    let line = || RawGeometry::Unsupported("LINESTRING Z".into());
    let curve = || RawGeometry::Unsupported("CurvePolygon".into());
    let point = || RawGeometry::Points(vec![[1.0, 1.0]]);
    let square = || polygons(&[&[SQUARE]]);
    let check = |members: Vec<RawGeometry>, codes: &[&str], usable| {
        let raw = RawGeometry::Mixed(members);
        assert_eq!(outcome(&raw), (codes.to_vec(), usable), "{raw:?}");
    };
    check(vec![square(), RawGeometry::Missing], &[], true);
    check(vec![line(), square()], &["line_in_collection"], true);
    check(vec![line(), point()], &["line_in_collection"], true);
    check(vec![line()], &["line_in_collection", "missing_geometry"], false);
    check(vec![point(), square()], &["mixed_points_and_polygons"], true);
    check(vec![RawGeometry::Mixed(vec![square()]), square()], &["crossing_sides"], false);
    // A curved polygon has an area: without it the plot would be measured too small.
    check(vec![square(), curve()], &["unsupported_geometry"], false);
    check(vec![square(), RawGeometry::Unreadable("x".into())], &["unreadable_geometry"], false);
}

#[test]
fn coordinates_off_the_globe_get_a_guess() {
    let check = |point: Position, code: &str, part_of_detail: &str| {
        let triangle = vec![[0.0, 0.0], [1.0, 0.0], point, [0.0, 0.0]];
        for raw in [RawGeometry::Points(vec![point]), RawGeometry::Polygons(vec![vec![triangle]])] {
            assert_eq!(outcome(&raw), (vec![code], false), "{raw:?}");
            let defect = &take_in(&raw).defects[0];
            let sentence = defect.sentence(Lang::En);
            assert!(sentence.contains(part_of_detail), "{sentence}");
            assert!(defect.vertex.is_some());
        }
    };
    check([f64::NAN, 0.0], "non_finite_coordinate", "NaN, 0");
    check([0.0, f64::INFINITY], "non_finite_coordinate", "inf");
    check([395_000.0, 8_965_000.0], "out_of_range", "metres");
    check([-9.3, -102.0], "out_of_range", "swapped");
    check([-181.0, 5.0], "out_of_range", "-181, 5");
    assert_eq!(outcome(&RawGeometry::Points(vec![[180.0, -90.0]])), (vec![], true));
}

#[test]
fn a_ring_needs_three_distinct_positions_and_an_inside() {
    check(&[&["0 0"]], &["too_few_points"]);
    check(&[&["0 0, 1 1"]], &["too_few_points"]);
    check(&[&["0 0, 1 1, 0 0"]], &["too_few_points"]);
    check(&[&["0 0, 0 0, 0 0, 0 0"]], &["too_few_points"]);
    check(&[&["0 0, 1 1, 0 0, 1 1, 0 0"]], &["too_few_points"]);
    check(&[&["", "2 2, 2 6, 6 6, 6 2, 2 2"]], &["too_few_points"]);
    check(&[&["0 0, 1 0, 3 0, 0 0"]], &["zero_area"]);
    check(&[&["0 0, 1 1, 3 3, 2 2, 0 0"]], &["zero_area"]);
    check(&[&[SQUARE, "1 1, 2 2, 3 3, 1 1"]], &["zero_area"]);
}

#[test]
fn sides_may_not_cross_or_run_along_each_other() {
    check(&[&["0 0, 2 2, 2 0, 0 2, 0 0"]], &["crossing_sides"]); // bow tie
    check(&[&["0 0, 8 0, 8 8, 4 8, 4 9, 4 8, 0 8, 0 0"]], &["spike"]);
    check(&[&["0 0, 8 0, 8 8, 4 8, 4 4, 4 8, 0 8, 0 0"]], &["spike"]); // inwards
    check(&[&[SQUARE, "4 4, 9 5, 9 3, 4 4"]], &["crossing_sides"]); // hole sticks out
    check(&[&[SQUARE, "0 2, 0 4, 2 3, 0 2"]], &["crossing_sides"]); // hole along the outer ring
    check(&[&[SQUARE, SQUARE]], &["crossing_sides"]);
    check(&[&[SQUARE], &["8 2, 9 2, 9 4, 8 4, 8 2"]], &["crossing_sides"]); // parts share a side
}

#[test]
fn a_crossing_says_where_in_the_users_own_counting() {
    // Repeated positions and an empty part come before it.
    let raw = polygons(&[&[""], &["20 20, 21 20, 21 21, 20 20"], &["-1 0, -1 0, 0 0, 4 4, 4 4, 4 0, 0 2, -1 0"]]);
    let defect = &take_in(&raw).defects[0];
    assert_eq!(defect.code(), DefectCode::CrossingSides);
    assert_eq!((defect.part, defect.ring, defect.vertex), (Some(2), Some(0), Some(2)));
    let place = defect.place.expect("a place");
    assert!((place[0] - 4.0 / 3.0).abs() < 1e-12 && (place[1] - 4.0 / 3.0).abs() < 1e-12);
    for lang in [Lang::En, Lang::Es] {
        assert!(defect.sentence(lang).contains("1.3333333, 1.3333333"), "{}", defect.sentence(lang));
    }
}

#[test]
fn a_ring_may_not_touch_itself() {
    check(&[&["0 0, 4 4, 8 0, 8 8, 4 4, 0 8, 0 0"]], &["self_touching_ring"]);
    check(&[&["0 0, 8 0, 8 8, 4 0, 0 8, 0 0"]], &["self_touching_ring"]);
}

#[test]
fn holes_lie_inside_and_beside_each_other() {
    check(&[&[SQUARE, "9 1, 9 2, 10 2, 9 1"]], &["hole_outside"]);
    check(&[&["3 3, 5 3, 5 5, 3 3", SQUARE]], &["hole_outside"]);
    let (large, small) = ("1 1, 1 7, 7 7, 7 1, 1 1", "2 2, 2 3, 3 3, 2 2");
    check(&[&[SQUARE, large, small]], &["nested_holes"]);
}

#[test]
fn parts_do_not_share_ground() {
    check(&[&[SQUARE], &["2 2, 3 2, 3 3, 2 2"]], &["nested_parts"]);
    check(&[&["2 2, 3 2, 3 3, 2 2"], &[SQUARE]], &["nested_parts"]);
    check(&[&[SQUARE], &["4 4, 12 4, 12 12, 4 12, 4 4"]], &["overlapping_parts"]);
    let ring_and_core: &[&[&str]] = &[&[SQUARE, "1 1, 1 7, 7 7, 7 1, 1 1"], &["2 2, 3 2, 3 3, 2 2"]];
    check(ring_and_core, &[]);
}

#[test]
fn holes_may_not_cut_a_part_in_two() {
    check(&[&[SQUARE, "0 4, 4 6, 8 4, 4 2, 0 4"]], &["split_interior"]);
    check(&[&[SQUARE, "0 4, 2 5, 4 4, 2 3, 0 4", "4 4, 6 5, 8 4, 6 3, 4 4"]], &["split_interior"]);
}

#[test]
fn a_side_around_the_world_was_meant_to_cross_the_antimeridian() {
    check(&[&["179 0, -179 0, -179 1, 179 1, 179 0"]], &["antimeridian"]);
}

#[test]
fn a_plot_is_smaller_than_a_continent() {
    check(&[&["-80 -30, -40 -30, -40 10, -80 10, -80 -30"]], &["too_large"]);
    check(&[&["-80 -20, -60 -20, -60 0, -80 0, -80 -20"]], &[]);
}

#[test]
fn the_thinnest_sliver_is_decided_exactly() {
    let above = 1.0_f64.next_up();
    let sliver = vec![[0.0, 0.0], [2.0, 2.0], [1.0, above], [0.0, 0.0]];
    assert_eq!(outcome(&RawGeometry::Polygons(vec![vec![sliver]])), (vec!["spike", "spike", "sliver"], true));
    let line = vec![[0.0, 0.0], [2.0, 2.0], [1.0, 1.0], [0.0, 0.0]];
    assert_eq!(outcome(&RawGeometry::Polygons(vec![vec![line]])).0, ["zero_area"]);
}

/// What is noted of one ring.
fn noted(ring: Vec<Position>) -> Vec<Fault> {
    let intake = take_in(&RawGeometry::Polygons(vec![vec![ring]]));
    assert!(matches!(intake.geometry, PlotGeometry::Area(_)), "{:?}", intake.defects);
    assert!(intake.defects.iter().all(|defect| defect.effect == DefectEffect::Note), "{:?}", intake.defects);
    intake.defects.into_iter().map(|defect| defect.fault).collect()
}

/// Corners of a field with seven decimals, one of them moved.
fn field(moved: usize, to: Position) -> Vec<Position> {
    let mut ring = vec![
        [-76.1234567, -9.3000001],
        [-76.1224567, -9.3000003],
        [-76.1222567, -9.2991231],
        [-76.1235567, -9.2990031],
    ];
    ring[moved] = to;
    ring.push(ring[0]);
    ring
}

#[test]
fn an_ordinary_field_has_nothing_to_be_noted() {
    assert_eq!(noted(field(0, [-76.1234567, -9.3000001])), []);
}

#[test]
fn a_corner_from_which_the_boundary_nearly_comes_back_is_a_spike() {
    let mut ring = field(0, [-76.1234567, -9.3000001]);
    ring.splice(1..1, [[-76.1229567, -9.3000002], [-76.1229563, -9.3003002], [-76.1229557, -9.3000002]]);
    let [Fault::NarrowSpike { length_m }] = noted(ring)[..] else { panic!("one spike") };
    assert!((length_m - 33.2).abs() < 0.1, "{length_m}");
    let mut wide = field(0, [-76.1234567, -9.3000001]);
    wide.splice(1..1, [[-76.1229567, -9.3000002], [-76.1229563, -9.3003002], [-76.1228567, -9.3000002]]);
    assert_eq!(noted(wide), []);
}

#[test]
fn positions_that_six_decimals_make_one_are_noted() {
    let mut ring = field(0, [-76.1234567, -9.3000001]);
    ring.insert(2, [ring[1][0] + 4e-7, ring[1][1] + 4e-7]);
    assert_eq!(noted(ring), [Fault::DuplicateVertices { exact: 0, near: 1 }]);
}

#[test]
fn a_strip_is_a_sliver_by_its_mean_width() {
    let strip = |width: f64| {
        let mut ring = vec![[-76.1234567, -9.3000001], [-76.1200123, -9.3000007]];
        ring.extend([[-76.1200127, -9.3000001 + width], [-76.1234561, -9.3000003 + width]]);
        ring.push(ring[0]);
        noted(ring)
    };
    // 378 m long; 1.7 and 2.3 m wide.
    let [Fault::Sliver { width_m }] = strip(1.52e-5)[..] else { panic!("a sliver") };
    assert!((width_m - 1.66).abs() < 0.05, "{width_m}");
    assert_eq!(strip(2.1e-5), []);
}

#[test]
fn few_decimals_are_noted_only_if_no_coordinate_has_more() {
    let ring = |last: f64| vec![[-76.12, -9.3], [-76.119, -9.3], [-76.119, last], [-76.1204, -9.299], [-76.12, -9.3]];
    let [Fault::FewDecimals { decimals: 4, step_m }] = noted(ring(-9.2989))[..] else { panic!("few decimals") };
    assert!((step_m - 11.06).abs() < 0.01, "{step_m}");
    assert_eq!(noted(ring(-9.298917)), []);
    let point = take_in(&RawGeometry::Points(vec![[-76.12, -9.3]]));
    assert_eq!(point.defects[0].code(), DefectCode::FewDecimals);
}

#[test]
fn circles_and_squares_were_not_walked() {
    let circle = |corners: usize, east: f64| {
        let corner = |i: usize| {
            let angle = i as f64 / corners as f64 * std::f64::consts::TAU + 0.1;
            [-76.1234567 + 1e-3 * east * libm::cos(angle), -9.3000001 + 1e-3 * libm::sin(angle)]
        };
        let mut ring: Vec<Position> = (0..corners).map(corner).collect();
        ring.push(ring[0]);
        noted(ring)
    };
    assert_eq!(circle(64, 1.0), [Fault::PerfectShape { corners: 64 }]); // in degrees
    assert_eq!(circle(16, 1.0 / libm::cos(9.3_f64.to_radians())), [Fault::PerfectShape { corners: 16 }]); // on a sphere
    assert_eq!(circle(14, 1.0), []);
    assert_eq!(circle(64, 1.2), []); // an ellipse
    let (west, south) = (-76.1234567, -9.3000001);
    let square = |height: f64| {
        noted(vec![
            [west, south],
            [west + 1e-3, south],
            [west + 1e-3, south + height],
            [west, south + height],
            [west, south],
        ])
    };
    assert_eq!(square(1e-3), [Fault::PerfectShape { corners: 4 }]);
    assert_eq!(square(2e-3), []);
}

#[test]
fn holes_are_noted_with_their_area() {
    let outer = field(0, [-76.1234567, -9.3000001]);
    let hole = vec![[-76.1230001, -9.2997], [-76.1230001, -9.2996], [-76.1229, -9.2996], [-76.1230001, -9.2997]];
    let intake = take_in(&RawGeometry::Polygons(vec![vec![outer, hole]]));
    let [Fault::Holes { count: 1, area_m2 }] = [intake.defects[0].fault.clone()] else { panic!("a hole") };
    assert!((area_m2 - 60.8).abs() < 0.5, "{area_m2}");
}
