//! Plots over the departments of Peru, whose simplified borders overlap and leave gaps.

use std::fs;
use std::path::Path;

use lindero_plots::{PlotGeometry, Position, RawGeometry, Shape, ShapeStore, area_m2, take_in};
use lindero_regions::RegionSet;
use lindero_testkit::{SplitMix64, random_star};
use serde_json::Value;

/// Corners where borders cross a plot are known to 3e-14 degrees, of plots of at least 1e-3 degrees.
const ROUNDING: f64 = 1e-9;

fn polygons(geometry: &Value) -> Vec<Vec<Vec<Position>>> {
    let coordinates = geometry["coordinates"].clone();
    let read = |value: Value| serde_json::from_value(value).expect("coordinates of polygons");
    match geometry["type"].as_str() {
        Some("Polygon") => vec![serde_json::from_value(coordinates).expect("coordinates of a polygon")],
        _ => read(coordinates),
    }
}

#[test]
fn every_plot_in_peru_is_shared_out_among_its_departments() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/peru-admin-2007/peru_departamental_simple.geojson");
    let Ok(text) = fs::read_to_string(&path) else {
        println!("SKIPPED: no {}", path.display());
        return;
    };
    let file: Value = serde_json::from_str(&text).expect("a GeoJSON file");
    let (mut names, mut shapes) = (Vec::new(), ShapeStore::new());
    for feature in file["features"].as_array().expect("features") {
        // Parts of a department are features of one name; those that cannot be measured are left out.
        for part in polygons(&feature["geometry"]) {
            if let PlotGeometry::Area(shape) = take_in(&RawGeometry::Polygons(vec![part])).geometry {
                shapes.push(shape.as_ref());
                names.push(feature["properties"]["NOMBDEP"].as_str().expect("a name").to_owned());
            }
        }
    }
    let regions = RegionSet::new(names, shapes).expect("names and shapes in pairs");
    assert!(regions.names().len() >= 20, "{} departments", regions.names().len());
    let mut rng = SplitMix64::new(7);
    let (mut cut, mut outside) = (0, 0);
    for _ in 0..4000 {
        // From farms to provinces.
        let radius = 0.001 * libm::exp10(rng.between(0.0, 2.5));
        let centre = [rng.between(-79.0, -71.0), rng.between(-15.0, -4.0)];
        let plot = Shape::from_rings(vec![vec![random_star(&mut rng, centre, radius, 15)]]);
        let plot_m2 = area_m2(plot.as_ref());
        let parts = regions.assign(plot.as_ref(), plot_m2).parts;
        assert!((parts.iter().map(|part| part.share).sum::<f64>() - 1.0).abs() < 1e-12);
        let shapes: Vec<&Shape> = parts.iter().filter_map(|part| part.shape.as_ref()).collect();
        assert_eq!(shapes.is_empty(), parts.len() == 1);
        if !shapes.is_empty() {
            cut += 1;
            let sum_m2: f64 = shapes.iter().map(|shape| area_m2(shape.as_ref())).sum();
            assert!((sum_m2 / plot_m2 - 1.0).abs() < ROUNDING, "{sum_m2} of {plot_m2} around {centre:?}");
        }
        outside += usize::from(parts.iter().any(|part| part.region.is_none()));
    }
    assert!(cut > 200 && outside > 200, "{cut} plots were cut and {outside} have ground outside");
}
