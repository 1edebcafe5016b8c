//! One drawing for each repair, and laws that hold for whatever is repaired.

use lindero_plots::{
    Checker, DefectEffect, Intake, Lang, Nesting, PlotGeometry, Position, RawGeometry, RepairRules, Shape, area_m2,
    take_in,
};
use proptest::prelude::*;

/// The unit of drawings: 0.85 m, exact in binary, so that what is drawn on a line lies on it.
const UNIT_DEG: f64 = 1.0 / 131_072.0;
/// Where drawings lie.
const ORIGIN: Position = [-76.0, -9.25];
/// Areas from overlays may be off by this (m², and share of the plot): their coordinates are rounded.
const ROUNDING_M2: f64 = 0.01;
const ROUNDING_SHARE: f64 = 1e-6;

/// Units in the north of a drawing are smaller than those in the south by this share.
const DRAWING: f64 = 3e-6;

fn drawn([x, y]: Position) -> Position {
    [ORIGIN[0] + x * UNIT_DEG, ORIGIN[1] + y * UNIT_DEG]
}

/// "0 0, 4 0, 4 4" as positions.
fn ring(drawing: &str) -> Vec<Position> {
    let position = |pair: &str| {
        let mut numbers = pair.split_whitespace().map(|word| word.parse().expect("a number"));
        drawn([numbers.next().expect("x"), numbers.next().expect("y")])
    };
    drawing.split(',').filter(|pair| !pair.trim().is_empty()).map(position).collect()
}

fn polygons(parts: &[&[&str]]) -> RawGeometry {
    let part = |rings: &&[&str]| rings.iter().map(|drawing| ring(drawing)).collect();
    RawGeometry::Polygons(parts.iter().map(part).collect())
}

fn repaired(raw: &RawGeometry) -> Intake {
    Checker::new(RepairRules::default()).take_in(raw)
}

fn shape_of(intake: &Intake) -> Shape {
    match &intake.geometry {
        PlotGeometry::Area(shape) => shape.clone(),
        _ => panic!("{:?} {:?}", intake.defects, intake.repairs),
    }
}

/// Square metres of a square unit.
fn unit_m2() -> f64 {
    area_m2(Shape::from_rings(vec![vec![ring("0 0, 1 0, 1 1, 0 1, 0 0")]]).as_ref())
}

/// Square units of a shape.
fn units(shape: &Shape) -> f64 {
    area_m2(shape.as_ref()) / unit_m2()
}

/// What is repaired has these defects, repairs and so many parts and square units, and was unusable without.
fn check(parts: &[&[&str]], codes: [&[&str]; 2], shape: (usize, f64)) {
    let raw = polygons(parts);
    assert_eq!(take_in(&raw).geometry, PlotGeometry::Unusable, "{parts:?}");
    let intake = repaired(&raw);
    assert!(intake.repaired, "{:?} {:?}", intake.defects, intake.repairs);
    let faults = intake.defects.iter().filter(|defect| defect.effect != DefectEffect::Note);
    let defects: Vec<&str> = faults.map(|defect| defect.code().as_str()).collect();
    let repairs: Vec<&str> = intake.repairs.iter().map(|repair| repair.code.as_str()).collect();
    assert_eq!([defects, repairs], codes.map(<[&str]>::to_vec), "{parts:?}");
    let found = shape_of(&intake);
    assert_eq!(found.as_ref().parts().len(), shape.0, "{parts:?}");
    assert!((units(&found) / shape.1 - 1.0).abs() < DRAWING, "{parts:?}: {}", units(&found));
    check_laws(&raw);
}

