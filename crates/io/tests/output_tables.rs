//! Tables come out byte by byte as documented, twice the same, and are read back as they were.

mod vector_support;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float32Array, Float64Array, Int64Array, RecordBatch, StringArray, UInt64Array,
};
use lindero_io::output::{self, TableWriter, WriteError};
use lindero_plots::{Position, RawGeometries, RawGeometry};
use parquet::file::reader::{FileReader, SerializedFileReader};
use proptest::prelude::*;
use std::path::Path;
use std::sync::Arc;
use vector_support::{read, square};

type Start = fn(&Path, arrow_schema::SchemaRef) -> Result<Box<dyn TableWriter>, WriteError>;

fn geoparquet(path: &Path, schema: arrow_schema::SchemaRef) -> Result<Box<dyn TableWriter>, WriteError> {
    output::parquet(path, schema, true)
}

#[cfg(feature = "gdal")]
fn gpkg(path: &Path, schema: arrow_schema::SchemaRef) -> Result<Box<dyn TableWriter>, WriteError> {
    output::gpkg(path, schema, "plots")
}

fn kml(path: &Path, schema: arrow_schema::SchemaRef) -> Result<Box<dyn TableWriter>, WriteError> {
    output::kml(path, schema, "plots")
}

/// Formats that keep geometry, by extension.
const GEOMETRY_FORMATS: &[(&str, Start)] = &[
    ("geojson", output::geojson),
    ("parquet", geoparquet),
    ("kml", kml),
    ("wkt.csv", output::csv_wkt),
    #[cfg(feature = "gdal")]
    ("gpkg", gpkg),
];

fn arena(geometries: &[RawGeometry]) -> RawGeometries {
    geometries.iter().cloned().collect()
}

/// The bytes of a table written in batches of one row, twice, and the same both times.
fn written(extension: &str, start: Start, batch: &RecordBatch, geometries: &[RawGeometry]) -> Vec<u8> {
    let once = || {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!("plots.{extension}"));
        let writer = start(&path, batch.schema()).unwrap();
        let geometries = arena(geometries);
        for row in 0..geometries.len() {
            writer.write(&batch.slice(row, 1), Some(geometries.slice(row..row + 1))).unwrap();
        }
        writer.finish().unwrap();
        std::fs::read(&path).unwrap()
    };
    let bytes = once();
    assert_eq!(bytes, once(), "{extension}: equal rows give equal bytes");
    bytes
}

fn written_text(extension: &str, start: Start, batch: &RecordBatch, geometries: &[RawGeometry]) -> String {
    String::from_utf8(written(extension, start, batch, geometries)).unwrap()
}

/// One column of each type, nulls in the second row.
fn all_types() -> RecordBatch {
    RecordBatch::try_from_iter([
        ("id", Arc::new(StringArray::from(vec![Some("a,\"b\"\n"), None])) as ArrayRef),
        ("count", Arc::new(Int64Array::from(vec![Some(-7), None]))),
        ("area_m2", Arc::new(Float64Array::from(vec![Some(0.1 + 0.2), Some(f64::NAN)]))),
        ("share", Arc::new(Float32Array::from(vec![Some(0.1), None]))),
        ("wide", Arc::new(UInt64Array::from(vec![Some(u64::MAX), None]))),
        ("sure", Arc::new(BooleanArray::from(vec![Some(true), None]))),
        ("day", Arc::new(Date32Array::from(vec![Some(18_627), None]))),
    ])
    .unwrap()
}

fn ids(rows: usize) -> RecordBatch {
    let ids = StringArray::from_iter_values((0..rows).map(|row| format!("P{row}")));
    RecordBatch::try_from_iter([("id", Arc::new(ids) as ArrayRef)]).unwrap()
}

#[test]
fn csv_is_rfc_4180_with_lines_ended_by_lf() {
    assert_eq!(
        written_text("csv", output::csv, &all_types(), &[RawGeometry::Missing, RawGeometry::Missing]),
        "id,count,area_m2,share,wide,sure,day\n\
         \"a,\"\"b\"\"\n\",-7,0.30000000000000004,0.1,18446744073709551615,true,2020-12-31\n\
         ,,,,,,\n"
    );
}

