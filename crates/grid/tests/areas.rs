//! Square metres summed over cells, against the plot's own area and against geodesic area.

use geo::{Coord, GeodesicArea, LineString, Polygon};
use lindero_grid::{AreaUnits, Coverage, FULL, Grid, Metric, RowAreas, Scratch, cover};
use lindero_plots::{PlotGeometry, Position, RawGeometry, Shape, area_m2, take_in};
use lindero_testkit::{SplitMix64, random_star, ring_area};
use proptest::prelude::*;

/// Cells of the 30 m and 10 m products, in degrees.
const SIZES_DEG: [f64; 2] = [0.000_25, 1.0 / 12_000.0];
/// The equator, Peru, France.
const LATITUDES_DEG: [f64; 3] = [0.0, -9.0, 45.0];
/// One degree of the equator, in metres: only to size made plots.
const DEGREE_M: f64 = 111_320.0;

/// Rounding of shares, row areas and the reference, relative.
const ROUNDING: f64 = 1e-11;
/// Karney's algorithm is good to some 0.001 m² whatever the size.
const KARNEY_M2: f64 = 0.001;
/// Against geodesic area, relative, plots under 100 ha at the latitudes of Peru that are no spikes: the promise of the
/// design. Of 60,000 plots the worst with eight corners or more was 9e-7 off; spikes of fewer corners, 6e-6.
const GEODESIC: f64 = 1e-6;

/// A plot of 0.2 to 100 ha on a grid of one of the sizes at one of the latitudes.
fn plot_on_grid() -> impl Strategy<Value = (Vec<Position>, Grid)> {
    (any::<u64>(), 0.2f64.ln()..100f64.ln(), 4usize..60, 0..LATITUDES_DEG.len(), 0..SIZES_DEG.len()).prop_map(
        |(seed, ln_ha, corners, latitude, size)| {
            let mut rng = SplitMix64::new(seed);
            let centre = [rng.between(-78.0, -70.0), LATITUDES_DEG[latitude] + rng.between(-0.5, 0.5)];
            let star = random_star(&mut rng, [0.0, 0.0], 1.0, corners);
            let scale = (ln_ha.exp() * 10_000.0 / ring_area(&star)).sqrt() / DEGREE_M;
            let widen = 1.0 / centre[1].to_radians().cos();
            let ring = star.iter().map(|[x, y]| [centre[0] + x * scale * widen, centre[1] + y * scale]).collect();
            let size = SIZES_DEG[size];
            (ring, Grid::through(-80.0, 10.0, size, size, Metric::Geographic).expect("a grid of a product").0)
        },
    )
}

/// Area over the cells in m², and how far it may lie from the plot's area, relative.
///
/// A cell's ground counts by its share, wherever in the cell it lies, while the ground's area per degree changes by
/// `tan(latitude)` per radian. The centre of a covered share `s` lies at most `(1 - s) / 2` of a cell from the cell's
/// own: no cell errs by more than `tan(latitude) * size * s (1 - s) / 2` of itself, and whole cells are exact. Of 60,000
/// plots the worst used half of it: on 30 m cells 5e-8 below 1 ha and 2e-8 above at 9 degrees, 2e-7 and 1e-7 at 45.
fn summed_m2(ring: &[Position], grid: &Grid) -> (f64, f64) {
    let shape = Shape::from_rings(vec![vec![ring.to_vec()]]);
    let mut coverage = Coverage::default();
    cover(shape.as_ref(), grid, &mut Scratch::default(), &mut coverage).expect("the plot is on the grid");
    let areas = RowAreas::of(grid, &coverage.window());
    let (mut total, mut shares, mut moments) = (AreaUnits::ZERO, 0.0, 0.0);
    for (row, spans) in coverage.rows() {
        for span in spans {
            total += AreaUnits::of(span.share * u64::from(span.len), areas.units(row));
            let share = span.share as f64 / FULL as f64;
            shares += share * f64::from(span.len);
            moments += share * (1.0 - share) / 2.0 * f64::from(span.len);
        }
    }
    let steepest = ring.iter().map(|position| position[1].abs()).fold(0.0, f64::max).to_radians().tan();
    (total.to_m2(), steepest * grid.size_y().to_radians() * moments / shares)
}

