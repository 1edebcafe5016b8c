//! Real plot files, read as GDAL reads them: counts, attributes, geometry.

#![cfg(feature = "gdal")]

mod vector_support;

use arrow_schema::DataType;
use gdal::Dataset;
use gdal::vector::{LayerAccess, OGRFieldType};
use lindero_io::vector::{VectorOptions, open_features, open_many};
use lindero_plots::{RawGeometry, RawGeometryRef};
use std::path::Path;
use vector_support::{Whole, read, read_opened, shared_data, translated, vertices};

/// GDAL's cells as text, in the types and spelling of ours.
fn gdal_cells(path: &Path, layer: Option<&str>, ours: &Whole) -> Vec<Vec<Option<String>>> {
    // Without a word on the encoding GDAL hands out the bytes as they are; ours reads them as Western.
    let guessed = ours.notes.iter().any(|note| note.contains("windows-1252"));
    let options = gdal::DatasetOptions {
        open_flags: gdal::GdalOpenFlags::GDAL_OF_VECTOR,
        open_options: guessed.then_some(&["ENCODING=ISO-8859-1"]),
        ..gdal::DatasetOptions::default()
    };
    let dataset = Dataset::open_ex(path, options).unwrap();
    let mut layer = match layer {
        Some(name) => dataset.layer_by_name(name).unwrap(),
        None => dataset.layer(0).unwrap(),
    };
    let kinds: Vec<_> = layer.defn().fields().map(|field| (field.name(), field.field_type())).collect();
    assert_eq!(
        kinds.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        ours.columns.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        "columns of {path:?}"
    );
    let cell = |feature: &gdal::vector::Feature<'_>, i: usize| match (kinds[i].1, &ours.columns[i].1) {
        (OGRFieldType::OFTReal, DataType::Float64) => feature.field_as_double(i).unwrap().map(|it| it.to_string()),
        (OGRFieldType::OFTDate, _) => feature.field_as_string(i).unwrap().map(|it| it.replace('/', "-")),
        _ => feature.field_as_string(i).unwrap(),
    };
    layer.features().map(|feature| (0..kinds.len()).map(|i| cell(&feature, i)).collect()).collect()
}

/// GDAL's geometries: vertices by count and area, as its rings may be ordered otherwise.
fn gdal_measures(path: &Path, layer: Option<&str>) -> Vec<(usize, f64)> {
    let dataset = Dataset::open(path).unwrap();
    let mut layer = match layer {
        Some(name) => dataset.layer_by_name(name).unwrap(),
        None => dataset.layer(0).unwrap(),
    };
    layer
        .features()
        .map(|feature| feature.geometry().map_or((0, 0.0), |geometry| (vertices(geometry), geometry.area())))
        .collect()
}

/// The same of ours: holes are the rings after the first.
fn measures(geometry: &RawGeometry) -> (usize, f64) {
    let area = |ring: &Vec<[f64; 2]>| {
        let [x, y] = ring[0];
        let cross = |e: &[[f64; 2]]| (e[0][0] - x) * (e[1][1] - y) - (e[1][0] - x) * (e[0][1] - y);
        ring.windows(2).map(cross).sum::<f64>().abs() / 2.0
    };
    match geometry {
        RawGeometry::Points(points) => (points.len(), 0.0),
        RawGeometry::Polygons(parts) => (
            parts.iter().flatten().map(Vec::len).sum(),
            parts.iter().map(|part| area(&part[0]) - part[1..].iter().map(area).sum::<f64>()).sum(),
        ),
        _ => (0, 0.0),
    }
}

/// Area sums differ by the order of adding and by GDAL's own origin.
const AREA_TOLERANCE: f64 = 1e-9;

fn check(name: &str, layer: Option<&str>, rows: usize) {
    let Some(path) = shared_data(name) else { return };
    // In the file's own coordinates: those are what GDAL shows.
    let options = VectorOptions {
        layer: layer.map(str::to_owned),
        crs: Some("EPSG:4326".to_owned()),
        ..VectorOptions::default()
    };
    let ours = read_opened(&open_features(&path, &options).unwrap()).unwrap();
    assert_eq!(ours.rows.len(), rows, "{name}");
    let theirs = gdal_cells(&path, layer, &ours);
    assert_eq!(theirs.len(), rows, "{name} by GDAL");
    for (row, (ours_row, theirs)) in ours.rows.iter().zip(&theirs).enumerate() {
        let cell = |(cell, (_, kind)): (&Option<String>, &(String, DataType))| {
            let text = cell.clone().filter(|text| !text.is_empty())?;
            // The same number may be spelled in two ways.
            Some(if *kind == DataType::Float64 { text.parse::<f64>().unwrap().to_string() } else { text })
        };
        assert_eq!(
            ours_row.iter().zip(&ours.columns).map(cell).collect::<Vec<_>>(),
            theirs.iter().zip(&ours.columns).map(cell).collect::<Vec<_>>(),
            "{name}, row {row}"
        );
    }
    for (row, (ours, theirs)) in ours.geometries.iter().zip(gdal_measures(&path, layer)).enumerate() {
        let (vertices, area) = measures(ours);
        assert_eq!(vertices, theirs.0, "{name}, row {row}");
        assert!(
            (area - theirs.1).abs() <= AREA_TOLERANCE * theirs.1.max(1e-6),
            "{name}, row {row}: {area} {}",
            theirs.1
        );
    }
}

