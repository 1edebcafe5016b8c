//! CSV and spreadsheets as cooperatives keep them: what is read, what is guessed, and what is said about it.

mod vector_support;

use arrow_schema::DataType::{Boolean, Date32, Float64, Int64, Utf8};
use lindero_io::vector::VectorOptions;
use lindero_plots::{Position, RawGeometry};
use proptest::prelude::*;
use vector_support::archives::{Shown, xlsx, zipped};
use vector_support::{Whole, read, read_bytes, shared_data};

fn csv(text: &str) -> Whole {
    read_bytes("plots.csv", text.as_bytes(), &VectorOptions::default()).unwrap()
}

fn csv_error(bytes: &[u8]) -> String {
    read_bytes("plots.csv", bytes, &VectorOptions::default()).unwrap_err().to_string()
}

fn point(x: f64, y: f64) -> RawGeometry {
    RawGeometry::Points(vec![[x, y]])
}

fn polygon(ring: &[Position]) -> RawGeometry {
    RawGeometry::Polygons(vec![vec![ring.to_vec()]])
}

const TRIANGLE: [Position; 4] = [[-76.1, -9.3], [-76.0, -9.3], [-76.0, -9.2], [-76.1, -9.3]];
const WKT: &str = "POLYGON((-76.1 -9.3,-76.0 -9.3,-76.0 -9.2,-76.1 -9.3))";

#[test]
fn the_same_plots_are_read_from_every_way_to_write_a_place() {
    let geojson =
        r#"{""type"":""Polygon"",""coordinates"":[[[-76.1,-9.3,250],[-76.0,-9.3],[-76.0,-9.2],[-76.1,-9.3]]]}"#;
    let geoshape = "-9.3 -76.1 250 0; -9.3 -76.0 250 0; -9.2 -76.0 250 0; -9.3 -76.1 250 0";
    for (column, cell) in [("WKT", WKT), ("geometry", geojson), ("Polígono", geoshape), ("lo que sea", WKT)] {
        let whole = csv(&format!("codigo,{column},finca\n7,\"{cell}\",Ñahuin\n8,,\n"));
        assert_eq!(whole.geometries, [polygon(&TRIANGLE), RawGeometry::Missing], "{column}");
        assert_eq!(whole.column("codigo"), [Some("7"), Some("8")], "{column}");
        assert_eq!(whole.column("finca"), [Some("Ñahuin"), None], "{column}");
        assert!(whole.notes.iter().any(|note| note.contains(&format!("column {column:?} is read as the geometry"))));
        assert!(!whole.columns.iter().any(|(name, _)| name == column), "the geometry is no attribute");
    }
    let whole = csv("id;Longitud;Latitud\na;-76,1;-9,3\nb;;\nc;-76.5;-9.25\n");
    assert_eq!(whole.geometries, [point(-76.1, -9.3), RawGeometry::Missing, point(-76.5, -9.25)]);
    assert_eq!(whole.column("Longitud"), [Some("-76.1"), None, Some("-76.5")]);
    assert!(
        whole.notes[0].contains("\"Longitud\" and \"Latitud\" are read as longitude and latitude"),
        "{:?}",
        whole.notes
    );
}

#[test]
fn what_was_walked_with_a_phone_keeps_the_error_of_its_positions() {
    let whole = csv("KEY\tparcela/geoshape\n\
         uuid:1\t-9.3 -76.1 250.1 4.9;-9.3 -76.0 251 12.5;-9.2 -76.0 250 3\n\
         uuid:2\t-9.3 -76.1 0.0 0.0;-9.3 -76.0 0.0 0.0;-9.2 -76.0 0.0 0.0\n\
         uuid:3\t-9.3 -76.1 250 6\n\
         uuid:4\t-9.3 -76.1 250;oeste\n\
         uuid:5\t\n");
    let open = polygon(&TRIANGLE[..3]);
    assert_eq!(whole.geometries[..3], [open.clone(), open, point(-76.1, -9.3)]);
    let RawGeometry::Unreadable(reason) = &whole.geometries[3] else { panic!("{:?}", whole.geometries[3]) };
    assert!(reason.starts_with("position 2 is \"oeste\""), "{reason}");
    assert_eq!(whole.geometries[4], RawGeometry::Missing);
    assert_eq!(whole.columns, [("KEY".to_owned(), Utf8), ("position_error_m".to_owned(), Float64)]);
    assert_eq!(whole.column("position_error_m"), [Some("12.5"), None, Some("6.0"), None, None]);
    // The user's own column of that name stays.
    let own = csv("position_error_m,geoshape\nmine,-9.3 -76.1 250 6\n");
    assert_eq!(own.column("position_error_m"), [Some("mine")]);
}

