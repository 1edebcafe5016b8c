//! Questions about place and size, in a drawn world: two countries, a strait and a sea.

use lindero_plots::doubts::{
    Country, Crop, Declared, Doubt, DoubtCode, DoubtRules, Places, Proposal, Question, Reading, doubts,
    old_datum_by_region,
};
use lindero_plots::{Datum, Lang, Position, RawGeometries, RawGeometry};
use proptest::prelude::*;

/// Peru as a rectangle from 81 to 69 degrees west with its sea west of 79; Brazil east of it; no land elsewhere.
struct Drawn;

const PERU_SEA_WEST: f64 = -84.0;
const COAST: f64 = -79.0;
const BORDER: f64 = -69.0;
const BRAZIL_EAST: f64 = -40.0;
const NORTH: f64 = 0.0;
const SOUTH: f64 = -18.0;

impl Places for Drawn {
    fn countries(&self, [x, y]: Position) -> Vec<Country> {
        let code = match x {
            _ if !(SOUTH..=NORTH).contains(&y) => return Vec::new(),
            x if (PERU_SEA_WEST..BORDER).contains(&x) => "PE",
            x if (BORDER..BRAZIL_EAST).contains(&x) => "BR",
            _ => return Vec::new(),
        };
        vec![country(code)]
    }

    fn is_land(&self, [x, y]: Position) -> Option<bool> {
        Some((COAST..BRAZIL_EAST).contains(&x) && (SOUTH..=NORTH).contains(&y))
    }
}

fn country(code: &str) -> Country {
    Country::new(code).expect("two letters")
}

/// A field of some 100 m whose south-west corner is there, in degrees.
fn field([x, y]: Position) -> RawGeometry {
    let (e, n) = (x + 0.001, y + 0.001);
    RawGeometry::Polygons(vec![vec![vec![[x, y], [e, y], [e, n], [x, n], [x, y]]]])
}

fn ask(geometry: &RawGeometry, declared: &Declared) -> Vec<Doubt> {
    ask_of_size(geometry, None, declared)
}

fn ask_of_size(geometry: &RawGeometry, area_m2: Option<f64>, declared: &Declared) -> Vec<Doubt> {
    let one: RawGeometries = [geometry.clone()].into_iter().collect();
    doubts(one.get(0), area_m2, declared, &Drawn, &DoubtRules::default())
}

fn codes(found: &[Doubt]) -> Vec<DoubtCode> {
    found.iter().map(Doubt::code).collect()
}

fn in_peru() -> Declared {
    Declared { country: Some(country("PE")), ..Declared::default() }
}

/// What is asked of a plot declared to be in Peru, and of one of which nothing is declared.
fn check(geometry: &RawGeometry, of_peru: &[DoubtCode], of_nothing_declared: &[DoubtCode]) {
    assert_eq!(codes(&ask(geometry, &in_peru())), of_peru, "{geometry:?}, declared in Peru");
    assert_eq!(codes(&ask(geometry, &Declared::default())), of_nothing_declared, "{geometry:?}, nothing declared");
}

/// The proposal of the only doubt.
fn proposal(geometry: &RawGeometry, declared: &Declared) -> Proposal {
    let found = ask(geometry, declared);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].proposals.len(), 1, "{found:?}");
    found[0].proposals[0].clone()
}

#[test]
fn a_field_in_its_country_is_no_question() {
    check(&field([-74.55, -8.38]), &[], &[]);
    check(&RawGeometry::Points(vec![[-74.55, -8.38]]), &[], &[]);
}

#[test]
fn latitude_first_is_found_in_the_sea_and_off_the_globe() {
    check(&field([-8.38, -74.55]), &[DoubtCode::SwappedAxes], &[DoubtCode::SwappedAxes]);
    let found = proposal(&field([-8.38, -74.55]), &in_peru());
    assert_eq!((found.reading, &found.countries[..]), (Reading::Swapped, &[country("PE")][..]));
    let RawGeometry::Polygons(parts) = &found.geometry else { panic!("{found:?}") };
    assert_eq!(parts[0][0][1], [-74.55, -8.38 + 0.001]);
    // A latitude of 120 degrees is off the globe, which a defect says; no country is there either way.
    check(&field([30.0, 120.0]), &[], &[]);
}

