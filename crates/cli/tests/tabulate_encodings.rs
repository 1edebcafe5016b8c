//! One crop of a real map in fourteen containers: what is the same on the ground gives the same table.

mod common;

use std::collections::BTreeMap;
use std::path::PathBuf;

use common::{Row, csv_bytes, fixture, gdal_tool, layer, rows, shared};

/// Areas that are sums of the same cells but for their last rounding.
const ROUNDING_M2: f64 = 1e-7;

fn plots() -> PathBuf {
    fixture("reference/encodings_plots.geojson")
}

fn container(name: &str) -> Option<PathBuf> {
    shared("encodings").map(|folder| folder.join(name))
}

fn bytes_of(name: &str, options: &str) -> Option<Vec<u8>> {
    Some(csv_bytes(&[&plots()], &[layer("map", &container(name)?) + options], &[]))
}

/// The same bytes from each container.
fn check(containers: &[(&str, &str)]) {
    let Some(first) = bytes_of(containers[0].0, containers[0].1) else { return };
    assert!(first.len() > 1000, "the table is empty");
    for (name, options) in &containers[1..] {
        let other = bytes_of(name, options).expect("the folder is there");
        assert!(first == other, "{name}{options} differs from {}", containers[0].0);
    }
}

#[test]
fn loss_year_is_the_same_however_it_is_packed() {
    check(&[
        ("ly_base_strip_deflate.tif", ""),
        ("ly_cog128.tif", ""),
        ("ly_nbits5.tif", ""),
        ("ly_strip7_packbits.tif", ""),
        ("ly_tiled_zstd.tif", ""),
        ("ly_tc_2band_pixel_interleaved.tif", ",band=1"),
    ]);
}

#[test]
fn tree_cover_is_the_same_however_it_is_packed() {
    check(&[
        ("tc_base_strip_deflate.tif", ""),
        ("tc_bigendian_lzw.tif", ""),
        ("tc_bigtiff_tiled_deflate.tif", ""),
        ("tc_int16_pred2.tif", ""),
        ("tc_tiled256_lzw_pred2.tif", ""),
        ("ly_tc_2band_pixel_interleaved.tif", ",band=2"),
    ]);
}

#[test]
fn containers_measured_together_give_what_each_gives_alone() {
    let names = ["ly_base_strip_deflate.tif", "tc_int16_pred2.tif", "ly_utm20n_30m.tif", "ly_cog128.tif"];
    let Some(paths) = names.map(container).into_iter().collect::<Option<Vec<_>>>() else { return };
    let layers: Vec<String> = names.iter().zip(&paths).map(|(name, path)| layer(name, path)).collect();
    let together = rows(&[&plots()], &layers, &[]);
    for (name, one) in names.iter().zip(layers) {
        let of_one: Vec<Row> = together.iter().filter(|row| row.layer == *name).cloned().collect();
        assert_eq!(of_one, rows(&[&plots()], &[one], &[]), "{name}");
    }
}

/// Area of each class by plot.
fn classes(rows: &[Row]) -> BTreeMap<(usize, Option<i64>), f64> {
    rows.iter().map(|row| ((row.row, row.value.map(|value| value as i64)), row.area_m2)).collect()
}

#[test]
fn a_mask_and_a_nodata_number_take_the_same_cells_out_of_every_class() {
    let names = ["ly_base_strip_deflate.tif", "ly_int8_signed_nodata-1.tif", "ly_internal_mask.tif"];
    let Some(paths) = names.map(container).into_iter().collect::<Option<Vec<_>>>() else { return };
    let [base, signed, masked] =
        [0, 1, 2].map(|at: usize| classes(&rows(&[&plots()], &[layer("map", &paths[at])], &[])));
    assert_eq!(signed, masked);
    let total = |of: &BTreeMap<(usize, Option<i64>), f64>, plot: usize| {
        of.iter().filter(|(class, _)| class.0 == plot).map(|(_, area_m2)| area_m2).sum::<f64>()
    };
    let mut fewer = 0;
    for (&(plot, value), &before_m2) in &base {
        assert!((total(&base, plot) - total(&signed, plot)).abs() <= ROUNDING_M2, "plot {plot} changed its area");
        let now_m2 = signed.get(&(plot, value)).copied().unwrap_or_default();
        match value {
            None => assert!(now_m2 >= before_m2 - ROUNDING_M2, "plot {plot}: {now_m2} of {before_m2} m2 of no data"),
            Some(_) => assert!(now_m2 <= before_m2 + ROUNDING_M2, "plot {plot}, {value:?}: {now_m2} of {before_m2} m2"),
        }
        fewer += usize::from(now_m2 < before_m2 - ROUNDING_M2);
    }
    assert!(signed.keys().all(|class| class.1.is_none() || base.contains_key(class)), "a class out of nothing");
    assert!(fewer >= 5, "only {fewer} classes lost anything to no data");
}

#[test]
fn a_file_in_utm_gives_what_gdal_reads_from_it() {
    let Some(packed) = container("ly_utm20n_30m.tif") else { return };
    let folder = tempfile::tempdir().unwrap();
    for options in [["-co", "COMPRESS=NONE"], ["-co", "TILED=YES"], ["-ot", "Float32"]] {
        let plain = folder.path().join("plain.tif");
        let args: Vec<_> = options.iter().map(AsRef::as_ref).chain([packed.as_os_str(), plain.as_os_str()]).collect();
        if !gdal_tool("gdal_translate", &args) {
            return;
        }
        let [from_packed, from_plain] =
            [&packed, &plain].map(|path| csv_bytes(&[&plots()], &[layer("map", path)], &[]));
        assert!(from_packed == from_plain, "the file that gdal_translate {options:?} wrote differs");
    }
}