/// The plot stays unusable, and these repairs are proposed, each with so many parts and square units.
fn check_proposed(parts: &[&[&str]], defect: &str, proposals: &[(&str, usize, f64)]) {
    let raw = polygons(parts);
    let intake = repaired(&raw);
    assert_eq!(intake.geometry, PlotGeometry::Unusable, "{parts:?}");
    assert_eq!(intake.defects.len(), 1);
    assert_eq!((intake.defects[0].code().as_str(), intake.defects[0].effect), (defect, DefectEffect::Proposed));
    assert_eq!(intake.repairs.len(), proposals.len(), "{:?}", intake.repairs);
    for (repair, &(code, parts, area)) in intake.repairs.iter().zip(proposals) {
        let proposal = repair.proposal.as_deref().expect("nothing was done");
        assert_eq!((repair.code.as_str(), proposal.as_ref().parts().len()), (code, parts));
        assert!((units(proposal) / area - 1.0).abs() < DRAWING, "{code}: {}", units(proposal));
    }
    check_laws(&raw);
}

const SQUARE: &str = "0 0, 80 0, 80 80, 0 80, 0 0";

#[test]
fn a_spike_is_left_out_wherever_it_is() {
    let codes: [&[&str]; 2] = [&["spike"], &["removed_spike"]];
    check(&[&["0 0, 80 0, 80 80, 40 80, 40 90, 40 80, 0 80, 0 0"]], codes, (1, 6400.0));
    check(&[&["0 0, 80 0, 80 80, 40 80, 40 20, 40 80, 0 80, 0 0"]], codes, (1, 6400.0));
    check(&[&["0 0, 80 0, 120 0, 80 0, 80 80, 0 80, 0 0"]], codes, (1, 6400.0));
    check(&[&["0 0, 80 0, 80 80, 0 80, 0 0, -9 -9, 0 0"]], codes, (1, 6400.0));
    let intake = repaired(&polygons(&[&["0 0, 80 0, 80 80, 40 80, 40 90, 40 80, 0 80, 0 0"]]));
    assert_eq!(intake.defects[0].vertex, Some(4));
    assert_eq!(intake.defects[0].place, Some(drawn([40.0, 90.0])));
    assert_eq!((intake.repairs[0].change_m2(), intake.repairs[0].change_pct()), (0.0, Some(0.0)));
    assert_eq!(intake.repairs[0].sentence(Lang::Es), "punta sin área quitada (anillo exterior) (+0 m2)");
}

#[test]
fn a_small_loop_where_the_walk_ends_is_noise() {
    let past_the_start = &["0 0, 80 0, 80 80, 0 80, 3 -3, 0 0"];
    let loop_units = 0.5 * 3.0 * (3.0 * 80.0 / 83.0);
    let main_units = 6400.0 - 0.5 * 80.0 * (3.0 * 80.0 / 83.0);
    check(&[past_the_start], [&["crossing_sides"], &["dropped_loop"]], (1, main_units));
    let intake = repaired(&polygons(&[past_the_start]));
    // The loop runs the other way and was subtracted as drawn.
    assert!((intake.repairs[0].change_m2() / unit_m2() / loop_units - 1.0).abs() < 1e-5, "{:?}", intake.repairs);
}

#[test]
fn a_large_bow_tie_has_two_readings_and_neither_is_taken() {
    check_proposed(
        &[&["0 0, 80 80, 80 0, 0 80, 0 0"]],
        "crossing_sides",
        &[("reordered_corners", 1, 6400.0), ("split_at_crossing", 2, 3200.0)],
    );
}

#[test]
fn a_figure_of_eight_is_not_small_because_its_halves_cancel_out() {
    // A crossing cuts off a bow tie whose signed area is nothing.
    let raw = polygons(&[&["0 0, 200 0, 200 100, 150 100, 250 200, 250 100, 149 201, 149 100, 0 100, 0 0"]]);
    assert_eq!(repaired(&raw).geometry, PlotGeometry::Unusable);
    check_laws(&raw);
}

#[test]
fn a_ring_that_touches_itself_is_drawn_as_several() {
    let codes: [&[&str]; 2] = [&["self_touching_ring"], &["split_ring"]];
    check(&[&["0 0, 40 40, 80 0, 80 80, 40 40, 0 80, 0 0"]], codes, (2, 3200.0));
    check(&[&["0 0, 80 0, 80 80, 40 0, 0 80, 0 0"]], codes, (2, 3200.0));
    // A hole that is drawn as a bay with a closed mouth.
    check(&[&["0 0, 80 0, 80 80, 0 80, 0 0, 20 40, 40 20, 0 0"]], codes, (1, 6400.0 - 600.0));
}

