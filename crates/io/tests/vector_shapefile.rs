//! Shapefiles, built byte by byte: the awkward ones no library writes.

mod vector_support;

use arrow_schema::DataType::{Boolean, Date32, Float64, Int64, Utf8};
use lindero_io::vector::{VectorError, VectorOptions, open_features};
use lindero_plots::{Position, RawGeometry};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use vector_support::{Whole, read, square};

const WGS84: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

/// The content of a polygon record.
fn polygon(rings: &[Vec<Position>]) -> Vec<u8> {
    let mut content = Vec::from(5_i32.to_le_bytes());
    content.extend([0; 32]);
    content.extend((rings.len() as i32).to_le_bytes());
    content.extend((rings.iter().map(Vec::len).sum::<usize>() as i32).to_le_bytes());
    let mut start = 0_i32;
    for ring in rings {
        content.extend(start.to_le_bytes());
        start += ring.len() as i32;
    }
    content.extend(rings.iter().flatten().flatten().flat_map(|value| value.to_le_bytes()));
    content
}

fn reversed(mut ring: Vec<Position>) -> Vec<Position> {
    ring.reverse();
    ring
}

/// A `.shp` of these records.
fn shp(records: &[Vec<u8>]) -> Vec<u8> {
    let mut file = vec![0; 100];
    file[..4].copy_from_slice(&9994_i32.to_be_bytes());
    for (i, content) in records.iter().enumerate() {
        file.extend((i as i32 + 1).to_be_bytes());
        file.extend((content.len() as i32 / 2).to_be_bytes());
        file.extend(content);
    }
    let words = file.len() as i32 / 2;
    file[24..28].copy_from_slice(&words.to_be_bytes());
    file
}

/// A `.dbf` of columns `(name, type, width, decimals)` and rows of padded text, the first byte the mark.
fn dbf(columns: &[(&str, u8, u8, u8)], rows: &[&[u8]]) -> Vec<u8> {
    let record_len = 1 + columns.iter().map(|column| u16::from(column.2)).sum::<u16>();
    let mut file = vec![0; 32];
    file[0] = 3;
    file[4..8].copy_from_slice(&(rows.len() as u32).to_le_bytes());
    file[8..10].copy_from_slice(&(33 + 32 * columns.len() as u16).to_le_bytes());
    file[10..12].copy_from_slice(&record_len.to_le_bytes());
    for (name, kind, width, decimals) in columns {
        let mut descriptor = [0; 32];
        descriptor[..name.len()].copy_from_slice(name.as_bytes());
        (descriptor[11], descriptor[16], descriptor[17]) = (*kind, *width, *decimals);
        file.extend(descriptor);
    }
    file.push(0x0d);
    for row in rows {
        assert_eq!(row.len(), usize::from(record_len), "{:?}", String::from_utf8_lossy(row));
        file.extend(*row);
    }
    file.push(0x1a);
    file
}

/// Writes the parts given by extension into a folder of their own.
fn files(parts: &[(&str, &[u8])]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for (extension, bytes) in parts {
        std::fs::write(folder.path().join(format!("plots.{extension}")), bytes).unwrap();
    }
    let path = folder.path().join("plots.shp");
    (folder, path)
}

fn check_geometry(records: &[Vec<u8>], expected: &[RawGeometry]) {
    let (_folder, path) = files(&[("shp", &shp(records)), ("prj", WGS84.as_bytes())]);
    let whole = read(&path).unwrap();
    assert_eq!(whole.geometries, expected);
    assert!(whole.columns.is_empty());
}

fn table(columns: &[(&str, u8, u8, u8)], rows: &[&[u8]], cpg: Option<&str>) -> Whole {
    let null = 0_i32.to_le_bytes().to_vec();
    let (shp, dbf) = (shp(&vec![null; rows.len()]), dbf(columns, rows));
    let mut parts: Vec<(&str, &[u8])> = vec![("shp", &shp), ("dbf", &dbf), ("prj", WGS84.as_bytes())];
    parts.extend(cpg.map(|cpg| ("cpg", cpg.as_bytes())));
    let (_folder, path) = files(&parts);
    read(&path).unwrap()
}