fn geodesic_m2(ring: &[Position]) -> f64 {
    let corners = ring.iter().map(|position| Coord { x: position[0], y: position[1] });
    Polygon::new(LineString::new(corners.collect()), vec![]).geodesic_area_unsigned()
}

/// The area between a straight side and a geodesic between the same corners, in m², at most: the parallel's curvature,
/// tan(latitude) / radius, times the cube of the side's length over 12.
fn geodesic_gap_m2(a: Position, b: Position) -> f64 {
    const RADIUS_M: f64 = 6.35e6;
    let latitude = a[1].abs().max(b[1].abs()).to_radians();
    let east_m = (b[0] - a[0]) * DEGREE_M * latitude.cos();
    let length_m = east_m.hypot((b[1] - a[1]) * DEGREE_M);
    length_m.powi(3) * latitude.tan() / (12.0 * RADIUS_M)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn cells_sum_to_the_area_of_the_plot((ring, grid) in plot_on_grid()) {
        let (sum_m2, gap) = summed_m2(&ring, &grid);
        let expected_m2 = area_m2(Shape::from_rings(vec![vec![ring]]).as_ref());
        let error = (sum_m2 / expected_m2 - 1.0).abs();
        prop_assert!(error <= gap + ROUNDING, "{sum_m2} {expected_m2}: {error:e} of at most {gap:e}");
    }

    #[test]
    fn cells_sum_to_the_geodesic_area((ring, grid) in plot_on_grid()) {
        let (sum_m2, gap) = summed_m2(&ring, &grid);
        let expected_m2 = geodesic_m2(&ring);
        let sides_m2: f64 = ring.windows(2).map(|side| geodesic_gap_m2(side[0], side[1])).sum();
        let error_m2 = (sum_m2 - expected_m2).abs();
        prop_assert!(error_m2 <= sides_m2 + gap * expected_m2 + KARNEY_M2, "{sum_m2} {expected_m2}: {sides_m2} {gap:e}");
        if ring.len() > 12 && ring[0][1] < 20.0 {
            prop_assert!(error_m2 <= GEODESIC * expected_m2, "{sum_m2} {expected_m2}");
        }
    }
}

#[test]
fn a_plot_of_whole_cells_has_its_area_to_the_last_digits() {
    for latitude in LATITUDES_DEG {
        for size in SIZES_DEG {
            let (grid, _) = Grid::through(-80.0, 0.0, size, size, Metric::Geographic).expect("a grid of a product");
            let cell = grid.cell_at([-76.0, latitude]).expect("a cell of the Earth");
            let (west, east) = (grid.west(cell.col), grid.west(cell.col + 7));
            let (north, south) = (grid.north(cell.row), grid.north(cell.row + 4));
            let ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
            let (sum_m2, _) = summed_m2(&ring, &grid);
            let expected_m2 = area_m2(Shape::from_rings(vec![vec![ring.to_vec()]]).as_ref());
            let error = (sum_m2 / expected_m2 - 1.0).abs();
            assert!(error <= ROUNDING, "{latitude} {size}: {sum_m2} {expected_m2}: {error:e}");
        }
    }
}

/// Sums of areas on cells under 16 km hold more than the largest plot that is measured: larger ones are refused before.
#[test]
fn every_plot_that_is_not_too_large_fits_in_the_sums() {
    let most_m2 = AreaUnits::m2_of(i128::MAX as f64);
    let square =
        |deg: f64| vec![[0.0, -deg / 2.0], [deg, -deg / 2.0], [deg, deg / 2.0], [0.0, deg / 2.0], [0.0, -deg / 2.0]];
    let is_measured = |deg: f64| {
        let taken = take_in(&RawGeometry::Polygons(vec![vec![square(deg)]]));
        taken.geometry != PlotGeometry::Unusable
    };
    let measured = (200..400).map(|tenths| f64::from(tenths) / 10.0).filter(|deg| is_measured(*deg));
    let areas_m2 = measured.map(|deg| area_m2(Shape::from_rings(vec![vec![square(deg)]]).as_ref()));
    let largest_m2 = areas_m2.fold(0.0, f64::max);
    assert!(largest_m2 > 7.9e12 && largest_m2 < most_m2, "{largest_m2} of {most_m2}");
}
