//! The polygons of the validity suite of JTS (TestValid.xml, TestInvalidA.xml) are judged as JTS judges them.

use std::path::PathBuf;

use lindero_plots::{PlotGeometry, Position, RawGeometry, take_in};

/// JTS draws on a sheet of 0 to 420; a sixteenth of it, an exact division, is not too large for a plot.
const SCALE: f64 = 0.0625;

/// A geometry with an area and what JTS says of it.
struct Case {
    name: String,
    polygons: Vec<Vec<Vec<Position>>>,
    valid: bool,
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let start = text.find(from)? + from.len();
    Some(&text[start..start + text[start..].find(to)?])
}

/// The cases of a suite with polygons that are not empty.
fn cases(xml: &str) -> Vec<Case> {
    xml.split("<case>")
        .skip(1)
        .filter_map(|case| {
            let name = between(case, "<desc>", "</desc>")?.trim().to_owned();
            let wkt = between(case, "<a>", "</a>")?.trim();
            let valid = between(&case[case.find("isValid")?..], ">", "<")?.trim() == "true";
            let polygons = polygons(wkt)?;
            let has_area = polygons.iter().flatten().any(|ring| !ring.is_empty());
            has_area.then_some(Case { name, polygons, valid })
        })
        .collect()
}

/// The rings of a POLYGON or MULTIPOLYGON; `None` for another type.
fn polygons(wkt: &str) -> Option<Vec<Vec<Vec<Position>>>> {
    let (kind, body) = wkt.split_at(wkt.find(['(', ' '])?);
    // Written as nested lists of the same depth, a polygon is a multipolygon of one.
    let body = match kind {
        "POLYGON" => format!("({body})"),
        "MULTIPOLYGON" => body.to_owned(),
        _ => return None,
    };
    let (mut parts, mut depth, mut text) = (Vec::<Vec<Vec<Position>>>::new(), 0, String::new());
    for c in body.chars() {
        match c {
            '(' => {
                depth += 1;
                match depth {
                    2 => parts.push(Vec::new()),
                    3 => parts.last_mut()?.push(Vec::new()),
                    _ => {}
                }
                text.clear();
            }
            ')' => {
                if depth == 3 {
                    let ring = text.split(',').map(position).collect();
                    *parts.last_mut()?.last_mut()? = ring;
                }
                depth -= 1;
                text.clear();
            }
            _ => text.push(c),
        }
    }
    Some(parts)
}

fn position(pair: &str) -> Position {
    let mut numbers = pair.split_whitespace().map(|n| n.parse::<f64>().expect("a number") * SCALE);
    [numbers.next().expect("x"), numbers.next().expect("y")]
}

fn check(file: &str, expected_cases: usize) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/nasty-vector/jts").join(file);
    let Ok(xml) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {file} of the JTS suite is not beside the project");
        return;
    };
    let cases = cases(&xml);
    let mut wrong = Vec::new();
    for case in &cases {
        let intake = take_in(&RawGeometry::Polygons(case.polygons.clone()));
        let usable = matches!(intake.geometry, PlotGeometry::Area(_));
        if usable != case.valid {
            wrong.push(format!("{} (valid: {}): {:?}", case.name, case.valid, intake.defects));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert_eq!(cases.len(), expected_cases, "polygons in {file}");
}

#[test]
fn valid_and_invalid_polygons_of_the_main_suite_are_told_apart() {
    check("TestValid.xml", 67);
}

#[test]
fn the_canonical_invalid_polygons_are_all_found() {
    check("TestInvalidA.xml", 75);
}