#[test]
fn columns_have_the_types_their_cells_have_in_common() {
    let whole = csv("lon,lat,n,ha,code,day,sure,mixed,nothing\n\
         1,2,1,0.5,007,2020-12-31,true,1,\n\
         1,2,-3,2,008,2021-01-01,FALSE,x,\n\
         1,2,,,,,,,\n");
    let types = [Int64, Int64, Int64, Float64, Utf8, Date32, Boolean, Utf8, Utf8];
    assert_eq!(whole.columns.iter().map(|(_, kind)| kind.clone()).collect::<Vec<_>>(), types);
    let rows = [
        ["1", "2", "1", "0.5", "007", "2020-12-31", "true", "1", ""],
        ["1", "2", "-3", "2.0", "008", "2021-01-01", "false", "x", ""],
        ["1", "2", "", "", "", "", "", "", ""],
    ];
    let expected = rows.map(|row| row.map(|cell| Some(cell.to_owned()).filter(|cell| !cell.is_empty())).to_vec());
    assert_eq!(whole.rows, expected);
}

#[test]
fn any_encoding_and_any_end_of_line_are_read() {
    let text = "finca,lon,lat\r\nÑandú «Pérez»,1,2\r\n";
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let utf_16: Vec<u8> = "\u{feff}".chars().chain(text.chars()).flat_map(|c| (c as u16).to_le_bytes()).collect();
    for bytes in [text.as_bytes().to_vec(), format!("\u{feff}{text}").into_bytes(), latin, utf_16] {
        let whole = read_bytes("plots.csv", &bytes, &VectorOptions::default()).unwrap();
        assert_eq!(whole.columns[0].0, "finca");
        assert_eq!(whole.column("finca"), [Some("Ñandú «Pérez»")]);
    }
}

#[test]
fn quotes_hold_delimiters_line_breaks_and_quotes() {
    let whole = csv("id,note,wkt\n1,\"una \"\"chacra\"\",\nde dos líneas\",POINT(1 2)\n2,b,\"POINT(3 4)\"\n");
    assert_eq!(whole.column("note"), [Some("una \"chacra\",\nde dos líneas"), Some("b")]);
    assert_eq!(whole.geometries, [point(1.0, 2.0), point(3.0, 4.0)]);
}

#[test]
fn rows_that_excel_leaves_short_or_blank_are_told() {
    let whole = csv("id;lon;lat;nota\n1;-76,5;-9,5\n;;;\n2;-76,5;-9,5;x\n\n");
    assert_eq!(whole.column("nota"), [None, Some("x")]);
    assert!(
        whole
            .notes
            .contains(&"1 row(s) have fewer cells than the first: the missing ones are read as empty".to_owned())
    );
    assert!(whole.notes.contains(&"1 blank row(s) are not read".to_owned()), "{:?}", whole.notes);
    let sep = csv("sep=;\nid;lon;lat\n1;2;3\n");
    assert_eq!(sep.geometries, [point(2.0, 3.0)]);
}

#[test]
fn names_of_columns_are_made_where_they_are_missing_or_twice_there() {
    let whole = csv("lon,lat,a,a,\n1,2,3,4,5\n");
    let names: Vec<_> = whole.columns.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["lon", "lat", "a", "a_2", "column_5"]);
}

#[test]
fn a_file_that_breaks_off_or_is_no_table_says_where_and_what_would_be_right() {
    for (text, expected) in [
        (
            "id,lon,lat\n1,2,3\n2,\"3,4\n",
            "line 3, column 1: the file breaks off: a quote that opens here is never closed",
        ),
        ("id,lon,lat\n1,2,3\n2,3", "line 3, column 1: the file breaks off: its last row has 2 cells of 3"),
        (
            "id,wkt\n1,POINT(1 2)\n2,POLYGON((0 0,1 0,1 1,0 0))\n",
            "line 3, column 1: this row has 5 cells and the first one 2: text with ',' in it must stand in quotes",
        ),
        ("", "cannot be read as plots: it has no row that names the columns"),
        ("1,2\n3,4\n", "its first row is all numbers, not the names of the columns: add a row of names"),
        (
            "7,POINT(1 2)\n",
            "its first row has the geometry \"POINT(1 2)\", not the names of the columns: add a row of names",
        ),
        ("id,name\n1,Rosa\n", "name them with --geometry-field, or --lon-field and --lat-field; columns: id, name"),
        ("id,b\n1,SRID=4326;POINT(1 2)\n2,SRID=32718;POINT(1 2)\n", "their SRIDs differ"),
        ("id\0,lon\n", "it is no text: it has bytes of zero"),
    ] {
        let error = csv_error(text.as_bytes());
        assert!(error.contains(expected), "{text:?}: {error}");
    }
}