#[test]
fn a_hole_drawn_with_a_bridge_becomes_a_hole() {
    let bridge = &["0 0, 80 0, 80 80, 0 80, 0 0, 20 20, 20 40, 40 40, 40 20, 20 20, 0 0"];
    check(&[bridge], [&["crossing_sides"], &["split_ring"]], (1, 6400.0 - 400.0));
    let intake = repaired(&polygons(&[bridge]));
    assert_eq!(shape_of(&intake).as_ref().rings().len(), 2);
}

#[test]
fn two_fields_drawn_with_a_path_between_become_two_parts() {
    let path = &["0 0, 80 0, 80 40, 120 40, 120 0, 160 0, 160 80, 120 80, 120 40, 80 40, 80 80, 0 80, 0 0"];
    check(&[path], [&["crossing_sides"], &["split_ring"]], (2, 6400.0 + 3200.0));
}

#[test]
fn parts_that_share_ground_or_a_side_are_made_one() {
    let side: &[&[&str]] = &[&[SQUARE], &["80 20, 90 20, 90 40, 80 40, 80 20"]];
    check(side, [&["crossing_sides"], &["united_parts"]], (1, 6600.0));
    let ground: &[&[&str]] = &[&[SQUARE], &["40 40, 120 40, 120 120, 40 120, 40 40"]];
    check(ground, [&["overlapping_parts"], &["united_parts"]], (1, 12_800.0 - 1600.0));
    check(&[&[SQUARE], &[SQUARE]], [&["crossing_sides"], &["united_parts"]], (1, 6400.0));
    let nested: &[&[&str]] = &[&[SQUARE], &["20 20, 30 20, 30 30, 20 30, 20 20"]];
    check(nested, [&["nested_parts"], &["united_parts"]], (1, 6400.0));
}

#[test]
fn a_part_drawn_like_a_hole_in_another_may_be_one() {
    check_proposed(
        &[&[SQUARE], &["20 20, 20 40, 40 40, 40 20, 20 20"]],
        "nested_parts",
        &[("part_made_hole", 1, 6400.0 - 400.0)],
    );
}

#[test]
fn holes_are_cut_out_where_they_stick_out_or_touch() {
    check(&[&[SQUARE, "0 20, 20 20, 20 40, 0 40, 0 20"]], [&["crossing_sides"], &["cut_hole"]], (1, 6000.0));
    check(&[&[SQUARE, "-1 20, 20 20, 20 40, -1 40, -1 20"]], [&["crossing_sides"], &["cut_hole"]], (1, 6000.0));
    check(&[&[SQUARE, "0 40, 40 60, 80 40, 40 20, 0 40"]], [&["split_interior"], &["cut_hole"]], (2, 4800.0));
    let far_out: &[&[&str]] = &[&[SQUARE, "-30 20, 20 20, 20 40, -30 40, -30 20"]];
    check_proposed(far_out, "crossing_sides", &[("cut_hole", 1, 6000.0)]);
}

#[test]
fn a_small_hole_that_lies_where_none_can_is_left_out() {
    check(&[&[SQUARE, "90 10, 90 15, 95 15, 90 10"]], [&["hole_outside"], &["dropped_hole"]], (1, 6400.0));
    let in_a_hole: &[&str] = &[SQUARE, "10 10, 10 70, 70 70, 70 10, 10 10", "20 20, 20 22, 22 22, 20 20"];
    check(&[in_a_hole], [&["nested_holes"], &["dropped_hole"]], (1, 2800.0));
    check_proposed(&[&[SQUARE, "90 10, 90 50, 120 50, 90 10"]], "hole_outside", &[("dropped_hole", 1, 6400.0)]);
}

