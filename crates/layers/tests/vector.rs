//! Features of many corners: what tiles may not change.

use lindero_layers::{VectorFeature, VectorLayer};
use lindero_plots::{Position, Shape, ShapeStore, area_m2, intersection};

/// A ring of `corners` corners, every other one nearer to the centre by `notch`.
fn cog(centre: Position, radius: f64, corners: usize, notch: f64) -> Shape {
    let mut ring: Vec<Position> = (0..corners)
        .map(|i| {
            let angle = std::f64::consts::TAU * i as f64 / corners as f64;
            let r = radius * if i % 2 == 0 { 1.0 } else { 1.0 - notch };
            [centre[0] + r * angle.cos(), centre[1] + r * angle.sin()]
        })
        .collect();
    ring.push(ring[0]);
    Shape::from_rings(vec![vec![ring]])
}

#[test]
fn tiles_change_no_shared_area() {
    let park = cog([-76.0, -9.0], 0.5, 4000, 0.02);
    let mut shapes = ShapeStore::new();
    shapes.push(park.as_ref());
    let layer = VectorLayer::new(vec![VectorFeature { name: None, category: None }], shapes);
    for step in 0..100 {
        let angle = 0.063 * f64::from(step);
        let r = 0.45 + 0.001 * f64::from(step);
        let plot = cog([-76.0 + r * angle.cos(), -9.0 + r * angle.sin()], 0.01, 12, 0.4);
        let shared = area_m2(layer.intersection(0, plot.as_ref()).as_ref());
        let expected = area_m2(intersection(plot.as_ref(), park.as_ref()).as_ref());
        let whole = area_m2(plot.as_ref());
        assert!((shared - expected).abs() <= 1e-9 * whole, "plot {step}: {shared} and {expected} of {whole}");
    }
}