#[test]
fn a_lost_minus_sign_is_found_where_a_country_is_declared() {
    for (written, lon, lat) in
        [([74.55, 8.38], true, true), ([74.55, -8.38], true, false), ([-74.55, 8.38], false, true)]
    {
        check(&RawGeometry::Points(vec![written]), &[DoubtCode::LostSign], &[DoubtCode::InTheSea]);
        let found = proposal(&RawGeometry::Points(vec![written]), &in_peru());
        assert_eq!(found.reading, Reading::Signs { swapped: false, lon, lat });
        assert_eq!(found.geometry, RawGeometry::Points(vec![[-74.55, -8.38]]));
    }
    let found = proposal(&RawGeometry::Points(vec![[8.38, 74.55]]), &in_peru());
    assert_eq!(found.reading, Reading::Signs { swapped: true, lon: true, lat: true });
}

#[test]
fn the_sea_off_a_country_is_the_sea() {
    check(&field([-80.0, -12.0]), &[DoubtCode::InTheSea], &[DoubtCode::InTheSea]);
    check(&field([10.0, 30.0]), &[DoubtCode::InTheSea], &[DoubtCode::InTheSea]);
}

#[test]
fn a_field_on_the_beach_is_on_land_within_the_tolerance() {
    // A degree of longitude is 109 km here: 1.1 km off, and 3.3 km.
    check(&field([COAST - 0.011, -12.0]), &[], &[]);
    check(&field([COAST - 0.031, -12.0]), &[DoubtCode::InTheSea], &[DoubtCode::InTheSea]);
}

#[test]
fn a_field_over_the_border_is_in_both_countries() {
    check(&field([BORDER - 0.0005, -9.0]), &[], &[]);
    // Three kilometres beyond it the border may be where the map does not have it, six kilometres beyond not.
    check(&field([BORDER + 0.03, -9.0]), &[], &[]);
    check(&field([BORDER + 0.06, -9.0]), &[DoubtCode::OtherCountry], &[]);
    let found = ask(&field([BORDER + 0.06, -9.0]), &in_peru());
    assert_eq!(found[0].question, Question::OtherCountry { declared: country("PE"), found: vec![country("BR")] });
    assert!(found[0].proposals.is_empty());
}

#[test]
fn metres_of_a_zone_are_read_in_the_zone_that_fits_the_country() {
    // Where PROJ has EPSG:32718. Zone 17 would be 6 degrees west, in the sea, zone 19 in Brazil.
    let metres = RawGeometry::Points(vec![[549_543.122_6, 9_073_663.814_7]]);
    let found = proposal(&metres, &in_peru());
    assert_eq!(found.reading, Reading::Utm { zone: 18, south: true, datum: Datum::Wgs84, swapped: false });
    assert!((found.place[0] + 74.55).abs() < 1e-8 && (found.place[1] + 8.38).abs() < 1e-8, "{found:?}");
    assert_eq!(found.geometry, RawGeometry::Points(vec![found.place]));
    let northing_first = RawGeometry::Points(vec![[9_073_663.814_7, 549_543.122_6]]);
    let turned = proposal(&northing_first, &in_peru());
    assert_eq!(turned.reading, Reading::Utm { zone: 18, south: true, datum: Datum::Wgs84, swapped: true });
    assert_eq!(turned.place, found.place);
}

#[test]
fn metres_of_several_zones_are_all_proposed_until_somebody_says_where() {
    // 72.7 and 78.7 degrees west are both in Peru.
    let metres = RawGeometry::Points(vec![[752_000.0, 9_073_600.0]]);
    let zones = |declared: &Declared| -> Vec<u8> {
        let found = ask(&metres, declared);
        assert_eq!(codes(&found), [DoubtCode::MetresAsDegrees]);
        found[0].proposals.iter().map(|it| if let Reading::Utm { zone, .. } = it.reading { zone } else { 0 }).collect()
    };
    assert_eq!(zones(&in_peru()), [17, 18]);
    assert_eq!(zones(&Declared { near: Some([-73.0, -9.0]), ..in_peru() }), [18]);
    assert_eq!(zones(&Declared { near: Some([-78.0, -9.0]), ..in_peru() }), [17]);
    // Without a country there are seven in Peru and Brazil: as good as none.
    assert_eq!(zones(&Declared::default()), [0_u8; 0]);
}

