//! Every awkward file ends in rows or an error: no panic, no endless loop, no gigabytes.

#![expect(unsafe_code, reason = "a global allocator that counts cannot be written without")]

mod vector_support;

use lindero_io::vector::{VectorOptions, open_features};
use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;
use vector_support::{files_below, read, shared_data, square};

/// Longest a file may take; most take milliseconds, in a debug build too.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Most a file may have allocated at once. The largest takes a few megabytes.
const MOST_BYTES: usize = 200 << 20;

/// Counts what is allocated now and at most.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: both calls go to the system's allocator as they are.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Held while a file is measured: what another test allocates is not that file's.
static ALONE: Mutex<()> = Mutex::new(());

/// Rows of a file or its error; fails on a panic, on time and on memory.
fn outcome(path: &Path) -> Result<usize, String> {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (send, receive) = mpsc::channel();
    let owned = path.to_owned();
    PEAK.store(NOW.load(Ordering::Relaxed), Ordering::Relaxed);
    let before = NOW.load(Ordering::Relaxed);
    let thread = std::thread::spawn(move || {
        let result = read(&owned).map(|whole| whole.geometries.len()).map_err(|error| error.to_string());
        send.send(result).expect("the test waits");
    });
    let result = receive.recv_timeout(TIMEOUT);
    let peak = PEAK.load(Ordering::Relaxed).saturating_sub(before);
    assert!(peak < MOST_BYTES, "{path:?} took {peak} bytes");
    match result {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("{path:?} took over {TIMEOUT:?}"),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            let message = thread.join().expect_err("it sent nothing");
            let text = message.downcast_ref::<String>().map(String::as_str);
            panic!("{path:?} panicked: {}", text.or(message.downcast_ref::<&str>().copied()).unwrap_or("?"))
        }
    }
}

/// Number of features GDAL finds in the first layer.
#[cfg(feature = "gdal")]
fn gdal_count(path: &Path) -> Option<usize> {
    use gdal::vector::LayerAccess;
    let dataset = gdal::Dataset::open_ex(
        path,
        gdal::DatasetOptions { open_flags: gdal::GdalOpenFlags::GDAL_OF_VECTOR, ..gdal::DatasetOptions::default() },
    );
    let dataset = dataset.ok()?;
    (dataset.layer_count() == 1).then(|| dataset.layer(0).unwrap().features().count())
}

#[cfg(not(feature = "gdal"))]
fn gdal_count(_: &Path) -> Option<usize> {
    None
}

/// Files GDAL reads otherwise, and why ours is the answer we want.
const DIFFERENT: [(&str, Rows); 20] = [
    // GDAL gives up on the file for one bad geometry; here it is one row with a reason.
    ("geojsonhint/bad/bad-featurelist.geojson", Some(1)),
    ("geojsonhint/bad/badcoord.geojson", Some(1)),
    ("geojsonhint/bad/multipoint-multidimension.geojson", Some(1)),
    ("geojsonhint/bad/point-toofew.geojson", Some(1)),
    ("geojsonhint/bad/point.geojson", Some(1)),
    ("shapefile-rs/multipatch.shp", Some(1)),
    // GDAL drops an element that is no feature; here it is a row.
    ("geojsonhint/bad/badfeature.geojson", Some(1)),
    // Not JSON: GDAL reads what it can and keeps quiet about the rest.
    ("mapshaper/issues/384_invalid_json/sample1.json", None),
    // No .prj, and not longitude and latitude: GDAL takes such coordinates as they are.
    ("mapshaper/dbf/cpg/big5.shp", None),
    // GDAL takes any part of a Shapefile for the whole.
    ("mapshaper/dbf/cpg/big5.shx", None),
    ("mapshaper/issues/invalid_coords/invalid_coordinates.shx", None),
    ("mapshaper/shapefile/latin1-property.shx", None),
    ("mapshaper/shapefile/utf8-property.shx", None),
    ("shapefile-rs/polygon_hole.shx", None),
    // Debian's GDAL is built without Parquet.
    ("mapshaper/geoparquet/data-multipolygon-encoding_native.parquet", Some(5)),
    ("mapshaper/geoparquet/data-multipolygon-encoding_wkb.parquet", Some(5)),
    ("mapshaper/geoparquet/data-polygon-encoding_native.parquet", Some(4)),
    ("mapshaper/geoparquet/data-polygon-encoding_wkb.parquet", Some(4)),
    ("mapshaper/geoparquet/example-crs_vermont-4326_geo.parquet", Some(1)),
    ("mapshaper/geoparquet/example-crs_vermont-crs84_geo.parquet", Some(1)),
];

/// Rows of a file; `None` if it cannot be read.
type Rows = Option<usize>;

#[test]
fn every_nasty_file_gives_as_many_rows_as_gdal_or_has_a_reason_not_to() {
    let Some(folder) = shared_data("nasty-vector") else { return };
    let mut compared = 0;
    for path in files_below(&folder) {
        let name = path.strip_prefix(&folder).unwrap().display().to_string().replace('\\', "/");
        let ours = outcome(&path);
        if let Some((_, expected)) = DIFFERENT.iter().find(|(different, _)| *different == name) {
            assert_eq!(ours.as_ref().ok(), expected.as_ref(), "{name}: {ours:?}");
            continue;
        }
        let is_plots = ["json", "shp", "gpkg"].iter().any(|end| name.ends_with(end));
        if let (true, Some(expected)) = (is_plots, gdal_count(&path)) {
            compared += 1;
            assert_eq!(ours.as_ref().ok(), Some(&expected), "{name}: {ours:?}");
        }
    }
    if cfg!(feature = "gdal") {
        assert_eq!(compared, 57, "files read by both");
    }
}

