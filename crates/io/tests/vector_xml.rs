//! KML and GPX as globes, phones and handheld receivers write them.

mod vector_support;

use arrow_schema::DataType::{Date32, Float64, Int64, Utf8};
use lindero_io::vector::VectorOptions;
use lindero_plots::{Nesting, Position, RawGeometry};
use proptest::prelude::*;
use vector_support::{Whole, read_bytes};

fn kml(text: &str) -> Whole {
    read_bytes("plots.kml", text.as_bytes(), &VectorOptions::default()).unwrap()
}

fn error(name: &str, bytes: &[u8]) -> String {
    read_bytes(name, bytes, &VectorOptions::default()).unwrap_err().to_string()
}

const TRIANGLE: [Position; 4] = [[-76.1, -9.3], [-76.0, -9.3], [-76.0, -9.2], [-76.1, -9.3]];
const RING: &str =
    "<LinearRing><coordinates>-76.1,-9.3,250 -76.0,-9.3,250 -76.0,-9.2,250 -76.1,-9.3,250</coordinates></LinearRing>";

fn check_geometry(element: &str, expected: &RawGeometry) {
    let text = format!("<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Placemark>{element}</Placemark></kml>");
    assert_eq!(&kml(&text).geometries, std::slice::from_ref(expected), "{element}");
}

#[test]
fn placemarks_are_found_in_folders_with_what_people_wrote_of_them() {
    let whole = kml(&format!(
        r##"<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">
<Document><name>Fincas</name>
  <Style id="s"><PolyStyle><color>7f00ff00</color></PolyStyle></Style>
  <Schema name="plot" id="plot"><SimpleField name="ha" type="double"/></Schema>
  <Folder><name>Norte</name><Folder>
    <Placemark id="a"><name>Rosa &amp; Luz Ñ &#233;</name><description><![CDATA[<b>cacao</b>]]></description>
      <ExtendedData>
        <Data name="code"><displayName>Code</displayName><value>007</value></Data>
        <SchemaData schemaUrl="#plot"><SimpleData name="ha">0.5</SimpleData><SimpleData name="trees">12</SimpleData></SchemaData>
        <camp:number xmlns:camp="http://campsites.com">14</camp:number>
      </ExtendedData>
      <Polygon><extrude>1</extrude><outerBoundaryIs>{RING}</outerBoundaryIs></Polygon>
    </Placemark>
  </Folder></Folder>
  <Placemark><name>2</name><ExtendedData><SchemaData><SimpleData name="ha">3</SimpleData></SchemaData></ExtendedData>
    <Point><coordinates>-76.5,-9.25</coordinates></Point></Placemark>
  <Placemark/>
</Document></kml>"##
    ));
    let columns =
        [("name", Utf8), ("description", Utf8), ("code", Utf8), ("ha", Float64), ("trees", Int64), ("number", Int64)];
    assert_eq!(whole.columns, columns.map(|(name, kind)| (name.to_owned(), kind)));
    let row = |cells: [&str; 6]| cells.map(|cell| Some(cell.to_owned()).filter(|cell| !cell.is_empty())).to_vec();
    let rows = [
        row(["Rosa & Luz Ñ é", "<b>cacao</b>", "007", "0.5", "12", "14"]),
        row(["2", "", "", "3.0", "", ""]),
        row([""; 6]),
    ];
    assert_eq!(whole.rows, rows);
    let triangle = RawGeometry::Polygons(vec![vec![TRIANGLE.to_vec()]]);
    assert_eq!(whole.geometries, [triangle, RawGeometry::Points(vec![[-76.5, -9.25]]), RawGeometry::Missing]);
}