#[test]
fn metres_of_web_mercator_are_found() {
    let metres = RawGeometry::Points(vec![[-8_298_868.038_638_54, -936_201.111_929_219]]);
    let found = proposal(&metres, &Declared::default());
    assert_eq!(found.reading, Reading::WebMercator);
    assert!((found.place[0] + 74.55).abs() < 1e-8 && (found.place[1] + 8.38).abs() < 1e-8, "{found:?}");
}

#[test]
fn metres_of_nowhere_are_a_question_without_a_proposal() {
    let found = ask(&RawGeometry::Points(vec![[5e9, 7e12]]), &in_peru());
    assert_eq!(codes(&found), [DoubtCode::MetresAsDegrees]);
    assert!(found[0].proposals.is_empty());
    assert!(found[0].sentence(Lang::En).contains("not plain of which system"), "{}", found[0].sentence(Lang::En));
}

#[test]
fn an_old_datum_is_asked_about_only_where_it_is_named() {
    let declared = Declared { datum: Datum::Psad56, ..in_peru() };
    let point = RawGeometry::Points(vec![[-74.55, -8.38]]);
    let found = ask(&point, &declared);
    assert_eq!(found[0].question, Question::OldDatum { datum: Datum::Psad56 });
    assert_eq!(found[0].proposals[0].place, Datum::Psad56.to_wgs84([-74.55, -8.38]));
    assert!(found[0].sentence(Lang::Es).contains("en WGS 84 la parcela queda a 4"), "{}", found[0].sentence(Lang::Es));
    let metres = proposal(&RawGeometry::Points(vec![[549_543.122_6, 9_073_663.814_7]]), &declared);
    assert_eq!(metres.reading.epsg(), Some(24_878));
}

#[test]
fn areas_may_differ_by_a_tenth_or_by_a_tenth_of_a_hectare() {
    let check = |declared_ha: f64, drawn_ha: f64, expected: &[DoubtCode]| {
        let declared = Declared { area_ha: Some(declared_ha), ..Declared::default() };
        let found = ask_of_size(&field([-74.55, -8.38]), Some(drawn_ha * 10_000.0), &declared);
        assert_eq!(codes(&found), expected, "{declared_ha} {drawn_ha}");
    };
    check(10.0, 10.75, &[]);
    check(10.0, 11.25, &[DoubtCode::AreaDiffers]);
    check(10.0, 8.75, &[DoubtCode::AreaDiffers]);
    // A fifth of a small plot is less than a walked boundary is good for.
    check(0.25, 0.3125, &[]);
    check(0.25, 0.5, &[DoubtCode::AreaDiffers]);
    // Nothing is declared by zero, by less or by what is no number.
    check(0.0, 3.0, &[]);
    check(-1.0, 3.0, &[]);
    check(f64::NAN, 3.0, &[]);
    check(51.0, 51.0, &[DoubtCode::VeryLarge]);
    check(50.0, 50.0, &[]);
}

#[test]
fn a_point_is_too_little_for_over_four_hectares() {
    let check = |points: usize, declared_ha: f64, expected: &[DoubtCode]| {
        let declared = Declared { area_ha: Some(declared_ha), ..Declared::default() };
        let found = ask_of_size(&RawGeometry::Points(vec![[-74.55, -8.38]; points]), Some(40_000.0), &declared);
        assert_eq!(codes(&found), expected, "{points} {declared_ha}");
    };
    check(1, 4.0, &[]);
    check(1, 4.5, &[DoubtCode::PointForLargePlot]);
    check(2, 8.0, &[]);
    check(2, 60.0, &[DoubtCode::PointForLargePlot, DoubtCode::VeryLarge]);
}

#[test]
fn how_large_a_plot_is_believed_depends_on_the_crop() {
    let asked = |crop: Crop, ha: f64| {
        let one: RawGeometries = [field([-74.55, -8.38])].into_iter().collect();
        let rules = DoubtRules { largest_ha: crop.largest_ha(), ..DoubtRules::default() };
        codes(&doubts(one.get(0), Some(ha * 10_000.0), &Declared::default(), &Drawn, &rules))
    };
    for crop in Crop::ALL {
        assert_eq!(asked(crop, crop.largest_ha()), [], "{}", crop.as_str());
        assert_eq!(asked(crop, crop.largest_ha() + 0.1), [DoubtCode::VeryLarge], "{}", crop.as_str());
        assert!(!crop.source().is_empty());
    }
    assert_eq!(DoubtRules::default().largest_ha, Crop::Cocoa.largest_ha());
    assert_eq!((Crop::Cocoa.largest_ha(), Crop::Soy.largest_ha()), (50.0, 440.0));
}

