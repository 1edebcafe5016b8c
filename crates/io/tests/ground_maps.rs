//! The ground of pictures, drawn as text: what is at the centre of each pixel.

mod reading;

use lindero_grid::{Cell, Grid, Metric, Window};
use lindero_io::catalog::Catalog;
use lindero_io::ground_maps::{GroundCell, GroundMaps};
use lindero_io::screening::{ChosenPolicy, ScreenInput};
use lindero_testkit::{GeoTiff, Sample, grid_from_text};
use std::path::Path;

/// Hansen's cell.
const CELL: f64 = 0.00025;
const WEST: f64 = -76.0;
const NORTH: f64 = -9.0;

const CATALOG: &str = r#"
policy = "tree-loss"
[layer.lossyear]
path = "loss*.tif"
year = { base = 2000, never = 0 }
period = [2001, 2024]
valid_where = "datamask == 1"
[layer.treecover2000]
path = "cover.tif"
[layer.datamask]
path = "mask.tif"
"#;

fn write(folder: &Path, name: &str, drawing: &str, first_col: usize) {
    let west = WEST + CELL * first_col as f64;
    let file = GeoTiff::new(Sample::U8, vec![grid_from_text(drawing)]).at(west, NORTH).cell(CELL, CELL);
    std::fs::write(folder.join(name), file.to_bytes()).unwrap();
}

/// `T` trees, `.` none, `?` unknown, a digit the last of the year of a loss.
fn letter(cell: GroundCell) -> char {
    match cell {
        GroundCell::Unknown => '?',
        GroundCell::Open => '.',
        GroundCell::Forest => 'T',
        GroundCell::Lost(Some(year)) => char::from_digit((year - 2020) as u32, 10).unwrap(),
        GroundCell::Lost(None) => 'L',
    }
}

/// Draws `rows` by `cols` pixels of this size, of which the first begins at the layers' north-west corner moved by so
/// many pixels.
fn drawn(input: &ScreenInput, size: f64, moved: i32, (rows, cols): (i32, i32), wanted: Option<&[bool]>) -> Vec<String> {
    let maps = GroundMaps::of(input).unwrap();
    let (grid, Cell { row, col }) = Grid::through(WEST, NORTH, size, size, Metric::Geographic).unwrap();
    let window = Window { row: row - moved, col: col - moved, height: rows, width: cols };
    let cells = maps.at(&grid, window, wanted).unwrap().expect("few cells");
    cells.chunks(cols as usize).map(|row| row.iter().map(|cell| letter(*cell)).collect()).collect()
}

fn input(folder: &Path) -> ScreenInput {
    let catalog = folder.join("lindero.toml");
    std::fs::write(&catalog, CATALOG).unwrap();
    let catalog = Catalog::read(&catalog).unwrap();
    let policy = ChosenPolicy::choose(None, &catalog).unwrap();
    ScreenInput::open(catalog, policy).unwrap()
}

/// Trees of 10 % and more are `z`; losses of 2020, 2021 and 2024 are `k`, `l` and `o`; one cell of the mask is no data.
fn landscape() -> (tempfile::TempDir, ScreenInput) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "cover.tif", "zz9z zzzz .zzz", 0);
    // Two tiles side by side.
    write(folder.path(), "loss_a.tif", ".l .k ..", 0);
    write(folder.path(), "loss_b.tif", ".. o. ..", 2);
    write(folder.path(), "mask.tif", "#### ###. ####", 0);
    let input = input(folder.path());
    (folder, input)
}

const EXPECTED: [&str; 3] = ["T1.T", "TT4?", ".TTT"];

#[test]
fn each_cell_is_what_the_runs_own_terms_say_of_it() {
    let (_folder, input) = landscape();
    assert_eq!(drawn(&input, CELL, 0, (3, 4), None), EXPECTED);
    let maps = GroundMaps::of(&input).unwrap();
    assert_eq!(maps.years, Some((2021, 2025)));
    let forest = maps.forest.unwrap();
    assert_eq!((forest.name.as_str(), maps.loss.unwrap().name.as_str()), ("trees_2000", "lost"));
}

#[test]
fn finer_pixels_repeat_a_cell_and_those_outside_are_unknown() {
    let (_folder, input) = landscape();
    let twice = |text: &str| -> String { text.chars().flat_map(|letter| [letter, letter]).collect() };
    let mut expected = vec!["?".repeat(10)];
    for row in EXPECTED {
        expected.extend([0, 1].map(|_| format!("?{}?", twice(row))));
    }
    expected.push("?".repeat(10));
    assert_eq!(drawn(&input, CELL / 2.0, 1, (8, 10), None), expected);
}

#[test]
fn coarser_pixels_are_the_cell_at_their_centre() {
    let (_folder, input) = landscape();
    // Pixels of three cells: the centre is that of the cell in the middle.
    assert_eq!(drawn(&input, 3.0 * CELL, 0, (1, 1), None), ["T"]);
}

#[test]
fn pixels_that_nobody_wants_are_unknown() {
    let (_folder, input) = landscape();
    let wanted: Vec<bool> = (0..12).map(|pixel| pixel % 2 == 1).collect();
    assert_eq!(drawn(&input, CELL, 0, (3, 4), Some(&wanted)), ["?1?T", "?T??", "?T?T"]);
}

#[test]
fn a_picture_that_needs_a_billion_cells_is_not_begun() {
    let Some(data) = reading::data("worldcover-saotome") else { return };
    let tile = data.join("ESA_WorldCover_10m_2020_v100_N00E006_Map.tif");
    let folder = tempfile::tempdir().unwrap();
    for name in ["cover.tif", "loss.tif", "mask.tif"] {
        std::os::unix::fs::symlink(&tile, folder.path().join(name)).unwrap();
    }
    let input = input(folder.path());
    let maps = GroundMaps::of(&input).unwrap();
    let picture = |degrees: f64| {
        let size = degrees / 200.0;
        let (grid, Cell { row, col }) = Grid::through(6.0, 3.0, size, size, Metric::Geographic).unwrap();
        maps.at(&grid, Window { row, col, height: 200, width: 200 }, None).unwrap()
    };
    assert_eq!(picture(3.0), None);
    assert!(picture(0.2).is_some());
}
