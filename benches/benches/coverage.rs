//! Exact coverage alone: no raster is read. Throughput is in plots.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lindero_benches::{district, farm_plots};
use lindero_grid::{Coverage, Grid, Metric, Scratch, cover};
use lindero_plots::ShapeRef;
use std::hint::black_box;

/// Grids by the ground size of their cells: the 30 m and 10 m products.
const GRIDS: [(&str, f64); 2] = [("30 m", 0.00025), ("10 m", 0.00025 / 3.0)];

fn grid(size_deg: f64) -> Grid {
    Grid::through(-80.0, 0.0, size_deg, size_deg, Metric::Geographic).expect("a grid of a product").0
}

fn measure<'a>(c: &mut Criterion, group: &str, plots: impl ExactSizeIterator<Item = ShapeRef<'a>> + Clone) {
    let mut group = c.benchmark_group(group);
    group.throughput(Throughput::Elements(plots.len() as u64));
    for (name, size_deg) in GRIDS {
        let grid = grid(size_deg);
        let (mut scratch, mut coverage) = (Scratch::default(), Coverage::default());
        group.bench_function(name, |b| {
            b.iter(|| {
                for plot in plots.clone() {
                    cover(black_box(plot), &grid, &mut scratch, &mut coverage).expect("the plot is on the grid");
                    black_box(&coverage);
                }
            });
        });
    }
    group.finish();
}

fn farms(c: &mut Criterion) {
    let plots = farm_plots(1_000);
    let shapes: Vec<ShapeRef<'_>> = plots.iter().collect();
    measure(c, "coverage of 1,000 plots of 0.2 to 5 ha", shapes.iter().copied());
}

fn large(c: &mut Criterion) {
    let shape = district();
    measure(c, "coverage of a district with 1,500 corners", std::iter::once(shape.as_ref()));
}

criterion_group!(benches, farms, large);
criterion_main!(benches);