#[test]
fn shapefiles_are_read_as_gdal_reads_them() {
    check("farm-plots/BD_JECAM_CIRAD_2023_feb.shp", None, 100);
    check("brazil-amazon-territories/amazonia-indigenous.shp", None, 398);
    check("brazil-amazon-territories/amazonia-limit.shp", None, 1);
    check("brazil-amazon-territories/conservationAreas_1979.shp", None, 8);
    check("brazil-amazon-territories/BCIM_Unidade_Protecao_IntegralPolygon_PA_polyc_pol.shp", None, 14);
    check("natural-earth/naturalearth_lowres.shp", None, 177);
}

#[test]
fn geopackages_are_read_as_gdal_reads_them() {
    check("natural-earth/ne_50m_countries.gpkg", None, 242);
    check("peru-admin-target/peru_distritos_sm_uc_hu.gpkg", None, 178);
    check("mapbiomas-amapa/barragens.gpkg", Some("AP_reservatorios"), 4);
    check("mapbiomas-amapa/barragens.gpkg", Some("CC_ponto"), 1);
    check("mapbiomas-amapa/amcel.gpkg", None, 1);
}

#[test]
fn geojson_is_read_as_gdal_reads_it() {
    check("peru-admin-2007/peru_departamental_simple.geojson", None, 25);
    check("peru-admin-2007/peru_provincial_simple.geojson", None, 197);
    check("peru-admin-2007/peru_distrital_simple.geojson", None, 1834);
    check("peru-admin-2007/peru_capital_provincia.geojson", None, 194);
}

#[test]
fn flatgeobuf_by_gdal_is_read_as_the_file_it_was_made_of() {
    for name in [
        "natural-earth/naturalearth_lowres.shp",
        "peru-admin-2007/peru_departamental_simple.geojson",
        "peru-admin-2007/peru_capital_provincia.geojson",
    ] {
        let Some(path) = shared_data(name) else { return };
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("plots.fgb");
        translated(&path, "FlatGeobuf", &copy);
        let (original, read_back) = (read(&path).unwrap(), read(&copy).unwrap());
        let names = |whole: &Whole| whole.columns.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&original), names(&read_back), "{name}");
        assert_eq!(original.rows, read_back.rows, "{name}");
        for (a, b) in original.geometries.iter().zip(&read_back.geometries) {
            let ((vertices, area), (vertices_back, area_back)) = (measures(a), measures(b));
            assert_eq!(vertices, vertices_back, "{name}");
            assert!((area - area_back).abs() <= AREA_TOLERANCE * area.max(1.0), "{name}");
        }
    }
}

#[test]
fn a_flatgeobuf_cut_short_anywhere_is_an_error() {
    let Some(path) = shared_data("natural-earth/naturalearth_lowres.shp") else { return };
    let folder = tempfile::tempdir().unwrap();
    let (whole, cut) = (folder.path().join("whole.fgb"), folder.path().join("cut.fgb"));
    translated(&path, "FlatGeobuf", &whole);
    let bytes = std::fs::read(&whole).unwrap();
    assert!(read(&whole).is_ok());
    for part in 0..50 {
        std::fs::write(&cut, &bytes[..bytes.len() * part / 50]).unwrap();
        assert!(read(&cut).is_err(), "cut at {part} fiftieths");
    }
    std::fs::write(&cut, &bytes[..bytes.len() - 1]).unwrap();
    assert!(read(&cut).is_err());
}

#[test]
fn native_encodings_of_geoparquet_are_the_same_geometry_as_wkb() {
    let Some(folder) = shared_data("nasty-vector/mapshaper/geoparquet") else { return };
    for kind in ["polygon", "multipolygon"] {
        let [wkb, native] = ["wkb", "native"].map(|encoding| {
            let whole = read(&folder.join(format!("data-{kind}-encoding_{encoding}.parquet"))).unwrap();
            (whole.geometries, whole.rows)
        });
        assert_eq!(wkb, native, "{kind}");
    }
}

#[test]
#[cfg(feature = "proj")]
fn geoparquet_in_metres_is_moved_to_where_its_copy_in_degrees_is() {
    /// A tenth of a metre: the copies were made with another PROJ.
    const TOLERANCE: f64 = 1e-6;
    let Some(folder) = shared_data("nasty-vector/mapshaper/geoparquet") else { return };
    let ring = |crs: &str| {
        let whole = read(&folder.join(format!("example-crs_vermont-{crs}_geo.parquet"))).unwrap();
        match &whole.geometries[0] {
            RawGeometry::Polygons(parts) => parts[0][0].clone(),
            other => panic!("{other:?}"),
        }
    };
    let expected = ring("crs84");
    for crs in ["4326", "utm", "custom"] {
        // Long sides gained vertices: the original ones are among them, in order.
        let mut moved = ring(crs).into_iter();
        for [x, y] in &expected {
            let found = moved.any(|[a, b]| (a - x).abs() < TOLERANCE && (b - y).abs() < TOLERANCE);
            assert!(found, "{crs} lacks {x} {y}");
        }
    }
}