#[test]
fn csv_with_geometry_ends_in_a_column_of_well_known_text() {
    let hole = vec![[0.1, 0.2], [0.2, 0.2], [0.2, 0.3], [0.1, 0.2]];
    let polygon = RawGeometry::Polygons(vec![vec![vec![[0.0, 0.0], [0.0, 1.0], [1.5, 1.0]], hole]]);
    assert_eq!(
        written_text("wkt.csv", output::csv_wkt, &all_types(), &[polygon, RawGeometry::Missing]),
        "id,count,area_m2,share,wide,sure,day,WKT\n\
         \"a,\"\"b\"\"\n\",-7,0.30000000000000004,0.1,18446744073709551615,true,2020-12-31,\
         \"POLYGON ((0 0, 0 1, 1.5 1, 0 0), (0.1 0.2, 0.2 0.2, 0.2 0.3, 0.1 0.2))\"\n\
         ,,,,,,,\n"
    );
    let number = |value: f64| Arc::new(Float64Array::from(vec![value])) as ArrayRef;
    let taken = RecordBatch::try_from_iter([("wkt", number(3.0)), ("b", number(1e-9))]).unwrap();
    assert_eq!(
        written_text("wkt.csv", output::csv_wkt, &taken, &[RawGeometry::Points(vec![[1.0, 2.0]])]),
        "wkt,b,wkt_geom\n3.0,1.0e-9,POINT (1 2)\n"
    );
}

#[test]
fn kml_declares_its_columns_leaves_nulls_out_and_escapes_names() {
    let text = |cells: Vec<Option<&str>>| Arc::new(StringArray::from(cells)) as ArrayRef;
    let table = RecordBatch::try_from_iter_with_nullable([
        ("plot_id", text(vec![Some("P<1>"), Some("P2")]), true),
        ("dueña & \"co\"", text(vec![Some("a\r\nb\0"), None]), true),
        ("ha", Arc::new(Float64Array::from(vec![Some(3.0), None])), true),
        ("trees", Arc::new(Int64Array::from(vec![None, Some(7)])), true),
    ])
    .unwrap();
    let geometries = [
        RawGeometry::Polygons(vec![vec![vec![[0.0, 0.0], [0.0, 1.0], [1.5, 1.0]]]]),
        RawGeometry::Points(vec![[1.0, 2.0], [3.0, 4.0]]),
    ];
    assert_eq!(
        written_text("kml", kml, &table, &geometries),
        r##"<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>plots</name>
<Style id="outline"><LineStyle><color>ff00a5ff</color><width>2</width></LineStyle><PolyStyle><fill>0</fill></PolyStyle></Style>
<Schema name="plots" id="columns">
<SimpleField name="plot_id" type="string"></SimpleField>
<SimpleField name="dueña &amp; &quot;co&quot;" type="string"></SimpleField>
<SimpleField name="ha" type="double"></SimpleField>
<SimpleField name="trees" type="double"></SimpleField>
</Schema>
<Placemark><name>P&lt;1&gt;</name><styleUrl>#outline</styleUrl><ExtendedData><SchemaData schemaUrl="#columns"><SimpleData name="plot_id">P&lt;1&gt;</SimpleData><SimpleData name="dueña &amp; &quot;co&quot;">a&#13;&#10;b�</SimpleData><SimpleData name="ha">3.0</SimpleData></SchemaData></ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1.5,1 0,1 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
<Placemark><name>P2</name><styleUrl>#outline</styleUrl><ExtendedData><SchemaData schemaUrl="#columns"><SimpleData name="plot_id">P2</SimpleData><SimpleData name="trees">7</SimpleData></SchemaData></ExtendedData><MultiGeometry><Point><coordinates>1,2</coordinates></Point><Point><coordinates>3,4</coordinates></Point></MultiGeometry></Placemark>
</Document></kml>
"##
    );
}