/// A few pseudo-random numbers (xorshift), the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

/// Damages a file many times over, by cutting it and by writing bytes over it; siblings are as they were.
fn damage(original: &Path, times: usize) {
    let folder = tempfile::tempdir().unwrap();
    let stem = original.file_stem().unwrap().to_string_lossy().into_owned();
    for sibling in ["shp", "shx", "dbf", "prj", "cpg"].map(|end| original.with_extension(end)) {
        if sibling.exists() && original.extension().is_some_and(|end| ["shp", "shx", "dbf"].iter().any(|it| end == *it))
        {
            std::fs::copy(&sibling, folder.path().join(sibling.file_name().unwrap())).unwrap();
        }
    }
    let copy = folder.path().join(original.file_name().unwrap());
    let opened =
        if copy.with_extension("shp").exists() { folder.path().join(format!("{stem}.shp")) } else { copy.clone() };
    let bytes = std::fs::read(original).unwrap();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut outcomes = [0, 0];
    for round in 0..times {
        let mut damaged = bytes.clone();
        if round % 4 == 0 {
            damaged.truncate(dice.below(bytes.len()));
        } else {
            // Most of what decides lies at the front, and in Parquet at the back.
            let near = [64, 256, bytes.len()][round % 3].min(bytes.len());
            for _ in 0..=dice.below(4) {
                let at = dice.below(near);
                let at = if round % 2 == 0 { at } else { bytes.len() - 1 - at };
                damaged[at] = [0, 1, 0x7f, 0x80, 0xff, dice.below(256) as u8][dice.below(6)];
            }
        }
        std::fs::write(&copy, &damaged).unwrap();
        outcomes[usize::from(outcome(&opened).is_ok())] += 1;
    }
    assert!(outcomes[0] > 0, "{original:?}: no damage was noticed in {times} rounds");
}

#[test]
fn damaged_shapefiles_are_rows_or_errors() {
    let Some(folder) = shared_data("nasty-vector/mapshaper/shapefile") else { return };
    for part in ["utf8-property.shp", "utf8-property.shx", "utf8-property.dbf"] {
        damage(&folder.join(part), 300);
    }
}

#[test]
fn damaged_geojson_is_rows_or_errors() {
    let Some(folder) = shared_data("nasty-vector/geojsonhint/good") else { return };
    damage(&folder.join("good-featurecollection.geojson"), 300);
}

#[test]
fn damaged_geoparquet_is_rows_or_errors() {
    let Some(folder) = shared_data("nasty-vector/mapshaper/geoparquet") else { return };
    damage(&folder.join("data-polygon-encoding_wkb.parquet"), 300);
    damage(&folder.join("data-multipolygon-encoding_native.parquet"), 300);
}

#[test]
#[cfg(feature = "gdal")]
fn damaged_flatgeobuf_is_rows_or_errors() {
    let Some(folder) = shared_data("nasty-vector/geojsonhint/good") else { return };
    let made = tempfile::tempdir().unwrap();
    let path = made.path().join("plots.fgb");
    vector_support::translated(&folder.join("good-featurecollection.geojson"), "FlatGeobuf", &path);
    damage(&path, 400);
}

#[test]
fn a_file_of_many_features_is_read_in_the_memory_of_a_few() {
    /// Of the file below; a batch of 8192 squares is about 2 MB of positions.
    const FEATURES: u32 = 150_000;
    /// The file has over 30 MB.
    const MOST: usize = 12 << 20;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plots.geojson");
    let mut file = BufWriter::new(std::fs::File::create(&path).unwrap());
    file.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[").unwrap();
    for n in 0..FEATURES {
        let comma = if n == 0 { "" } else { "," };
        let coordinates = serde_json::to_string(&[[square(f64::from(n) / 1e4 - 80.0, -9.123_456_789, 1e-4)]]).unwrap();
        let coordinates = &coordinates[1..coordinates.len() - 1];
        write!(
            file,
            "{comma}{{\"type\":\"Feature\",\"properties\":{{\"n\":{n}}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":{coordinates}}}}}"
        )
        .unwrap();
    }
    file.write_all(b"]}").unwrap();
    drop(file);
    assert!(std::fs::metadata(&path).unwrap().len() > 30 << 20);

    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = NOW.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let file = open_features(&path, &VectorOptions::default()).unwrap();
    let rows: usize = file.batches().unwrap().map(|batch| batch.unwrap().geometries.len()).sum();
    assert_eq!(rows, FEATURES as usize);
    let peak = PEAK.load(Ordering::Relaxed) - before;
    assert!(peak < MOST, "{peak} bytes");
}

#[test]
#[cfg(feature = "gdal")]
fn damaged_geopackages_are_rows_or_errors() {
    let Some(folder) = shared_data("nasty-vector/pyogrio") else { return };
    damage(&folder.join("curvepolygon.gpkg"), 60);
}

#[test]
#[cfg(not(feature = "gdal"))]
fn a_geopackage_without_gdal_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plots.gpkg");
    std::fs::write(&path, b"SQLite format 3\0").unwrap();
    let error = read(&path).unwrap_err().to_string();
    assert!(error.contains("was built without GDAL") && error.contains("FlatGeobuf"), "{error}");
}