#[test]
fn holes_lie_in_their_outer_rings_and_null_shapes_are_missing() {
    let (outer, hole) = (reversed(square(0.0, 0.0, 10.0)), square(2.0, 2.0, 2.0));
    let far = reversed(square(20.0, 20.0, 5.0));
    check_geometry(
        &[polygon(&[outer.clone(), far.clone(), hole.clone()]), 0_i32.to_le_bytes().to_vec(), polygon(&[])],
        &[RawGeometry::Polygons(vec![vec![outer, hole], vec![far]]), RawGeometry::Missing, RawGeometry::Missing],
    );
}

#[test]
fn points_lines_and_patches_are_named() {
    let mut point = Vec::from(21_i32.to_le_bytes());
    point.extend([1.5_f64, -2.5, 99.0].iter().flat_map(|value| value.to_le_bytes()));
    let kind = |kind: i32| [kind.to_le_bytes().as_slice(), &[0; 60]].concat();
    check_geometry(
        &[point, kind(3), kind(31), kind(77), kind(5)[..40].to_vec()],
        &[
            RawGeometry::Points(vec![[1.5, -2.5]]),
            RawGeometry::Unsupported("PolyLine".to_owned()),
            RawGeometry::Unsupported("MultiPatch".to_owned()),
            RawGeometry::Unreadable("77 is no shape type".to_owned()),
            RawGeometry::Unreadable("the record is too short for the positions it announces".to_owned()),
        ],
    );
}

#[test]
fn cells_have_the_types_of_their_columns_and_blanks_are_null() {
    let columns =
        [("id", b'N', 4, 0), ("ha", b'N', 6, 2), ("ok", b'L', 1, 0), ("day", b'D', 8, 0), ("name", b'C', 5, 0)];
    let whole = table(&columns, &[b"    7  1.50T20201231 Ana ", b" ****      ?             "], None);
    assert_eq!(
        whole.columns,
        [("id", Int64), ("ha", Float64), ("ok", Boolean), ("day", Date32), ("name", Utf8)]
            .map(|(name, kind)| (name.to_owned(), kind))
    );
    let expected = [Some("7"), Some("1.5"), Some("true"), Some("2020-12-31"), Some(" Ana")];
    assert_eq!(whole.rows[0].iter().map(Option::as_deref).collect::<Vec<_>>(), expected);
    assert_eq!(whole.rows[1], [const { None::<String> }; 5]);
}

#[test]
fn a_cell_that_is_not_of_its_type_makes_the_column_text_and_is_kept() {
    let columns = [("n", b'N', 4, 0), ("m", b'N', 4, 0), ("day", b'D', 8, 0)];
    let whole = table(&columns, &[b"  007 1.520201231", b" 12a    320201399"], None);
    assert_eq!(whole.column("n"), [Some("007"), Some("12a")]);
    assert_eq!(whole.column("m"), [Some("1.5"), Some("3.0")]);
    assert_eq!(whole.column("day"), [Some("20201231"), Some("20201399")]);
}

#[test]
fn text_is_read_in_the_encoding_of_the_cpg_else_utf_8_else_western() {
    let name = |cpg, bytes: &[u8]| {
        let row = [b" ", bytes, &vec![b' '; 6 - bytes.len()]].concat();
        let whole = table(&[("name", b'C', 6, 0)], &[&row], cpg);
        (whole.column("name")[0].unwrap().to_owned(), whole.notes.len())
    };
    assert_eq!(name(Some("1251"), b"\xcc\xf3"), ("Му".to_owned(), 0));
    assert_eq!(name(Some("ISO 88591"), b"Jos\xe9"), ("José".to_owned(), 0));
    assert_eq!(name(None, "José".as_bytes()), ("José".to_owned(), 0));
    assert_eq!(name(None, b"Jos\xe9"), ("José".to_owned(), 1));
    assert_eq!(name(Some("klingon"), b"Jos\xe9"), ("José".to_owned(), 2));
}

#[test]
fn a_deleted_record_takes_its_shape_with_it() {
    let squares: Vec<_> = [0.0, 20.0, 40.0].map(|x| reversed(square(x, 0.0, 10.0))).to_vec();
    let records: Vec<_> = squares.iter().map(|ring| polygon(std::slice::from_ref(ring))).collect();
    let dbf = dbf(&[("id", b'N', 1, 0)], &[b" 1", b"*2", b" 3"]);
    let (_folder, path) = files(&[("shp", &shp(&records)), ("dbf", &dbf), ("prj", WGS84.as_bytes())]);
    let whole = read(&path).unwrap();
    assert_eq!(whole.column("id"), [Some("1"), Some("3")]);
    let rings = |ring: &Vec<_>| RawGeometry::Polygons(vec![vec![ring.clone()]]);
    assert_eq!(whole.geometries, [rings(&squares[0]), rings(&squares[2])]);
}