#[test]
fn a_column_called_name_is_the_name_of_its_placemark_in_kml() {
    let text = |cells: Vec<Option<&str>>| Arc::new(StringArray::from(cells)) as ArrayRef;
    let table = RecordBatch::try_from_iter_with_nullable([
        ("plot_id", text(vec![Some("7"), Some("8")]), true),
        ("description", text(vec![Some("cacao & plátano"), None]), true),
        ("name", text(vec![Some("Rosa"), None]), true),
    ])
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plots.kml");
    let writer = output::kml(&path, table.schema(), "plots").unwrap();
    writer.write(&table, None).unwrap();
    writer.finish().unwrap();
    let whole = read(&path).unwrap();
    let names: Vec<&str> = whole.columns.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["name", "description", "plot_id"]);
    assert_eq!(whole.column("name"), [Some("Rosa"), None]);
    assert_eq!(whole.column("description"), [Some("cacao & plátano"), None]);
    assert_eq!(whole.column("plot_id"), [Some("7"), Some("8")]);
}

#[test]
fn geojson_is_one_feature_a_line_with_rings_closed_and_turned() {
    let clockwise_and_open = vec![[0.0, 0.0], [0.0, 1.0], [1.5, 1.0]];
    let hole = vec![[0.1, 0.2], [0.2, 0.2], [0.2, 0.3], [0.1, 0.2]];
    assert_eq!(
        written_text(
            "geojson",
            output::geojson,
            &all_types(),
            &[RawGeometry::Polygons(vec![vec![clockwise_and_open, hole]]), RawGeometry::Points(vec![[-76.5, 1e-9]])],
        ),
        r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":"a,\"b\"\n","count":-7,"area_m2":0.30000000000000004,"share":0.1,"wide":18446744073709551615,"sure":true,"day":"2020-12-31"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1.5,1],[0,1],[0,0]],[[0.1,0.2],[0.2,0.3],[0.2,0.2],[0.1,0.2]]]}},
{"type":"Feature","properties":{"id":null,"count":null,"area_m2":null,"share":null,"wide":null,"sure":null,"day":null},"geometry":{"type":"Point","coordinates":[-76.5,1e-9]}}
]}
"#
    );
}

#[test]
fn geoparquet_says_where_its_geometry_is_and_of_what_types() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plots.parquet");
    let table =
        RecordBatch::try_from_iter([("geometry", Arc::new(Int64Array::from(vec![1, 2, 3])) as ArrayRef)]).unwrap();
    let geometries = [
        RawGeometry::Polygons(vec![vec![square(-76.0, -9.0, 1.0)]]),
        RawGeometry::Points(vec![[-77.0, 3.0]]),
        RawGeometry::Unreadable("no".to_owned()),
    ];
    let writer = output::parquet(&path, table.schema(), true).unwrap();
    writer.write(&table, Some(arena(&geometries).as_slice())).unwrap();
    writer.finish().unwrap();

    let file = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
    let metadata = file.metadata().file_metadata();
    assert_eq!(metadata.created_by(), Some("lindero"));
    let pairs = metadata.key_value_metadata().unwrap();
    let geo = pairs.iter().find(|pair| pair.key == "geo").unwrap().value.as_deref().unwrap();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(geo).unwrap(),
        serde_json::json!({
            "version": "1.1.0",
            "primary_column": "geometry_2",
            "columns": { "geometry_2": {
                "encoding": "WKB",
                "geometry_types": ["Point", "Polygon"],
                "bbox": [-77.0, -9.0, -75.0, 3.0],
            } },
        })
    );
    let whole = read(&path).unwrap();
    assert_eq!(whole.column("geometry"), [Some("1"), Some("2"), Some("3")]);
    assert_eq!(whole.geometries, [geometries[0].clone(), geometries[1].clone(), RawGeometry::Missing]);
}

#[test]
fn plain_parquet_has_no_geometry_and_is_no_plot_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let writer = output::parquet(&path, all_types().schema(), false).unwrap();
    writer.write(&all_types(), None).unwrap();
    writer.finish().unwrap();
    let file = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
    assert_eq!((file.metadata().file_metadata().num_rows(), file.metadata().num_row_groups()), (2, 1));
    assert!(read(&path).unwrap_err().to_string().contains("without the metadata `geo`"));
}

