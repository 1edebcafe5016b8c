//! Every format plots come in by every format they go out by: ids, types, nulls, accents and long names stay.

#![cfg(feature = "gdal")]

mod vector_support;

use arrow_array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, SchemaRef};
use gdal::vector::LayerAccess;
use lindero_io::output::{self, TableWriter, WriteError};
use lindero_io::vector::{FeatureFile, VectorOptions, open_features};
use lindero_plots::{Position, RawGeometries, RawGeometry};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use vector_support::archives::{Shown, xlsx, zipped};
use vector_support::{Whole, read, read_opened, shared_data, translated, vertices};

/// Outer rings counter-clockwise, holes clockwise, as RFC 7946 has it.
fn geometries() -> Vec<RawGeometry> {
    let outer = vec![[-76.125, -9.375], [-76.0, -9.375], [-76.0, -9.25], [-76.125, -9.25], [-76.125, -9.375]];
    let hole = vec![[-76.0625, -9.3125], [-76.0625, -9.28125], [-76.03125, -9.28125], [-76.0625, -9.3125]];
    let triangle = vec![[-75.5, -8.5], [-75.25, -8.5], [-75.25, -8.123_456_789], [-75.5, -8.5]];
    vec![
        RawGeometry::Polygons(vec![vec![outer, hole]]),
        RawGeometry::Missing,
        RawGeometry::Polygons(vec![vec![triangle]]),
    ]
}

fn table() -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable([
        ("codigo", Arc::new(StringArray::from(vec!["007", "A-8", "9"])) as ArrayRef, true),
        (
            "dueña",
            Arc::new(StringArray::from(vec![Some("Ñahuin, \"la\" Peña; é\nhija"), None, Some("Luz & <Rosa>")])),
            true,
        ),
        (
            "superficie_declarada_en_hectareas",
            Arc::new(Float64Array::from(vec![Some(0.123_456_789), None, Some(-3.5)])),
            true,
        ),
        ("arboles", Arc::new(Int64Array::from(vec![Some(1_234_567), None, Some(-7)])), true),
        ("visita", Arc::new(Date32Array::from(vec![Some(18_627), None, Some(18_628)])), true),
    ])
    .unwrap()
}

type Start = fn(&Path, SchemaRef) -> Result<Box<dyn TableWriter>, WriteError>;

/// The formats out that have geometry, by extension.
const OUT: [(&str, Start); 5] = [
    ("parquet", |path, schema| output::parquet(path, schema, true)),
    ("geojson", output::geojson),
    ("gpkg", |path, schema| output::gpkg(path, schema, "plots")),
    ("kml", |path, schema| output::kml(path, schema, "plots")),
    ("wkt.csv", output::csv_wkt),
];

fn write(path: &Path, start: Start, batches: &[(RecordBatch, RawGeometries)]) {
    let writer = start(path, batches[0].0.schema()).unwrap();
    for (batch, geometries) in batches {
        writer.write(batch, Some(geometries.slice(0..geometries.len()))).unwrap();
    }
    writer.finish().unwrap();
}

