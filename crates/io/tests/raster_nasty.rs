//! Damaged and hostile files: each is read or refused, soon, and never with a panic.

mod reading;

use std::time::{Duration, Instant};

use lindero_layers::{BlockId, LayerSource};
use lindero_testkit::{Compression, GeoTiff, Predictor, Sample, SplitMix64};
use ndarray::Array2;
use reading::{data, files, open, open_as};

/// Far above what any of these files needs on a slow machine that does other work too.
const SOON: Duration = Duration::from_secs(20);
/// Enough to find every block of the honest files; a hostile one may claim millions.
const MOST_BLOCKS: u32 = 2000;

#[test]
fn every_file_is_read_or_refused() {
    let Some(folder) = data("nasty-raster") else { return };
    let (mut read, mut refused) = (0, 0);
    for path in files(&folder) {
        let start = Instant::now();
        match open(&path).or_else(|_| open_as(&path, "EPSG:4326")) {
            Ok(layer) => {
                let bands: Vec<u32> = (0..layer.info().bands).collect();
                let (rows, cols) = layer.info().sheets[0].tiles[0].blocks();
                let blocks = (0..rows).flat_map(|row| (0..cols).map(move |col| (row, col)));
                let mut good = true;
                for (row, col) in blocks.take(MOST_BLOCKS as usize) {
                    good &= layer.read_block(BlockId { sheet: 0, tile: 0, row, col }, &bands, u32::MAX).is_ok();
                }
                read += usize::from(good);
                refused += usize::from(!good);
            }
            Err(error) => {
                refused += 1;
                let message = error.to_string();
                assert!(!message.ends_with('.') && message.len() > 20, "{message:?}");
            }
        }
        assert!(start.elapsed() < SOON, "{path:?} took {:?}", start.elapsed());
    }
    assert!(read >= 30 && refused >= 30, "{read} were read and {refused} refused");
}

#[cfg(feature = "gdal")]
#[test]
fn what_gdal_reads_too_is_the_same() {
    let Some(folder) = data("nasty-raster") else { return };
    let mut compared = 0;
    for path in files(&folder) {
        let Ok(layer) = open(&path).or_else(|_| open_as(&path, "EPSG:4326")) else { continue };
        let tile = &layer.summary().tiles[0];
        if tile.reader != "lindero" || u64::from(tile.size.0) * u64::from(tile.size.1) > 1 << 24 {
            continue;
        }
        let (Ok(read), Ok(oracle)) = (reading::whole(&layer), reading::by_gdal(&path)) else { continue };
        for (read, oracle) in read.bands.iter().zip(&oracle) {
            let differ = read.indexed_iter().zip(oracle).find(|((_, a), b)| !reading::same(**a, **b));
            assert!(differ.is_none(), "{path:?}: {differ:?}");
        }
        compared += 1;
    }
    assert!(compared >= 25, "only {compared} files were compared");
}

#[test]
fn a_rotated_file_is_refused() {
    let Some(folder) = data("nasty-raster") else { return };
    let message = open_as(&folder.join("rasterio/rotated.tif"), "EPSG:4326").unwrap_err().to_string();
    assert!(message.contains("rotated"), "{message}");
}

#[test]
fn a_file_placed_by_control_points_is_refused() {
    let Some(folder) = data("nasty-raster") else { return };
    let message = open_as(&folder.join("georust-gdal/gcp.tif"), "EPSG:4326").unwrap_err().to_string();
    assert!(message.contains("where its cells lie"), "{message}");
}

/// Changes bytes of small files at random, mostly in their tags; what is left may be read or not.
#[test]
fn files_with_bytes_changed_at_random_never_panic() {
    let cells = || Array2::from_shape_fn((40, 33), |(row, col)| ((row * col) % 7) as f64);
    let tiff = |sample| GeoTiff::new(sample, vec![cells(), cells()]).cell(0.5, 0.5).nodata("3");
    let honest = [
        tiff(Sample::U8).tiles(16, 16).packed(Compression::Lzw, Predictor::Horizontal).to_bytes(),
        tiff(Sample::U4).strips(7).packed(Compression::PackBits, Predictor::None).big_endian().to_bytes(),
        tiff(Sample::F32).strips(40).packed(Compression::Deflate, Predictor::FloatingPoint).planar().to_bytes(),
        tiff(Sample::I16).tiles(32, 16).packed(Compression::Zstd, Predictor::None).big_tiff().sparse().to_bytes(),
        tiff(Sample::U32).strips(9).south_up().to_bytes(),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.tif");
    let mut chance = SplitMix64::new(1);
    let (mut read, mut refused) = (0, 0);
    for turn in 0..4000 {
        let mut file = honest[turn % honest.len()].clone();
        for _ in 0..1 + chance.below(4) {
            // The tags are the last few hundred bytes.
            let at = file.len() - 1 - chance.below(file.len().min(700));
            file[at] = [0, 1, 0x7F, 0x80, 0xFF, chance.below(256) as u8][chance.below(6)];
        }
        std::fs::write(&path, &file).unwrap();
        match open(&path) {
            Ok(layer) => {
                let bands: Vec<u32> = (0..layer.info().bands.min(2)).collect();
                let (rows, cols) = layer.info().sheets[0].tiles[0].blocks();
                for (row, col) in [(0, 0), (rows - 1, cols - 1), (rows / 2, cols / 2)] {
                    let _ = layer.read_block(BlockId { sheet: 0, tile: 0, row, col }, &bands, u32::MAX);
                }
                read += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert!(read > 500 && refused > 500, "{read} were opened and {refused} refused");
}
