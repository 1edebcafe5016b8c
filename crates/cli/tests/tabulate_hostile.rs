//! Broken, odd and hostile input: the program is done soon with little memory, or says in one line why it cannot run.

mod common;

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use common::{files_below, fixture, layer, shared};
use lindero_testkit::{Crs, GeoTiff, Sample};
use ndarray::Array2;

/// Far above what any of these files needs on a slow machine that does other work too.
const SOON: Duration = Duration::from_secs(20);
/// Address space of the program, in the units of `ulimit -v`: 4 GB.
const ADDRESS_SPACE_KB: u32 = 4 << 20;
const DONE: i32 = 0;
const COULD_NOT_RUN: i32 = 2;

/// How one run ended.
#[derive(Debug)]
struct Ending {
    /// `None`: killed, by a signal or because it took too long.
    code: Option<i32>,
    stderr: String,
    took: Duration,
}

/// `lindero tabulate` with little memory and little time.
fn tabulate<S: AsRef<OsStr>>(args: &[S]) -> Ending {
    let folder = tempfile::tempdir().unwrap();
    let stderr = folder.path().join("stderr");
    let started = Instant::now();
    let mut program = Command::new("sh")
        .args(["-c", &format!("ulimit -v {ADDRESS_SPACE_KB}; exec \"$@\""), "sh", env!("CARGO_BIN_EXE_lindero")])
        .arg("tabulate")
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&stderr).unwrap())
        .spawn()
        .expect("sh starts");
    let status = loop {
        if let Some(status) = program.try_wait().unwrap() {
            break Some(status);
        }
        if started.elapsed() > SOON {
            program.kill().unwrap();
            program.wait().unwrap();
            break None;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let stderr = String::from_utf8_lossy(&std::fs::read(stderr).unwrap()).into_owned();
    Ending { code: status.and_then(|status| status.code()), stderr, took: started.elapsed() }
}

/// What is wrong with the way a run ended, if anything.
fn complaint(ending: &Ending) -> Option<String> {
    // Lines of PROJ should not be there: it prints by itself what it also returns, and only unsafe code could stop it.
    let besides = ["note: ", "proj_create"];
    let told: Vec<&str> =
        ending.stderr.lines().filter(|line| !besides.iter().any(|start| line.starts_with(start))).collect();
    match (ending.code, told.as_slice()) {
        (Some(DONE), []) => None,
        (Some(COULD_NOT_RUN), [line]) => {
            let Some(message) = line.strip_prefix("error: ") else { return Some(format!("no error: {line}")) };
            let bad = message.len() < 15 || message.ends_with('.') || message.contains("panicked");
            bad.then(|| format!("an unclear message: {line}"))
        }
        (code, _) => Some(format!("code {code:?} after {:?}:\n{}", ending.took, beginning(&ending.stderr))),
    }
}

fn beginning(text: &str) -> String {
    text.chars().take(600).collect()
}

/// Runs every file, two at a time, and reports all that went wrong together.
fn check_all(files: &[PathBuf], arguments: impl Fn(&Path, &Path) -> Vec<String> + Sync) -> Vec<i32> {
    let folder = tempfile::tempdir().unwrap();
    let next = AtomicUsize::new(0);
    let (complaints, codes) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(file) = files.get(at) else { return };
                    let out = folder.path().join(format!("{at}.csv"));
                    let ending = tabulate(&arguments(file, &out));
                    codes.lock().unwrap().extend(ending.code);
                    let mut wrong = complaint(&ending);
                    if (ending.code == Some(DONE)) != out.is_file() {
                        wrong = Some(format!("code {:?}, but its table is there: {}", ending.code, out.is_file()));
                    }
                    if let Some(wrong) = wrong {
                        complaints.lock().unwrap().push(format!("{}: {wrong}", file.display()));
                    }
                }
            });
        }
    });
    let mut complaints = complaints.into_inner().unwrap();
    complaints.sort();
    assert!(complaints.is_empty(), "{} of {} files:\n{}", complaints.len(), files.len(), complaints.join("\n\n"));
    codes.into_inner().unwrap()
}

fn some_layer() -> String {
    layer("cover", &fixture("landscape/layers/treecover_2020_30m.tif"))
}

fn some_plots() -> PathBuf {
    fixture("cases/planted/plots.geojson")
}

fn count(codes: &[i32], code: i32) -> usize {
    codes.iter().filter(|&&it| it == code).count()
}

#[test]
fn every_nasty_file_of_plots_is_measured_or_refused() {
    let Some(folder) = shared("nasty-vector") else { return };
    let files = files_below(&folder);
    let codes = check_all(&files, |file, out| {
        let paths = [file, out].map(|path| path.display().to_string());
        let [file, out] = paths;
        vec![file, "--layer".into(), some_layer(), "--out".into(), out]
    });
    assert!(count(&codes, DONE) >= 60 && count(&codes, COULD_NOT_RUN) >= 30, "{codes:?}");
}