#[test]
fn rings_that_enclose_nothing_are_left_out_beside_others() {
    check(&[&[SQUARE, "10 10, 20 20, 30 30, 10 10"]], [&["zero_area"], &["dropped_empty_ring"]], (1, 6400.0));
    check(&[&[SQUARE, "10 10, 20 20"]], [&["too_few_points"], &["dropped_empty_ring"]], (1, 6400.0));
    check(&[&["90 90, 95 95"], &[SQUARE]], [&["too_few_points"], &["dropped_empty_ring"]], (1, 6400.0));
    let alone = repaired(&polygons(&[&["90 90, 95 95"]]));
    assert_eq!((alone.geometry, alone.repairs), (PlotGeometry::Unusable, vec![]));
}

#[test]
fn several_faults_are_repaired_one_after_the_other() {
    check(
        &[&["0 0, 80 0, 80 80, 40 80, 40 90, 40 80, 0 80"], &["80 20, 90 20, 90 40, 80 40, 80 20"]],
        [&["open_ring", "spike", "crossing_sides"], &["closed_ring", "removed_spike", "united_parts"]],
        (1, 6600.0),
    );
}

#[test]
fn a_plot_across_the_antimeridian_is_cut_there() {
    let across = vec![[179.9999, -16.5], [-179.9998, -16.5], [-179.9998, -16.4999], [179.9999, -16.4999]];
    let mut closed = across.clone();
    closed.push(across[0]);
    let intake = repaired(&RawGeometry::Polygons(vec![vec![closed]]));
    let shape = shape_of(&intake);
    let spans: Vec<[f64; 2]> = shape
        .as_ref()
        .parts()
        .map(|part| part.outer().iter().fold([180.0_f64, -180.0], |[w, e], p| [w.min(p[0]), e.max(p[0])]))
        .collect();
    assert_eq!(spans, [[179.9999, 180.0], [-180.0, -179.9998]]);
    let moved = across.iter().map(|&[x, y]| [if x < 0.0 { x + 2.0 } else { x - 358.0 }, y]).collect();
    let same = shape_of(&take_in(&RawGeometry::Polygons(vec![vec![moved]])));
    assert!((area_m2(shape.as_ref()) / area_m2(same.as_ref()) - 1.0).abs() < 1e-9);
    assert_eq!((intake.defects[0].code().as_str(), intake.repairs.len()), ("antimeridian", 1));
    assert!(intake.repairs[0].change_m2().abs() < 1e-3, "{:?}", intake.repairs);
    let bow_tie = vec![[179.9, 0.0], [-179.9, 0.1], [-179.9, 0.0], [179.9, 0.1], [179.9, 0.0]];
    assert_eq!(repaired(&RawGeometry::Polygons(vec![vec![bow_tie]])).geometry, PlotGeometry::Unusable);
}

#[test]
fn coordinates_nested_wrongly_are_used_unless_nothing_is_to_be_repaired() {
    let nested = |drawing: &str| RawGeometry::Misnested(Nesting::RingInPolygon, vec![vec![ring(drawing)]]);
    let intake = repaired(&nested(SQUARE));
    assert!(intake.repaired && (units(&shape_of(&intake)) / 6400.0 - 1.0).abs() < DRAWING);
    assert_eq!(intake.defects[0].code().as_str(), "nested_wrongly");
    assert_eq!((intake.repairs[0].code.as_str(), intake.repairs[0].change_m2()), ("renested", 0.0));
    let both = repaired(&nested("0 0, 80 0, 80 80, 40 80, 40 90, 40 80, 0 80, 0 0"));
    let codes: Vec<&str> = both.repairs.iter().map(|repair| repair.code.as_str()).collect();
    assert_eq!(codes, ["renested", "removed_spike"]);
    assert_eq!(take_in(&nested(SQUARE)).geometry, PlotGeometry::Unusable);
}