#[test]
fn a_million_columns_are_refused_at_once() {
    let error = csv_error(&b"a,".repeat(1_000_000));
    assert!(error.ends_with("its first row names 1000001 columns: up to 4096 are read"), "{error}");
}

#[test]
fn a_bad_cell_spoils_its_own_row_only() {
    let whole = csv("lon,lat\n1,2\noeste,2\n,2\n1,\n9°17'S,1\n");
    let reasons = [
        "its longitude is \"oeste\": expected a decimal number such as -76.2451",
        "it has a latitude and no longitude",
        "it has a longitude and no latitude",
        "its longitude is \"9°17'S\": expected a decimal number such as -76.2451",
    ];
    assert_eq!(whole.geometries[0], point(1.0, 2.0));
    assert_eq!(whole.geometries[1..], reasons.map(|reason| RawGeometry::Unreadable(reason.to_owned())));
    let wkt = csv("id;wkt\n1;POINT(1 2)\n2;POLYGON((0 0, 1\n");
    let RawGeometry::Unreadable(reason) = &wkt.geometries[1] else { panic!("{:?}", wkt.geometries) };
    assert_eq!(reason, "its WKT cannot be read: it breaks off where a number is expected");
}

#[test]
fn metres_without_a_system_are_refused_with_the_zones_of_peru() {
    let text = "id,Este,Norte\n1,421345.5,8912345\n";
    let error = csv_error(text.as_bytes());
    assert!(error.contains("such as 421345.5 8912345") && error.contains("--crs EPSG:32717 west of 78° W"), "{error}");
}

#[test]
#[cfg(feature = "proj")]
fn metres_with_a_stated_system_are_moved() {
    /// Of `gdaltransform -s_srs EPSG:32718 -t_srs EPSG:4326` 3.6.
    const EXPECTED: [f64; 2] = [-75.715_902_172_469_5, -9.838_632_303_378_78];
    let options = VectorOptions { crs: Some("EPSG:32718".to_owned()), ..VectorOptions::default() };
    for text in ["id,Este,Norte\n1,421500,8912345\n", "id,wkt\n1,POINT(421500 8912345)\n"] {
        let whole = read_bytes("plots.csv", text.as_bytes(), &options).unwrap();
        let RawGeometry::Points(points) = &whole.geometries[0] else { panic!("{:?}", whole.geometries) };
        assert!((points[0][0] - EXPECTED[0]).abs() < 1e-9 && (points[0][1] - EXPECTED[1]).abs() < 1e-9, "{points:?}");
    }
    let ewkt = csv("id,wkt\n1,SRID=32718;POINT(421500 8912345)\n");
    let RawGeometry::Points(points) = &ewkt.geometries[0] else { panic!("{:?}", ewkt.geometries) };
    assert!((points[0][0] - EXPECTED[0]).abs() < 1e-9, "{points:?}");
}

#[test]
fn columns_asked_for_are_taken_and_unknown_ones_named() {
    let text = format!("a,b,c,d\n1,2,\"{WKT}\",\"POLYGON((0 0,1 0,1 1,0 0))\"\n");
    let field = |name: &str| Some(name.to_owned());
    let by_geometry = VectorOptions { geometry_field: field("c"), ..VectorOptions::default() };
    assert_eq!(read_bytes("p.csv", text.as_bytes(), &by_geometry).unwrap().geometries, [polygon(&TRIANGLE)]);
    let by_place = VectorOptions { lon_field: field("b"), lat_field: field("a"), ..VectorOptions::default() };
    assert_eq!(read_bytes("p.csv", text.as_bytes(), &by_place).unwrap().geometries, [point(2.0, 1.0)]);
    let guessed = csv_error(text.as_bytes());
    assert!(guessed.contains("the columns \"c\", \"d\" all hold geometries"), "{guessed}");
    let absent = VectorOptions { geometry_field: field("z"), ..VectorOptions::default() };
    let absent = read_bytes("p.csv", text.as_bytes(), &absent).unwrap_err().to_string();
    assert!(absent.ends_with("it has no column \"z\" for --geometry-field; columns: a, b, c, d"), "{absent}");
    let not_a_table = br#"{"type":"Point","coordinates":[1,2]}"#;
    let noted = read_bytes("p.geojson", not_a_table, &by_geometry).unwrap().notes;
    assert_eq!(noted, ["GeoJSON knows where its geometry is: the columns named for it are for tables"]);
}

