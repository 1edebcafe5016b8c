//! Decoding whole rasters: every way to pack, with and without predictor, in strips and tiles. Throughput is in cells.
//!
//! `cargo bench -p lindero-benches --bench decoders`; with `--features gdal` also GDAL on the same files.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lindero_benches::{loss_year, tree_cover};
use lindero_io::raster::{RasterOptions, open_raster};
use lindero_layers::{BlockId, LayerSource};
use lindero_testkit::{Compression, GeoTiff, Predictor, Sample};

/// Rows and columns of the maps.
const SIZE: usize = 2048;

/// How a map is cut into blocks.
type Layout = (&'static str, fn(GeoTiff) -> GeoTiff);

const LAYOUTS: [Layout; 3] = [
    ("strips of one row", |tiff| tiff.strips(1)),
    ("tiles of 256", |tiff| tiff.tiles(256, 256)),
    ("tiles of 512", |tiff| tiff.tiles(512, 512)),
];

const PACKINGS: [(Compression, Predictor); 8] = [
    (Compression::None, Predictor::None),
    (Compression::Lzw, Predictor::None),
    (Compression::Lzw, Predictor::Horizontal),
    (Compression::Deflate, Predictor::None),
    (Compression::Deflate, Predictor::Horizontal),
    (Compression::PackBits, Predictor::None),
    (Compression::Zstd, Predictor::None),
    (Compression::Zstd, Predictor::Horizontal),
];

fn ours(path: &Path) -> impl Fn() {
    let layer = open_raster(path.to_str().expect("a path of letters"), None, &RasterOptions::default());
    let layer = layer.expect("a raster just written");
    move || {
        let (rows, cols) = layer.info().sheets[0].tiles[0].blocks();
        for (row, col) in (0..rows).flat_map(|row| (0..cols).map(move |col| (row, col))) {
            let id = BlockId { sheet: 0, tile: 0, row, col };
            black_box(layer.read_block(id, &[0], u32::MAX).expect("a block just written"));
        }
    }
}

#[cfg(feature = "gdal")]
fn by_gdal(path: &Path) -> impl Fn() {
    let path = path.to_owned();
    move || {
        // Opened anew, so that no block is left in its cache.
        let dataset = gdal::Dataset::open(&path).expect("a raster just written");
        let band = dataset.rasterband(1).expect("a band");
        let (width, height) = band.block_size();
        for top in (0..SIZE).step_by(height) {
            for left in (0..SIZE).step_by(width) {
                let (at, size) = ((left as isize, top as isize), (width, height));
                black_box(band.read_as::<u8>(at, size, size, None).expect("a block just written"));
            }
        }
    }
}

fn decoders(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder for the maps");
    for (map, cells) in [("tree cover", tree_cover(SIZE)), ("loss year", loss_year(SIZE))] {
        for (layout, cut) in LAYOUTS {
            let mut group = c.benchmark_group(format!("decode {map}, {layout}"));
            group.throughput(Throughput::Elements((SIZE * SIZE) as u64)).sample_size(10);
            for (compression, predictor) in PACKINGS {
                let path = folder.path().join("map.tif");
                let tiff = GeoTiff::new(Sample::U8, vec![cells.clone()]).cell(0.00025, 0.00025);
                cut(tiff).packed(compression, predictor).write(&path).expect("there is room for a map");
                let name = match predictor {
                    Predictor::None => format!("{compression:?}"),
                    _ => format!("{compression:?} with predictor"),
                };
                let decode = ours(&path);
                group.bench_function(&name, |b| b.iter(&decode));
                #[cfg(feature = "gdal")]
                {
                    let decode = by_gdal(&path);
                    group.bench_function(format!("{name}, GDAL"), |b| b.iter(&decode));
                }
            }
            group.finish();
        }
    }
}

criterion_group!(benches, decoders);
criterion_main!(benches);
