//! What passes the gate of an EU file, and in which form: drawings and laws.

use lindero_plots::eu::{DeclaredArea, EuCode, EuGate, EuGeometry, EuNote, EuPlot, EuRefusal, truncated};
use lindero_plots::{
    DefectEffect, Intake, Lang, PlotGeometry, Position, RawGeometries, RawGeometry, RepairRules, Shape, area_m2,
    intersection, take_in,
};
use proptest::prelude::*;

fn passed(raw: RawGeometry, declared: &DeclaredArea) -> Result<EuPlot, EuRefusal> {
    let mut all = RawGeometries::new();
    all.push(raw);
    EuGate::new(RepairRules::none()).pass(all.get(0), declared)
}

/// Whether nothing is wrong with a geometry that would make another one of it.
fn is_sound(intake: &Intake) -> bool {
    intake.defects.iter().all(|defect| defect.effect == DefectEffect::Note)
}

fn polygon(rings: Vec<Vec<Position>>) -> RawGeometry {
    RawGeometry::Polygons(vec![rings])
}

/// Each polygon of each feature.
fn rings(plot: &EuPlot) -> Vec<Vec<Position>> {
    let of_feature = |geometry: &EuGeometry| match geometry {
        EuGeometry::Polygons(rings) => rings.clone(),
        EuGeometry::Point(_) => Vec::new(),
    };
    plot.features.iter().flat_map(|feature| of_feature(&feature.geometry)).collect()
}

/// Expects the code, and that its sentence is there in both languages.
#[track_caller]
fn refused(raw: RawGeometry, declared: &DeclaredArea, code: EuCode) -> String {
    let refusal = passed(raw, declared).expect_err("it should not pass");
    assert_eq!(refusal.code, code, "{refusal:?}");
    let (en, es) = (refusal.sentence(Lang::En), refusal.sentence(Lang::Es));
    assert_ne!(en, es);
    en
}

/// A rectangle near Tingo María, in degrees from its corner.
fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Vec<Position> {
    let (x, y) = (-76.0 + x, -9.3 + y);
    vec![[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]]
}

#[test]
fn a_plain_field_is_one_polygon_with_six_decimals() {
    let plot = passed(polygon(vec![rectangle(0.000_000_37, 0.0, 0.001, 0.001)]), &DeclaredArea::None).unwrap();
    assert_eq!((plot.features.len(), plot.parts), (1, 1));
    let rings = rings(&plot);
    // Towards zero: west of Greenwich that is to the east.
    assert_eq!(rings[0][0], [-75.999_999, -9.3]);
    assert!(rings[0].iter().flatten().all(|&value| truncated(value) == value));
    let change = plot.truncation_m2.unwrap();
    assert!(change.abs() > 0.0 && change.abs() < 15.0, "{change}");
}

#[test]
fn separate_parts_are_one_multipolygon() {
    let two =
        RawGeometry::Polygons(vec![vec![rectangle(0.0, 0.0, 0.001, 0.001)], vec![rectangle(0.002, 0.0, 0.001, 0.001)]]);
    let plot = passed(two, &DeclaredArea::None).unwrap();
    assert_eq!((plot.features.len(), plot.parts), (1, 2));
}

#[test]
fn parts_that_truncation_brings_side_to_side_are_features_of_their_own() {
    // Two hundredths of a metre apart; cutting takes the western one's eastern side onto the other's western side.
    let left = rectangle(0.0, 0.0, 0.000_999_8, 0.001);
    let right = rectangle(0.001, 0.0, 0.001, 0.001);
    let plot = passed(RawGeometry::Polygons(vec![vec![left], vec![right]]), &DeclaredArea::None).unwrap();
    assert_eq!((plot.features.len(), plot.parts), (2, 2));
}

#[test]
fn a_hole_makes_two_features_and_an_island_in_it_a_third() {
    let field = vec![rectangle(0.0, 0.0, 0.01, 0.01), rectangle(0.003, 0.003, 0.004, 0.004)];
    let island = vec![rectangle(0.004, 0.004, 0.001, 0.001)];
    let plot = passed(polygon(field.clone()), &DeclaredArea::None).unwrap();
    assert_eq!((plot.features.len(), plot.parts), (2, 2));
    let plot = passed(RawGeometry::Polygons(vec![field, island]), &DeclaredArea::None).unwrap();
    assert_eq!((plot.features.len(), plot.parts), (3, 3));
}

#[test]
fn a_hole_narrower_than_six_decimals_is_gone_and_said() {
    let sliver = rectangle(0.003_000_2, 0.003, 0.000_000_3, 0.004);
    let plot = passed(polygon(vec![rectangle(0.0, 0.0, 0.01, 0.01), sliver]), &DeclaredArea::None).unwrap();
    assert_eq!((plot.features.len(), &plot.notes[..]), (1, &[EuNote::HolesGone(1)][..]));
}

