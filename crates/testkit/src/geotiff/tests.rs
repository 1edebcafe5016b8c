use super::*;
use crate::{SplitMix64, grid_from_text};

fn u16_at(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize
}

/// Tag → (type, count, value or offset) of a little-endian classic file.
fn entry(bytes: &[u8], wanted: usize) -> Option<(usize, usize, usize)> {
    let directory = u32_at(bytes, 4);
    (0..u16_at(bytes, directory)).map(|i| directory + 2 + 12 * i).find_map(|at| {
        (u16_at(bytes, at) == wanted).then(|| (u16_at(bytes, at + 2), u32_at(bytes, at + 4), u32_at(bytes, at + 8)))
    })
}

/// The bytes of the only block of a little-endian classic file in strips.
fn only_block(bytes: &[u8]) -> &[u8] {
    let (offset, length) = (entry(bytes, 273).expect("offsets").2, entry(bytes, 279).expect("lengths").2);
    &bytes[offset..offset + length]
}

fn check(tiff: GeoTiff, block: &[u8]) {
    assert_eq!(only_block(&tiff.to_bytes()), block);
}

fn one_band(sample: Sample, text: &str) -> GeoTiff {
    GeoTiff::new(sample, vec![grid_from_text(text)])
}

#[test]
fn cells_are_stored_row_by_row_in_their_type() {
    check(one_band(Sample::U8, "123 ..a"), &[1, 2, 3, 0, 0, 10]);
    check(one_band(Sample::U16, "1a"), &[1, 0, 10, 0]);
    check(one_band(Sample::F32, "1"), &1f32.to_le_bytes());
    check(GeoTiff::new(Sample::I8, vec![ndarray::arr2(&[[-2.0]])]), &[0xfe]);
}

#[test]
fn small_cells_share_bytes_and_every_row_begins_a_new_one() {
    check(one_band(Sample::U1, "#.#......# .........."), &[0b1010_0000, 0b0100_0000, 0, 0]);
    check(one_band(Sample::U4, "12f 3.."), &[0x12, 0xf0, 0x30, 0x00]);
    check(one_band(Sample::U2, "1230"), &[0b0110_1100]);
}

#[test]
fn bands_of_a_cell_lie_side_by_side_unless_planar() {
    let tiff = GeoTiff::new(Sample::U8, vec![grid_from_text("12"), grid_from_text("34")]);
    check(tiff.clone(), &[1, 3, 2, 4]);
    check(tiff.packed(Compression::None, Predictor::Horizontal), &[1, 3, 1, 1]);
}

#[test]
fn the_floating_point_predictor_sorts_bytes_by_weight() {
    let tiff = one_band(Sample::F32, "12").packed(Compression::None, Predictor::FloatingPoint);
    // 1.0 is 3f800000, 2.0 is 40000000: sorted 3f 40 80 00 00 00 00 00, then differences.
    check(tiff, &[0x3f, 0x01, 0x40, 0x80, 0, 0, 0, 0]);
}

#[test]
fn pack_bits_packs_apples_example() {
    // The example of TIFF 6.0's PackBits, from Apple's technical note TN1023.
    let plain = [
        0xaa, 0xaa, 0xaa, 0x80, 0x00, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0x80, 0x00, 0x2a, 0x22, 0xaa, 0xaa, 0xaa, 0xaa,
        0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa,
    ];
    let row = ndarray::Array2::from_shape_fn((1, plain.len()), |(_, col)| f64::from(plain[col]));
    check(
        GeoTiff::new(Sample::U8, vec![row]).packed(Compression::PackBits, Predictor::None),
        &[0xfe, 0xaa, 0x02, 0x80, 0x00, 0x2a, 0xfd, 0xaa, 0x03, 0x80, 0x00, 0x2a, 0x22, 0xf7, 0xaa],
    );
}

#[test]
fn a_sparse_file_leaves_out_blocks_without_data() {
    let mut grid = ndarray::Array2::zeros((16, 32));
    grid[(3, 20)] = 7.0;
    let bytes = GeoTiff::new(Sample::U8, vec![grid]).tiles(16, 16).sparse().to_bytes();
    let (_, count, at) = entry(&bytes, 325).expect("lengths");
    assert_eq!((count, u32_at(&bytes, at), u32_at(&bytes, at + 4)), (2, 0, 256));
}

#[test]
fn south_up_stores_the_last_row_first() {
    check(one_band(Sample::U8, "12 34").south_up(), &[3, 4, 1, 2]);
}

#[test]
fn the_same_description_gives_the_same_bytes() {
    let mut rng = SplitMix64::new(3);
    let grid = ndarray::Array2::from_shape_fn((100, 90), |_| rng.below(5) as f64);
    for compression in [Compression::Lzw, Compression::Deflate, Compression::PackBits, Compression::Zstd] {
        let tiff = GeoTiff::new(Sample::U8, vec![grid.clone()]).strips(7).packed(compression, Predictor::None);
        assert_eq!(tiff.to_bytes(), tiff.to_bytes());
    }
}

#[test]
#[should_panic(expected = "300 is not a whole number in 0..=255")]
fn a_value_beyond_the_type_is_refused() {
    GeoTiff::new(Sample::U8, vec![ndarray::arr2(&[[300.0]])]).to_bytes();
}
