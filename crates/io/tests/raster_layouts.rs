//! Every layout a GeoTIFF may have gives back the cells it was written from.

mod reading;

use lindero_layers::{BlockId, LayerSource};
use lindero_testkit::{Compression, Crs, GeoTiff, Predictor, Sample, SplitMix64};
use ndarray::Array2;
use reading::{open, same, whole};

const SAMPLES: [(Sample, f64, f64); 11] = [
    (Sample::U1, 0.0, 1.0),
    (Sample::U2, 0.0, 3.0),
    (Sample::U4, 0.0, 15.0),
    (Sample::U8, 0.0, 255.0),
    (Sample::I8, -128.0, 127.0),
    (Sample::U16, 0.0, 65_535.0),
    (Sample::I16, -32_768.0, 32_767.0),
    (Sample::U32, 0.0, 4_294_967_295.0),
    (Sample::I32, -2_147_483_648.0, 2_147_483_647.0),
    (Sample::F32, -1e6, 1e6),
    (Sample::F64, -1e9, 1e9),
];

/// Runs of random values over the type's whole range, as maps have.
fn bands(sample: Sample, count: usize, (height, width): (usize, usize)) -> Vec<Array2<f64>> {
    let (_, low, high) = *SAMPLES.iter().find(|(known, ..)| *known == sample).unwrap();
    let mut chance = SplitMix64::new(7);
    let mut value = low;
    let mut cell = || {
        if chance.chance(0.3) {
            value = low + chance.below((high - low) as usize + 1) as f64;
        }
        if sample == Sample::F32 { f64::from(value as f32) } else { value }
    };
    (0..count).map(|_| Array2::from_shape_fn((height, width), |_| cell())).collect()
}

fn check(tiff: &GeoTiff, expected: &[Array2<f64>], what: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.tif");
    tiff.write(&path).unwrap();
    let layer = open(&path).unwrap_or_else(|e| panic!("{what}: {e}"));
    assert_eq!(layer.summary().tiles[0].reader, "lindero", "{what}");
    let read = whole(&layer).unwrap_or_else(|e| panic!("{what}: {e}"));
    assert_eq!(read.bands, expected, "{what}");
}

#[test]
fn all_ways_to_pack_and_lie_give_the_same_cells() {
    let mut tried = 0;
    for (sample, ..) in SAMPLES {
        for count in [1, 3] {
            let cells = bands(sample, count, (37, 45));
            for compression in
                [Compression::None, Compression::Lzw, Compression::Deflate, Compression::PackBits, Compression::Zstd]
            {
                for predictor in [Predictor::None, Predictor::Horizontal, Predictor::FloatingPoint] {
                    let packs = !matches!(compression, Compression::None | Compression::PackBits);
                    let possible = match predictor {
                        Predictor::None => true,
                        Predictor::Horizontal => packs && sample.bits() >= 8,
                        Predictor::FloatingPoint => packs && sample.is_float(),
                    };
                    for layout in (0..16).filter(|_| possible) {
                        let flag = |bit: u32| layout >> bit & 1 == 1;
                        let mut tiff = GeoTiff::new(sample, cells.clone()).packed(compression, predictor);
                        tiff = if flag(0) { tiff.tiles(32, 16) } else { tiff.strips(5) };
                        tiff = if flag(1) { tiff.big_endian() } else { tiff };
                        tiff = if flag(2) { tiff.big_tiff() } else { tiff };
                        tiff = if flag(3) { tiff.planar() } else { tiff };
                        check(&tiff, &cells, &format!("{sample:?} {count} {compression:?} {predictor:?} {layout:04b}"));
                        tried += 1;
                    }
                }
            }
        }
    }
    assert_eq!(tried, 2720, "layouts tried");
}

#[test]
fn a_file_with_south_up_is_turned_over() {
    let cells = bands(Sample::I16, 2, (37, 45));
    let tiff = || GeoTiff::new(Sample::I16, cells.clone()).at(-80.0, -10.0).cell(0.25, 0.25).south_up();
    // 37 rows are no multiple of 5 or 16; 37 in one strip is.
    for (what, tiff) in [
        ("strips", tiff().strips(5)),
        ("one strip", tiff()),
        ("tiles", tiff().tiles(16, 16)),
        ("planar", tiff().tiles(32, 32).planar().packed(Compression::Deflate, Predictor::Horizontal)),
    ] {
        check(&tiff, &cells, what);
    }
}

#[test]
fn all_ways_to_say_where_cells_lie_are_one_place() {
    let cells = bands(Sample::U8, 1, (6, 4));
    let tiff = || GeoTiff::new(Sample::U8, cells.clone()).at(-80.0, -10.0).cell(0.25, 0.125);
    let folder = tempfile::tempdir().unwrap();
    for (what, tiff) in [
        ("scale", tiff()),
        ("matrix", tiff().transformation()),
        ("point", tiff().pixel_is_point()),
        ("point and matrix", tiff().pixel_is_point().transformation()),
        ("south up", tiff().south_up()),
        ("south up and point", tiff().south_up().pixel_is_point()),
    ] {
        let path = folder.path().join("map.tif");
        tiff.write(&path).unwrap();
        let layer = open(&path).unwrap();
        let bounds = layer.summary().tiles[0].bounds;
        assert_eq!([bounds.min_x, bounds.min_y, bounds.max_x, bounds.max_y], [-80.0, -10.75, -79.0, -10.0], "{what}");
    }
}