#[test]
fn bare_rings_of_a_multipolygon_are_holes_where_they_lie_inside_and_parts_where_they_lie_apart() {
    let bare = |rings: &[&str]| {
        let rings = rings.iter().map(|drawing| ring(drawing)).collect();
        repaired(&RawGeometry::Misnested(Nesting::PolygonInMultiPolygon, vec![rings]))
    };
    let apart = "100 0, 180 0, 180 80, 100 80, 100 0";
    let inside = "20 20, 60 20, 60 60, 20 60, 20 20";
    let parts_of =
        |intake: &Intake| shape_of(intake).as_ref().parts().map(|part| part.rings().len()).collect::<Vec<_>>();
    let parts = bare(&[SQUARE, apart]);
    assert_eq!(parts_of(&parts), [1, 1]);
    assert!((units(&shape_of(&parts)) / 12_800.0 - 1.0).abs() < DRAWING);
    let hole = bare(&[SQUARE, inside]);
    assert_eq!(parts_of(&hole), [2]);
    assert!((units(&shape_of(&hole)) / 4800.0 - 1.0).abs() < DRAWING);
    for intake in [parts, hole] {
        assert_eq!(intake.defects[0].code().as_str(), "nested_wrongly");
        assert_eq!((intake.repairs[0].code.as_str(), intake.repairs[0].change_m2()), ("renested", 0.0));
    }
    // One inside and one apart: whoever drew it has to say.
    assert_eq!(bare(&[SQUARE, inside, apart]).geometry, PlotGeometry::Unusable);
}

#[test]
fn without_repairs_only_open_rings_are_closed() {
    let open = polygons(&[&["0 0, 80 0, 80 80, 0 80"]]);
    let none = Checker::new(RepairRules::none()).take_in(&open);
    assert_eq!((none.repaired, none.repairs.len(), none.repairs[0].code.as_str()), (true, 1, "closed_ring"));
    assert_eq!(none, repaired(&open));
    let spike = polygons(&[&["0 0, 80 0, 80 80, 40 80, 40 90, 40 80, 0 80, 0 0"]]);
    let none = Checker::new(RepairRules::none()).take_in(&spike);
    assert_eq!((none.geometry, none.repairs), (PlotGeometry::Unusable, vec![]));
}

/// What must hold whatever was drawn.
fn check_laws(raw: &RawGeometry) {
    let plain = take_in(raw);
    let intake = repaired(raw);
    let is_sound = |shape: &Shape| {
        let again = repaired(&raw_of(shape));
        assert_eq!(again.geometry, PlotGeometry::Area(shape.clone()), "what was repaired is changed: {raw:?}");
        assert_eq!((again.repaired, again.repairs.len()), (false, 0), "{raw:?}");
    };
    if plain.geometry != PlotGeometry::Unusable {
        assert_eq!(intake.geometry, plain.geometry, "a plot that can be used is never changed");
    }
    if intake.geometry == PlotGeometry::Unusable {
        for repair in &intake.repairs {
            let proposal = repair.proposal.as_deref().expect("nothing was done");
            is_sound(proposal);
            assert_eq!(repair.after_m2, area_m2(proposal.as_ref()));
        }
        return;
    }
    let shape = shape_of(&intake);
    is_sound(&shape);
    assert_eq!(intake.repaired, !intake.repairs.is_empty());
    let Some(last) = intake.repairs.last() else { return };
    let area = area_m2(shape.as_ref());
    assert_eq!(last.after_m2, area, "the last row leaves what is measured");
    for pair in intake.repairs.windows(2) {
        assert_eq!(pair[0].after_m2, pair[1].before_m2, "rows follow each other");
    }
    let small = intake.repairs.iter().filter(|repair| repair.code.as_str() != "united_parts");
    let changed: f64 = small.map(|repair| repair.change_m2().abs()).sum();
    let rounding = ROUNDING_M2 + ROUNDING_SHARE * area;
    assert!(changed <= (0.01 * area).min(100.0) + rounding, "{changed} of {area}: {raw:?}");
    let drawn = drawn_m2(raw);
    let before = intake.repairs[0].before_m2;
    assert!((before - drawn).abs() <= rounding, "{before} and not {drawn} as drawn: {raw:?}");
}