/// The files of all formats plots come in by, in a folder, each with what it cannot hold.
fn inputs(folder: &Path) -> Vec<(PathBuf, Lost)> {
    let all: RawGeometries = geometries().into_iter().collect();
    let batches = [(table(), all)];
    let path = |name: &str| folder.join(name);
    for (extension, start) in OUT {
        write(&path(&format!("in.{extension}")), start, &batches);
    }
    let from = path("in.gpkg");
    translated(&from, "ESRI Shapefile", &path("in.shp"));
    translated(&from, "FlatGeobuf", &path("in.fgb"));
    translated(&from, "CSV", &path("gdal.csv"));
    translated(&from, "LIBKML", &path("gdal.kml"));
    // GDAL writes no .cpg where the header says the encoding.
    let part = |part: &&str| Some((format!("in.{part}"), std::fs::read(path(&format!("in.{part}"))).ok()?));
    let parts: Vec<_> = ["shp", "shx", "dbf", "prj", "cpg"].iter().filter_map(part).collect();
    let parts: Vec<_> = parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    std::fs::write(path("shapefile.zip"), zipped(&parts)).unwrap();
    let [kml, geojson] = ["gdal.kml", "in.geojson"].map(|name| std::fs::read(path(name)).unwrap());
    std::fs::write(path("in.kmz"), zipped(&[("doc.kml", &kml)])).unwrap();
    std::fs::write(path("geojson.zip"), zipped(&[("in.geojson", &geojson)])).unwrap();
    std::fs::write(path("in.xlsx"), sheet()).unwrap();
    let none = Lost::default();
    let text = Lost { types: true, ..none };
    [
        ("in.parquet", none),
        ("in.geojson", text),
        ("in.gpkg", none),
        ("in.fgb", Lost { missing: true, types: true, ..none }),
        ("in.shp", Lost { names: true, ..none }),
        ("shapefile.zip", Lost { names: true, ..none }),
        ("geojson.zip", text),
        ("in.wkt.csv", none),
        ("gdal.csv", none),
        ("in.xlsx", none),
        ("in.kml", none),
        ("gdal.kml", text),
        ("in.kmz", text),
    ]
    .map(|(name, lost)| (path(name), lost))
    .to_vec()
}

/// What a format cannot hold.
#[derive(Clone, Copy, Default)]
struct Lost {
    /// Names of over ten bytes.
    names: bool,
    /// Types: the format has none for days, or only text.
    types: bool,
    /// Rows without geometry, which GDAL leaves out.
    missing: bool,
}

/// The table as a sheet, its geometry as WKT.
fn sheet() -> Vec<u8> {
    use Shown::{Blank, Day, Number, Text};
    let wkt = |geometry: &RawGeometry| match geometry {
        RawGeometry::Polygons(parts) => {
            let ring = |ring: &Vec<Position>| {
                let places: Vec<_> = ring.iter().map(|[x, y]| format!("{x} {y}")).collect();
                format!("({})", places.join(","))
            };
            format!("POLYGON({})", parts[0].iter().map(ring).collect::<Vec<_>>().join(","))
        }
        _ => String::new(),
    };
    let wkt: Vec<String> = geometries().iter().map(wkt).collect();
    xlsx(&[(
        "plots",
        &[
            &[
                Text("codigo"),
                Text("dueña"),
                Text("superficie_declarada_en_hectareas"),
                Text("arboles"),
                Text("visita"),
                Text("WKT"),
            ],
            &[
                Text("007"),
                Text("Ñahuin, \"la\" Peña; é\nhija"),
                Number(0.123_456_789),
                Number(1_234_567.0),
                Day(44_196.0),
                Text(&wkt[0]),
            ],
            &[Text("A-8"), Blank, Blank, Blank, Blank, Blank],
            &[Text("9"), Text("Luz & <Rosa>"), Number(-3.5), Number(-7.0), Day(44_197.0), Text(&wkt[2])],
        ],
    )])
}

/// A file as the batches that writers take.
fn batches(file: &FeatureFile) -> Vec<(RecordBatch, RawGeometries)> {
    file.batches().unwrap().map(|batch| batch.map(|batch| (batch.attributes, batch.geometries)).unwrap()).collect()
}

/// Rings from their smallest vertex on, counter-clockwise: formats turn them.
fn normal(geometry: &RawGeometry) -> RawGeometry {
    let RawGeometry::Polygons(parts) = geometry else { return geometry.clone() };
    let ring = |ring: &Vec<Position>| {
        let mut open = ring[..ring.len() - 1].to_vec();
        let cross = |(i, [x, y]): (usize, &Position)| {
            let [next_x, next_y] = open[(i + 1) % open.len()];
            x * next_y - next_x * y
        };
        if open.iter().enumerate().map(cross).sum::<f64>() < 0.0 {
            open.reverse();
        }
        let first = (0..open.len()).min_by(|&a, &b| open[a].partial_cmp(&open[b]).unwrap()).unwrap();
        open.rotate_left(first);
        open
    };
    RawGeometry::Polygons(parts.iter().map(|part| part.iter().map(ring).collect()).collect())
}