/// A small plot in the middle of a raster, as GDAL sees it; the plots of the fixtures where it sees nothing.
fn plots_in(raster: &Path, folder: &Path) -> PathBuf {
    let Some(centre) = centre_of(raster) else { return some_plots() };
    let [x, y] = centre;
    let d = 1e-4;
    let ring = [[x - d, y - d], [x + d, y - d], [x + d, y + d], [x - d, y + d], [x - d, y - d]];
    let plot = serde_json::json!({"type": "Polygon", "coordinates": [ring]});
    let path = folder.join(format!("{x}_{y}.geojson"));
    std::fs::write(&path, plot.to_string()).unwrap();
    path
}

/// Longitude and latitude of a raster's middle.
fn centre_of(raster: &Path) -> Option<[f64; 2]> {
    let output = Command::new("gdalinfo").arg("-json").arg(raster).stderr(Stdio::null()).output().ok()?;
    let info: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    let ring = info.pointer("/wgs84Extent/coordinates/0")?.as_array()?;
    let corner = |at: usize| Some([ring.get(at)?.get(0)?.as_f64()?, ring.get(at)?.get(1)?.as_f64()?]);
    let (a, b) = (corner(0)?, corner(2)?);
    let centre = [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0];
    (centre[0].abs() < 179.9 && centre[1].abs() < 89.9).then_some(centre)
}

#[test]
fn every_nasty_raster_is_measured_or_refused() {
    let Some(folder) = shared("nasty-raster") else { return };
    let files = files_below(&folder);
    let plots = tempfile::tempdir().unwrap();
    let codes = check_all(&files, |file, out| {
        let plots = plots_in(file, plots.path()).display().to_string();
        vec![plots, "--layer".into(), layer("map", file), "--out".into(), out.display().to_string()]
    });
    assert!(count(&codes, DONE) >= 30 && count(&codes, COULD_NOT_RUN) >= 60, "{codes:?}");
}

/// Runs that cannot be: each says one line that holds these words, and leaves no table.
fn check_refused(args: &[&str], words: &[&str]) {
    let ending = tabulate(args);
    assert_eq!(ending.code, Some(COULD_NOT_RUN), "{args:?}: {ending:?}");
    assert_eq!(complaint(&ending), None, "{args:?}");
    for word in words {
        assert!(ending.stderr.contains(word), "{args:?}: {word:?} is not in {}", ending.stderr);
    }
}

/// The path of a file in a folder, as text.
fn path_in(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

fn written(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> String {
    std::fs::write(folder.path().join(name), bytes).unwrap();
    path_in(folder, name)
}

#[test]
fn plots_that_cannot_be_read_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let out = path_in(&folder, "out.csv");
    let whole = std::fs::read(some_plots()).unwrap();
    let truncated = written(&folder, "truncated.geojson", &whole[..whole.len() / 2]);
    let empty = written(&folder, "empty.geojson", b"");
    let text = written(&folder, "text.geojson", b"hello");
    let nothing = written(&folder, "plots.gpkg", b"");
    let here = folder.path().display().to_string();
    let missing = path_in(&folder, "missing.geojson");
    let named = |path: &str| Path::new(path).file_name().unwrap().to_str().unwrap().to_owned();
    for plots in [&truncated, &empty, &text, &nothing, &here, &missing] {
        check_refused(&[plots, "--layer", &some_layer(), "--out", &out], &[&named(plots)]);
    }
    check_refused(&["/dev/null", "--layer", &some_layer(), "--out", &out], &["/dev/null"]);
    assert!(!Path::new(&out).exists());
}

#[test]
fn layers_that_cannot_be_read_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let out = path_in(&folder, "out.csv");
    let plots = some_plots().display().to_string();
    let raster = std::fs::read(fixture("landscape/layers/treecover_2020_30m.tif")).unwrap();
    let truncated = written(&folder, "truncated.tif", &raster[..raster.len() / 2]);
    let empty = written(&folder, "empty.tif", b"");
    let vector = some_plots().display().to_string();
    let here = folder.path().display().to_string();
    let missing = path_in(&folder, "missing.tif");
    let pattern = path_in(&folder, "no_such_*.tif");
    for path in [&empty, &vector, &here, &missing, &pattern, &truncated] {
        let name = Path::new(path).file_name().unwrap().to_str().unwrap();
        check_refused(&[&plots, "--layer", &format!("map={path}"), "--out", &out], &[name]);
    }
    check_refused(&[&plots, "--layer", "map=/dev/null", "--out", &out], &["/dev/null"]);
    let whole = fixture("landscape/layers/treecover_2020_30m.tif").display().to_string();
    check_refused(&[&plots, "--layer", &format!("{whole},band=9"), "--out", &out], &["band=9", "1 band"]);
    check_refused(&[&plots, "--layer", &format!("{whole},band=0"), "--out", &out], &["band=0", "from 1"]);
    check_refused(
        &[&plots, "--layer", &whole, "--layer", &whole, "--out", &out],
        &["two layers", "treecover_2020_30m"],
    );
    check_refused(&[&plots, "--layer", "map=", "--out", &out], &["no path"]);
    assert!(!Path::new(&out).exists());
}