#[test]
fn a_sheet_is_read_with_its_own_types() {
    use Shown::{Blank, Day, Error, Number, Text, Truth};
    let rows: [&[Shown<'_>]; 6] = [
        &[Text("id"), Text("finca"), Text("ha"), Text("n"), Text("sure"), Text("day"), Text("geoshape")],
        &[
            Text("007"),
            Text("Ñahuin & <Hijos>"),
            Number(0.5),
            Number(3.0),
            Truth(true),
            Day(44_196.0),
            Text("-9.3 -76.1 1 4;-9.3 -76 1 5;-9.2 -76 1 2"),
        ],
        &[],
        &[Text("8"), Blank, Number(2.0), Number(-1.0), Truth(false), Day(44_197.0), Text("no")],
        &[Number(9.0), Error("#N/A"), Blank, Blank, Blank, Blank, Error("#REF!")],
        &[Number(10.0), Blank, Blank, Blank, Blank, Blank, Blank, Text("a remark beside")],
    ];
    let book = xlsx(&[("Parcelas", &rows), ("Otra", &[&[Text("lon"), Text("lat")], &[Number(1.0), Number(2.0)]])]);
    let whole = read_bytes("plots.xlsx", &book, &VectorOptions::default()).unwrap();
    let columns = [("id", Utf8), ("finca", Utf8), ("ha", Float64), ("n", Int64), ("sure", Boolean), ("day", Date32)];
    let expected: Vec<_> = columns.iter().map(|(name, kind)| ((*name).to_owned(), kind.clone())).collect();
    assert_eq!(whole.columns[..6], expected);
    assert_eq!(whole.column("id"), [Some("007"), Some("8"), Some("9"), Some("10")]);
    assert_eq!(whole.column("finca"), [Some("Ñahuin & <Hijos>"), None, None, None]);
    assert_eq!(whole.column("ha"), [Some("0.5"), Some("2.0"), None, None]);
    assert_eq!(whole.column("day"), [Some("2020-12-31"), Some("2021-01-01"), None, None]);
    assert_eq!(whole.column("position_error_m"), [Some("5.0"), None, None, None]);
    assert_eq!(whole.geometries[0], polygon(&TRIANGLE[..3]));
    assert!(
        matches!(&whole.geometries[1], RawGeometry::Unreadable(reason) if reason.contains("expected POINT, POLYGON"))
    );
    assert_eq!(whole.geometries[2], RawGeometry::Unreadable("its cell holds the error #REF!".to_owned()));
    assert_eq!(whole.geometries[3], RawGeometry::Missing);
    for note in [
        "of the sheets \"Parcelas\", \"Otra\" the first is read",
        "1 cell(s) beyond the columns",
        "2 cell(s) hold a formula that failed",
    ] {
        assert!(whole.notes.iter().any(|said| said.contains(note)), "{note}: {:?}", whole.notes);
    }
    let other = VectorOptions { layer: Some("Otra".to_owned()), ..VectorOptions::default() };
    assert_eq!(read_bytes("plots.xlsx", &book, &other).unwrap().geometries, [point(1.0, 2.0)]);
    let wrong = VectorOptions { layer: Some("Hoja1".to_owned()), ..VectorOptions::default() };
    let error = read_bytes("plots.xlsx", &book, &wrong).unwrap_err().to_string();
    assert!(error.ends_with("has no layer \"Hoja1\"; it has \"Parcelas\", \"Otra\""), "{error}");
}

/// The files of an archive.
fn unzipped(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
    let count = archive.len();
    let file = |index| {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
        (file.name().unwrap().into_owned(), bytes)
    };
    (0..count).map(file).collect()
}

fn rezipped(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let files: Vec<_> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    zipped(&files)
}

#[test]
fn a_cell_at_the_far_end_of_a_sheet_takes_no_more_than_itself() {
    let sheet = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>lon</t></is></c><c r="B1" t="inlineStr"><is><t>lat</t></is></c></row><row r="1048576"><c r="A1048576"><v>1</v></c><c r="B1048576"><v>2</v></c><c r="XFD1048576"><v>3</v></c></row></sheetData></worksheet>"#;
    let mut files = unzipped(&xlsx(&[("a", &[])]));
    files.iter_mut().filter(|(name, _)| name.ends_with("sheet1.xml")).for_each(|(_, bytes)| *bytes = sheet.into());
    let whole = read_bytes("far.xlsx", &rezipped(&files), &VectorOptions::default()).unwrap();
    assert_eq!(whole.geometries, [point(1.0, 2.0)]);
}

#[test]
fn a_spreadsheet_cut_short_anywhere_is_an_error_and_no_panic() {
    let rows: [&[Shown<'_>]; 2] =
        [&[Shown::Text("lon"), Shown::Text("lat")], &[Shown::Number(1.0), Shown::Number(2.0)]];
    let book = xlsx(&[("a", &rows)]);
    assert!(read_bytes("a.xlsx", &book, &VectorOptions::default()).is_ok());
    for part in 0..50 {
        let cut = &book[..book.len() * part / 50];
        assert!(read_bytes("a.xlsx", cut, &VectorOptions::default()).is_err(), "cut at {part} fiftieths");
    }
}

#[test]
fn real_text_files_keep_their_codes_and_their_empty_places() {
    let Some(folder) = shared_data("nasty-vector/mapshaper/text") else { return };
    for (name, code, geometries) in [
        ("empty_fields.csv", "051", vec![point(-119.226515, 38.25722), RawGeometry::Missing]),
        ("empty_fields2.csv", "037", vec![point(-118.158, 34.1911), RawGeometry::Missing]),
        ("empty_fields3.csv", "037", vec![RawGeometry::Missing, point(-118.158, 34.1911), point(-118.1285, 34.17551)]),
    ] {
        let whole = read(&folder.join(name)).unwrap();
        assert_eq!(whole.geometries, geometries, "{name}");
        assert!(whole.column("Voters_FIPS").iter().all(|cell| *cell == Some(code)), "{name}");
    }
    // Tables of other things, with marks of their encoding.
    for name in ["utf8_bom.csv", "utf16_le_bom.csv"] {
        let error = read(&folder.join(name)).unwrap_err().to_string();
        assert!(error.contains("--geometry-field") && error.contains("columns: election_dt, county_name, "), "{error}");
    }
}

/// Bytes with some of them put in place of others, and the end cut off.
fn damaged(bytes: &[u8], places: &[(prop::sample::Index, u8)], cut: Option<prop::sample::Index>) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (place, byte) in places {
        let place = place.index(bytes.len());
        bytes[place] = *byte;
    }
    bytes.truncate(cut.map_or(bytes.len(), |cut| cut.index(bytes.len())));
    bytes
}

/// Bytes that mean something in tables and XML.
fn marks() -> impl Strategy<Value = u8> {
    prop::sample::select(b"\0\n\"',;<>/&=()-09.AZaz\xff".to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_damaged_table_gives_rows_or_an_error_and_no_panic(
        places in prop::collection::vec((any::<prop::sample::Index>(), marks()), 0..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
        file in any::<prop::sample::Index>(),
    ) {
        let text = format!("id;dueña;ha;parcela\n7;\"Ñ;\"\"a\"\"\";0,5;\"{WKT}\"\n8;b;1;-9.3 -76.1 0 4;-9.2 -76\n");
        let _ = read_bytes("plots.csv", &damaged(text.as_bytes(), &places, cut), &VectorOptions::default());
        let rows: [&[Shown<'_>]; 2] = [
            &[Shown::Text("lon"), Shown::Text("lat"), Shown::Text("day"), Shown::Text("sure")],
            &[Shown::Number(1.0), Shown::Number(2.0), Shown::Day(44_196.5), Shown::Truth(true)],
        ];
        let mut files = unzipped(&xlsx(&[("a", &rows)]));
        let file = file.index(files.len());
        files[file].1 = damaged(&files[file].1, &places, cut);
        let _ = read_bytes("plots.xlsx", &rezipped(&files), &VectorOptions::default());
        let _ = read_bytes("plots.xlsx", &damaged(&xlsx(&[("a", &rows)]), &places, cut), &VectorOptions::default());
    }
}