#[test]
fn shapes_without_rows_and_rows_without_shapes_are_rows() {
    let record = polygon(&[reversed(square(0.0, 0.0, 1.0))]);
    let dbf = dbf(&[("id", b'N', 1, 0)], &[b" 1", b" 2"]);
    for (shapes, rows) in [(1, 2), (3, 3)] {
        let shp = shp(&vec![record.clone(); shapes]);
        let (_folder, path) = files(&[("shp", &shp), ("dbf", &dbf), ("prj", WGS84.as_bytes())]);
        let whole = read(&path).unwrap();
        assert_eq!((whole.rows.len(), whole.notes.len()), (rows, 1));
    }
}

#[test]
fn a_file_cut_short_is_an_error() {
    let record = polygon(&[reversed(square(0.0, 0.0, 1.0))]);
    let (shp, dbf) = (shp(&[record.clone(), record]), dbf(&[("id", b'N', 1, 0)], &[b" 1", b" 2"]));
    let check = |shp: &[u8], dbf: &[u8]| {
        let (_folder, path) = files(&[("shp", shp), ("dbf", dbf), ("prj", WGS84.as_bytes())]);
        read(&path).map(|whole| whole.rows.len())
    };
    assert_eq!(check(&shp, &dbf).unwrap(), 2);
    for end in [0, 50, 100, shp.len() - 1] {
        assert!(matches!(check(&shp[..end], &dbf), Err(VectorError::Damaged { .. })), "shp cut at {end}");
    }
    for end in [0, 40, dbf.len() - 2] {
        assert!(matches!(check(&shp, &dbf[..end]), Err(VectorError::Damaged { .. })), "dbf cut at {end}");
    }
}

#[test]
fn without_a_prj_degrees_are_believed_with_a_note_and_metres_are_not() {
    let open = |ring: Vec<Position>, crs: Option<&str>| {
        let (folder, path) = files(&[("shp", &shp(&[polygon(&[ring])]))]);
        let options = VectorOptions { crs: crs.map(str::to_owned), ..VectorOptions::default() };
        let opened = open_features(&path, &options).map(|file| file.notes().len());
        drop(folder);
        opened
    };
    // One note for the missing .dbf, one for the missing .prj.
    assert_eq!(open(square(-76.0, -9.0, 1.0), None).unwrap(), 2);
    assert_eq!(open(square(-76.0, -9.0, 1.0), Some("EPSG:4326")).unwrap(), 1);
    let metres = open(square(400_000.0, 9_000_000.0, 100.0), None).unwrap_err();
    assert!(matches!(metres, VectorError::NoCrs { x: 400_000.0, y: 9_000_000.0, .. }), "{metres}");
}

#[test]
fn a_part_of_a_shapefile_is_not_taken_for_the_whole() {
    let (_folder, path) = files(&[("shp", &shp(&[])), ("shx", &shp(&[]))]);
    assert_eq!(read(&path).unwrap().rows.len(), 0);
    let error = read(Path::new(&path.with_extension("shx"))).unwrap_err().to_string();
    assert!(error.ends_with("it is a part of a Shapefile: give the file that ends in .shp"), "{error}");
}

#[test]
#[cfg(feature = "proj")]
fn metres_are_moved_to_degrees_and_long_sides_cut() {
    let (_folder, path) = files(&[("shp", &shp(&[polygon(&[reversed(square(500_000.0, 9_000_000.0, 2_500.0))])]))]);
    let options = VectorOptions { crs: Some("EPSG:32718".to_owned()), ..VectorOptions::default() };
    let file = open_features(&path, &options).unwrap();
    let batch = file.batches().unwrap().next().unwrap().unwrap();
    let RawGeometry::Polygons(parts) = batch.geometries.get(0).to_owned() else { panic!("{:?}", batch.geometries) };
    let ring = &parts[0][0];
    assert_eq!(ring.len(), 4 * 3 + 1);
    // The central meridian of zone 18 is 75 degrees west, at 500 km east.
    assert!((ring[0][0] + 75.0).abs() < 1e-12, "{ring:?}");
    // Where the meridian's arc from the equator is 1,000,000 m / 0.9996, integrated numerically.
    assert!((ring[0][1] + 9.046_562_463_8).abs() < 1e-9, "{:?}", ring[0]);
}
