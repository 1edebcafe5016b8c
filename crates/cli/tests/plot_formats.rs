//! The same plots in every format people send give the same table, to the byte.

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use common::{csv_bytes, fixture, layer, run};
use serde_json::{Value, json};

/// The plots of the valley that are one closed ring: their code and the ring.
fn plots() -> Vec<(String, Vec<[f64; 2]>)> {
    let text = std::fs::read_to_string(fixture("landscape/plots.geojson")).unwrap();
    let valley: Value = serde_json::from_str(&text).unwrap();
    let one_ring = |feature: &Value| {
        let rings = feature["geometry"]["coordinates"].as_array()?;
        // What is broken, in metres or has heights is not the same in every format.
        let ring: Vec<[f64; 2]> = serde_json::from_value(rings.first()?.clone()).ok()?;
        let is_one = feature["geometry"]["type"] == "Polygon" && rings.len() == 1;
        let is_closed = ring.len() >= 4 && ring.first() == ring.last();
        let is_on_the_globe = ring.iter().all(|[x, y]| x.abs() <= 180.0 && y.abs() <= 90.0);
        (is_one && is_closed && is_on_the_globe)
            .then(|| (feature["properties"]["codigo"].as_str().unwrap().to_owned(), ring))
    };
    let plots: Vec<_> = valley["features"].as_array().unwrap().iter().filter_map(one_ring).collect();
    assert!(plots.len() > 1000, "{} plots", plots.len());
    plots
}

fn places(ring: &[[f64; 2]], separator: &str, place: impl Fn([f64; 2]) -> String) -> String {
    ring.iter().map(|&position| place(position)).collect::<Vec<_>>().join(separator)
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn layers() -> Vec<String> {
    vec![layer("lossyear", &fixture("landscape/layers").join("Hansen_GFC-2024-v1.12_lossyear_*.tif"))]
}

#[test]
fn the_same_plots_give_the_same_table_from_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let plots = plots();
    let features: Vec<Value> = plots
        .iter()
        .map(|(code, ring)| {
            json!({"type": "Feature", "properties": {"codigo": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}})
        })
        .collect();
    let collection = json!({"type": "FeatureCollection", "features": features}).to_string();
    let geojson = write(folder.path(), "plots.geojson", &collection);
    let expected = csv_bytes(&[&geojson], &layers(), &["--id", "codigo"]);
    let (mut wkt, mut survey, mut cells, mut kml, mut gpx) = (
        "codigo,WKT\n".to_owned(),
        "codigo;parcela\n".to_owned(),
        "codigo\tgeometria\n".to_owned(),
        "<kml><Document><Folder>".to_owned(),
        "<gpx version=\"1.1\">".to_owned(),
    );
    for (code, ring) in &plots {
        writeln!(wkt, "{code},\"POLYGON(({}))\"", places(ring, ", ", |[x, y]| format!("{x} {y}"))).unwrap();
        // As phones have it: latitude first, the ring left open.
        let open = places(&ring[..ring.len() - 1], "; ", |[x, y]| format!("{y} {x} 250.5 4.5"));
        writeln!(survey, "{code};\"{open}\"").unwrap();
        let cell = json!({"type": "Polygon", "coordinates": [ring]}).to_string();
        writeln!(cells, "{code}\t\"{}\"", cell.replace('"', "\"\"")).unwrap();
        let coordinates = places(ring, " ", |[x, y]| format!("{x},{y},250"));
        write!(
            kml,
            "<Placemark><ExtendedData><Data name=\"codigo\"><value>{code}</value></Data></ExtendedData><Polygon>\
             <outerBoundaryIs><LinearRing><coordinates>{coordinates}</coordinates></LinearRing></outerBoundaryIs>\
             </Polygon></Placemark>"
        )
        .unwrap();
        // As receivers have it: one walk closes by hand, the next not.
        let walked = if code.ends_with(['1', '3', '5', '7', '9']) { &ring[..] } else { &ring[..ring.len() - 1] };
        let points = places(walked, "", |[x, y]| format!("<trkpt lat=\"{y}\" lon=\"{x}\"><ele>250.5</ele></trkpt>"));
        write!(gpx, "<trk><name>{code}</name><trkseg>{points}</trkseg></trk>").unwrap();
    }
    kml.push_str("</Folder></Document></kml>");
    gpx.push_str("</gpx>");
    for (name, text, id) in [
        ("wkt.csv", wkt, "codigo"),
        ("survey.csv", survey, "codigo"),
        ("cells.tsv", cells, "codigo"),
        ("plots.kml", kml, "codigo"),
        ("plots.gpx", gpx, "name"),
    ] {
        let path = write(folder.path(), name, &text);
        let table = csv_bytes(&[&path], &layers(), &["--id", id]);
        assert!(table == expected, "{name} gives another table than GeoJSON");
        let alone = csv_bytes(&[&path], &layers(), &["--id", id, "--threads", "1"]);
        assert!(alone == expected, "{name} gives another table on one thread");
    }
}