#[test]
fn a_file_of_several_layers_wants_a_name_and_takes_it_as_qgis_writes_it() {
    let Some(path) = shared_data("nasty-vector/mapshaper/geopackage/mixed_crs.gpkg") else { return };
    let error = read(&path).unwrap_err().to_string();
    assert!(error.contains("\"oregon_2269\", \"oregon_4326\"") && error.contains("|layername=oregon_2269"), "{error}");
    let named = format!("{}|layername=oregon_4326|geometrytype=Polygon", path.display());
    let file = open_features(Path::new(&named), &VectorOptions::default()).unwrap();
    assert_eq!((file.layer(), file.path(), file.crs()), (Some("oregon_4326"), path.as_path(), "EPSG:4326"));
    let wrong = VectorOptions { layer: Some("plots".to_owned()), ..VectorOptions::default() };
    let error = open_features(&path, &wrong).unwrap_err().to_string();
    assert!(error.ends_with("has no layer \"plots\"; it has \"oregon_2269\", \"oregon_4326\""), "{error}");
}

#[test]
fn curves_are_named() {
    let Some(path) = shared_data("nasty-vector/pyogrio/curvepolygon.gpkg") else { return };
    assert_eq!(read(&path).unwrap().geometries, [RawGeometry::Unsupported("CurvePolygon".to_owned())]);
}

#[test]
fn legacy_encodings_are_read_as_gdal_reads_them() {
    check("nasty-vector/mapshaper/dbf/cpg/big5.shp", None, 1);
    check("nasty-vector/mapshaper/shapefile/utf8-property.shp", None, 1);
    check("nasty-vector/mapshaper/shapefile/latin1-property.shp", None, 1);
}

#[test]
fn several_files_run_on_with_the_columns_of_all() {
    let Some(folder) = shared_data("peru-admin-2007") else { return };
    let paths = ["peru_departamental_simple.geojson", "peru_provincial_simple.geojson"].map(|name| folder.join(name));
    let files = open_many(&paths, &VectorOptions::default()).unwrap();
    let alone: Vec<_> = paths.iter().map(|path| read(path).unwrap()).collect();
    let counts: Vec<_> = alone.iter().map(|whole| whole.rows.len()).collect();
    assert_eq!(files.count(), Some(counts.iter().sum::<usize>() as u64));
    let mut seen = [0, 0];
    let mut geometries = Vec::new();
    for batch in files.batches() {
        let (file, batch) = batch.unwrap();
        assert_eq!(batch.attributes.schema(), files.schema());
        assert!(seen[file + 1..].iter().all(|&rows| rows == 0), "files come in order");
        seen[file] += batch.attributes.num_rows();
        geometries.extend(batch.geometries.iter().map(RawGeometryRef::to_owned));
    }
    assert_eq!(seen.as_slice(), counts);
    assert!(geometries == [alone[0].geometries.clone(), alone[1].geometries.clone()].concat());
}

#[test]
#[cfg(feature = "proj")]
fn real_files_lie_where_they_should_by_their_own_coordinate_systems() {
    /// Rectangles around the countries, generously: west, south, east, north.
    const BRAZIL: [f64; 4] = [-75.0, -35.0, -33.0, 7.0];
    const PERU: [f64; 4] = [-82.0, -19.0, -68.0, 1.0];
    const EARTH: [f64; 4] = [-180.0, -90.0, 180.0, 90.0];
    // Not the other three files of Brazil: their .prj names a system with a false northing of 10,000 km
    // that their coordinates lack.
    for (name, [west, south, east, north]) in [
        ("brazil-amazon-territories/conservationAreas_1979.shp", BRAZIL),
        ("mapbiomas-amapa/amcel.gpkg", BRAZIL),
        ("farm-plots/BD_JECAM_CIRAD_2023_feb.shp", EARTH),
        ("natural-earth/ne_50m_countries.gpkg", EARTH),
        ("peru-admin-target/peru_distritos_sm_uc_hu.gpkg", PERU),
        ("peru-admin-2007/peru_departamental_simple.geojson", PERU),
    ] {
        let Some(path) = shared_data(name) else { return };
        let whole = read(&path).unwrap();
        for geometry in &whole.geometries {
            let RawGeometry::Polygons(parts) = geometry else { panic!("{name}: {geometry:?}") };
            for [x, y] in parts.iter().flatten().flatten() {
                assert!((west..=east).contains(x) && (south..=north).contains(y), "{name}: {x} {y}");
            }
        }
    }
}
