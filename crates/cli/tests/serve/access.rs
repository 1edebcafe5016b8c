//! Who may ask, and what leads nowhere.

use crate::client::ask;
use crate::common;
use crate::service::{Service, one_plot};

#[test]
fn a_service_that_others_can_reach_needs_a_key() {
    let catalog = common::fixture("landscape/lindero.toml");
    let output = common::run(["serve", "--catalog", &catalog.display().to_string(), "--listen", "0.0.0.0:0"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("--listen 0.0.0.0:0 can be reached from other machines: give a key"), "{said}");
}

#[test]
fn without_the_key_nothing_is_told_but_that_there_is_a_service() {
    let service = Service::start(&["--api-key", "abc-123"]);
    for path in ["/layers", "/screenings/x", "/tiles/ground/1/0/0.png"] {
        service.get(path).problem(401);
    }
    let with = |header: (&str, &str)| ask(service.address, "GET", "/layers", &[header], &[]).status;
    assert_eq!(with(("Authorization", "Bearer abc-123")), 200);
    assert_eq!(with(("X-API-Key", "abc-123")), 200);
    assert_eq!((with(("Authorization", "Bearer abc-124")), with(("X-API-Key", ""))), (401, 401));
    for path in ["/", "/health", "/openapi.json"] {
        assert_eq!(service.get(path).status, 200, "{path}");
    }
}

#[test]
fn a_page_of_elsewhere_cannot_use_the_service_of_its_visitor() {
    let service = Service::start(&[]);
    let plot = one_plot("A", 0);
    let post = |headers: &[(&str, &str)]| {
        let headers = [&[("Content-Type", "application/json")], headers].concat();
        ask(service.address, "POST", "/screenings", &headers, plot.as_bytes())
    };
    // Another name that leads to this machine.
    post(&[("Host", "evil.example")]).problem(403);
    post(&[("Origin", "https://evil.example")]).problem(403);
    let own = format!("http://{}", service.address);
    assert_eq!(post(&[("Origin", &own)]).status, 200);
}

#[test]
fn addresses_that_lead_nowhere_are_told() {
    let service = Service::start(&[]);
    assert!(service.get("/nothing").problem(404).contains("GET /openapi.json has what there is"));
    service.get("/screenings/00000000000000000000000000000000").problem(404);
    let id = service.post("/screenings", one_plot("A", 0).as_bytes()).json()["id"].as_str().unwrap().to_owned();
    for name in ["..%2Fjob.json", "%2Fetc%2Fpasswd", "nothing.csv", ".."] {
        service.get(&format!("/screenings/{id}/files/{name}")).problem(404);
    }
    assert_eq!(ask(service.address, "PUT", "/screenings", &[], &[]).status, 405);
}

#[test]
fn the_description_has_every_address() {
    let service = Service::start(&[]);
    let paths = service.get("/openapi.json").json()["paths"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for path in [
        "/screenings",
        "/screenings/{id}",
        "/screenings/{id}/events",
        "/screenings/{id}/files/{name}",
        "/screenings/{id}/plots/{plot_id}",
        "/layers",
        "/tiles/{layer}/{z}/{x}/{y}.png",
        "/land.geojson",
        "/health",
    ] {
        assert!(paths.iter().any(|known| known == path), "{path} is not in {paths:?}");
    }
    assert_eq!(service.get("/health").json()["status"], "ok");
}

#[test]
fn nothing_of_anybodys_plots_is_logged() {
    let (service, log) = Service::logged(&["--quick-features", "1"]);
    let plot = one_plot("Parcela-de-Rosa", 0);
    let answer = service.post_file("/screenings", "rosa.geojson", plot.as_bytes(), &[("id", "codigo")]).json();
    let id = answer["id"].as_str().unwrap();
    assert_eq!(service.get(&format!("/screenings/{id}/plots/Parcela-de-Rosa")).status, 200);
    service.get(&format!("/screenings/{id}/plots/Rosa-2")).problem(404);
    service.post_file("/screenings?id=Rosa-3", "rosa.geojson", plot.as_bytes(), &[]).problem(422);
    service.post_file("/screenings", "rosa.geojson", &plot.as_bytes()[..150], &[]).problem(422);
    service.kill();
    let told = std::fs::read_to_string(log.path()).unwrap();
    assert!(told.contains("Done, 1 plots"), "{told}");
    for secret in ["osa", "76.3", "9.97", id] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
}