#[test]
fn typed_areas_size_the_discs_of_points() {
    let folder = tempfile::tempdir().unwrap();
    let number = write(folder.path(), "number.csv", "lon,lat,ha\n-76.33,-9.98,0.5\n-76.32,-9.98,1.5\n");
    let expected = csv_bytes(&[&number], &layers(), &["--area-field", "ha"]);
    for (name, text) in [
        ("units.csv", "lon,lat,ha\n-76.33,-9.98,5000 m2\n-76.32,-9.98,1.5 ha\n"),
        ("commas.csv", "lon;lat;ha\n-76,33;-9,98;0,5 ha\n-76,32;-9,98;1,5 has\n"),
        ("thousands.csv", "lon,lat,ha\n-76.33,-9.98,5.000 m²\n-76.32,-9.98,\"1,5\"\n"),
    ] {
        let path = write(folder.path(), name, text);
        assert_eq!(csv_bytes(&[&path], &layers(), &["--area-field", "ha"]), expected, "{name}");
    }
}

/// `lindero tabulate` of one file: the exit code and standard error.
fn ended(path: &Path, more: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("table.csv");
    let mut args = vec!["tabulate".to_owned(), path.display().to_string(), "--layer".to_owned(), layers().remove(0)];
    args.extend(more.iter().map(|&text| text.to_owned()));
    args.extend(["--out".to_owned(), out.display().to_string()]);
    let output = run(&args);
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn guessed_columns_are_told_and_can_be_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "plots.csv", "a,b,lon,lat\n-76.32,-9.98,-76.33,-9.97\n");
    let (code, said) = ended(&path, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("columns \"lon\" and \"lat\" are read as longitude and latitude"), "{said}");
    let (code, said) = ended(&path, &["--lon-field", "a", "--lat-field", "b"]);
    assert!(code == Some(0) && !said.contains("are read as longitude"), "{said}");
    for (more, expected) in [
        (&["--geometry-field", "c"][..], "it has no column \"c\" for --geometry-field; columns: a, b, lon, lat"),
        (&["--lon-field", "a"][..], "--lat-field <FIELD>"),
        (&["--crs", "EPSG:banana"][..], "EPSG:BANANA"),
    ] {
        let (code, said) = ended(&path, more);
        assert!(code == Some(2) && said.contains(expected), "{code:?}: {said}");
    }
}

#[test]
fn metres_are_refused_with_the_zones_of_peru() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "utm.csv", "id,Este,Norte\n1,573400,8896000\n");
    let (code, said) = ended(&path, &[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("--crs EPSG:32717") && said.contains("zone 18S"), "{said}");
    #[cfg(feature = "proj")]
    assert_eq!(ended(&path, &["--crs", "EPSG:32718"]).0, Some(0));
}

/// Columns of a written table by their names.
fn columns(path: &Path) -> BTreeMap<String, Vec<String>> {
    let mut table = csv::Reader::from_path(path).unwrap();
    let names = table.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    names
        .iter()
        .enumerate()
        .map(|(i, name)| (name.to_owned(), rows.iter().map(|row| row[i].to_owned()).collect()))
        .collect()
}

#[test]
fn plots_that_were_written_in_any_format_are_read_again_as_the_same_plots() {
    let folder = tempfile::tempdir().unwrap();
    let check = |plots: &Path, id: &str, formats: &str, out: &str| {
        let out = folder.path().join(out);
        let paths = [plots.display().to_string(), out.display().to_string()];
        // Text without a coordinate system would be asked for one where a plot lies off the globe.
        let crs = ["--crs", "EPSG:4326"];
        let args = ["check", &paths[0], "--id", id, "--format", formats, "--out", &paths[1], "--quiet"];
        let output = run(args.iter().chain(&crs));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        out
    };
    let gpkg = cfg!(feature = "gdal").then_some("gpkg");
    let formats: Vec<&str> = ["geojson", "parquet", "kml", "csv-wkt"].into_iter().chain(gpkg).collect();
    for plots in ["plots/dirty.geojson", "landscape/plots.geojson"] {
        let asked = formats.iter().chain(&["csv"]).copied().collect::<Vec<_>>().join(",");
        let first = check(&fixture(plots), "codigo", &asked, "first");
        let header = std::fs::read_to_string(first.join("plots.csv")).unwrap().lines().next().unwrap().to_owned();
        assert!(!header.contains("WKT"), "plots.csv stays without geometry: {header}");
        let expected = columns(&check(&first.join("plots.geojson"), "plot_id", "csv", "again").join("plots.csv"));
        assert!(expected["content_id"].iter().filter(|id| !id.is_empty()).count() > 5);
        for format in &formats {
            let file = first.join(format!("plots.{}", if *format == "csv-wkt" { "wkt.csv" } else { format }));
            let mut found = columns(&check(&file, "plot_id", "csv", "again").join("plots.csv"));
            if *format == "kml" {
                // Placemarks are labelled with the plot's id.
                assert_eq!(found.remove("name"), expected.get("plot_id").cloned());
            }
            assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{plots} as {format}");
            for (name, cells) in &expected {
                assert_eq!(&found[name], cells, "{plots} as {format}, column {name}");
            }
        }
    }
}
