//! `cargo xtask bench-serve`: how many single plots a second the service screens, and how long each waits.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use clap::Args;

use super::machine;

const CATALOG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/landscape/lindero.toml");

#[derive(Args)]
pub(crate) struct BenchServe {
    /// The program, built for speed
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/release/lindero"), value_name = "PATH")]
    program: PathBuf,
    /// Clients that ask at a time, each one plot after the other
    #[arg(long, default_value_t = 8)]
    clients: u64,
    /// For how long, in seconds
    #[arg(long, default_value_t = 20)]
    seconds: u64,
}

/// Starts the service on the invented valley, asks it, and prints what it did.
///
/// # Errors
///
/// The service does not start, or an answer is not a screening of one plot.
pub(crate) fn run(arguments: &BenchServe) -> Result<(), String> {
    let mut service = Service::start(&arguments.program)?;
    let until = Instant::now() + Duration::from_secs(arguments.seconds);
    let next = AtomicU64::new(0);
    let start = Instant::now();
    let waits = std::thread::scope(|scope| {
        let ask = || -> Result<Vec<Duration>, String> {
            let mut waits = Vec::new();
            while Instant::now() < until {
                let asked = Instant::now();
                screen(service.address, next.fetch_add(1, Ordering::Relaxed))?;
                waits.push(asked.elapsed());
            }
            Ok(waits)
        };
        let clients: Vec<_> = (0..arguments.clients).map(|_| scope.spawn(ask)).collect();
        let waits = clients.into_iter().map(|client| client.join().map_err(|_| "a client broke".to_owned())?);
        waits.collect::<Result<Vec<_>, String>>()
    })?;
    let seconds = start.elapsed().as_secs_f64();
    service.process.kill().map_err(|error| format!("cannot end the service: {error}"))?;
    let mut waits: Vec<Duration> = waits.concat();
    waits.sort_unstable();
    // The smallest wait that so many of a hundred do not exceed.
    let quantile = |percent: usize| waits[(waits.len() * percent).div_ceil(100).max(1) - 1].as_secs_f64() * 1e3;
    println!(
        "{} screenings of one plot on 13 maps in {seconds:.1} s: {:.0} a second; half within {:.0} ms, 99 % within {:.0} ms; {} \
         clients, each one plot after the other over new connections; {}",
        waits.len(),
        waits.len() as f64 / seconds,
        quantile(50),
        quantile(99),
        arguments.clients,
        machine::described()
    );
    Ok(())
}

struct Service {
    process: Child,
    address: SocketAddr,
}

impl Service {
    fn start(program: &Path) -> Result<Self, String> {
        let mut command = Command::new(program);
        command.args(["serve", "--catalog", CATALOG, "--listen", "127.0.0.1:0"]);
        let process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut process = process.map_err(|error| {
            format!("cannot run {}: {error}; cargo build --release --package lindero-cli makes it", program.display())
        })?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output)
                .read_line(&mut line)
                .map_err(|error| format!("the service says nothing: {error}"))?;
        }
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next()?.parse().ok());
        Ok(Self { process, address: address.ok_or_else(|| format!("the service says {line:?}"))? })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // One that has ended cannot be ended again.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Screens one plot of a hectare, somewhere in the valley.
fn screen(address: SocketAddr, number: u64) -> Result<(), String> {
    let (west, north) = (-76.39 + 0.001 * (number % 80) as f64, -9.94 - 0.001 * (number / 80 % 90) as f64);
    let (east, south) = (west + 0.0009, north - 0.0009);
    let plot = format!(
        r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[[{west},{north}],[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}]]]}}}}"#
    );
    let request = format!(
        "POST /screenings HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/geo+json\r\nContent-Length: {}\r\n\r\n{plot}",
        plot.len()
    );
    let broken = |error: std::io::Error| format!("the service does not answer: {error}");
    let mut stream = TcpStream::connect(address).map_err(broken)?;
    stream.write_all(request.as_bytes()).map_err(broken)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(broken)?;
    if answer.starts_with("HTTP/1.1 200") && answer.contains("\"plots\":{") {
        Ok(())
    } else {
        Err(format!("no screening: {}", answer.lines().last().unwrap_or_default()))
    }
}
