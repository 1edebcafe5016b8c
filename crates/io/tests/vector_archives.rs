//! Archives: which file is read, what is said of the others, and how much is unpacked.

mod vector_support;

use lindero_io::vector::{Format, VectorOptions, open_features};
use lindero_plots::RawGeometry;
use std::path::Path;
use vector_support::archives::zipped;
use vector_support::{Whole, read, read_bytes, read_opened, shared_data};

const POINT: &[u8] =
    br#"{"type":"Feature","properties":{"n":1},"geometry":{"type":"Point","coordinates":[-76.5,-9.25]}}"#;
const KML: &[u8] = b"<kml><Placemark><name>a</name><Point><coordinates>1,2</coordinates></Point></Placemark></kml>";

fn open(name: &str, files: &[(&str, &[u8])], layer: Option<&str>) -> Result<Whole, String> {
    let options = VectorOptions { layer: layer.map(str::to_owned), ..VectorOptions::default() };
    read_bytes(name, &zipped(files), &options).map_err(|error| error.to_string())
}

/// The parts of a real Shapefile under a name of their own.
fn shapefile(folder: &Path, name: &str) -> Vec<(String, Vec<u8>)> {
    let part = |extension: &str| {
        let path = folder.join(format!("BD_JECAM_CIRAD_2023_feb.{extension}"));
        (format!("{name}.{extension}"), std::fs::read(path).unwrap())
    };
    ["shp", "shx", "dbf", "prj"].map(part).to_vec()
}

fn borrowed(files: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect()
}

#[test]
fn a_zipped_shapefile_is_the_shapefile_wherever_it_lies_in_the_archive() {
    let Some(folder) = shared_data("farm-plots") else { return };
    let alone = read(&folder.join("BD_JECAM_CIRAD_2023_feb.shp")).unwrap();
    assert_eq!(alone.geometries.len(), 100);
    for name in ["plots", "una carpeta/parcelas ñ", "a/b/PLOTS.v2"] {
        let mut files = shapefile(&folder, name);
        files.push(("leame.csv".to_owned(), b"lon,lat\n1,2\n".to_vec()));
        files.push(("__MACOSX/._other.shp".to_owned(), b"junk".to_vec()));
        assert_eq!(open("plots.zip", &borrowed(&files), None).unwrap(), alone, "{name}");
    }
    let shouting: Vec<_> =
        shapefile(&folder, "plots").into_iter().map(|(name, bytes)| (name.to_uppercase(), bytes)).collect();
    assert_eq!(open("PLOTS.ZIP", &borrowed(&shouting), None).unwrap(), alone);
}

#[test]
fn the_real_zipped_shapefile_is_read_whole() {
    let Some(path) = shared_data("farm-plots/LEM_dataset.zip") else { return };
    let file = open_features(&path, &VectorOptions::default()).unwrap();
    assert_eq!((file.format(), file.layer(), file.path()), (Format::Shapefile, Some("LEM_dataset"), path.as_path()));
    let whole = read_opened(&file).unwrap();
    let positions = |geometry: &RawGeometry| match geometry {
        RawGeometry::Polygons(parts) => parts.iter().flatten().map(Vec::len).sum::<usize>(),
        other => panic!("{other:?}"),
    };
    // Counted by GDAL, as the folder's SOURCES.md has it.
    assert_eq!(whole.geometries.len(), 100);
    assert_eq!(whole.geometries.iter().map(positions).sum::<usize>(), 6067);
    assert_eq!(read_opened(&file).unwrap(), whole, "it can be read again");
}

#[test]
fn several_files_of_plots_are_named_and_one_is_taken_by_its_name() {
    let files: [(&str, &[u8]); 4] =
        [("a/norte.geojson", POINT), ("b/norte.geojson", POINT), ("sur.kml", KML), ("notas.txt", b"hola")];
    let error = open("fincas.zip", &files, None).unwrap_err();
    assert!(error.contains("has the layers \"a/norte\", \"b/norte\", \"sur\": say which, as in"), "{error}");
    assert_eq!(open("fincas.zip", &files, Some("sur")).unwrap().geometries, [RawGeometry::Points(vec![[1.0, 2.0]])]);
    assert!(open("fincas.zip", &files, Some("b/norte")).is_ok());
    let wrong = open("fincas.zip", &files, Some("oeste")).unwrap_err();
    assert!(wrong.ends_with("has no layer \"oeste\"; it has \"a/norte\", \"b/norte\", \"sur\""), "{wrong}");
}