#[test]
fn what_truncation_breaks_is_refused_with_the_code_of_polygons() {
    // All within one millionth of a degree, or on one meridian.
    let speck = refused(
        polygon(vec![rectangle(0.000_000_1, 0.000_000_1, 5e-7, 5e-7)]),
        &DeclaredArea::None,
        EuCode::PolygonInvalid,
    );
    assert!(speck.contains("six decimals") && speck.contains("at least three"), "{speck}");
    let thread =
        refused(polygon(vec![rectangle(0.000_000_1, 0.0, 5e-7, 1e-3)]), &DeclaredArea::None, EuCode::PolygonInvalid);
    assert!(thread.contains("six decimals"), "{thread}");
    // A needle whose two long sides become one.
    let needle = vec![
        [-76.0, -9.3],
        [-75.999, -9.3],
        [-75.999, -9.299],
        [-76.0, -9.299],
        [-76.0, -9.299_5],
        [-75.999_5, -9.299_500_000_4],
        [-76.0, -9.299_500_000_6],
        [-76.0, -9.3],
    ];
    assert!(is_sound(&take_in(&polygon(vec![needle.clone()]))));
    let spike = refused(polygon(vec![needle]), &DeclaredArea::None, EuCode::PolygonInvalid);
    assert!(spike.contains("six decimals"), "{spike}");
}

#[test]
fn what_lies_on_a_line_in_decimals_is_flat_whatever_the_doubles_say() {
    // 0.1, 0.2 and 0.3 are no equal steps in binary.
    let flat = vec![[0.1, 0.1], [0.2, 0.2], [0.3, 0.3], [0.1, 0.1]];
    let third = vec![
        [-76.000_003, -9.000_001],
        [-76.000_006, -9.000_002],
        [-76.000_009, -9.000_003],
        [-76.000_003, -9.000_001],
    ];
    let mut found_by_decimals = 0;
    for ring in [flat, third] {
        found_by_decimals += usize::from(is_sound(&take_in(&polygon(vec![ring.clone()]))));
        let refusal = passed(polygon(vec![ring]), &DeclaredArea::None).unwrap_err();
        assert_eq!(refusal.code, EuCode::PolygonInvalid, "{refusal:?}");
    }
    assert!(found_by_decimals > 0, "the doubles are flat too: the test shows nothing");
}

#[test]
fn a_run_names_its_defects() {
    assert_eq!(EuRefusal::of_named_defect("missing_geometry").unwrap().code, EuCode::GeoEmpty);
    assert_eq!(EuRefusal::of_named_defect("crossing_sides").unwrap().code, EuCode::PolygonInvalid);
    assert_eq!(EuRefusal::of_named_defect("open_ring"), None);
    assert_eq!(EuRefusal::of_named_defect("thesis"), None);
}

#[test]
fn each_fault_has_its_official_code() {
    let none = &DeclaredArea::None;
    let bow_tie = vec![[-76.0, -9.3], [-75.9, -9.2], [-75.9, -9.3], [-76.0, -9.2], [-76.0, -9.3]];
    let told = refused(polygon(vec![bow_tie]), none, EuCode::PolygonInvalid);
    assert_eq!(
        told,
        "sides 0 and 2 of the outer ring cross at -75.95, -9.25; a boundary may not cross itself (part 0, ring 0, vertex 0)"
    );
    refused(RawGeometry::Missing, none, EuCode::GeoEmpty);
    refused(RawGeometry::Unreadable("it breaks off".to_owned()), none, EuCode::GeoInvalid);
    refused(RawGeometry::Unsupported("LineString".to_owned()), none, EuCode::InvalidGeometry);
    refused(RawGeometry::Points(vec![[-76.0, 91.0]]), none, EuCode::LatitudeInvalid);
    refused(RawGeometry::Points(vec![[-190.0, 9.0]]), none, EuCode::LongitudeInvalid);
    let far = vec![[0.0, 0.0], [200.0, 0.0], [200.0, 10.0], [0.0, 0.0]];
    refused(polygon(vec![far]), none, EuCode::LongitudeInvalid);
    let point = || RawGeometry::Points(vec![[-76.0, -9.3]]);
    for ha in [0.0, -1.0, 0.00009, 4.0001, f64::NAN, f64::INFINITY] {
        refused(point(), &DeclaredArea::Hectares(ha), EuCode::AreaInvalid);
    }
    refused(point(), &DeclaredArea::Text("dos".to_owned()), EuCode::AreaInvalid);
    for ha in [0.0001, 4.0] {
        assert_eq!(passed(point(), &DeclaredArea::Hectares(ha)).unwrap().features[0].area_ha, Some(ha));
    }
    assert_eq!(passed(point(), none).unwrap().features[0].area_ha, None);
    let refusal = EuRefusal::unless_country(Some("Perú")).unwrap_err();
    assert_eq!(refusal.code.to_string(), "EUDR_COMMODITITY_PRODUCER_COUNTRY_CODE_INVALID");
    assert!(EuRefusal::unless_country(None).is_err() && EuRefusal::unless_country(Some("PE")).is_ok());
}