/// A department north of 9 degrees south, as far as the border of the drawn Peru.
fn in_the_north([x, y]: Position) -> bool {
    (-80.0..-70.0).contains(&x) && (-9.0..-5.0).contains(&y)
}

fn in_the_south([x, y]: Position) -> bool {
    (-80.0..-70.0).contains(&x) && (-13.0..-9.0).contains(&y)
}

fn by_region(geometry: &RawGeometry, region: &str, is_in: fn(Position) -> bool) -> Option<Doubt> {
    let one: RawGeometries = [geometry.clone()].into_iter().collect();
    old_datum_by_region(one.get(0), region, &is_in, &Drawn)
}

#[test]
fn an_old_datum_is_asked_about_where_it_brings_a_plot_into_its_department() {
    // PSAD56 lies some 360 m north of WGS 84: a field whose northern side is 100 m north of the border is south of it.
    let over = field([-75.0, -9.0 + 0.0001]);
    let found = by_region(&over, "Huánuco", in_the_south).expect("the shift brings it in");
    assert_eq!(found.code(), DoubtCode::OldDatum);
    assert_eq!(found.question, Question::OldDatumByRegion { datum: Datum::Psad56, region: "Huánuco".to_owned() });
    let RawGeometry::Polygons(parts) = &found.proposals[0].geometry else { panic!("{found:?}") };
    assert_eq!(parts[0][0][0], Datum::Psad56.to_wgs84([-75.0, -9.0 + 0.0001]));
    let [english, spanish] = [Lang::En, Lang::Es].map(|lang| found.sentence(lang));
    assert!(english.contains("outside Huánuco") && english.contains("PSAD56"), "{english}");
    assert!(spanish.contains("fuera de Huánuco") && spanish.contains("PSAD56"), "{spanish}");
}

#[test]
fn an_old_datum_is_not_asked_about_where_it_explains_nothing() {
    // In its department; over its border with one corner inside; a kilometre off; in the direction the shift leads away from.
    for (corner, is_in) in [
        ([-75.0, -9.1], in_the_south as fn(Position) -> bool),
        ([-75.0, -9.0 - 0.0005], in_the_south),
        ([-75.0, -9.0 + 0.01], in_the_south),
        ([-75.0, -9.0 - 0.0015], in_the_north),
    ] {
        assert_eq!(by_region(&field(corner), "there", is_in), None, "{corner:?}");
    }
    // Where the shift brings only a part of it in: 3 km long to the north.
    let long =
        RawGeometry::Polygons(vec![vec![vec![[-75.0, -8.999], [-74.999, -8.999], [-75.0, -8.97], [-75.0, -8.999]]]]);
    assert_eq!(by_region(&long, "there", in_the_south), None);
    assert_eq!(by_region(&RawGeometry::Points(Vec::new()), "there", in_the_south), None);
}

#[test]
fn a_device_that_knew_its_position_badly_is_a_question() {
    let found = |error_m: f64| {
        let declared = Declared { position_error_m: Some(error_m), ..Declared::default() };
        codes(&ask(&field([-74.55, -8.38]), &declared))
    };
    assert_eq!(found(10.0), []);
    assert_eq!(found(25.0), [DoubtCode::ImprecisePosition]);
    assert_eq!(found(f64::NAN), []);
}

#[test]
fn what_has_no_positions_is_no_question_of_place() {
    for geometry in [
        RawGeometry::Missing,
        RawGeometry::Unsupported("LineString".into()),
        RawGeometry::Points(vec![[f64::NAN, f64::INFINITY]]),
        RawGeometry::Polygons(vec![vec![vec![]]]),
        RawGeometry::Mixed(vec![]),
    ] {
        check(&geometry, &[], &[]);
    }
    check(&RawGeometry::Mixed(vec![field([-8.38, -74.55])]), &[DoubtCode::SwappedAxes], &[DoubtCode::SwappedAxes]);
}

