//! Laws of coverage that hold for random plots on random grids.

use lindero_grid::{Coverage, FULL, Grid, Metric, Scratch, Span, Touched, Window, cover, cover_rows};
use lindero_plots::{Bounds, Position, Shape, clip_to_rect};
use lindero_testkit::{Polygons, SplitMix64, coverage_by_clipping, planar_area, random_star_with_hole};
use proptest::prelude::*;

/// Sizes of cells: 30 m and 10 m products in degrees, one that divides nothing, 30 m in metres.
const SIZES: [(f64, Metric); 4] = [
    (0.000_25, Metric::Geographic),
    (1.0 / 12_000.0, Metric::Geographic),
    (0.000_269_494_585, Metric::Geographic),
    (30.0, Metric::Planar),
];

/// Against clipping, a few cells from the origin: some ten roundings each of coordinates below 40 cells. Of 20,000 plots
/// the worst cell was 7e-15 off.
const NEAR_CELLS: f64 = 5e-14;
/// Against clipping, at real places: the oracle subtracts a corner that is itself rounded, to half a last digit of 76
/// degrees or of 9,000 km, 1e-10 of a 10 m cell. The worst of 20,000 was 1.2e-10 off.
const FAR_CELLS: f64 = 1e-9;
/// Sum of the shares against the shoelace formula, relative, anywhere: both take coordinates relative to a corner
/// of the plot, so that being far from the origin costs nothing. The worst of 40,000 was 8e-15 off.
const AREA: f64 = 1e-13;
/// Shares of shapes with different windows, in units of 2^-48 of a cell: each share is rounded to a whole unit and
/// coordinates below 40 cells to about as much (3 units at most in 20,000 plots), and a share of 4 units or fewer is
/// taken as none.
const FEW_UNITS: u64 = 12;

fn shape_of(polygons: &[Vec<Vec<Position>>]) -> Shape {
    Shape::from_rings(polygons.to_vec())
}

fn covered(shape: &Shape, grid: &Grid) -> Coverage {
    let mut coverage = Coverage::default();
    cover(shape.as_ref(), grid, &mut Scratch::default(), &mut coverage).expect("the shape is on the grid");
    coverage
}

fn covered_rows(shape: &Shape, grid: &Grid, rows: std::ops::Range<i32>) -> Coverage {
    let mut coverage = Coverage::default();
    cover_rows(shape.as_ref(), grid, rows, &mut Scratch::default(), &mut coverage).expect("the shape is on the grid");
    coverage
}

fn cells(window: Window) -> impl Iterator<Item = (i32, i32)> {
    (window.row..window.row_end()).flat_map(move |row| (window.col..window.col_end()).map(move |col| (row, col)))
}

fn spans(coverage: &Coverage) -> Vec<(i32, Vec<Span>)> {
    coverage.rows().filter(|(_, spans)| !spans.is_empty()).map(|(row, spans)| (row, spans.to_vec())).collect()
}

/// A star with a hole on a grid.
#[derive(Clone, Debug)]
struct Case {
    grid: Grid,
    star: Polygons,
}

/// Stars of `radius` (cells) with `corners` corners on grids of any of the sizes with any phase, the plot a few cells
/// from the origin or, `far` from it, at real places.
fn case(radius: impl Strategy<Value = f64>, corners: std::ops::Range<usize>, far: bool) -> impl Strategy<Value = Case> {
    (any::<u64>(), radius, corners, 0..SIZES.len(), [0.0..1.0, 0.0..1.0_f64]).prop_map(
        move |(seed, radius, corners, size, phase)| {
            let (size, metric) = SIZES[size];
            let mut rng = SplitMix64::new(seed);
            let centre = match (far, metric) {
                (false, _) => [rng.between(-3.0, 3.0) * size, rng.between(-3.0, 3.0) * size],
                (true, Metric::Geographic) => [rng.between(-81.0, -69.0), rng.between(-18.0, 50.0)],
                (true, Metric::Planar) => [rng.between(2e5, 8e5), rng.between(8e6, 1e7)],
            };
            let (grid, _) =
                Grid::through(phase[0] * size, phase[1] * size, size, size, metric).expect("a grid near the origin");
            Case { grid, star: random_star_with_hole(&mut rng, centre, radius * size, corners) }
        },
    )
}

fn near_plots() -> impl Strategy<Value = Case> {
    case(0.3..15.0, 5..40, false)
}

fn far_plots() -> impl Strategy<Value = Case> {
    case(0.3..15.0, 5..40, true)
}

fn any_plots() -> impl Strategy<Value = Case> {
    prop_oneof![near_plots(), far_plots()]
}

/// Windows of more cells than are accumulated in a plain array.
fn large_plots() -> impl Strategy<Value = Case> {
    prop_oneof![case(250.0..350.0, 5..200, false), case(250.0..350.0, 5..200, true)]
}