#[test]
fn what_cannot_be_drawn_is_null_and_its_row_stays() {
    let ring = |positions: &[Position]| RawGeometry::Polygons(vec![vec![positions.to_vec()]]);
    let geometries = [
        RawGeometry::Missing,
        RawGeometry::Unsupported("LineString".to_owned()),
        RawGeometry::Unreadable("no".to_owned()),
        RawGeometry::Points(vec![[f64::NAN, 1.0]]),
        ring(&[[0.0, 0.0], [1.0, f64::INFINITY], [1.0, 1.0], [0.0, 0.0]]),
        ring(&[[0.0, 0.0], [1.0, 1.0]]),
        ring(&[]),
        RawGeometry::Polygons(vec![]),
        RawGeometry::Mixed(vec![RawGeometry::Missing]),
    ];
    for (extension, start) in GEOMETRY_FORMATS {
        check_read_back(extension, *start, &geometries, &vec![RawGeometry::Missing; geometries.len()]);
    }
}

#[test]
fn attributes_are_read_back_in_every_format() {
    for (extension, start) in GEOMETRY_FORMATS {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!("plots.{extension}"));
        let writer = start(&path, all_types().schema()).unwrap();
        // A row of nothing at all would be a blank line of CSV.
        let points = [[1.0, 2.0], [3.0, 4.0]].map(|place| RawGeometry::Points(vec![place]));
        writer.write(&all_types(), Some(arena(&points).as_slice())).unwrap();
        writer.finish().unwrap();
        let whole = read(&path).unwrap();
        assert_eq!(whole.column("id"), [Some("a,\"b\"\n"), None], "{extension}");
        assert_eq!(whole.column("count"), [Some("-7"), None], "{extension}");
        assert_eq!(whole.column("area_m2")[0], Some("0.30000000000000004"), "{extension}");
        assert_eq!(whole.column("wide"), [Some("18446744073709551615"), None], "{extension}");
        assert_eq!(whole.column("day"), [Some("2020-12-31"), None], "{extension}");
    }
}