fn normalised(whole: &Whole) -> Vec<RawGeometry> {
    whole.geometries.iter().map(normal).collect()
}

/// The columns a format holds, by the names it holds them under.
fn columns(whole: &Whole, lost: Lost) -> Vec<(String, Vec<Option<String>>)> {
    let names = table().schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>();
    names
        .into_iter()
        .map(|name| {
            // The tenth byte is the last one a dBase table has room for.
            let kept = if lost.names { name.chars().take(10).collect() } else { name.clone() };
            // A format that only knows times has days at midnight.
            let day = |cell: &str| cell.trim_end_matches("T00:00:00").to_owned();
            let cells = whole.column(&kept).into_iter().map(|cell| cell.map(day));
            (name, cells.collect())
        })
        .collect()
}

#[test]
fn every_format_in_gives_the_same_plots() {
    let folder = tempfile::tempdir().unwrap();
    let files = inputs(folder.path());
    let expected = read(&files[0].0).unwrap();
    assert_eq!(normalised(&expected), geometries().iter().map(normal).collect::<Vec<_>>());
    let types: Vec<_> = expected.columns.iter().map(|(_, kind)| kind.clone()).collect();
    assert_eq!(types, [DataType::Utf8, DataType::Utf8, DataType::Float64, DataType::Int64, DataType::Date32]);
    for (path, lost) in &files {
        let whole = read(path).unwrap();
        let name = path.file_name().unwrap().display();
        let is_kept = |row: &usize| !lost.missing || expected.geometries[*row] != RawGeometry::Missing;
        let kept: Vec<usize> = (0..expected.geometries.len()).filter(is_kept).collect();
        let geometries: Vec<_> = kept.iter().map(|&row| normal(&expected.geometries[row])).collect();
        assert_eq!(normalised(&whole), geometries, "{name}");
        let cells = columns(&expected, Lost::default()).into_iter().map(|(column, cells)| {
            let cells: Vec<_> = kept.iter().map(|&row| cells[row].clone()).collect();
            (column, cells)
        });
        assert_eq!(columns(&whole, *lost), cells.collect::<Vec<_>>(), "{name}");
        if !lost.types && !lost.names {
            assert_eq!(whole.columns, expected.columns, "{name}");
        }
    }
}

