//! What our own reader does not take goes through GDAL, with the same meaning.
#![cfg(feature = "gdal")]

mod reading;

use std::path::Path;

use gdal::raster::RasterCreationOptions;
use gdal::{Dataset, DriverManager};
use lindero_layers::LayerSource;
use lindero_testkit::{Compression, GeoTiff, Predictor, Sample, SplitMix64};
use ndarray::Array2;
use reading::{by_gdal, open, same, whole};

/// A map of 70 rows and 45 columns, in no layout in particular.
fn cells() -> Array2<f64> {
    let mut chance = SplitMix64::new(3);
    Array2::from_shape_fn((70, 45), |_| chance.below(200) as f64)
}

fn source(folder: &Path, tiff: &GeoTiff) -> Dataset {
    let path = folder.join("source.tif");
    tiff.write(&path).unwrap();
    Dataset::open(path).unwrap()
}

fn plain() -> GeoTiff {
    GeoTiff::new(Sample::U8, vec![cells()]).at(-63.0, -9.0).cell(0.25, 0.25).nodata("199")
}

/// Copies a file with a driver of GDAL and options, and compares what is read with what GDAL reads.
fn check(tiff: &GeoTiff, driver: &str, name: &str, options: &[&str], reader: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let source = source(folder.path(), tiff);
    let options = RasterCreationOptions::from_iter(options.iter().copied());
    source.create_copy(&DriverManager::get_driver_by_name(driver).unwrap(), &path, &options).unwrap().close().unwrap();
    let layer = open(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
    let summary = layer.summary();
    assert_eq!((summary.tiles[0].reader.as_str(), summary.crs.as_str()), (reader, "EPSG:4326"), "{name}");
    let read = whole(&layer).unwrap();
    for (read, oracle) in read.bands.iter().zip(&by_gdal(&path).unwrap()) {
        assert!(read.iter().zip(oracle).all(|(a, b)| same(*a, *b)), "{name}");
    }
    let tile = &layer.info().sheets[0].tiles[0];
    assert_eq!((tile.window.row, tile.window.col, tile.nodata), (36, -252, Some(199.0)), "{name}");
}

#[test]
fn other_compressions_and_formats_are_read() {
    check(&plain(), "GTiff", "jpeg.tif", &["COMPRESS=JPEG"], "GDAL GTiff");
    check(&plain(), "GTiff", "lzma.tif", &["COMPRESS=LZMA"], "GDAL GTiff");
    check(&plain(), "GTiff", "lzw.tif", &["COMPRESS=LZW", "TILED=YES"], "lindero");
    check(&plain(), "VRT", "map.vrt", &[], "GDAL VRT");
    check(&plain(), "HFA", "map.img", &[], "GDAL HFA");
}

#[test]
fn a_file_with_south_up_is_turned_over_there_too() {
    check(&plain().south_up(), "VRT", "map.vrt", &[], "GDAL VRT");
}

#[test]
fn a_mask_in_another_file_counts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.tif");
    plain().write(&path).unwrap();
    let valid = Array2::from_shape_fn((70, 45), |(row, _)| if row < 35 { 255.0 } else { 0.0 });
    let flags = r#"<GDALMetadata><Item name="INTERNAL_MASK_FLAGS_1">2</Item></GDALMetadata>"#;
    GeoTiff::new(Sample::U8, vec![valid]).metadata(flags).write(&folder.path().join("map.tif.msk")).unwrap();
    let layer = open(&path).unwrap();
    assert_eq!(layer.summary().tiles[0].reader, "GDAL GTiff");
    let mask = whole(&layer).unwrap().mask.unwrap();
    assert!(mask.indexed_iter().all(|((row, _), valid)| *valid == (row < 35)));
}

#[test]
fn a_block_too_big_for_memory_is_read_in_windows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.vrt");
    // One source of 45 columns, stretched in a virtual raster with a block of 5000 x 5000.
    source(folder.path(), &plain());
    let xml = r#"<VRTDataset rasterXSize="5000" rasterYSize="5000"><SRS>EPSG:4326</SRS>
        <GeoTransform>0, 0.01, 0, 0, 0, -0.01</GeoTransform>
        <VRTRasterBand dataType="Byte" band="1" blockXSize="5000" blockYSize="5000"><SimpleSource>
        <SourceFilename relativeToVRT="1">source.tif</SourceFilename><SourceBand>1</SourceBand>
        <SrcRect xOff="0" yOff="0" xSize="45" ySize="70"/><DstRect xOff="0" yOff="0" xSize="5000" ySize="5000"/>
        </SimpleSource></VRTRasterBand></VRTDataset>"#;
    std::fs::write(&path, xml).unwrap();
    let layer = open(&path).unwrap();
    assert_eq!(layer.info().sheets[0].tiles[0].block, (2048, 2048));
    assert_eq!(whole(&layer).unwrap().bands, by_gdal(&path).unwrap());
}

#[test]
fn nothing_is_fetched_through_a_virtual_raster() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.vrt");
    let xml = r#"<VRTDataset rasterXSize="5" rasterYSize="5"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>
        <SourceFilename>/vsicurl/http://localhost:1/map.tif</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"#;
    std::fs::write(&path, xml).unwrap();
    let message = open(&path).unwrap_err().to_string();
    assert!(message.contains("network"), "{message}");
}

#[test]
fn workers_may_read_one_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let cells = cells();
    for (name, options) in [("lzma.tif", "COMPRESS=LZMA"), ("own.tif", "COMPRESS=ZSTD")] {
        let path = folder.path().join(name);
        let tiff = plain().packed(Compression::Deflate, Predictor::None);
        let options = RasterCreationOptions::from_iter([options, "BLOCKYSIZE=3"]);
        let driver = DriverManager::get_driver_by_name("GTiff").unwrap();
        source(folder.path(), &tiff).create_copy(&driver, &path, &options).unwrap().close().unwrap();
        let layer = open(&path).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert_eq!(whole(&layer).unwrap().bands[0], cells, "{name}"));
            }
        });
    }
}