#[test]
fn a_schema_says_what_is_text_and_which_columns_there_are() {
    let whole = kml(
        r##"<kml><Document><Schema id="s"><SimpleField name="dni" type="string"/><SimpleField name="ha" type="float"/>
        <SimpleField name="nota" type="string"/><SimpleField name="visita" type="string"/></Schema>
        <Placemark><ExtendedData><SchemaData schemaUrl="plots.kml#s"><SimpleData name="more">3</SimpleData>
        <SimpleData name="visita">2024/05/31</SimpleData><SimpleData name="dni">12345678</SimpleData></SchemaData>
        </ExtendedData></Placemark></Document></kml>"##,
    );
    let columns = [("dni", Utf8), ("ha", Utf8), ("nota", Utf8), ("visita", Date32), ("more", Int64)];
    assert_eq!(whole.columns, columns.map(|(name, kind)| (name.to_owned(), kind)));
    assert_eq!(
        whole.rows,
        [[Some("12345678"), None, None, Some("2024-05-31"), Some("3")].map(|it| it.map(str::to_owned))]
    );
}

#[test]
fn blanks_around_a_text_are_layout_unless_they_are_references() {
    let name = |text: &str| {
        let whole = kml(&format!("<kml><Placemark><name>{text}</name></Placemark></kml>"));
        whole.column("name")[0].map(str::to_owned)
    };
    assert_eq!(name("\n  Rosa &amp; Luz\n"), Some("Rosa & Luz".to_owned()));
    assert_eq!(name("\n &#32;Rosa&#10; "), Some(" Rosa\n".to_owned()));
    assert_eq!(name(" \n"), None);
}

#[test]
fn rings_members_and_prefixes_are_read_as_they_come() {
    let hole = vec![[-76.05, -9.28], [-76.04, -9.28], [-76.04, -9.27], [-76.05, -9.28]];
    let inner = "<innerBoundaryIs><LinearRing><coordinates>-76.05,-9.28\n-76.04, -9.28\t-76.04,-9.27 -76.05,-9.28</coordinates></LinearRing></innerBoundaryIs>";
    let outer = format!("<outerBoundaryIs>{RING}</outerBoundaryIs>");
    let one = RawGeometry::Polygons(vec![vec![TRIANGLE.to_vec()]]);
    let with_hole = RawGeometry::Polygons(vec![vec![TRIANGLE.to_vec(), hole]]);
    check_geometry(&format!("<Polygon>{outer}{inner}</Polygon>"), &with_hole);
    check_geometry(&format!("<kml:Polygon>{}</kml:Polygon>", outer.replace("outer", "k:outer")), &one);
    check_geometry(
        &format!("<LinearRing>{}</LinearRing>", &RING["<LinearRing>".len()..RING.len() - "</LinearRing>".len()]),
        &one,
    );
    check_geometry(
        &format!(
            "<MultiGeometry><Polygon>{outer}</Polygon><MultiGeometry><Polygon>{outer}</Polygon></MultiGeometry></MultiGeometry>"
        ),
        &RawGeometry::Polygons(vec![vec![TRIANGLE.to_vec()], vec![TRIANGLE.to_vec()]]),
    );
    check_geometry(
        &format!(
            "<MultiGeometry><Point><coordinates>1,2</coordinates></Point><Polygon>{outer}</Polygon></MultiGeometry>"
        ),
        &RawGeometry::Mixed(vec![RawGeometry::Points(vec![[1.0, 2.0]]), one]),
    );
    check_geometry(
        "<MultiGeometry><Point><coordinates>1,2</coordinates></Point><Point><coordinates>3,4</coordinates></Point></MultiGeometry>",
        &RawGeometry::Points(vec![[1.0, 2.0], [3.0, 4.0]]),
    );
}

