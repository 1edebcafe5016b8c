//! Inputs of the benchmarks: the same plots on every machine, from fixed seeds.
//!
//! Answers: *what is a usual batch of plots?* Smallholdings ([`farm_plots`]) as cooperatives send them, and one large
//! outline ([`district`]); of rasters, [`tree_cover`] and [`loss_year`]. A figure is only comparable with another one over the same input, so an input is
//! never changed: a new question gets a new function.
//!
//! ```
//! use lindero_plots::area_m2;
//!
//! let plots = lindero_benches::farm_plots(100);
//! let areas_ha = plots.iter().map(|plot| area_m2(plot) / 10_000.0);
//! assert!(areas_ha.into_iter().all(|ha| (0.19..=5.1).contains(&ha)));
//! ```
//!
//! It knows nothing of what is measured: the programs are in `benches/benches`, run with
//! `cargo bench -p lindero-benches`.

mod maps;

pub use maps::{loss_year, tree_cover};

use lindero_plots::{Position, Shape, ShapeStore};
use lindero_testkit::{SplitMix64, random_star, ring_area};
use std::f64::consts::TAU;

/// One degree of a meridian near the equator, in metres (WGS 84): only to size made plots.
const DEGREE_M: f64 = 110_600.0;

/// `count` plots of 0.2 to 5 ha (log-normal, median 1.1 ha) with 4 to 60 corners (median 11), scattered over the
/// Amazon slope of Peru.
///
/// They are stars, more ragged than farms: their edges cross more cells than those of real plots of this size.
pub fn farm_plots(count: usize) -> ShapeStore {
    let mut rng = SplitMix64::new(20_201_231);
    let mut plots = ShapeStore::new();
    for _ in 0..count {
        let area_ha = (1.1 * libm::exp(0.7 * rng.bell())).clamp(0.2, 5.0);
        let corners = (11.0 * libm::exp(0.55 * rng.bell())).round().clamp(4.0, 60.0);
        let centre = [rng.between(-77.7, -75.5), rng.between(-8.9, -6.1)];
        let star = random_star(&mut rng, [0.0, 0.0], 1.0, corners as usize);
        plots.push(on_the_ground(&star, centre, area_ha).as_ref());
    }
    plots
}

/// A district of 50,000 ha whose outline has 1,500 corners: round bays and capes, no spikes.
pub fn district() -> Shape {
    const CORNERS: usize = 1_500;
    let mut rng = SplitMix64::new(1_500);
    let bays = [2.0, 3.0, 5.0, 9.0].map(|waves| (waves, 0.2 / waves * rng.bell(), rng.between(0.0, TAU)));
    let mut ring: Vec<Position> = (0..CORNERS)
        .map(|corner| {
            let angle = TAU * corner as f64 / CORNERS as f64;
            let bends = bays.map(|(waves, depth, turn)| depth * libm::cos(waves * angle + turn));
            let radius = (1.0 + bends.iter().sum::<f64>()).max(0.4) * rng.between(0.98, 1.02);
            [radius * libm::cos(angle), radius * libm::sin(angle)]
        })
        .collect();
    ring.push(ring[0]);
    on_the_ground(&ring, [-76.4, -8.1], 50_000.0)
}

/// The ring around a place, of the given area to 1 %.
fn on_the_ground(ring: &[Position], [x, y]: Position, area_ha: f64) -> Shape {
    let scale = (area_ha * 10_000.0 / ring_area(ring)).sqrt() / DEGREE_M;
    let widen = 1.0 / libm::cos(y.to_radians());
    let ring = ring.iter().map(|corner| [x + corner[0] * scale * widen, y + corner[1] * scale]).collect();
    Shape::from_rings(vec![vec![ring]])
}