#[test]
fn several_points_share_the_declared_area() {
    let points = RawGeometry::Points(vec![[-76.0, -9.3], [-76.1, -9.3]]);
    let plot = passed(points, &DeclaredArea::Hectares(6.0)).unwrap();
    assert_eq!(plot.features.iter().map(|feature| feature.area_ha).collect::<Vec<_>>(), [Some(3.0); 2]);
}

#[test]
fn near_four_hectares_both_areas_are_told() {
    let note = |side: f64| passed(polygon(vec![rectangle(0.0, 0.0, side, side)]), &DeclaredArea::None).unwrap().notes;
    // 200 m is 0.001808 degrees here.
    let near = note(0.001_811);
    let [EuNote::NearFourHectares { ellipsoid_ha, sphere_ha }] = near[..] else { panic!("{near:?}") };
    assert!(ellipsoid_ha < 4.0 && sphere_ha > 4.0, "{near:?}");
    assert!(near[0].sentence(Lang::Es).contains("elipsoide"));
    assert!(note(0.001_7).is_empty() && note(0.001_9).is_empty());
}

/// A ring around a centre with one corner in each direction: it never crosses itself.
fn star(centre: Position, radius: f64, lengths: &[f64]) -> Vec<Position> {
    let step = std::f64::consts::TAU / lengths.len() as f64;
    let corner = |(i, length): (usize, &f64)| {
        let angle = step * (i as f64 + 0.5 * length);
        [centre[0] + radius * length * libm::cos(angle), centre[1] + radius * length * libm::sin(angle)]
    };
    let mut ring: Vec<Position> = lengths.iter().enumerate().map(corner).collect();
    ring.push(ring[0]);
    ring
}

/// A field of about 4 km with up to nine ponds in it, each in a square of its own.
fn ponds() -> impl Strategy<Value = Vec<Vec<Position>>> {
    let centre = [-76.0..-75.0_f64, -10.0..10.0_f64];
    let lengths = |corners| prop::collection::vec(0.3..1.0_f64, corners);
    (centre, lengths(12..40), prop::collection::vec(prop::option::of(lengths(3..20)), 9)).prop_map(
        |(centre, outer, ponds)| {
            // No corner of the field is nearer than 0.3 of its radius, and no side than cos(30°) of that.
            let mut rings = vec![star(centre, 0.04, &outer)];
            for (at, pond) in ponds.iter().enumerate() {
                let step = 0.0036;
                let [column, row] = [at % 3, at / 3].map(|at| (at as f64 - 1.0) * step);
                rings.extend(pond.as_ref().map(|pond| star([centre[0] + column, centre[1] + row], 0.49 * step, pond)));
            }
            rings
        },
    )
}

/// Diamonds on a coarse lattice in a square field: they touch each other and the boundary wherever they can.
fn diamonds() -> impl Strategy<Value = Vec<Vec<Position>>> {
    let diamond = (0..12_i32, 0..12_i32, 1..3_i32, 1..3_i32);
    prop::collection::vec(diamond, 1..7).prop_map(|diamonds| {
        let place = |x: i32, y: i32| {
            [-76.0, -9.3]
                .map(|origin: f64| origin)
                .iter()
                .zip([x, y])
                .map(|(origin, steps)| truncated(origin + f64::from(steps) * 1e-3 + 2e-7))
                .collect::<Vec<f64>>()
                .try_into()
                .expect("two of them")
        };
        let mut rings: Vec<Vec<Position>> =
            vec![vec![place(0, 0), place(12, 0), place(12, 12), place(0, 12), place(0, 0)]];
        for (x, y, wide, high) in diamonds {
            let ring = vec![
                place(x, y + high),
                place(x + wide, y),
                place(x + 2 * wide, y + high),
                place(x + wide, y + 2 * high),
                place(x, y + high),
            ];
            // Only what leaves the field in one sound piece.
            rings.push(ring);
            if !is_sound(&take_in(&polygon(rings.clone()))) {
                rings.pop();
            }
        }
        rings
    })
}

/// Reordered sums of a few hundred terms of doubles, of numbers up to 100 times the sum.
const SUM: f64 = 1e-9;