#[test]
fn what_is_not_measured_is_named_and_what_is_broken_says_why() {
    let unsupported = |kind: &str| RawGeometry::Unsupported(kind.to_owned());
    check_geometry("<LineString><coordinates>1,2 3,4</coordinates></LineString>", &unsupported("LineString"));
    check_geometry("<gx:Track><when>2020</when><gx:coord>1 2 3</gx:coord></gx:Track>", &unsupported("Track"));
    check_geometry("<Model><Location/></Model>", &unsupported("Model"));
    for empty in
        ["<Polygon/>", "<Point><coordinates/></Point>", "<MultiGeometry/>", "<Polygon><outerBoundaryIs/></Polygon>"]
    {
        check_geometry(empty, &RawGeometry::Missing);
    }
    let unreadable = |reason: &str| RawGeometry::Unreadable(reason.to_owned());
    check_geometry(
        "<Point><coordinates>-76.5 -9.25</coordinates></Point>",
        &unreadable("Point: position 1 has one number, expected longitude,latitude"),
    );
    check_geometry(
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>1,2 x,3</coordinates></LinearRing></outerBoundaryIs></Polygon>",
        &unreadable("Polygon: position 2 has \"x\" for a number, expected longitude,latitude"),
    );
    check_geometry(
        &format!(
            "<Polygon><outerBoundaryIs>{RING}</outerBoundaryIs><outerBoundaryIs>{RING}</outerBoundaryIs></Polygon>"
        ),
        &RawGeometry::Misnested(Nesting::MultiPolygonInPolygon, vec![vec![TRIANGLE.to_vec()]; 2]),
    );
    let inner =
        "<innerBoundaryIs><LinearRing><coordinates>1,2 2,2 2,3 1,2</coordinates></LinearRing></innerBoundaryIs>";
    check_geometry(
        &format!(
            "<Polygon><outerBoundaryIs>{RING}</outerBoundaryIs><outerBoundaryIs>{RING}</outerBoundaryIs>{inner}</Polygon>"
        ),
        &unreadable("Polygon: it has 2 outer boundaries, expected one"),
    );
}

#[test]
fn xml_that_breaks_off_or_is_broken_names_the_line() {
    let text = format!(
        "<kml>\n<Placemark><name>Rosa</name>\n<Polygon><outerBoundaryIs>{RING}</outerBoundaryIs></Polygon>\n</Placemark>\n</kml>"
    );
    // The whole file but the last mark is read, and no shorter list of plots ever.
    for end in 1..text.len() {
        let message = error("plots.kml", &text.as_bytes()[..end]);
        assert!(message.contains(", line "), "{end}: {message}");
    }
    assert_eq!(kml(&text).geometries.len(), 1);
    let crossed = error("plots.kml", b"<kml>\n<Placemark>\n<name>a</Placemark></kml>");
    assert!(crossed.contains("line 3, column "), "{crossed}");
    let deep = format!("<kml>{}", "<Folder>".repeat(100_000));
    assert!(error("plots.kml", deep.as_bytes()).contains("nested deeper than 256 elements"));
}

#[test]
fn the_format_is_told_by_the_root_and_the_encoding_by_the_declaration() {
    let text = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><kml><Placemark><name>Ñandú</name></Placemark></kml>";
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for (name, bytes) in [
        ("plots.xml", latin.clone()),
        ("plots", latin),
        ("plots.kml", text.replace("ISO-8859-1", "UTF-8").into_bytes()),
    ] {
        let whole = read_bytes(name, &bytes, &VectorOptions::default()).unwrap();
        assert_eq!(whole.column("name"), [Some("Ñandú")], "{name}");
    }
    let message = error("page.html", b"<html><body>404</body></html>");
    assert!(message.contains("is of no format that is read here") && message.contains(".kmz"), "{message}");
}

#[test]
fn links_are_not_followed_and_entities_not_multiplied() {
    let linked =
        kml("<kml><NetworkLink><Link><href>http://example.org/a.kml</href></Link></NetworkLink><Placemark/></kml>");
    assert_eq!(linked.notes, ["1 link(s) to other files are not followed: give those files themselves"]);
    let bomb = "<!DOCTYPE kml [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><kml><Placemark><name>&b;</name></Placemark></kml>";
    assert_eq!(kml(bomb).column("name"), [Some("&b;")]);
}

fn gpx(records: &str) -> Whole {
    let text = format!(
        "<?xml version=\"1.0\"?>\n<gpx version=\"1.1\" xmlns=\"http://www.topografix.com/GPX/1/1\">{records}</gpx>"
    );
    read_bytes("walk.gpx", text.as_bytes(), &VectorOptions::default()).unwrap()
}

fn walk(element: &str, places: &[Position]) -> String {
    places
        .iter()
        .map(|[x, y]| format!("<{element} lat=\"{y}\" lon=\"{x}\"><ele>250</ele><time>t</time></{element}>"))
        .collect()
}

