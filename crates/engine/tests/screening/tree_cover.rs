//! Classes of tree cover, and agroforestry with what nobody can tell: the parts of a plot.

use crate::drawn::{CELL, CORNER, Case, cells_box, column, drawing};
use lindero_plots::RawGeometry;
use lindero_testkit::{SplitMix64, grid_from_text, random_star};
use ndarray::Array2;

/// Kinds of ground: 1 farmed, 2 mixed, 3 contested, 0 open.
pub(crate) const CATALOG: &str = r#"
[layer.kind]
path = "kind.tif"
[layer.cover]
path = "cover.tif"
tree_cover = 2020
[term]
farmed_ground = "kind == 1"
mixed_ground = "kind == 2"
contested_ground = "kind == 3"
[indicator.farmed]
where = "farmed_ground"
grid = "kind"
"#;

/// Areas from rows of cells and the plot's own differ by less (share).
pub(crate) const OWN_AREA: f64 = 1e-6;

/// Screens plots over kinds and cover, both with 9 and 255 for no data, and checks that the parts add up.
#[track_caller]
fn check(kind: Array2<f64>, cover: Array2<f64>, plots: Vec<RawGeometry>) {
    let layers = [("kind", drawing(kind).nodata(9.0).layer()), ("cover", drawing(cover).nodata(255.0).layer())];
    let mut case = Case::new(CATALOG, layers, []);
    case.plots = plots;
    let screened = case.screen();
    let rows = case.table().rows;
    for percent in [10, 20, 30, 50] {
        let yes = column(&screened, &format!("agroforestry_ge{percent}_ha"));
        let open = column(&screened, &format!("agroforestry_undecided_ge{percent}_ha"));
        let other = column(&screened, &format!("agroforestry_other_ge{percent}_ha"));
        for (plot, row) in rows.iter().enumerate() {
            let parts = [yes[plot], open[plot], other[plot]];
            if parts.iter().all(Option::is_none) {
                continue;
            }
            let (sum, plot_ha) = (parts.iter().flatten().sum::<f64>(), row.area_m2.unwrap() / 10_000.0);
            assert!((sum - plot_ha).abs() < OWN_AREA * plot_ha, "{percent} %, plot {plot}: {parts:?} of {plot_ha}");
            assert!(parts.iter().flatten().all(|ha| *ha >= 0.0), "{percent} %, plot {plot}: {parts:?}");
        }
    }
}

#[test]
fn the_parts_of_random_plots_add_up() {
    let mut rng = SplitMix64::new(2);
    let kind = Array2::from_shape_simple_fn((40, 40), || *rng.pick(&[0.0, 1.0, 1.0, 2.0, 3.0, 9.0]));
    let cover = Array2::from_shape_simple_fn((40, 40), || *rng.pick(&[0.0, 10.0, 20.0, 35.0, 80.0, 255.0]));
    let plots = (0..60).map(|_| {
        let place = |rng: &mut SplitMix64| rng.between(6.0, 34.0) * CELL;
        let centre = [CORNER[0] + place(&mut rng), CORNER[1] - place(&mut rng)];
        let radius = rng.between(0.2, 6.0) * CELL;
        RawGeometry::Polygons(vec![vec![random_star(&mut rng, centre, radius, 6)]])
    });
    let plots = plots.collect();
    check(kind, cover, plots);
}

#[test]
fn a_plot_of_which_one_part_is_never_known_adds_up_too() {
    let plot = || vec![RawGeometry::Polygons(cells_box(0.0, 0.0, 2.0, 4.0))];
    // Mixed ground without data on its trees: it is no agroforestry, and whether it is other land nobody knows.
    check(grid_from_text("2222 2222"), Array2::from_elem((2, 4), 255.0), plot());
    // The same of farmed and open ground.
    check(grid_from_text("1111 0000"), Array2::from_elem((2, 4), 255.0), plot());
    check(grid_from_text("9999 9999"), Array2::from_elem((2, 4), 80.0), plot());
}

#[test]
fn classes_begin_above_their_percent_and_agroforestry_at_it() {
    let kind = grid_from_text("1111 1111");
    let cover = Array2::from_shape_fn((2, 4), |(_, col)| [9.0, 10.0, 11.0, 50.0][col]);
    let layers = [("kind", drawing(kind).layer()), ("cover", drawing(cover).layer())];
    let screened = Case::new(CATALOG, layers, [cells_box(0.0, 0.0, 2.0, 4.0)]).screen();
    let pct = |name: &str| column(&screened, name)[0].unwrap().round();
    assert_eq!(pct("treecover_2020_gt10_pct"), 50.0);
    assert_eq!(pct("treecover_2020_gt50_pct"), 0.0);
    assert_eq!(pct("agroforestry_ge10_pct"), 75.0);
    assert_eq!(pct("agroforestry_ge50_pct"), 25.0);
    assert_eq!(pct("agroforestry_other_ge10_pct"), 25.0);
}
