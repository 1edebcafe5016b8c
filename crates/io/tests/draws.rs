//! Samples drawn from maps: every place as likely as any other, whatever the sizes of cells.

use lindero_engine::Quiet;
use lindero_io::estimate::{ClassMap, Design, Wishes};
use lindero_testkit::{Crs, GeoTiff, Sample};
use ndarray::Array2;

const DRAWS: u64 = 1500;
const ROWS: usize = 12;
const COLS: usize = 8;
const POINTS: u64 = 8;

/// Draws a few of the cells of a map of one class again and again, and calls `point` with the place of each.
fn draw(file: GeoTiff, mut point: impl FnMut(f64, f64)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.tif");
    file.write(&path).unwrap();
    let map = ClassMap::open(&path.display().to_string(), 0, None, None).unwrap();
    for seed in 0..DRAWS {
        let wishes = Wishes { target_se: 0.9, expected: &|_| 1.0, min_per_stratum: POINTS, seed };
        let design = Design::draw(&map, None, &wishes, "a test", &Quiet).unwrap();
        assert_eq!(design.points.len() as u64, POINTS);
        design.points.iter().for_each(|it| point(it.lon, it.lat));
    }
}

fn cells() -> Vec<Array2<f64>> {
    vec![Array2::from_elem((ROWS, COLS), 1.0)]
}

#[test]
fn shares_of_points_are_shares_of_ground_where_cells_shrink_towards_the_pole() {
    // Cells of 5 degrees of latitude, from 60° to the equator.
    let (mut north, mut all) = (0u32, 0u32);
    draw(GeoTiff::new(Sample::U8, cells()).at(-76.0, 60.0).cell(1.0, 5.0), |_, lat| {
        north += u32::from(lat > 30.0);
        all += 1;
    });
    // Ground north of 30° on the sphere; on the ellipsoid it is a few thousandths more. Of cells it is half.
    let expected = 1.0 - 0.5 / 60f64.to_radians().sin();
    let share = f64::from(north) / f64::from(all);
    // Three standard errors of so many draws are 0.013.
    assert!((share - expected).abs() < 0.015, "{share} is not {expected}");
}

#[test]
fn cells_of_one_size_are_drawn_equally_often() {
    let mut counts = [0u32; ROWS * COLS];
    draw(GeoTiff::new(Sample::U8, cells()).at(-76.0, 0.006).cell(0.001, 0.001), |lon, lat| {
        let (row, col) = (((0.006 - lat) / 0.001) as usize, ((lon + 76.0) / 0.001) as usize);
        counts[row * COLS + col] += 1;
    });
    let expected = (DRAWS * POINTS) as f64 / counts.len() as f64;
    let chi: f64 = counts.iter().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum();
    // 95 degrees of freedom; without replacement a little less spread: one sample in 10,000 is beyond these.
    assert!((45.0..155.0).contains(&chi), "{chi}");
}

#[cfg(feature = "proj")]
#[test]
fn points_of_a_projected_map_are_the_centres_of_its_cells() {
    let file =
        GeoTiff::new(Sample::U8, cells()).at(500_000.0, 9_000_000.0).cell(30.0, 30.0).crs(Crs::Projected(32_718));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.tif");
    file.write(&path).unwrap();
    let map = ClassMap::open(&path.display().to_string(), 0, None, None).unwrap();
    let wishes = Wishes { target_se: 0.9, expected: &|_| 1.0, min_per_stratum: POINTS, seed: 1 };
    let design = Design::draw(&map, None, &wishes, "a test", &Quiet).unwrap();
    assert_eq!(design.strata[0].area_m2, (ROWS * COLS) as f64 * 900.0);
    let mut positions: Vec<[f64; 2]> = design.points.iter().map(|point| [point.lon, point.lat]).collect();
    let projection = lindero_io::crs::parse("EPSG:32718").unwrap().unwrap();
    projection.transform().unwrap().forward(&mut positions);
    for [x, y] in positions {
        let steps = [(x - 500_015.0) / 30.0, (8_999_985.0 - y) / 30.0];
        assert!(steps.iter().all(|step| (step - step.round()).abs() < 1e-4), "{x} {y}");
    }
}