/// Every question once.
fn one_of_each() -> Vec<Doubt> {
    let point = |position: Position| RawGeometry::Points(vec![position]);
    let mut all = Vec::new();
    for geometry in [
        point([-8.38, -74.55]),
        point([74.55, 8.38]),
        point([752_000.0, 9_073_600.0]),
        point([-80.0, -12.0]),
        point([0.0, 0.25]),
        field([-60.0, -9.0]),
    ] {
        all.extend(ask(&geometry, &in_peru()));
    }
    all.extend(ask(&point([-74.55, -8.38]), &Declared { datum: Datum::Psad56, ..in_peru() }));
    let large = Declared { area_ha: Some(60.0), position_error_m: Some(25.0), ..Declared::default() };
    all.extend(ask(&point([-74.55, -8.38]), &large));
    all.extend(ask_of_size(&field([-74.55, -8.38]), Some(12_345.0), &Declared { area_ha: Some(2.0), ..in_peru() }));
    let mut seen = lindero_plots::doubts::RepeatedPoints::default();
    all.extend([3, 9].into_iter().filter_map(|row| seen.take(row, &[[-74.55, -8.38]])));
    all.push(Doubt { question: Question::InNoCountry, place: Some([0.0, -80.0]), proposals: vec![] });
    all
}

#[test]
fn every_question_says_in_both_languages_what_to_do() {
    let all = one_of_each();
    for code in DoubtCode::ALL {
        assert!(all.iter().any(|doubt| doubt.code() == code), "{code} is not asked here");
    }
    let written =
        |lang: Lang| all.iter().map(|doubt| format!("{}: {}", doubt.code(), doubt.sentence(lang))).collect::<Vec<_>>();
    let english = [
        "swapped_axes: Latitude and longitude look swapped: read as latitude, longitude the plot lies at -74.55, -8.38 in Peru (PE). Ask whoever made the file, and write the longitude first.",
        "lost_sign: A minus sign looks lost: read as degrees whose minus sign was lost the plot lies at -74.55, -8.38 in Peru (PE). Ask whoever made the file, and write west and south as negative numbers.",
        "metres_as_degrees: The numbers 752000, 9073600 are metres, not degrees: read as UTM zone 17 south (EPSG:32717) the plot lies at -78.71168, -8.3742 in Peru (PE), or read as UTM zone 18 south (EPSG:32718) the plot lies at -72.71168, -8.3742 in Peru (PE). Ask the office in which system they are, and name it or send longitude and latitude.",
        "in_the_sea: The plot lies in the sea, at -80, -12. Ask the farmer to send the position from the plot.",
        "in_the_sea: The plot lies in the sea, at 0, 0.25. Ask the farmer to send the position from the plot.",
        "other_country: The plot lies in Brazil (BR), at -60, -9, and not in Peru (PE) as declared. Ask the farmer where it is, and correct the position or the country.",
        "old_datum: The coordinates are said to be of PSAD56: on WGS 84 the plot lies 446 m away, at -74.55202, -8.38347. Ask the office whether they were converted already, and send them in WGS 84.",
        "point_for_large_plot: The declared area is 60.00 ha, and a point stands for 4 ha at most. Send the boundary instead of a point, or correct the area.",
        "very_large: The plot has 60.00 ha, and a smallholder's plot has hardly over 50 ha. Ask the farmer for the boundary of this plot alone.",
        "imprecise_position: The device knew its position to 25 m only. Ask the farmer to take it again under open sky, or send the boundary.",
        "area_differs: The boundary encloses 1.23 ha and the declared area is 2.00 ha. Ask the farmer which is right: walk the boundary again or correct the area.",
        "repeated_point: The point -74.55, -8.38 is also that of row 3. Ask the farmer whether it is one plot or two, and send the point of each.",
        "in_no_country: The plot lies in no country, at 0, -80. Ask the farmer to send the position from the plot.",
    ];
    assert_eq!(written(Lang::En), english);
    let spanish = [
        "swapped_axes: La latitud y la longitud parecen invertidas: leída como latitud, longitud la parcela cae en -74.55, -8.38, en Perú (PE). Pregunte a quien hizo el archivo, y escriba primero la longitud.",
        "lost_sign: Parece que se perdió un signo menos: leída como grados que perdieron el signo menos la parcela cae en -74.55, -8.38, en Perú (PE). Pregunte a quien hizo el archivo, y escriba el oeste y el sur como números negativos.",
        "metres_as_degrees: Los números 752000, 9073600 son metros, no grados: leída como UTM zona 17 sur (EPSG:32717) la parcela cae en -78.71168, -8.3742, en Perú (PE), o leída como UTM zona 18 sur (EPSG:32718) la parcela cae en -72.71168, -8.3742, en Perú (PE). Pregunte a la oficina en qué sistema están, e indíquelo o envíe longitud y latitud.",
        "in_the_sea: La parcela cae en el mar, en -80, -12. Pida al agricultor la posición tomada en la parcela.",
        "in_the_sea: La parcela cae en el mar, en 0, 0.25. Pida al agricultor la posición tomada en la parcela.",
        "other_country: La parcela cae en Brasil (BR), en -60, -9, y no en Perú (PE) como se declaró. Pregunte al agricultor dónde está, y corrija la posición o el país.",
        "old_datum: Se dice que las coordenadas son de PSAD56: en WGS 84 la parcela queda a 446 m, en -74.55202, -8.38347. Pregunte a la oficina si ya se convirtieron, y envíelas en WGS 84.",
        "point_for_large_plot: El área declarada es de 60.00 ha, y un punto vale por 4 ha como máximo. Envíe el lindero en vez de un punto, o corrija el área.",
        "very_large: La parcela tiene 60.00 ha, y la de un pequeño agricultor rara vez pasa de 50 ha. Pida al agricultor el lindero de esta sola parcela.",
        "imprecise_position: El aparato conocía su posición solo a 25 m. Pida al agricultor que la tome otra vez a cielo abierto, o envíe el lindero.",
        "area_differs: El lindero encierra 1.23 ha y el área declarada es de 2.00 ha. Pregunte al agricultor cuál es la correcta: recorra otra vez el lindero o corrija el área.",
        "repeated_point: El punto -74.55, -8.38 es también el de la fila 3. Pregunte al agricultor si es una parcela o son dos, y envíe el punto de cada una.",
        "in_no_country: La parcela no cae en ningún país, en 0, -80. Pida al agricultor la posición tomada en la parcela.",
    ];
    assert_eq!(written(Lang::Es), spanish);
}