#[test]
fn every_format_in_goes_out_by_every_format_as_gdal_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    for (path, _) in inputs(folder.path()) {
        let file = open_features(&path, &VectorOptions::default()).unwrap();
        let (whole, batches) = (read_opened(&file).unwrap(), batches(&file));
        for (extension, start) in OUT {
            let out = folder.path().join(format!("out.{extension}"));
            let _ = std::fs::remove_file(&out);
            write(&out, start, &batches);
            let name = format!("{} as {extension}", path.file_name().unwrap().display());
            let back = read(&out).unwrap();
            assert_eq!(back.rows, whole.rows, "{name}");
            assert_eq!(normalised(&back), normalised(&whole), "{name}");
            match extension {
                "geojson" => {}
                // KML has no type for days, and CSV has none at all.
                "kml" => assert_eq!(back.columns, by_their_cells(&whole, false), "{name}"),
                "wkt.csv" => assert_eq!(back.columns, by_their_cells(&whole, true), "{name}"),
                _ => assert_eq!(back.columns, whole.columns, "{name}"),
            }
            // Debian's GDAL has no driver for Parquet.
            if extension != "parquet" {
                assert_eq!(gdal_rows(&out, &whole), gdal_text(&whole), "{name} by GDAL");
            }
        }
        let out = folder.path().join("out.csv");
        let writer = output::csv(&out, batches[0].0.schema()).unwrap();
        for (batch, _) in &batches {
            writer.write(batch, None).unwrap();
        }
        writer.finish().unwrap();
        let mut lines = csv::Reader::from_path(&out).unwrap();
        let back: Vec<Vec<String>> =
            lines.records().map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect();
        let cells =
            |row: &Vec<Option<String>>| row.iter().map(|cell| cell.clone().unwrap_or_default()).collect::<Vec<_>>();
        let numbers_alike = |rows: Vec<Vec<String>>| {
            let same = |cell: String| {
                cell.parse::<f64>()
                    .map_or(cell.clone(), |number| if cell.starts_with("00") { cell } else { number.to_string() })
            };
            rows.into_iter().map(|row| row.into_iter().map(same).collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        let expected = whole.rows.iter().map(cells).collect();
        assert_eq!(numbers_alike(back), numbers_alike(expected), "{} as csv", path.display());
    }
}

/// The columns, where text has the type that all cells look like: days, and whole numbers too.
fn by_their_cells(whole: &Whole, numbers_too: bool) -> Vec<(String, DataType)> {
    let is_day = |cell: &&str| cell.len() == 10 && cell.split('-').count() == 3;
    let is_number = |cell: &&str| numbers_too && cell.parse::<i64>().is_ok_and(|number| number.to_string() == **cell);
    let kind = |(name, kind): &(String, DataType)| {
        let cells: Vec<&str> = whole.column(name).into_iter().flatten().collect();
        let looks = match (kind, cells.is_empty()) {
            (DataType::Utf8, false) if cells.iter().all(is_day) => DataType::Date32,
            (DataType::Utf8, false) if cells.iter().all(is_number) => DataType::Int64,
            _ => kind.clone(),
        };
        (name.clone(), looks)
    };
    whole.columns.iter().map(kind).collect()
}

/// A row by GDAL: its cells as text, and the WKT of its geometry.
type GdalRow = (Vec<Option<String>>, Option<usize>);

/// The cells of these columns and the number of vertices, by GDAL.
fn gdal_rows(path: &Path, like: &Whole) -> Vec<GdalRow> {
    let dataset = gdal::Dataset::open(path).unwrap();
    let mut layer = dataset.layer(0).unwrap();
    layer
        .features()
        .map(|feature| {
            // KML has columns of its own, and CSV no nulls.
            let cell = |(name, _): &(String, DataType)| {
                let text = feature.field_as_string(feature.field_index(name).unwrap()).unwrap();
                text.filter(|text| !text.is_empty()).map(|text| spelled(&text))
            };
            let cells = like.columns.iter().map(cell).collect();
            (cells, feature.geometry().filter(|it| !it.is_empty()).map(vertices))
        })
        .collect()
}

/// Numbers, days and times in one spelling.
fn spelled(text: &str) -> String {
    text.parse::<f64>().map_or(text.replace('/', "-").replace("T00:00", " 00:00"), |number| number.to_string())
}

/// The same of ours.
fn gdal_text(whole: &Whole) -> Vec<GdalRow> {
    let count = |geometry: &RawGeometry| match geometry {
        RawGeometry::Polygons(parts) => Some(parts.iter().flatten().map(Vec::len).sum()),
        RawGeometry::Points(points) => Some(points.len()),
        _ => None,
    };
    whole
        .rows
        .iter()
        .zip(&whole.geometries)
        .map(|(row, geometry)| (row.iter().map(|cell| cell.as_deref().map(spelled)).collect(), count(geometry)))
        .collect()
}

#[test]
fn real_plots_written_by_gdal_as_kml_and_csv_are_read_as_they_were() {
    for name in ["farm-plots/BD_JECAM_CIRAD_2023_feb.shp", "peru-admin-2007/peru_departamental_simple.geojson"] {
        let Some(path) = shared_data(name) else { return };
        let original = read(&path).unwrap();
        let folder = tempfile::tempdir().unwrap();
        for (driver, extension) in [("LIBKML", "kml"), ("KML", "kml"), ("CSV", "csv")] {
            let copy = folder.path().join(format!("{driver}.{extension}"));
            translated(&path, driver, &copy);
            let whole = read(&copy).unwrap();
            assert_eq!(whole.geometries.len(), original.geometries.len(), "{name} {driver}");
            for (row, (a, b)) in original.geometries.iter().zip(&whole.geometries).enumerate() {
                assert_near(a, b, &format!("{name} {driver}, row {row}"));
            }
            // A name has a place of its own in KML, and what nobody has is not mentioned there. GDAL's older driver
            // knows no wide integers.
            let is_mentioned = |column: &str| {
                driver != "KML" && column != "name" && original.column(column).iter().any(Option::is_some)
            };
            for (column, _) in original.columns.iter().filter(|(column, _)| is_mentioned(column)) {
                let text = |whole: &Whole| {
                    let cells = whole.column(column).into_iter().map(|cell| {
                        let cell = cell.unwrap_or_default().trim();
                        cell.parse::<f64>().map_or(cell.to_owned(), |number| number.to_string())
                    });
                    cells.collect::<Vec<_>>()
                };
                assert_eq!(text(&whole), text(&original), "{name} {driver}, column {column}");
            }
        }
    }
}

/// GDAL writes 15 digits.
const TOLERANCE: f64 = 1e-12;

fn assert_near(a: &RawGeometry, b: &RawGeometry, what: &str) {
    let (RawGeometry::Polygons(a), RawGeometry::Polygons(b)) = (normal(a), normal(b)) else {
        panic!("{what}: {a:?} {b:?}")
    };
    assert_eq!(a.len(), b.len(), "{what}");
    for (a, b) in a.iter().flatten().zip(b.iter().flatten()) {
        assert_eq!(a.len(), b.len(), "{what}");
        for (a, b) in a.iter().zip(b) {
            assert!(
                (a[0] - b[0]).abs() <= TOLERANCE * 180.0 && (a[1] - b[1]).abs() <= TOLERANCE * 180.0,
                "{what}: {a:?} {b:?}"
            );
        }
    }
}

#[test]
fn waypoints_written_by_gdal_are_read_as_they_were() {
    let Some(path) = shared_data("peru-admin-2007/peru_capital_provincia.geojson") else { return };
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("points.gpx");
    let source = gdal::Dataset::open(&path).unwrap();
    let mut target = gdal::DriverManager::get_driver_by_name("GPX").unwrap().create_vector_only(&copy).unwrap();
    let layer = target
        .create_layer(gdal::vector::LayerOptions {
            name: "waypoints",
            ty: gdal::vector::OGRwkbGeometryType::wkbPoint,
            ..gdal::vector::LayerOptions::default()
        })
        .unwrap();
    for feature in source.layer(0).unwrap().features() {
        let mut point = gdal::vector::Feature::new(layer.defn()).unwrap();
        point.set_geometry(feature.geometry().unwrap().clone()).unwrap();
        point.create(&layer).unwrap();
    }
    target.close().unwrap();
    let (original, whole) = (read(&path).unwrap(), read(&copy).unwrap());
    assert_eq!(whole.geometries.len(), 194);
    for (a, b) in original.geometries.iter().zip(&whole.geometries) {
        let (RawGeometry::Points(a), RawGeometry::Points(b)) = (a, b) else { panic!("{a:?} {b:?}") };
        assert!((a[0][0] - b[0][0]).abs() < 1e-9 && (a[0][1] - b[0][1]).abs() < 1e-9, "{a:?} {b:?}");
    }
}
