//! Why a geometry cannot be read is told in Spanish, too, whatever reader says it.

mod vector_support;

use lindero_io::vector::VectorOptions;
use lindero_plots::{Lang, RawGeometry, take_in};
use vector_support::read_bytes;

/// Words that no Spanish sentence has.
const ENGLISH: [&str; 11] =
    ["expected", " where ", " the ", "the ", " should ", " cannot ", "which ", " has ", " is ", " with ", "breaks off"];

/// The sentences of all geometries of a file, none of which can be read.
fn check(name: &str, text: &str, geometries: usize) {
    let whole = read_bytes(name, text.as_bytes(), &VectorOptions::default()).unwrap();
    assert_eq!(whole.geometries.len(), geometries, "{name}");
    for geometry in &whole.geometries {
        let RawGeometry::Unreadable(reason) = geometry else { panic!("{name}: {geometry:?} was read") };
        let intake = take_in(geometry);
        let [english, spanish] = [Lang::En, Lang::Es].map(|lang| intake.defects[0].sentence(lang));
        assert!(english.contains(reason.as_str()), "{english}");
        let left = ENGLISH.iter().find(|word| spanish.contains(**word));
        assert!(left.is_none(), "{left:?} in {spanish:?} of {english:?}");
    }
}

#[test]
fn in_tables() {
    let nested = format!("{}POINT(1 2){}", "GEOMETRYCOLLECTION(".repeat(40), ")".repeat(40));
    let short = format!("0103000000{:0<32}", "FFFFFFFF");
    let cells = [
        "POLYGON((0 0, 1 0",
        "POLYGON((0 0, 1 cero))",
        "POLYGON((0 0, 1 1)) x",
        "POLYGON[0 0]",
        &nested,
        r#"{"type":"Point","coordinates":["1",2]}"#,
        r#"{"type":"Point","coordinates":[1,null]}"#,
        r#"{"type":"Point","coordinates":[1]}"#,
        r#"{"type":"Point","coordinates":[[]]}"#,
        r#"{"type":"Polygon","coordinates":[[0,0],[1,1]]}"#,
        r#"{"type":"Polygon","coordinates":[[[0,0],{}]]}"#,
        r#"{"type":"Polygon","coordinates":7}"#,
        r#"{"type":"MultiPolygon","coordinates":[[[0,0],[1,1],[1,0]],7]}"#,
        r#"{"type":"Polygon"}"#,
        r#"{"type":"GeometryCollection"}"#,
        r#"{"type":"Circle"}"#,
        "95 -76 0 5;-9 -77 0 5",
        "-9 -200 0 5;-9 -77 0 5",
        "-9 x 0 5;-9 1 0 5",
        "-9;-8",
        "1 2 3 4 5;1 2",
        &short,
        "0263000000000000000000000000000000000000000000",
        "0163000000000000000000000000000000000000000000",
        "?",
    ];
    let rows: String =
        cells.iter().enumerate().map(|(id, cell)| format!("{id},\"{}\"\n", cell.replace('"', "\"\""))).collect();
    check("plots.csv", &format!("id,wkt\n{rows}"), cells.len());
    check("points.csv", "lon,lat\nx,1\n1,y\n,1\n1,\n", 4);
}

#[test]
fn in_geojson() {
    let features = [
        "7",
        r#"{"type":"Farm"}"#,
        r#"{"type":"Feature","geometry":"x"}"#,
        r#"{"type":"Feature","geometry":[]}"#,
        r#"{"type":"Feature","geometry":{}}"#,
    ];
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    check("plots.geojson", &text, features.len());
}

#[test]
fn in_kml_and_gpx() {
    let ring =
        |side: &str| format!("<{side}><LinearRing><coordinates>1,2 2,2 2,3 1,2</coordinates></LinearRing></{side}>");
    let (outer, inner) = (ring("outerBoundaryIs"), ring("innerBoundaryIs"));
    let geometries = [
        "<Point><coordinates>-76.5 -9.25</coordinates></Point>".to_owned(),
        "<LinearRing><coordinates>1,2 x,3</coordinates></LinearRing>".to_owned(),
        format!("<Polygon>{outer}{outer}{inner}</Polygon>"),
    ];
    let placemarks: String = geometries.iter().map(|it| format!("<Placemark>{it}</Placemark>")).collect();
    check("plots.kml", &format!("<kml>{placemarks}</kml>"), geometries.len());
    let gpx = "<gpx><wpt lat=\"x\" lon=\"1\"/><trk><trkseg><trkpt lat=\"1\"/></trkseg></trk></gpx>";
    check("plots.gpx", gpx, 2);
}
