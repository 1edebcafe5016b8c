//! GeoJSON as people write it.

mod vector_support;

use arrow_schema::DataType::{self, Boolean, Float64, Int64, Utf8};
use lindero_io::vector::VectorError;
use lindero_plots::RawGeometry;
use vector_support::{Whole, read};

fn read_text(text: &str) -> Result<Whole, VectorError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plots.geojson");
    std::fs::write(&path, text).unwrap();
    read(&path)
}

/// Columns as `(name, type, cells)` of features without geometry.
fn check(features: &str, expected: &[(&str, DataType, &[Option<&str>])]) {
    let whole = read_text(&format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)).unwrap();
    let columns: Vec<_> = expected.iter().map(|(name, kind, _)| ((*name).to_owned(), kind.clone())).collect();
    assert_eq!(whole.columns, columns);
    for (name, _, cells) in expected {
        assert_eq!(whole.column(name), *cells, "column {name}");
    }
}

fn feature(properties: &str) -> String {
    format!(r#"{{"type":"Feature","geometry":null,"properties":{properties}}}"#)
}

fn error(text: &str) -> String {
    match read_text(text).expect_err(text) {
        VectorError::Syntax { line, column, reason, .. } => format!("{line}:{column} {reason}"),
        other => other.to_string(),
    }
}

#[test]
fn columns_come_in_order_of_appearance_in_the_narrowest_type() {
    let features = [
        feature(r#"{"name":"Rosa","trees":12,"ha":1,"organic":true,"tags":["a",1]}"#),
        feature(r#"{"trees":null,"ha":2.5,"organic":false,"since":2019}"#),
        feature("null"),
    ];
    check(
        &features.join(","),
        &[
            ("name", Utf8, &[Some("Rosa"), None, None]),
            ("trees", Int64, &[Some("12"), None, None]),
            ("ha", Float64, &[Some("1.0"), Some("2.5"), None]),
            ("organic", Boolean, &[Some("true"), Some("false"), None]),
            ("tags", Utf8, &[Some(r#"["a",1]"#), None, None]),
            ("since", Int64, &[None, Some("2019"), None]),
        ],
    );
}

#[test]
fn values_of_mixed_types_and_integers_beyond_64_bits_are_text() {
    let features = [
        feature(r#"{"a":1,"b":18446744073709551615,"c":9007199254740993,"d":true}"#),
        feature(r#"{"a":"x","b":2,"c":0.5,"d":0}"#),
    ];
    check(
        &features.join(","),
        &[
            ("a", Utf8, &[Some("1"), Some("x")]),
            ("b", Utf8, &[Some("18446744073709551615"), Some("2")]),
            ("c", Utf8, &[Some("9007199254740993"), Some("0.5")]),
            ("d", Utf8, &[Some("true"), Some("0")]),
        ],
    );
}

#[test]
fn of_a_duplicate_property_the_last_wins() {
    check(&feature(r#"{"a":"first","b":1,"a":2}"#), &[("a", Int64, &[Some("2")]), ("b", Int64, &[Some("1")])]);
}

#[test]
fn a_feature_a_geometry_and_a_sequence_are_files_too() {
    let point = r#"{"type":"Point","coordinates":[1,2,3]}"#;
    let feature = format!(r#"{{"type":"Feature","id":"a","geometry":{point},"properties":{{"n":1}}}}"#);
    let read_point = RawGeometry::Points(vec![[1.0, 2.0]]);
    for (text, ids) in [
        (point.to_owned(), vec![None]),
        (feature.clone(), vec![Some("a".to_owned())]),
        (format!("{feature}\n{feature}\n"), vec![Some("a".to_owned()); 2]),
        (format!("\u{1e}{feature}\n\u{1e}{feature}\n"), vec![Some("a".to_owned()); 2]),
        (format!("\u{feff}{feature}{point}"), vec![Some("a".to_owned()), None]),
    ] {
        let whole = read_text(&text).unwrap();
        assert_eq!(whole.ids, ids, "{text}");
        assert!(whole.geometries.iter().all(|geometry| *geometry == read_point), "{text}");
    }
}

#[test]
fn ids_are_text_or_numbers() {
    let with_id = |id: &str| format!(r#"{{"type":"Feature","id":{id},"geometry":null,"properties":null}}"#);
    let whole = read_text(&[with_id("\"P-7\""), with_id("7"), with_id("null"), with_id("[1]")].join("\n")).unwrap();
    assert_eq!(whole.ids, [Some("P-7".to_owned()), Some("7".to_owned()), None, None]);
}

#[test]
fn a_bad_geometry_spoils_its_row_and_no_other() {
    let features = [
        r#"{"type":"Feature","geometry":{"type":"Point","coordinates":["1","2"]},"properties":{"n":1}}"#,
        r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[1e999,2]},"properties":{"n":2}}"#,
        r#"{"type":"Plot","geometry":null,"properties":{"n":3}}"#,
        r#""a stray text""#,
        r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"n":5}}"#,
    ];
    let whole = read_text(&format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))).unwrap();
    assert_eq!(whole.column("n"), [Some("1"), Some("2"), Some("3"), None, Some("5")]);
    let reasons: Vec<_> = whole
        .geometries
        .iter()
        .map(|geometry| match geometry {
            RawGeometry::Unreadable(reason) => reason.split(" at ").next().unwrap(),
            other => {
                assert_eq!(*other, RawGeometry::Points(vec![[1.0, 2.0]]));
                "read"
            }
        })
        .collect();
    assert_eq!(
        reasons,
        [
            "Point: the text \"1\" where a position should be",
            "number out of range",
            "\"type\" is \"Plot\", which is no feature",
            "this element of the features is no object",
            "read",
        ]
    );
}

#[test]
fn a_file_cut_short_anywhere_is_an_error() {
    let text = format!(
        "{{\"type\":\"FeatureCollection\",\n\"features\":[{},{}]}}",
        feature(r#"{"a":"ñ"}"#),
        feature(r#"{"a":2}"#)
    );
    assert_eq!(read_text(&text).unwrap().geometries.len(), 2);
    let folder = tempfile::tempdir().unwrap();
    for end in 0..text.len() {
        let path = folder.path().join("cut.geojson");
        std::fs::write(&path, &text.as_bytes()[..end]).unwrap();
        assert!(matches!(read(&path), Err(VectorError::Syntax { .. })), "cut at byte {end}");
    }
}

#[test]
fn what_is_no_geojson_says_where_and_why() {
    assert_eq!(error("{\n \"type\": \"Topology\"}"), "1:1 \"type\" is \"Topology\", which is no GeoJSON");
    assert_eq!(error("{}"), "1:1 an object without \"type\" is no GeoJSON");
    assert_eq!(error(r#"{"type":"FeatureCollection"}"#), "1:1 the FeatureCollection has no list of features");
    assert_eq!(error("{\"type\":\"FeatureCollection\",\"features\":[\n{\"a\":\n  tru}]}"), "3:6 expected ident");
    assert_eq!(error("{\"type\":\"FeatureCollection\",\"features\":[{\"a\" 1}]}"), "1:46 expected `:`");
}

#[test]
fn the_crs_of_old_files_is_honoured_wherever_it_stands() {
    let with_crs = |crs: &str| {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":null,
            "geometry":{{"type":"Point","coordinates":[-76.5,-9.25]}}}}],"crs":{crs}}}"#
        )
    };
    let named = |name: &str| with_crs(&format!(r#"{{"type":"name","properties":{{"name":"{name}"}}}}"#));
    let here = [RawGeometry::Points(vec![[-76.5, -9.25]])];
    for crs in ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"] {
        assert_eq!(read_text(&named(crs)).unwrap().geometries, here, "{crs}");
    }
    let whole = read_text(&with_crs(r#"{"type":"link","properties":{"href":"x"}}"#)).unwrap();
    assert_eq!((whole.geometries.as_slice(), whole.notes.len()), (&here[..], 1));
    assert!(error(&named("EPSG:nonsense")).contains("EPSG:nonsense"), "{}", error(&named("EPSG:nonsense")));
}

#[test]
fn a_file_larger_than_a_batch_comes_in_several_in_order() {
    let features: Vec<_> = (0..20_000).map(|n| feature(&format!(r#"{{"n":{n}}}"#))).collect();
    let whole = read_text(&format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))).unwrap();
    let expected: Vec<_> = (0..20_000).map(|n| n.to_string()).collect();
    assert_eq!(whole.column("n"), expected.iter().map(|n| Some(n.as_str())).collect::<Vec<_>>());
}