/// The largest difference from clipping each cell on its own, in cells.
fn error_against_clipping(case: &Case) -> f64 {
    let coverage = covered(&shape_of(&case.star), &case.grid);
    let window = coverage.window();
    let north_west = [case.grid.west(window.col), case.grid.north(window.row)];
    let size = [case.grid.size_x(), case.grid.size_y()];
    let oracle = coverage_by_clipping(&case.star, north_west, size, (window.height as usize, window.width as usize));
    cells(window)
        .map(|(row, col)| {
            let expected = oracle[((row - window.row) as usize, (col - window.col) as usize)];
            (coverage.share(row, col) as f64 / FULL as f64 - expected).abs()
        })
        .fold(0.0, f64::max)
}

/// Whether the shares of `parts` add up to those of `whole` in every cell, to [`FEW_UNITS`].
fn adds_up(whole: &Coverage, parts: &[Coverage]) -> Result<(), TestCaseError> {
    for (row, col) in cells(whole.window()) {
        let sum: u64 = parts.iter().map(|part| part.share(row, col)).sum();
        let share = whole.share(row, col);
        prop_assert!(sum.abs_diff(share) <= FEW_UNITS, "row {row}, column {col}: {sum} instead of {share}");
    }
    Ok(())
}

/// What a coverage has of a window, cell by cell.
fn touched(coverage: &Coverage, window: &Window) -> Touched {
    let touched = || cells(*window).filter(|&(row, col)| coverage.share(row, col) > 0);
    let rows = touched().map(|(row, _)| row).min().zip(touched().map(|(row, _)| row).max());
    let cols = touched().map(|(_, col)| col).min().zip(touched().map(|(_, col)| col).max());
    let (Some(rows), Some(cols)) = (rows, cols) else { return Touched::default() };
    let around = Window { row: rows.0, col: cols.0, height: rows.1 + 1 - rows.0, width: cols.1 + 1 - cols.0 };
    let is_whole = around.width == window.width && cells(around).all(|(row, col)| coverage.share(row, col) == FULL);
    Touched { window: around, is_whole }
}

/// The same ring from another of its corners on.
fn restarted(ring: &[Position], start: usize) -> Vec<Position> {
    let mut corners = ring[..ring.len() - 1].to_vec();
    let start = start % corners.len();
    corners.rotate_left(start);
    corners.push(corners[0]);
    corners
}