fn raw_of(shape: &Shape) -> RawGeometry {
    RawGeometry::Polygons(shape.as_ref().parts().map(|part| part.rings().map(<[_]>::to_vec).collect()).collect())
}

/// What the rings enclose with their sense of direction, holes less.
fn drawn_m2(raw: &RawGeometry) -> f64 {
    let RawGeometry::Polygons(parts) = raw else { return 0.0 };
    let ring_m2 = |ring: &Vec<Position>| {
        let mut ring = ring.clone();
        ring.extend(ring.first().copied());
        area_m2(Shape::from_rings(vec![vec![ring]]).as_ref()).abs()
    };
    let part_m2 = |part: &Vec<Vec<Position>>| {
        let mut rings = part.iter().map(ring_m2);
        rings.next().unwrap_or(0.0) - rings.sum::<f64>()
    };
    parts.iter().map(part_m2).sum()
}

/// What happens to a boundary between the walk and the file.
#[derive(Clone, Copy, Debug)]
enum Mishap {
    Spike(f64),
    Repeat,
    SwapWithNext,
    Jump(f64),
    Return(usize),
}

fn mishap() -> impl Strategy<Value = Mishap> {
    prop_oneof![
        (0.1..3.0_f64).prop_map(Mishap::Spike),
        Just(Mishap::Repeat),
        Just(Mishap::SwapWithNext),
        (-0.4..0.4_f64).prop_map(Mishap::Jump),
        (0_usize..40).prop_map(Mishap::Return),
    ]
}

fn spoiled(mut ring: Vec<Position>, mishaps: &[(usize, Mishap)]) -> Vec<Position> {
    for &(at, mishap) in mishaps {
        let count = ring.len();
        let at = at % count;
        let corner = ring[at];
        match mishap {
            Mishap::Spike(reach) => {
                let tip = [corner[0] + reach * 64.0 * UNIT_DEG, corner[1] + reach * 16.0 * UNIT_DEG];
                ring.splice(at..=at, [corner, tip, corner]);
            }
            Mishap::Repeat => ring.insert(at, corner),
            Mishap::SwapWithNext => ring.swap(at, (at + 1) % count),
            Mishap::Jump(units) => ring[at] = [corner[0] + units * 20.0 * UNIT_DEG, corner[1] - units * 7.0 * UNIT_DEG],
            Mishap::Return(other) => ring.insert(at, ring[other % count]),
        }
    }
    ring
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn boundaries_with_mishaps_are_repaired_by_the_laws(
        lengths in prop::collection::vec(60.0..100.0_f64, 4..30),
        mishaps in prop::collection::vec((0_usize..60, mishap()), 0..4),
        open: bool,
    ) {
        let count = lengths.len() as f64;
        let corner = |(i, length): (usize, &f64)| {
            let angle = i as f64 / count * std::f64::consts::TAU;
            drawn([(length * libm::cos(angle)).round(), (length * libm::sin(angle)).round()])
        };
        let mut ring = spoiled(lengths.iter().enumerate().map(corner).collect(), &mishaps);
        if !open {
            ring.push(ring[0]);
        }
        check_laws(&RawGeometry::Polygons(vec![vec![ring]]));
    }

    #[test]
    fn scribbles_of_any_parts_and_holes_are_repaired_by_the_laws(
        parts in prop::collection::vec(
            prop::collection::vec(prop::collection::vec((0_i8..6, 0_i8..6), 0..9), 1..3), 1..3),
        unit in prop_oneof![Just(1.0), Just(40.0)],
    ) {
        let ring = |corners: &Vec<(i8, i8)>| -> Vec<Position> {
            let mut ring: Vec<Position> =
                corners.iter().map(|&(x, y)| drawn([f64::from(x) * unit, f64::from(y) * unit])).collect();
            ring.extend(ring.first().copied());
            ring
        };
        check_laws(&RawGeometry::Polygons(parts.iter().map(|part| part.iter().map(ring).collect()).collect()));
    }
}