#[test]
fn what_was_walked_is_a_boundary_and_waypoints_are_points() {
    let (closed, open) = (walk("trkpt", &TRIANGLE), walk("rtept", &TRIANGLE[..3]));
    let whole = gpx(&format!(
        "<wpt lat=\"-9.25\" lon=\"-76.5\"><ele>1</ele><name>Casa</name><sym>Flag</sym></wpt>\
         <rte><name>R</name>{open}</rte>\
         <trk><name>T</name><desc>cacao</desc><trkseg>{closed}</trkseg></trk>"
    ));
    let polygon = |ring: &[Position]| RawGeometry::Polygons(vec![vec![ring.to_vec()]]);
    assert_eq!(
        whole.geometries,
        [RawGeometry::Points(vec![[-76.5, -9.25]]), polygon(&TRIANGLE[..3]), polygon(&TRIANGLE)]
    );
    assert_eq!(whole.column("name"), [Some("Casa"), Some("R"), Some("T")]);
    assert_eq!(whole.column("desc"), [None, None, Some("cacao")]);
    assert_eq!(
        whole.notes,
        ["2 track(s) or route(s) are read as the boundaries of plots that were walked; 1 of them end elsewhere than \
          they began and are closed by a straight side"]
    );
}

#[test]
fn a_walk_with_pauses_is_one_ring_and_several_closed_walks_are_several() {
    let [first, second] =
        [&TRIANGLE[..2], &TRIANGLE[2..]].map(|half| format!("<trkseg>{}</trkseg>", walk("trkpt", half)));
    let paused = gpx(&format!("<trk>{first}<trkseg/>{second}</trk>"));
    assert_eq!(paused.geometries, [RawGeometry::Polygons(vec![vec![TRIANGLE.to_vec()]])]);
    let whole = format!("<trkseg>{}</trkseg>", walk("trkpt", &TRIANGLE));
    let two = gpx(&format!("<trk>{whole}{whole}</trk>"));
    assert_eq!(two.geometries, [RawGeometry::Polygons(vec![vec![TRIANGLE.to_vec()], vec![TRIANGLE.to_vec()]])]);
}

#[test]
fn a_position_that_is_none_spoils_its_own_record_only() {
    let whole = gpx(
        "<wpt lat=\"x\" lon=\"1\"/><wpt lon=\"1\"/><trk><trkseg><trkpt lat=\"1\" lon=\"\"/></trkseg></trk><rte/><wpt lat=\"2\" lon=\"1\"/>",
    );
    let unreadable = |reason: &str| RawGeometry::Unreadable(reason.to_owned());
    assert_eq!(
        whole.geometries,
        [
            unreadable("waypoint: a position has lat=\"x\", expected decimal degrees"),
            unreadable("waypoint: a position has no attribute lat"),
            unreadable("trk: a position has lon=\"\", expected decimal degrees"),
            RawGeometry::Missing,
            RawGeometry::Points(vec![[1.0, 2.0]]),
        ]
    );
}

proptest! {
    #[test]
    fn damaged_xml_gives_rows_or_an_error_and_no_panic(
        places in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(b"\0<>/&;=\"',- 09\xff".to_vec())), 1..6),
    ) {
        let kml = format!("<kml><Folder><Placemark id=\"a\"><name>Ñ &amp; &#233;</name><ExtendedData><Data name=\"n\"><value>7</value></Data></ExtendedData><MultiGeometry><Polygon><outerBoundaryIs>{RING}</outerBoundaryIs></Polygon></MultiGeometry></Placemark></Folder></kml>");
        let gpx = format!("<gpx><trk><name>a</name><trkseg>{}</trkseg></trk><wpt lat=\"1\" lon=\"2\"/></gpx>", walk("trkpt", &TRIANGLE));
        for (name, text) in [("plots.kml", kml), ("plots.gpx", gpx)] {
            let mut bytes = text.into_bytes();
            for (place, byte) in &places {
                let place = place.index(bytes.len());
                bytes[place] = *byte;
            }
            let _ = read_bytes(name, &bytes, &VectorOptions::default());
        }
    }
}