#[test]
fn a_layer_without_coordinate_system_is_refused_until_it_is_given_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.tif");
    let cells = Array2::from_elem((4, 4), 7.0);
    GeoTiff::new(Sample::U8, vec![cells]).at(-76.4, -9.9).cell(0.1, 0.1).crs(Crs::Unknown).write(&path).unwrap();
    let (plots, out) = (some_plots().display().to_string(), path_in(&folder, "out.csv"));
    let map = layer("map", &path);
    check_refused(&[&plots, "--layer", &map, "--out", &out], &["map.tif", "coordinate system"]);
    let given = tabulate(&[&plots, "--layer", &format!("{map},crs=EPSG:4326"), "--out", &out]);
    assert_eq!((given.code, complaint(&given)), (Some(DONE), None), "{given:?}");
    check_refused(&[&plots, "--layer", &format!("{map},crs=EPSG:banana"), "--out", &out], &["EPSG:BANANA"]);
}

#[test]
fn tables_that_cannot_be_written_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let plots = some_plots().display().to_string();
    for (out, words) in [
        (path_in(&folder, "table.xlsx"), [".csv", ".parquet"]),
        (path_in(&folder, "table"), [".csv", ".parquet"]),
        (path_in(&folder, "no/such/folder/table.csv"), ["cannot write", "table.csv"]),
        (path_in(&folder, "no/such/folder/table.parquet"), ["cannot write", "table.parquet"]),
    ] {
        check_refused(&[&plots, "--layer", &some_layer(), "--out", &out], &words);
    }
    std::fs::create_dir(folder.path().join("folder.csv")).unwrap();
    check_refused(&[&plots, "--layer", &some_layer(), "--out", &path_in(&folder, "folder.csv")], &["folder.csv"]);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["folder.csv"], "something was left behind");
}

#[test]
fn an_unknown_column_is_told_with_those_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let (plots, out) = (fixture("landscape/plots.geojson").display().to_string(), path_in(&folder, "out.csv"));
    for option in ["--id", "--area-field"] {
        check_refused(
            &[&plots, "--layer", &some_layer(), option, "nombre", "--out", &out],
            &[option, "nombre", "codigo", "productor"],
        );
    }
}

/// What clap has to say of wrong options takes several lines, but the same exit code.
#[test]
fn wrong_options_are_told_with_the_right_ones() {
    let plots = some_plots().display().to_string();
    for (args, words) in [
        (vec![&plots[..], "--lyer", "a.tif", "--out", "o.csv"], "--layer"),
        (vec![&plots[..], "--out", "o.csv"], "--layer"),
        (vec!["--layer", "a.tif", "--out", "o.csv"], "PLOTS"),
        (vec![&plots[..], "--layer", "a.tif", "--out", "o.csv", "--threads", "0"], "1..=1024"),
        (vec![&plots[..], "--layer", "a.tif"], "--out"),
    ] {
        let ending = tabulate(&args);
        assert_eq!(ending.code, Some(COULD_NOT_RUN), "{args:?}");
        assert!(ending.stderr.starts_with("error: ") && ending.stderr.contains(words), "{args:?}: {}", ending.stderr);
    }
}

#[test]
fn files_that_may_not_be_read_are_told_apart_from_missing_ones() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let forbidden = written(&folder, "forbidden.geojson", br#"{"type": "FeatureCollection", "features": []}"#);
    std::fs::set_permissions(&forbidden, std::fs::Permissions::from_mode(0o000)).unwrap();
    if File::open(&forbidden).is_ok() {
        println!("SKIPPED: this user may read every file");
        return;
    }
    let out = path_in(&folder, "out.csv");
    check_refused(&[&forbidden, "--layer", &some_layer(), "--out", &out], &["forbidden.geojson", "ermission"]);
    let plots = some_plots().display().to_string();
    check_refused(
        &[&plots, "--layer", &format!("map={forbidden}"), "--out", &out],
        &["forbidden.geojson", "ermission"],
    );
}

#[test]
fn no_plots_are_an_empty_table() {
    let folder = tempfile::tempdir().unwrap();
    let out = path_in(&folder, "out.csv");
    let none = written(&folder, "none.geojson", br#"{"type": "FeatureCollection", "features": []}"#);
    let ending = tabulate(&[&none, "--layer", &some_layer(), "--out", &out]);
    assert_eq!((ending.code, complaint(&ending)), (Some(DONE), None), "{ending:?}");
    assert_eq!(common::table(Path::new(&out)), []);
}

#[test]
fn a_plot_as_large_as_a_continent_takes_no_memory_by_its_size() {
    let folder = tempfile::tempdir().unwrap();
    let out = path_in(&folder, "out.csv");
    let continent = written(
        &folder,
        "continent.geojson",
        br#"{"type": "Polygon", "coordinates": [[[-80, -30], [-40, -30], [-40, 5], [-80, 5], [-80, -30]]]}"#,
    );
    let ending = tabulate(&[&continent, "--layer", &some_layer(), "--out", &out]);
    assert_eq!((ending.code, complaint(&ending)), (Some(DONE), None), "{ending:?}");
}