/// Whether a side is a piece of another, in the same direction: a hole that touches it makes two of it.
fn lies_on(side: &[Position], whole: &[Position]) -> bool {
    let between = |p: Position| {
        let [from_start, to_end] = [[whole[0], p], [p, whole[1]]].map(|[a, b]| [b[0] - a[0], b[1] - a[1]]);
        // Nothing but rounding: sides have lengths from 1e-6 on.
        let cross = from_start[0] * to_end[1] - from_start[1] * to_end[0];
        cross.abs() < 1e-16 && from_start[0] * to_end[0] + from_start[1] * to_end[1] >= 0.0
    };
    let along = (side[1][0] - side[0][0]) * (whole[1][0] - whole[0][0])
        + (side[1][1] - side[0][1]) * (whole[1][1] - whole[0][1]);
    along > 0.0 && between(side[0]) && between(side[1])
}

/// Expects that the parts of a polygon of these rings are valid, tile it, and have its corners and none of their own; how
/// many there are, 0 if truncation breaks the polygon.
fn check_tiling(rings: &[Vec<Position>]) -> Result<usize, TestCaseError> {
    let PlotGeometry::Area(cut) =
        take_in(&polygon(rings.iter().map(|ring| ring.iter().map(|p| p.map(truncated)).collect()).collect())).geometry
    else {
        return Ok(0);
    };
    let plot = match passed(polygon(rings.to_vec()), &DeclaredArea::None) {
        Ok(plot) => plot,
        // Sound as doubles, but sides run along each other as decimals.
        Err(refusal) => {
            prop_assert_eq!(refusal.code, EuCode::PolygonInvalid);
            return Ok(0);
        }
    };
    let parts = self::rings(&plot);
    prop_assert!(parts.len() > usize::from(rings.len() > 1), "{} parts", parts.len());
    let shapes: Vec<Shape> = parts
        .iter()
        .map(|ring| {
            let taken = take_in(&polygon(vec![ring.clone()]));
            assert!(is_sound(&taken), "{:?}", taken.defects);
            match taken.geometry {
                PlotGeometry::Area(shape) => shape,
                other => panic!("{other:?}"),
            }
        })
        .collect();
    let whole_m2 = area_m2(cut.as_ref());
    let sum_m2: f64 = shapes.iter().map(|shape| area_m2(shape.as_ref())).sum();
    prop_assert!((sum_m2 / whole_m2 - 1.0).abs() < SUM, "{sum_m2} {whole_m2}");
    prop_assert!((plot.ellipsoid_m2.unwrap() / whole_m2 - 1.0).abs() < SUM);
    for part in &parts {
        prop_assert!(part.iter().all(|corner| cut.as_ref().positions().contains(corner)));
    }
    // Each side is a side of the field once, or a cut that two parts share, the one this way and the other that way.
    let mut sides: Vec<[Position; 2]> = Vec::new();
    for ring in parts.iter().map(Vec::as_slice).chain(cut.as_ref().rings()) {
        sides.extend(ring.windows(2).map(|side| [side[0], side[1]]));
    }
    let of_field: Vec<_> = cut.as_ref().rings().flat_map(|ring| ring.windows(2)).collect();
    for ring in &parts {
        for side in ring.windows(2) {
            let is_old = of_field.iter().any(|old| lies_on(side, old));
            let back = sides.iter().filter(|other| other[0] == side[1] && other[1] == side[0]).count();
            prop_assert_eq!(back, usize::from(!is_old), "{:?}", side);
        }
    }
    for (i, a) in shapes.iter().enumerate() {
        for b in &shapes[..i] {
            let shared = intersection(a.as_ref(), b.as_ref());
            prop_assert!(area_m2(shared.as_ref()).abs() < 1e-6 * whole_m2);
        }
    }
    Ok(parts.len())
}

proptest! {
    #[test]
    fn parts_without_holes_tile_the_field_and_have_its_corners(rings in ponds()) {
        // Two cuts tie a hole, and there is one part more for each.
        let parts = check_tiling(&rings)?;
        prop_assert!(parts > 0 && parts <= rings.len());
    }

    #[test]
    fn holes_that_touch_are_cut_as_well(fields in prop::collection::vec(diamonds(), 20)) {
        let mut cut = 0;
        for rings in &fields {
            cut += usize::from(check_tiling(rings)? > 1);
        }
        prop_assert!(cut > 10, "only {} of 20 fields were cut", cut);
    }

    #[test]
    fn what_passed_passes_again_unchanged(rings in ponds()) {
        let Ok(plot) = passed(polygon(rings), &DeclaredArea::None) else { return Ok(()) };
        for feature in &plot.features {
            let EuGeometry::Polygons(rings) = &feature.geometry else { panic!("a polygon") };
            let raw = RawGeometry::Polygons(rings.iter().map(|ring| vec![ring.clone()]).collect());
            let again = passed(raw, &DeclaredArea::None).unwrap();
            prop_assert_eq!(again.truncation_m2, Some(0.0));
            prop_assert_eq!(&again.features, std::slice::from_ref(feature));
        }
    }
}
