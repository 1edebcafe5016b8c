//! `lindero layers check`, through the built program.

mod common;

use common::run;
use lindero_testkit::{GeoTiff, Sample, grid_from_text};
use std::path::Path;
use std::process::Output;

fn landscape() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/landscape")
}

fn check(output: &Output, code: i32, told: &[&str]) -> String {
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{text}");
    for told in told {
        assert!(text.contains(told), "{told:?} is not in\n{text}");
    }
    text
}

/// Tiles by name, west edge and drawing (cells of one degree, north edge at 0) under a catalog.
fn checked(tiles: &[(&str, f64, &str)], catalog: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    for (name, west, drawing) in tiles {
        let file = GeoTiff::new(Sample::U8, vec![grid_from_text(drawing)]).at(*west, 0.0);
        file.write(&folder.path().join(name)).unwrap();
    }
    let path = folder.path().join("lindero.toml");
    std::fs::write(&path, catalog).unwrap();
    run([Path::new("layers"), Path::new("check"), &path])
}

#[test]
fn the_landscapes_catalog_has_nothing_wrong_and_every_layer_is_told() {
    let output = run([Path::new("layers"), Path::new("check"), &landscape().join("lindero.toml")]);
    let text = check(
        &output,
        0,
        &[
            "lossyear",
            "Hansen_GFC-2024-v1.12_lossyear_00N_080W.tif  320 rows x 480 columns  blocks of 1 x 480, LZW",
            "0   197,649  85.79 %  never",
            "24  2,522    1.09 %   2024",
            "0.5030 rows doubled between JRC_TMF_AnnualChange_v1_2020_SAM_ID47_N0_W80.tif",
            "tag 0 in the files, catalog: \"none\"; 0 cells (0.00 %)",
            "27  74,240     0.93 %   no data",
            "2 in anp_nomb",
            "nothing is wrong",
        ],
    );
    assert!(!text.contains("\nwrong:"), "{text}");
}

#[test]
fn a_missing_file_is_wrong_at_its_line_and_the_other_layers_are_told_all_the_same() {
    let catalog = "[layer.gone]\npath = 'gone_*.tif'\n\n[layer.here]\npath = 'here.tif'\n";
    let told = ["gone, line 1: no file fits \"gone_*.tif\"", "values   1  3  75.00 %", "2  1  25.00 %"];
    check(&checked(&[("here.tif", 0.0, "11 12")], catalog), 2, &told);
}

#[test]
fn tiles_that_overlap_and_disagree_are_wrong_but_described() {
    let catalog = "[layer.a]\npath = 'a_*.tif'\n";
    let tiles = [("a_1.tif", 0.0, "111"), ("a_2.tif", 2.0, "211")];
    check(
        &checked(&tiles, catalog),
        2,
        &["1.0000 columns doubled between a_1.tif and a_2.tif", "they overlap and disagree"],
    );
    let tiles = [("a_1.tif", 0.0, "111"), ("a_2.tif", 2.0, "111")];
    check(&checked(&tiles, catalog), 0, &["1.0000 columns doubled between a_1.tif and a_2.tif"]);
}

#[test]
fn columns_that_no_tile_has_are_worth_a_look() {
    let told =
        ["2.0000 columns missing between a_1.tif and a_2.tif", "2.0 columns are missing between a_1.tif and a_2.tif"];
    check(&checked(&[("a_1.tif", 0.0, "111"), ("a_2.tif", 5.0, "111")], "[layer.a]\npath = 'a_*.tif'\n"), 0, &told);
}

#[test]
fn years_outside_the_period_and_a_condition_on_no_layer_are_wrong() {
    let catalog = "[layer.loss]\npath = 'a.tif'\nyear = { base = 2000, never = 0 }\nperiod = [2001, 2008]\nvalid_where = 'dtamask == 1'\n\
                   [layer.datamask]\npath = 'a.tif'\n";
    let told = [
        "loss, line 1: 1 cell holds 9, which is no year from 2001 to 2008",
        "line 5: in layer.loss.valid_where: column 1: unknown name \"dtamask\"; did you mean \"datamask\"?",
    ];
    check(&checked(&[("a.tif", 0.0, "089")], catalog), 2, &told);
}

#[test]
fn a_band_that_is_not_there_is_wrong() {
    let told = ["the catalog names band 3, but the files have 1 band(s)"];
    check(&checked(&[("a.tif", 0.0, "1")], "[layer.a]\npath = 'a.tif'\nband = 3\n"), 2, &told);
}

#[test]
fn a_catalog_that_cannot_be_read_is_told_with_its_line() {
    check(&checked(&[], "[layer.a]\npth = 'a.tif'\n"), 2, &["line 2: unknown key \"layer.a.pth\""]);
}