proptest! {
    #[test]
    fn every_cell_has_the_share_that_clipping_finds(case in near_plots()) {
        let error = error_against_clipping(&case);
        prop_assert!(error <= NEAR_CELLS, "{error}");
    }

    #[test]
    fn every_cell_far_from_the_origin_has_the_share_that_clipping_finds(case in far_plots()) {
        let error = error_against_clipping(&case);
        prop_assert!(error <= FAR_CELLS, "{error}");
    }

    #[test]
    fn shares_sum_to_the_area_of_the_plot(case in any_plots()) {
        let coverage = covered(&shape_of(&case.star), &case.grid);
        let units: u64 = coverage.rows().flat_map(|(_, spans)| spans).map(|s| s.share * u64::from(s.len)).sum();
        let sum = units as f64 / FULL as f64;
        let expected = planar_area(&case.star) / (case.grid.size_x() * case.grid.size_y());
        // A share is rounded to 2^-48 of a cell, so that plots below a cell are exact to a share of the cell.
        prop_assert!((sum - expected).abs() <= AREA * expected.max(1.0), "{sum} {expected}");
    }

    #[test]
    fn rows_near_a_window_are_the_spans_in_its_columns(
        case in any_plots(),
        offset in [-9i32..9, -9..9],
        size in [0i32..40, 0..40],
    ) {
        let coverage = covered(&shape_of(&case.star), &case.grid);
        let ([down, right], [height, width]) = (offset, size);
        let on = Window { row: coverage.window().row + down, col: coverage.window().col + right, height, width };
        let is_near = |span: &&Span| span.col < on.col_end() && on.col < span.col_end();
        let near = |row| coverage.row(row).iter().filter(is_near).copied().collect::<Vec<Span>>();
        let rows: Vec<Vec<Span>> = (on.row..on.row_end()).map(near).collect();
        prop_assert_eq!(coverage.rows_near(&on).map(<[Span]>::to_vec).collect::<Vec<_>>(), &rows[..]);
    }

    #[test]
    fn what_windows_beside_each_other_have_is_what_their_cells_have(
        case in any_plots(),
        offset in [-9i32..9, -9..9],
        size in [0i32..40, 0..40],
        width in 1i32..9,
    ) {
        let coverage = covered(&shape_of(&case.star), &case.grid);
        let ([down, right], [height, all]) = (offset, size);
        let on = Window { row: coverage.window().row + down, col: coverage.window().col + right, height, width: all };
        let windows = (on.col..on.col_end()).step_by(width as usize);
        let windows = windows.map(|col| Window { col, width: width.min(on.col_end() - col), ..on });
        let expected: Vec<Touched> = windows.map(|window| touched(&coverage, &window)).collect();
        prop_assert_eq!(coverage.touched_beside(&on, width), expected);
    }

    #[test]
    fn a_hole_subtracts(case in near_plots()) {
        let ring = |ring: &[Position]| covered(&shape_of(&[vec![ring.to_vec()]]), &case.grid);
        let hole: Vec<Position> = case.star[0][1].iter().rev().copied().collect();
        let rest = covered(&shape_of(&case.star), &case.grid);
        adds_up(&ring(&case.star[0][0]), &[rest, ring(&hole)])?;
    }

    #[test]
    fn the_start_of_a_ring_and_the_order_of_rings_change_no_unit(case in any_plots(), start in 0usize..40) {
        let expected = covered(&shape_of(&case.star), &case.grid);
        let mut rings = case.star[0].clone();
        rings.iter_mut().for_each(|ring| *ring = restarted(ring, start));
        rings.reverse();
        prop_assert_eq!(covered(&shape_of(&[rings]), &case.grid), expected);
    }

    #[test]
    fn neighbours_that_tile_a_plot_sum_to_it(case in near_plots(), at in 0.0..1.0, upright: bool) {
        let shape = shape_of(&case.star);
        let all = shape.as_ref().bounds();
        let (one, other) = if upright {
            let x = all.min_x + at * all.width();
            (Bounds { max_x: x, ..all }, Bounds { min_x: x, ..all })
        } else {
            let y = all.min_y + at * all.height();
            (Bounds { max_y: y, ..all }, Bounds { min_y: y, ..all })
        };
        let parts = [one, other].map(|half| covered(&clip_to_rect(shape.as_ref(), &half), &case.grid));
        adds_up(&covered(&shape, &case.grid), &parts)?;
    }

    #[test]
    fn some_rows_are_the_rows_of_the_whole(case in any_plots(), skip in -5i32..40, height in 0i32..40) {
        let shape = shape_of(&case.star);
        let whole = covered(&shape, &case.grid);
        let start = whole.window().row + skip;
        let some = covered_rows(&shape, &case.grid, start..start + height);
        let wanted = |row: i32| (start..start + height).contains(&row);
        for (row, spans) in whole.rows() {
            prop_assert_eq!(some.row(row), if wanted(row) { spans } else { &[] });
        }
        prop_assert!(some.rows().all(|(row, _)| wanted(row)));
    }

    #[test]
    fn lookups_agree_with_rows(case in any_plots()) {
        let coverage = covered(&shape_of(&case.star), &case.grid);
        let window = coverage.window();
        let around = Window { row: window.row - 1, col: window.col - 1, height: window.height + 2, width: window.width + 2 };
        for (row, col) in cells(around) {
            let holds = |span: &&Span| (span.col..span.col_end()).contains(&col);
            let expected = coverage.row(row).iter().find(holds).map_or(0, |span| span.share);
            prop_assert_eq!(coverage.share(row, col), expected);
        }
    }

    #[test]
    fn spans_lie_in_the_window_in_order_and_are_as_long_as_can_be(case in any_plots()) {
        let coverage = covered(&shape_of(&case.star), &case.grid);
        let window = coverage.window();
        for (_, spans) in coverage.rows() {
            for span in spans {
                prop_assert!(span.len >= 1 && (1..=FULL).contains(&span.share), "{:?}", span);
                prop_assert!(window.col <= span.col && span.col_end() <= window.col_end(), "{:?}", span);
            }
            for pair in spans.windows(2) {
                let (a, b) = (pair[0], pair[1]);
                prop_assert!(a.col_end() < b.col || (a.col_end() == b.col && a.share != b.share), "{:?} {:?}", a, b);
            }
        }
    }

    #[test]
    fn files_of_one_product_lie_on_one_grid(row in -300_000i32..300_000, col in -700_000i32..700_000, size in 0usize..2) {
        let size = SIZES[size].0;
        let (product, _) = Grid::through(0.0, 0.0, size, size, Metric::Geographic).expect("a grid at the origin");
        let corner = [f64::from(col) * size, f64::from(-row) * size];
        let (file, cell) = Grid::through(corner[0], corner[1], size, size, Metric::Geographic).expect("a file's grid");
        prop_assert_eq!(file, product);
        prop_assert_eq!((cell.row, cell.col), (row, col));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_large_plot_is_the_sum_of_its_rows_to_the_unit(case in large_plots()) {
        let shape = shape_of(&case.star);
        let whole = covered(&shape, &case.grid);
        let window = whole.window();
        prop_assert!(window.height * window.width > 1 << 14, "not large: {window:?}");
        for row in window.row..window.row_end() {
            let alone = covered_rows(&shape, &case.grid, row..row + 1);
            prop_assert_eq!(alone.row(row), whole.row(row));
        }
    }

    #[test]
    fn a_large_plot_in_stripes_of_any_height_is_the_same(case in large_plots(), height in 1i32..200) {
        let shape = shape_of(&case.star);
        let whole = covered(&shape, &case.grid);
        let window = whole.window();
        let stripes = (window.row..window.row_end()).step_by(height as usize);
        let stripes: Vec<_> =
            stripes.flat_map(|row| spans(&covered_rows(&shape, &case.grid, row..row + height))).collect();
        prop_assert_eq!(stripes, spans(&whole));
    }
}