#[test]
fn a_kmz_is_its_main_kml() {
    let files: [(&str, &[u8]); 3] = [("files/icon.png", b"png"), ("doc.kml", KML), ("more/other.kml", KML)];
    for name in ["plots.kmz", "plots"] {
        let whole = open(name, &files, None).unwrap();
        assert_eq!((whole.geometries.len(), whole.column("name")), (1, vec![Some("a")]), "{name}");
    }
    assert!(open("plots.kmz", &[("plots.kml", KML)], None).is_ok());
}

#[test]
fn an_archive_without_plots_says_what_it_has() {
    let error = open("a.zip", &[("read.me", b""), ("inner.zip", b"")], None).unwrap_err();
    assert!(
        error.contains("the archive has no file of plots") && error.ends_with("it has read.me, inner.zip"),
        "{error}"
    );
    assert!(open("a.zip", &[], None).unwrap_err().ends_with("it has nothing"));
    for name in ["pyshp/empty_zipfile.zip", "mapshaper/features/zip/zip-in-zip.zip"] {
        let Some(path) = shared_data(&format!("nasty-vector/{name}")) else { return };
        let error = read(&path).unwrap_err().to_string();
        assert!(error.contains("the archive has no file of plots"), "{error}");
    }
}

#[test]
fn what_is_wrong_inside_is_told_with_the_archive_and_the_file() {
    let error = open("a.zip", &[("dir/bad.geojson", b"{\"type\":")], None).unwrap_err();
    assert!(error.contains("a.zip/bad.geojson\", line 1"), "{error}");
}

#[test]
fn names_that_climb_out_of_the_archive_stay_inside() {
    let outside = std::env::temp_dir().join("lindero-climbed.geojson");
    assert!(!outside.exists());
    for name in ["../lindero-climbed.geojson", "/lindero-climbed.geojson", "..\\lindero-climbed.geojson"] {
        assert!(open("a.zip", &[(name, POINT)], None).is_ok(), "{name}");
        assert!(!outside.exists(), "{name}");
    }
}

#[test]
fn an_archive_that_fills_the_disk_is_refused() {
    // 300 MB of spaces are 300 kB in the archive.
    let spaces = vec![b' '; 300 << 20];
    let error = open("bomb.zip", &[("plots.geojson", &spaces)], None).unwrap_err();
    assert!(error.contains("it unpacks to over 256 MB, 100 times its size"), "{error}");
    let error = open("bomb.xlsx", &[("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", &spaces)], None)
        .unwrap_err();
    assert!(error.contains("it unpacks to over 256 MB"), "{error}");
}

#[test]
fn an_archive_cut_short_anywhere_is_an_error() {
    let Some(path) = shared_data("farm-plots/LEM_dataset.zip") else { return };
    let bytes = std::fs::read(&path).unwrap();
    for part in 0..40 {
        let cut = &bytes[..bytes.len() * part / 40];
        assert!(read_bytes("cut.zip", cut, &VectorOptions::default()).is_err(), "cut at {part} fortieths");
    }
}

#[test]
fn what_was_unpacked_is_gone_when_the_file_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    std::fs::write(&path, zipped(&[("only-in-this-test.geojson", POINT)])).unwrap();
    let unpacked = || {
        let folders = std::fs::read_dir(std::env::temp_dir()).unwrap().flatten();
        folders.filter(|folder| folder.path().join("only-in-this-test.geojson").exists()).count()
    };
    let file = open_features(&path, &VectorOptions::default()).unwrap();
    assert_eq!(unpacked(), 1);
    drop(file);
    assert_eq!(unpacked(), 0);
}