#[test]
fn a_block_that_is_left_out_is_nodata_or_zero() {
    let mut cells = Array2::from_elem((32, 48), 7.0);
    cells[(20, 40)] = 3.0;
    let sparse = |tiff: GeoTiff| tiff.tiles(16, 16).sparse().packed(Compression::Lzw, Predictor::None);
    check(&sparse(GeoTiff::new(Sample::U8, vec![cells.clone()]).nodata("7")), &[cells.clone()], "nodata");
    cells.mapv_inplace(|value| if value == 7.0 { 0.0 } else { value });
    check(&sparse(GeoTiff::new(Sample::I16, vec![cells.clone()])), &[cells], "zero");
}

#[test]
fn a_colour_map_leaves_the_cells_as_they_are() {
    let cells = bands(Sample::U8, 1, (9, 9));
    let tiff = GeoTiff::new(Sample::U8, cells.clone()).palette(&[[255, 0, 0], [0, 255, 0]]);
    check(&tiff, &cells, "palette");
}

#[test]
fn bytes_that_only_the_metadata_calls_signed_are_signed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.tif");
    let cells = Array2::from_shape_vec((1, 4), vec![0.0, 127.0, 128.0, 255.0]).unwrap();
    let xml =
        r#"<GDALMetadata><Item name="PIXELTYPE" sample="0" domain="IMAGE_STRUCTURE">SIGNEDBYTE</Item></GDALMetadata>"#;
    GeoTiff::new(Sample::U8, vec![cells]).metadata(xml).nodata("-1").write(&path).unwrap();
    let layer = open(&path).unwrap();
    assert_eq!(layer.info().cell_type, "int8");
    assert_eq!(layer.info().sheets[0].tiles[0].nodata, Some(-1.0));
    assert_eq!(whole(&layer).unwrap().bands[0].as_slice().unwrap(), [0.0, 127.0, -128.0, -1.0]);
}

#[test]
fn a_nodata_tag_is_the_number_the_cells_hold() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.tif");
    let lowest = f64::from(-3.4e38_f32);
    let cells = Array2::from_shape_vec((1, 2), vec![lowest, 1.0]).unwrap();
    for (sample, text, expected) in [(Sample::F32, "-3.4e+38", Some(lowest)), (Sample::F64, "nan", Some(f64::NAN))] {
        GeoTiff::new(sample, vec![cells.clone()]).nodata(text).write(&path).unwrap();
        let nodata = open(&path).unwrap().info().sheets[0].tiles[0].nodata;
        assert!(nodata.zip(expected).is_some_and(|(a, b)| same(a, b)), "{text} is {nodata:?}");
    }
    GeoTiff::new(Sample::U8, vec![Array2::zeros((1, 1))]).nodata("-9999").write(&path).unwrap();
    assert_eq!(open(&path).unwrap().info().sheets[0].tiles[0].nodata, None);
}

#[test]
fn a_file_without_a_coordinate_system_asks_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.tif");
    GeoTiff::new(Sample::U8, vec![Array2::zeros((2, 2))]).crs(Crs::Unknown).write(&path).unwrap();
    let message = open(&path).unwrap_err().to_string();
    assert!(message.contains("crs = \"EPSG:32718\""), "{message}");
    assert!(reading::open_as(&path, "EPSG:4326").unwrap().info().projection.is_none());
}

#[cfg(feature = "proj")]
#[test]
fn a_file_in_metres_has_a_projection() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.tif");
    let tiff = |crs| {
        GeoTiff::new(Sample::U8, vec![Array2::zeros((2, 2))]).at(500_000.0, 9_000_000.0).cell(30.0, 30.0).crs(crs)
    };
    tiff(Crs::Projected(32718)).write(&path).unwrap();
    let layer = open(&path).unwrap();
    let projection = layer.info().projection.clone().unwrap();
    assert_eq!((projection.name(), projection.is_geographic()), ("EPSG:32718", false));
    assert_eq!(layer.info().sheets[0].grid.metric(), lindero_grid::Metric::Planar);

    tiff(Crs::Geographic(4674)).at(-63.0, -9.0).cell(0.1, 0.1).write(&path).unwrap();
    let layer = open(&path).unwrap();
    assert_eq!(layer.summary().crs, "EPSG:4674");
    assert_eq!(layer.info().sheets[0].grid.metric(), lindero_grid::Metric::Geographic);
}

