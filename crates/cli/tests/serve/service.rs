//! A service that ends with its test.

use crate::client::{Answer, ask, form};
use crate::common;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::NamedTempFile;

/// How long a job may take in a test, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

pub(crate) struct Service {
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Service {
    /// Serves the landscape of the fixtures.
    pub(crate) fn start(more: &[&str]) -> Self {
        Self::of(&common::fixture("landscape/lindero.toml"), more)
    }

    pub(crate) fn of(catalog: &Path, more: &[&str]) -> Self {
        Self::logging(catalog, more, Stdio::null())
    }

    /// Serves the landscape of the fixtures, and keeps what is logged.
    pub(crate) fn logged(more: &[&str]) -> (Self, NamedTempFile) {
        let log = NamedTempFile::new().unwrap();
        let to = log.reopen().unwrap();
        (Self::logging(&common::fixture("landscape/lindero.toml"), more, to.into()), log)
    }

    fn logging(catalog: &Path, more: &[&str], log: Stdio) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lindero"));
        command.arg("serve").arg("--catalog").arg(catalog).args(["--listen", "127.0.0.1:0"]).args(more);
        let mut process = command.stdout(Stdio::piped()).stderr(log).spawn().expect("the program starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
        let address = address.and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("it said {line:?}"));
        Self { process, address }
    }

    /// Ends it as nothing that is asked politely ends.
    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        ask(self.address, "GET", path, &[], &[])
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        ask(self.address, "DELETE", path, &[], &[])
    }

    /// Sends GeoJSON.
    pub(crate) fn post(&self, path: &str, plots: &[u8]) -> Answer {
        ask(self.address, "POST", path, &[("Content-Type", "application/geo+json")], plots)
    }

    /// Sends a form with a file.
    pub(crate) fn post_file(&self, path: &str, name: &str, file: &[u8], fields: &[(&str, &str)]) -> Answer {
        let (kind, body) = form(name, file, fields);
        ask(self.address, "POST", path, &[("Content-Type", &kind)], &body)
    }

    /// Waits until a screening has ended, and says how.
    #[track_caller]
    pub(crate) fn wait(&self, id: &str) -> Value {
        let start = Instant::now();
        loop {
            let told = self.get(&format!("/screenings/{id}")).json();
            if ["done", "failed", "cancelled"].contains(&told["state"].as_str().unwrap_or_default()) {
                return told;
            }
            assert!(start.elapsed() < PATIENCE, "{told}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// A file of a screening.
    #[track_caller]
    pub(crate) fn file(&self, id: &str, name: &str) -> Vec<u8> {
        let answer = self.get(&format!("/screenings/{id}/files/{name}"));
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
        answer.body
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A collection with one square plot, whose north-west corner is so many steps from that of the invented valley.
pub(crate) fn one_plot(id: &str, step: u32) -> String {
    let (west, north) = (-76.36 + 0.0005 * f64::from(step), -9.97);
    let (east, south) = (west + 0.001, north - 0.001);
    format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"codigo":"{id}","nombre":"x"}},"geometry":
        {{"type":"Polygon","coordinates":[[[{west},{north}],[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}]]]}}}}]}}"#
    )
}
