//! What may be sent, and what is refused with which sentence.

use crate::common;
use crate::service::{Service, one_plot};
use std::io::Write as _;

#[test]
fn a_broken_file_is_refused_with_the_sentence_of_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let (service, catalog) = (Service::start(&[]), common::fixture("landscape/lindero.toml"));
    let cut = &one_plot("A", 0)[..200];
    let cases: [(&str, &[u8]); 5] = [
        ("cut.geojson", cut.as_bytes()),
        ("empty.geojson", b""),
        ("noise.gpkg", &[7; 300]),
        ("no.zip", b"PK\x03\x04 and no more"),
        ("plots.docx", b"hello"),
    ];
    for (name, bytes) in cases {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let args =
            ["screen", &*path.to_string_lossy(), "--catalog", &*catalog.to_string_lossy(), "--out", "nowhere/run"]
                .map(str::to_owned);
        let output = common::run(&args);
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8(output.stderr).unwrap();
        let said = said.lines().find_map(|line| line.strip_prefix("error: ")).unwrap().to_owned();
        let said = said.replace(&format!("{}/", folder.path().display()), "");
        assert_eq!(service.post_file("/screenings", name, bytes, &[]).problem(422), said, "{name}");
    }
}

#[test]
fn wrong_options_are_told() {
    let service = Service::start(&[]);
    let plot = one_plot("A", 0);
    let refused = |options: &str, status: u16| {
        let answer = service.post(&format!("/screenings?{options}"), plot.as_bytes());
        answer.problem(status)
    };
    assert!(refused("id=codgo", 422).contains("--id \"codgo\" is no column of the plots; did you mean \"codigo\"?"));
    assert!(refused("lang=fr", 422).contains("write en or es"));
    assert!(refused("production_end=tomorrow", 422).contains("such as 2025-09-30"));
    assert!(refused("format=svg", 422).contains("give some of parquet,geojson,csv,csv-wkt,kml,gpkg"));
    assert!(refused("colour=red", 400).contains("\"colour\" is no option"));
}

#[test]
fn more_than_the_service_takes_is_refused() {
    let service = Service::start(&["--max-mb", "1", "--max-features", "3", "--max-vertices", "60"]);
    let large = vec![b' '; (1 << 20) + 1];
    assert!(service.post("/screenings", &large).problem(413).contains("more than 1 MB"));
    assert!(service.post_file("/screenings", "a.geojson", &large, &[]).problem(413).contains("more than 1 MB"));
    let csv = "lon,lat\n1,1\n1,1\n1,1\n1,1\n";
    let many = service.post_file("/screenings", "a.csv", csv.as_bytes(), &[]).problem(413);
    assert!(many.contains("more than 3 features"), "{many}");
    let ring: Vec<String> = (0..80).map(|i| format!("[{},{}]", f64::from(i) / 1e4, f64::from(i * i) / 1e7)).collect();
    let plot = format!(
        r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[{},{}]]}}}}"#,
        ring.join(","),
        ring[0]
    );
    let long = service.post("/screenings", plot.as_bytes()).problem(413);
    assert!(long.contains("more than 60 vertices"), "{long}");
    // It lives on.
    assert_eq!(service.post("/screenings", one_plot("A", 0).as_bytes()).status, 200);
}

#[test]
fn an_archive_that_unpacks_to_a_thousand_times_its_size_is_refused() {
    let mut zip = zip_of_zeros(400 << 20);
    let service = Service::start(&[]);
    let refused = service.post_file("/screenings", "bomb.zip", &zip, &[]).problem(422);
    assert!(refused.contains("bomb.zip"), "{refused}");
    zip.truncate(zip.len() / 2);
    service.post_file("/screenings", "half.zip", &zip, &[]).problem(422);
}

/// An archive with one file of spaces.
fn zip_of_zeros(bytes: usize) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("plots.geojson", zip::write::SimpleFileOptions::default()).unwrap();
    let chunk = vec![b' '; 1 << 20];
    for _ in 0..bytes / chunk.len() {
        archive.write_all(&chunk).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_form_without_a_file_and_a_body_without_a_type_are_told() {
    let service = Service::start(&[]);
    let none = crate::client::ask(service.address, "POST", "/screenings", &[], b"{}").problem(400);
    assert!(none.contains("?name=FILE"), "{none}");
    let kind = ("Content-Type", "multipart/form-data; boundary=x");
    let body = b"--x\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\ncodigo\r\n--x--\r\n";
    let none = crate::client::ask(service.address, "POST", "/screenings", &[kind], body).problem(400);
    assert!(none.contains("the form has no file"), "{none}");
}