#[test]
fn a_block_or_band_that_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.tif");
    GeoTiff::new(Sample::U8, vec![Array2::zeros((4, 4))]).write(&path).unwrap();
    let layer = open(&path).unwrap();
    let block = BlockId { sheet: 0, tile: 0, row: 0, col: 0 };
    assert!(layer.read_block(block, &[0], u32::MAX).is_ok());
    assert!(layer.read_block(block, &[1], u32::MAX).unwrap_err().to_string().contains("no band 2"));
    for block in [
        BlockId { row: 1, ..block },
        BlockId { col: 1, ..block },
        BlockId { tile: 1, ..block },
        BlockId { sheet: 1, ..block },
    ] {
        assert!(layer.read_block(block, &[0], u32::MAX).is_err(), "{block:?}");
    }
}

#[test]
fn a_file_cut_short_is_an_error_at_its_missing_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.tif");
    let cells = bands(Sample::U8, 1, (64, 64));
    let full = GeoTiff::new(Sample::U8, cells).strips(8).packed(Compression::Deflate, Predictor::None).to_bytes();
    for keep in 0..full.len() {
        std::fs::write(&path, &full[..keep]).unwrap();
        // The directory is the last thing in the file, so nothing can be read without it.
        assert!(
            open(&path).and_then(|layer| whole(&layer)).is_err() || keep + 4 >= full.len(),
            "{keep} of {}",
            full.len()
        );
    }
}

#[test]
fn a_damaged_block_is_named_and_the_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.tif");
    let cells = bands(Sample::U8, 1, (64, 64));
    let mut file = GeoTiff::new(Sample::U8, cells).strips(32).packed(Compression::Deflate, Predictor::None).to_bytes();
    // In the middle of the first of two strips.
    for byte in &mut file[200..260] {
        *byte = 0xFF;
    }
    std::fs::write(&path, file).unwrap();
    let layer = open(&path).unwrap();
    let block = |row| layer.read_block(BlockId { sheet: 0, tile: 0, row, col: 0 }, &[0], u32::MAX);
    let message = block(0).unwrap_err().to_string();
    assert!(message.contains("block in row 0, column 0") && message.contains("Deflate"), "{message}");
    assert!(block(1).is_ok());
}

/// For any number of columns asked for, the cells of those columns are those of the whole block.
fn check_columns(tiff: &GeoTiff, what: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.tif");
    tiff.write(&path).unwrap();
    let layer = open(&path).unwrap();
    let tile = &layer.info().sheets[0].tiles[0];
    let bands: Vec<u32> = (0..layer.info().bands).rev().collect();
    let (rows, cols) = tile.blocks();
    for (row, col) in (0..rows).flat_map(|row| (0..cols).map(move |col| (row, col))) {
        let id = BlockId { sheet: 0, tile: 0, row, col };
        let whole = layer.read_block(id, &bands, u32::MAX).unwrap();
        let (height, width) = whole.bands[0].dim();
        for wanted in [0, 1, 2, 3, 7, 8, 9, 15, 17, 31, 44, 45, 46, 1000] {
            let part = layer.read_block(id, &bands, wanted).unwrap();
            let found = part.bands[0].dim();
            assert_eq!(found.0, height, "{what}");
            assert!((wanted.min(width as u32) as usize..=width).contains(&found.1), "{what}: {found:?} for {wanted}");
            for (part, whole) in part.bands.iter().zip(&whole.bands) {
                assert_eq!(part.dim(), found, "{what}");
                for (r, c) in (0..height).flat_map(|r| (0..found.1).map(move |c| (r, c))) {
                    assert_eq!(part.number(r, c), whole.number(r, c), "{what}: cell {r}, {c} of {wanted} columns");
                }
            }
        }
    }
}

#[test]
fn the_first_columns_of_a_block_are_those_of_the_whole() {
    let packings = [
        (Compression::None, Predictor::None),
        (Compression::PackBits, Predictor::None),
        (Compression::Lzw, Predictor::None),
        (Compression::Lzw, Predictor::Horizontal),
        (Compression::Lzw, Predictor::FloatingPoint),
        (Compression::Deflate, Predictor::Horizontal),
        (Compression::Zstd, Predictor::FloatingPoint),
    ];
    for sample in [Sample::U1, Sample::U4, Sample::U8, Sample::I16, Sample::F32, Sample::F64] {
        let floats = matches!(sample, Sample::F32 | Sample::F64);
        let whole_bytes = !matches!(sample, Sample::U1 | Sample::U4);
        for (compression, predictor) in packings {
            let possible = match predictor {
                Predictor::None => true,
                Predictor::Horizontal => whole_bytes,
                Predictor::FloatingPoint => floats,
            };
            for count in [1, 3] {
                if !possible {
                    continue;
                }
                let tiff = GeoTiff::new(sample, bands(sample, count, (37, 45))).packed(compression, predictor);
                let what = format!("{sample:?} × {count}, {compression:?}, {predictor:?}");
                check_columns(&tiff.clone().strips(1), &format!("{what}, strips of one row"));
                check_columns(&tiff.clone().strips(8).planar(), &format!("{what}, strips by band"));
                check_columns(&tiff.clone().tiles(32, 16), &format!("{what}, tiles"));
                check_columns(&tiff.strips(5).south_up(), &format!("{what}, south up"));
            }
        }
    }
}