#[test]
#[cfg(feature = "gdal")]
fn geopackage_columns_that_differ_in_case_alone_are_two() {
    let column = |value: i64| Arc::new(Int64Array::from(vec![value])) as ArrayRef;
    let table =
        RecordBatch::try_from_iter([("Id", column(1)), ("ID", column(2)), ("fid", column(3)), ("geom", column(4))])
            .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plots.gpkg");
    let writer = output::gpkg(&path, table.schema(), "plots").unwrap();
    writer.write(&table, Some(arena(&[RawGeometry::Points(vec![[1.0, 2.0]])]).as_slice())).unwrap();
    writer.finish().unwrap();
    let whole = read(&path).unwrap();
    assert_eq!(whole.columns.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Id", "ID_2", "fid", "geom"]);
    assert_eq!(whole.rows, [["1", "2", "3", "4"].map(|cell| Some(cell.to_owned()))]);
}

#[test]
fn a_batch_of_another_table_is_refused_with_the_path() {
    let folder = tempfile::tempdir().unwrap();
    for (extension, start) in GEOMETRY_FORMATS.iter().chain(&[("csv", output::csv as Start)]) {
        let path = folder.path().join(format!("plots.{extension}"));
        let writer = start(&path, ids(1).schema()).unwrap();
        let other = writer.write(&all_types(), None).unwrap_err().to_string();
        assert!(other.contains(extension) && other.contains("does not fit"), "{other}");
        let geometries = writer.write(&ids(1), Some(arena(&[]).as_slice())).unwrap_err().to_string();
        assert!(geometries.ends_with("0 geometries for 1 rows"), "{geometries}");
    }
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for (extension, start) in GEOMETRY_FORMATS.iter().chain(&[("csv", output::csv as Start)]) {
        let path = folder.path().join("no such folder").join(format!("plots.{extension}"));
        let error = start(&path, ids(1).schema()).err().expect("there is no such folder").to_string();
        assert!(error.contains("no such folder"), "{error}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error_and_not_a_shorter_table() {
    // The device that is always full.
    let full = Path::new("/dev/full");
    for start in [output::csv as Start, output::csv_wkt, output::geojson, kml, geoparquet] {
        let writer = start(full, ids(2000).schema()).unwrap();
        let written = writer.write(&ids(2000), None).and_then(|()| writer.finish());
        let error = written.expect_err("nothing fits").to_string();
        assert!(error.contains("/dev/full"), "{error}");
    }
}

fn check_read_back(extension: &str, start: Start, geometries: &[RawGeometry], expected: &[RawGeometry]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("plots.{extension}"));
    let table = ids(geometries.len());
    let writer = start(&path, table.schema()).unwrap();
    writer.write(&table, Some(arena(geometries).as_slice())).unwrap();
    writer.finish().unwrap();
    let whole = read(&path).unwrap();
    assert_eq!(whole.geometries, expected, "{extension}");
    let ids: Vec<_> = (0..geometries.len()).map(|row| Some(format!("P{row}"))).collect();
    assert_eq!(whole.column("id"), ids.iter().map(Option::as_deref).collect::<Vec<_>>(), "{extension}");
}

/// A geometry every format can hold, with outer rings counter-clockwise and holes clockwise.
fn drawable() -> impl Strategy<Value = RawGeometry> {
    // On the globe with all of its extent: text without a coordinate system is not read otherwise.
    let place = || [-180.0..179.0_f64, -90.0..89.0_f64];
    let polygon = (place(), 1e-6..1.0_f64, 0..3_usize).prop_map(|([x, y], size, holes)| {
        let hole = |n: usize| {
            let mut ring = square(x + size * (0.1 + 0.3 * n as f64), y + size * 0.1, size * 0.2);
            ring.reverse();
            ring
        };
        std::iter::once(square(x, y, size)).chain((0..holes).map(hole)).collect::<Vec<_>>()
    });
    let simple = prop_oneof![
        proptest::collection::vec(place(), 1..4).prop_map(RawGeometry::Points),
        proptest::collection::vec(polygon, 1..4).prop_map(RawGeometry::Polygons),
    ];
    prop_oneof![
        4 => simple.clone(),
        1 => proptest::collection::vec(simple, 1..3).prop_map(RawGeometry::Mixed),
        1 => Just(RawGeometry::Missing),
    ]
}

/// KML has one collection for all: members of one kind are the geometry of several, and one member is itself.
fn without_needless_collections(geometry: &RawGeometry) -> RawGeometry {
    let RawGeometry::Mixed(members) = geometry else { return geometry.clone() };
    let points = members.iter().map(|member| match member {
        RawGeometry::Points(points) => Some(points.clone()),
        _ => None,
    });
    let polygons = members.iter().map(|member| match member {
        RawGeometry::Polygons(parts) => Some(parts.clone()),
        _ => None,
    });
    if let Some(points) = points.collect::<Option<Vec<_>>>() {
        return RawGeometry::Points(points.concat());
    }
    polygons.collect::<Option<Vec<_>>>().map_or(geometry.clone(), |parts| RawGeometry::Polygons(parts.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn geometry_is_read_back_to_the_last_bit(geometries in proptest::collection::vec(drawable(), 1..20)) {
        for (extension, start) in GEOMETRY_FORMATS {
            let expected: Vec<RawGeometry> = match *extension {
                "kml" => geometries.iter().map(without_needless_collections).collect(),
                _ => geometries.clone(),
            };
            check_read_back(extension, *start, &geometries, &expected);
        }
    }

    #[test]
    fn batches_do_not_show_in_the_bytes_of_text_formats(geometries in proptest::collection::vec(drawable(), 1..10)) {
        let table = ids(geometries.len());
        for (extension, start) in
            [("geojson", output::geojson as Start), ("kml", kml), ("csv", output::csv), ("wkt.csv", output::csv_wkt)]
        {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("at once");
            let writer = start(&path, table.schema()).unwrap();
            writer.write(&table, Some(arena(&geometries).as_slice())).unwrap();
            writer.finish().unwrap();
            prop_assert_eq!(std::fs::read(&path).unwrap(), written(extension, start, &table, &geometries));
        }
    }
}
