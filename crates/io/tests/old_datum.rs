//! Plots on old sheets of Peru (PSAD56), whose coordinates lie some 350 m from where WGS 84 has them.

#![cfg(all(feature = "gdal", feature = "proj"))]

mod vector_support;

use gdal::spatial_ref::{AxisMappingStrategy, CoordTransform, SpatialRef};
use gdal::vector::{Feature, Geometry, LayerAccess, LayerOptions, OGRwkbGeometryType};
use lindero_io::vector::{VectorOptions, open_features};
use lindero_plots::{Datum, Position, RawGeometry};
use std::path::{Path, PathBuf};
use vector_support::{read_opened, translated};

/// A tenth of a millimetre on the ground, in degrees.
const SAME_DEG: f64 = 1e-9;

fn system(code: u32) -> SpatialRef {
    let mut system = SpatialRef::from_epsg(code).unwrap();
    system.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    system
}

/// A GeoPackage of one point in a system.
fn sheet(folder: &Path, code: u32, [x, y]: Position) -> PathBuf {
    let path = folder.join("sheet.gpkg");
    let mut dataset = gdal::DriverManager::get_driver_by_name("GPKG").unwrap().create_vector_only(&path).unwrap();
    let options = LayerOptions {
        name: "plots",
        srs: Some(&system(code)),
        ty: OGRwkbGeometryType::wkbPoint,
        ..LayerOptions::default()
    };
    {
        let layer = dataset.create_layer(options).unwrap();
        let mut feature = Feature::new(layer.defn()).unwrap();
        feature.set_geometry(Geometry::from_wkt(&format!("POINT ({x} {y})")).unwrap()).unwrap();
        feature.create(&layer).unwrap();
    }
    dataset.close().unwrap();
    path
}

fn by_gdal(code: u32, [x, y]: Position) -> Position {
    let to_wgs84 = CoordTransform::new(&system(code), &system(4326)).unwrap();
    let (mut xs, mut ys) = ([x], [y]);
    to_wgs84.transform_coords(&mut xs, &mut ys, &mut [0.0]).unwrap();
    [xs[0], ys[0]]
}

fn check(path: &Path, options: &VectorOptions, expected: Position) {
    let file = open_features(path, options).unwrap();
    let whole = read_opened(&file).unwrap();
    let RawGeometry::Points(points) = &whole.geometries[0] else { panic!("{:?}", whole.geometries) };
    let name = path.display();
    assert!((0..2).all(|axis| (points[0][axis] - expected[axis]).abs() < SAME_DEG), "{name}: {points:?} {expected:?}");
    let shift = file.datum_shift().expect("the datum is an old one");
    assert!((300.0..500.0).contains(&shift.metres) && shift.accuracy_m.is_some(), "{name}: {shift:?}");
    let told = |note: &String| note.contains("count from PSAD56") && note.contains("which is right to some");
    assert_eq!(whole.notes.iter().filter(|note| told(note)).count(), 1, "{name}: {:?}", whole.notes);
}

#[test]
fn a_file_that_states_psad56_is_moved_in_every_format_and_says_so() {
    let stated = VectorOptions::default();
    for (code, at) in [
        (24_877, [700_000.0, 9_400_000.0]),
        (24_878, [500_000.0, 9_000_000.0]),
        (24_879, [300_000.0, 8_700_000.0]),
        (4_248, [-75.0, -9.0]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let expected = by_gdal(code, at);
        let sheet = sheet(folder.path(), code, at);
        check(&sheet, &stated, expected);
        // The .prj of a Shapefile has names and no codes.
        for (driver, name) in
            [("ESRI Shapefile", "sheet.shp"), ("FlatGeobuf", "sheet.fgb"), ("GeoJSON", "sheet.geojson")]
        {
            let copy = folder.path().join(name);
            translated(&sheet, driver, &copy);
            check(&copy, &stated, expected);
        }
        let csv = folder.path().join("sheet.csv");
        std::fs::write(&csv, format!("x,y\n{},{}\n", at[0], at[1])).unwrap();
        check(&csv, &VectorOptions { crs: Some(format!("EPSG:{code}")), ..VectorOptions::default() }, expected);
        let ewkt = folder.path().join("ewkt.csv");
        std::fs::write(&ewkt, format!("id,wkt\n1,SRID={code};POINT({} {})\n", at[0], at[1])).unwrap();
        check(&ewkt, &stated, expected);
    }
    // The register's transformation for Peru, by its formula.
    let (moved, formula) = (by_gdal(4_248, [-75.0, -9.0]), Datum::Psad56.to_wgs84([-75.0, -9.0]));
    assert!((0..2).all(|axis| (moved[axis] - formula[axis]).abs() < SAME_DEG), "{moved:?} {formula:?}");
}

#[test]
fn a_sheet_whose_datum_nobody_knows_is_refused_and_not_left_hundreds_of_metres_off() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("sheet.csv");
    std::fs::write(&csv, "x,y\n500000,9000000\n").unwrap();
    let options = |crs: &str| VectorOptions { crs: Some(crs.to_owned()), ..VectorOptions::default() };
    let refused = open_features(&csv, &options("+proj=utm +zone=18 +south +ellps=intl")).unwrap_err().to_string();
    assert!(refused.contains("hundreds of metres off") && refused.contains("--crs EPSG:24878"), "{refused}");
    // An ellipsoid like that of WGS 84 is what sloppy programs write of it.
    let sloppy = open_features(&csv, &options("+proj=utm +zone=18 +south +ellps=WGS84")).unwrap();
    assert!(sloppy.datum_shift().is_none());
    let modern = open_features(&csv, &options("EPSG:32718")).unwrap();
    assert!(modern.datum_shift().is_none() && !modern.notes().iter().any(|note| note.contains("count from")));
}