#[test]
fn what_the_numbers_give_away_is_said() {
    let nowhere = Doubt { question: Question::InTheSea, place: Some([0.0, 0.0]), proposals: vec![] };
    assert!(nowhere.sentence(Lang::En).contains("when they have no position"));
    assert!(nowhere.sentence(Lang::Es).contains("cuando no tienen posición"));
    let differs = Question::AreaDiffers { declared_ha: 12_000.0, drawn_m2: 12_345.0 };
    let differs = Doubt { question: differs, place: None, proposals: vec![] };
    assert!(differs.sentence(Lang::En).contains("12000.00 ha, which looks like square metres."));
    assert!(differs.sentence(Lang::Es).contains("12000.00 ha, que parecen metros cuadrados."));
}

#[test]
fn names_of_codes_are_snake_case_and_unique() {
    let mut names: Vec<&str> = DoubtCode::ALL.iter().map(|code| code.as_str()).collect();
    for (code, name) in DoubtCode::ALL.iter().zip(&names) {
        let camel: String = name.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
        assert_eq!(format!("{code:?}"), camel);
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), DoubtCode::ALL.len());
}

proptest! {
    #[test]
    fn swapping_a_plot_of_the_country_is_always_found_and_undone(x in COAST..BORDER - 0.01, y in SOUTH..NORTH - 0.01) {
        let (right, swapped) = (field([x, y]), RawGeometry::Points(vec![[y, x]]));
        prop_assert!(ask(&right, &in_peru()).is_empty());
        let found = proposal(&swapped, &in_peru());
        prop_assert_eq!(found.reading, Reading::Swapped);
        prop_assert_eq!(found.geometry, RawGeometry::Points(vec![[x, y]]));
    }

    #[test]
    fn any_numbers_give_at_most_one_question_of_place_and_a_sentence(
        numbers in prop::collection::vec((any::<f64>(), any::<f64>()), 0..6),
        near in prop::option::of((-180.0..180.0_f64, -90.0..90.0_f64)),
    ) {
        let points: Vec<Position> = numbers.into_iter().map(|(x, y)| [x, y]).collect();
        let near = near.map(|(x, y)| [x, y]);
        for geometry in [RawGeometry::Points(points.clone()), RawGeometry::Polygons(vec![vec![points]])] {
            for declared in [Declared { near, ..in_peru() }, Declared::default()] {
                let found = ask(&geometry, &declared);
                prop_assert!(found.len() <= 1, "{:?}", found);
                for doubt in found {
                    prop_assert!([Lang::En, Lang::Es].iter().all(|&lang| doubt.sentence(lang).ends_with('.')));
                }
            }
        }
    }
}
