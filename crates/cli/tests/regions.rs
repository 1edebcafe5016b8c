//! `lindero regions` on whole regions: every cell, no plots.

mod common;

use common::{fixture, gdal_tool, layer, shared};
use lindero_testkit::{GeoTiff, Sample};
use ndarray::{Array2, array};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// exactextract keeps the share of a cell in single precision: over all the border cells of a district, of a square
/// kilometre each, that adds up to this.
const SINGLE_PRECISION_M2: f64 = 1.0;
/// The same over the 29,157 vertices of a region of 30 m cells.
const SINGLE_PRECISION_30_M: f64 = 0.05;
/// Districts and their union are cut by two programs: shares of border cells are rounded apart (share of a class).
const UNITED: f64 = 1e-9;
/// Sums of areas that were written as decimals (share).
const ADDED: f64 = 1e-12;

type Row = BTreeMap<String, String>;

/// What a call wrote.
struct Tables {
    _folder: TempDir,
    out: PathBuf,
}

impl Tables {
    #[track_caller]
    fn of(regions: &Path, more: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("regions");
        let output = common::run(arguments(regions, more, &out));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8_lossy(&output.stdout).contains("areas are of every cell of the region"));
        Self { _folder: folder, out }
    }

    fn rows(&self, name: &str) -> Vec<Row> {
        let mut reader = csv::Reader::from_path(self.out.join(name)).unwrap();
        let columns: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let row = |record: csv::StringRecord| columns.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
        reader.records().map(|record| row(record.unwrap())).collect()
    }
}

fn arguments(regions: &Path, more: &[String], out: &Path) -> Vec<String> {
    let mut args: Vec<String> = ["regions", "--quiet", "--regions"].map(str::to_owned).to_vec();
    args.push(regions.display().to_string());
    args.extend_from_slice(more);
    args.extend(["--out".to_owned(), out.display().to_string()]);
    args
}

fn texts(args: &[&str]) -> Vec<String> {
    args.iter().map(ToString::to_string).collect()
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column}: {:?}", row[column]))
}

/// The message of a call that cannot be done.
#[track_caller]
fn refusal(regions: &Path, more: &[String]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = common::run(arguments(regions, more, &folder.path().join("regions")));
    assert_eq!(output.status.code(), Some(2), "{more:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a refused call leaves nothing");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Side of a cell of the drawings: borders of regions on borders of cells are equal to the bit.
const CELL: f64 = 1.0 / 64.0;

/// A raster of such cells, its north-west corner at 76° W, 9° S.
fn write(folder: &TempDir, name: &str, bands: Vec<Array2<f64>>) -> PathBuf {
    let path = folder.path().join(name);
    GeoTiff::new(Sample::U8, bands).at(-76.0, -9.0).cell(CELL, CELL).write(&path).unwrap();
    path
}

/// Three regions side by side, each on a column of three cells: two in one department, and one without.
fn drawn_regions(folder: &TempDir) -> PathBuf {
    let square = |name: &str, around: &str, west: f64| {
        let (east, south) = (west + CELL, -9.0 - 3.0 * CELL);
        format!(
            r#"{{"type":"Feature","properties":{{"name":"{name}","dep":{around}}},"geometry":{{"type":"Polygon","coordinates":
            [[[{west},{south}],[{east},{south}],[{east},-9.0],[{west},-9.0],[{west},{south}]]]}}}}"#
        )
    };
    let features = [("a", "\"D\""), ("b", "\"D\""), ("c", "null")].iter().enumerate();
    let features = features.map(|(nth, (name, around))| square(name, around, -76.0 + nth as f64 * CELL));
    let features = features.collect::<Vec<_>>().join(",\n");
    let path = folder.path().join("regions.geojson");
    std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)).unwrap();
    path
}

/// The grid that `scripts/region_reference.py` has over the districts.
fn invented_classes() -> Array2<f64> {
    Array2::from_shape_fn((700, 800), |(row, col)| {
        let patch = (row / 7 * 31 + col / 11 * 17) % 5;
        let class = if row % 4 == 0 && col % 3 == 0 { (patch + 2) % 5 } else { patch };
        class as f64
    })
}

#[test]
fn districts_are_what_exactextract_finds_and_add_up_to_the_union_of_their_department() {
    let Some(districts) = shared("peru-admin-target/peru_distritos_sm_uc_hu.gpkg") else { return };
    let folder = tempfile::tempdir().unwrap();
    let raster = folder.path().join("classes.tif");
    GeoTiff::new(Sample::U8, vec![invented_classes()]).at(-78.0, -5.0).cell(0.01, 0.01).write(&raster).unwrap();
    let tables =
        Tables::of(&districts, &[texts(&["--level", "dep,prov,distr", "--layer"]), vec![layer("g", &raster)]].concat());

    // exactextract, district by district: the tables have them by path, the reference by place in the file.
    let long = tables.rows("regions_long.csv");
    let mut found: BTreeMap<[&str; 3], Vec<(u8, f64)>> = BTreeMap::new();
    for row in long.iter().filter(|row| row["level"] == "distr") {
        let class = (row["class"].parse().unwrap(), 10_000.0 * number(row, "area_ha"));
        found
            .entry(["level_dep", "level_prov", "level_distr"].map(|level| row[level].as_str()))
            .or_default()
            .push(class);
    }
    let mut expected: BTreeMap<usize, Vec<(u8, f64)>> = BTreeMap::new();
    for record in csv::Reader::from_path(fixture("reference/peru-districts.csv")).unwrap().records() {
        let record = record.unwrap();
        let class = (record[1].parse().unwrap(), record[2].parse().unwrap());
        expected.entry(record[0].parse().unwrap()).or_default().push(class);
    }
    assert_eq!((found.len(), expected.len()), (178, 178));
    let mut found: Vec<Vec<(u8, f64)>> = found.into_values().collect();
    let mut expected: Vec<Vec<(u8, f64)>> = expected.into_values().collect();
    let total = |district: &Vec<(u8, f64)>| district.iter().map(|(_, area_m2)| area_m2).sum::<f64>();
    for districts in [&mut found, &mut expected] {
        districts.sort_by(|a, b| total(a).total_cmp(&total(b)));
    }
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found.len(), expected.len());
        for (&(class, found), &(same, expected)) in found.iter().zip(expected) {
            assert_eq!(class, same);
            assert!((found - expected).abs() < SINGLE_PRECISION_M2, "class {class}: {found}, and not {expected}");
        }
    }

    // Sums of districts, and of provinces, are those of the department to the last digits.
    let wide = tables.rows("regions.csv");
    let columns = ["area_ha", "g_0_ha", "g_1_ha", "g_2_ha", "g_3_ha", "g_4_ha"];
    let departments: Vec<&Row> = wide.iter().filter(|row| row["level"] == "dep").collect();
    assert_eq!(departments.iter().map(|row| number(row, "features")).collect::<Vec<_>>(), [84.0, 77.0, 17.0]);
    for department in &departments {
        for level in ["prov", "distr"] {
            let inner = || wide.iter().filter(|row| row["level"] == level && row["level_dep"] == department["region"]);
            for column in columns {
                let (sum, whole) = (inner().map(|row| number(row, column)).sum::<f64>(), number(department, column));
                assert!((sum / whole - 1.0).abs() < ADDED, "{level} {column}: {sum}, and not {whole}");
            }
        }
    }

    // GEOS unites the districts of a department, and the union is measured as one region.
    let union = folder.path().join("union.geojson");
    let sql = "SELECT dep, ST_Union(geom) AS geom FROM peru_distritos_sm_uc_hu GROUP BY dep";
    let args = ["-f", "GeoJSON", "-dialect", "sqlite", "-sql", sql, "-lco", "COORDINATE_PRECISION=15"].map(OsStr::new);
    if !gdal_tool("ogr2ogr", &[&args[..], &[union.as_os_str(), districts.as_os_str()]].concat()) {
        return;
    }
    let united = Tables::of(&union, &[texts(&["--region-name", "dep", "--layer"]), vec![layer("g", &raster)]].concat());
    for (department, whole) in departments.iter().zip(united.rows("regions.csv")) {
        assert_eq!(department["region"], whole["region"]);
        for column in columns {
            let (sum, whole) = (number(department, column), number(&whole, column));
            assert!((sum / whole - 1.0).abs() < UNITED, "{column}: {sum}, and not {whole}");
        }
    }
}

#[test]
fn what_became_what_is_what_numpy_finds_on_the_same_maps() {
    let Some(region) = shared("mapbiomas-maroaga/CavernaMaroaga.gpkg") else { return };
    let map = |year: u16| layer(&format!("mb{year}"), &region.with_file_name(format!("MapBiomas_8_{year}.tif")));
    let asked = texts(&["--region-name", "Nome", "--transition", "mb2013:mb2022", "--layer"]);
    let tables = Tables::of(&region, &[asked, vec![map(2013), "--layer".to_owned(), map(2022)]].concat());
    let mut expected: BTreeMap<(String, String), f64> = BTreeMap::new();
    for record in csv::Reader::from_path(fixture("reference/mapbiomas-maroaga-transitions.csv")).unwrap().records() {
        let record = record.unwrap();
        expected.insert((record[1].to_owned(), record[2].to_owned()), record[3].parse().unwrap());
    }
    assert_eq!(expected.len(), 63);
    let found = tables.rows("transitions.csv");
    let outside = ("unknown".to_owned(), "unknown".to_owned());
    let mut of_2013: BTreeMap<String, f64> = BTreeMap::new();
    for row in &found {
        let key = (row["from_class"].clone(), row["to_class"].clone());
        *of_2013.entry(key.0.clone()).or_default() += number(row, "area_ha");
        // The maps end before the region does: there exactextract has no cells.
        if key != outside {
            let area_m2 = 10_000.0 * number(row, "area_ha");
            let expected = expected.remove(&key).unwrap_or_else(|| panic!("{key:?} is not in the reference"));
            assert!((area_m2 - expected).abs() < SINGLE_PRECISION_30_M, "{key:?}: {area_m2}, and not {expected}");
        }
    }
    assert!(expected.is_empty(), "{expected:?} was not found");
    let wide = tables.rows("regions.csv");
    for (class, sum) in of_2013 {
        let whole = number(&wide[0], &format!("mb2013_{class}_ha"));
        assert!((sum / whole - 1.0).abs() < ADDED, "{class}: {sum}, and not {whole}");
    }
}

#[test]
fn a_stack_of_38_bands_gives_every_year_its_classes() {
    let Some(stack) = shared("mapbiomas-amapa/lorenco_85a22.tif") else { return };
    let folder = tempfile::tempdir().unwrap();
    let catalog = folder.path().join("lindero.toml");
    let text =
        format!("[layer.mb]\npath = {:?}\nbands = {{ first = 1985 }}\nnodata = 27\n", stack.display().to_string());
    std::fs::write(&catalog, text).unwrap();
    let farms = fixture("reference/lourenco_plots.geojson");
    let catalog = catalog.display().to_string();
    let asked = ["--region-name", "plot", "--catalog", &catalog, "--transition", "1985:2022"];
    let tables = Tables::of(&farms, &texts(&asked));
    let long = tables.rows("regions_long.csv");

    // 2020 is what exactextract and GEOS found of the same band.
    let mut compared = 0;
    for record in csv::Reader::from_path(fixture("reference/mapbiomas-lourenco.csv")).unwrap().records() {
        let record = record.unwrap();
        let (area_m2, cells): (f64, f64) = (record[7].parse().unwrap(), record[5].parse().unwrap());
        if &record[2] != "value" || &record[3] == "27" {
            continue;
        }
        let same = |row: &&Row| row["region"] == record[0] && row["year"] == "2020" && row["class"] == record[3];
        let found = 10_000.0 * number(long.iter().find(same).expect("the class is there"), "area_ha");
        // The reference cuts long sides elsewhere before they are projected.
        assert!((found - area_m2).abs() < 1e-4 * area_m2 / cells.sqrt() + 0.1, "{record:?}: {found}");
        compared += 1;
    }
    assert!(compared > 15, "{compared}");

    let mut of_years: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for row in &long {
        *of_years.entry((&row["region"], &row["year"])).or_default() += number(row, "area_ha");
    }
    assert_eq!(of_years.len(), 15 * 38);
    for region in tables.rows("regions.csv") {
        for year in 1985..=2022 {
            let sum = of_years[&(region["region"].as_str(), year.to_string().as_str())];
            assert!((sum / number(&region, "area_ha") - 1.0).abs() < 1e-9, "{year}: {sum}");
        }
    }
    // What became anything was something: the rows of a matrix are the classes of the first year.
    let mut before: BTreeMap<(String, String), f64> = BTreeMap::new();
    for row in tables.rows("transitions.csv") {
        *before.entry((row["region"].clone(), row["from_class"].clone())).or_default() += number(&row, "area_ha");
    }
    for row in long.iter().filter(|row| row["year"] == "1985") {
        let (sum, whole) = (before[&(row["region"].clone(), row["class"].clone())], number(row, "area_ha"));
        assert!((sum - whole).abs() <= 1e-9 * whole.max(1.0), "{sum}, and not {whole}");
    }
}

#[test]
fn the_parishes_of_dominica_have_the_tree_cover_and_the_loss_that_other_programs_find() {
    let Some(parishes) = shared("hansen-dominica/DMA_AL4.geojson") else { return };
    let folder = tempfile::tempdir().unwrap();
    let map = |name: &str| parishes.with_file_name(format!("Hansen_GFC-2018-v1.6_{name}.tif")).display().to_string();
    let text = format!(
        "[layer.treecover2000]\npath = {:?}\ntree_cover = 2000\n[layer.lossyear]\npath = {:?}\n\
         year = {{ base = 2000, never = 0 }}\nperiod = [2001, 2018]\nvalid_where = \"treecover2000 >= 0\"\n",
        map("treecover2000"),
        map("lossyear"),
    );
    let catalog = folder.path().join("lindero.toml");
    std::fs::write(&catalog, text).unwrap();
    let catalog = catalog.display().to_string();
    let tables = Tables::of(&parishes, &texts(&["--region-name", "name", "--catalog", &catalog]));
    let mut expected: BTreeMap<(String, String), f64> = BTreeMap::new();
    for record in csv::Reader::from_path(fixture("reference/hansen-dominica.csv")).unwrap().records() {
        let record = record.unwrap();
        let Ok(value) = record[3].parse::<f64>() else { continue };
        let class = match &record[1] {
            "lossyear" if value == 0.0 => "never".to_owned(),
            "lossyear" => (2000.0 + value).to_string(),
            "treecover2000" => match value {
                ..=10.0 => "0-10".to_owned(),
                ..=20.0 => "10-20".to_owned(),
                ..=30.0 => "20-30".to_owned(),
                ..=50.0 => "30-50".to_owned(),
                _ => "50-100".to_owned(),
            },
            _ => continue,
        };
        let area_m2: f64 = record[7].parse().unwrap();
        *expected.entry((record[1].to_owned(), class)).or_default() += area_m2;
    }
    let mut found: BTreeMap<(String, String), f64> = BTreeMap::new();
    for row in tables.rows("regions_long.csv") {
        *found.entry((row["layer"].clone(), row["class"].clone())).or_default() += 10_000.0 * number(&row, "area_ha");
    }
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    assert_eq!(found.len(), 5 + 19);
    for (class, area_m2) in expected {
        assert!(
            (found[&class] - area_m2).abs() < 1e-3 + 1e-9 * area_m2,
            "{class:?}: {}, and not {area_m2}",
            found[&class]
        );
    }
}

#[test]
fn a_layer_speaks_only_where_its_condition_lets_it_and_an_outer_region_is_the_sum() {
    let folder = tempfile::tempdir().unwrap();
    let regions = drawn_regions(&folder);
    write(&folder, "loss.tif", vec![array![[1.0, 0.0, 0.0], [2.0, 0.0, 2.0], [0.0, 1.0, 2.0]]]);
    write(&folder, "mask.tif", vec![array![[1.0, 1.0, 0.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]]]);
    let catalog = folder.path().join("lindero.toml");
    let text = "[layer.loss]\npath = \"loss.tif\"\nyear = { base = 2000, never = 0 }\nperiod = [2001, 2002]\n\
                valid_where = \"mask == 1\"\n[layer.mask]\npath = \"mask.tif\"\n";
    std::fs::write(&catalog, text).unwrap();
    let catalog = catalog.display().to_string();
    let asked = ["--level", "dep,name", "--catalog", &catalog, "--transition", "loss:mask", "--threads", "1"];
    let tables = Tables::of(&regions, &texts(&asked));
    let told: Vec<[String; 6]> = tables
        .rows("regions_long.csv")
        .iter()
        .filter(|row| row["layer"] == "loss")
        .map(|row| {
            let share = format!("{:.2}", number(row, "share"));
            let text = |column: &str| row[column].clone();
            [text("level"), text("level_dep"), text("level_name"), text("class"), share, text("basis")]
        })
        .collect();
    let line = |level: &str, dep: &str, name: &str, class: &str, share: &str| {
        [level, dep, name, class, share, "every cell of the region"].map(str::to_owned)
    };
    assert_eq!(
        told,
        [
            line("dep", "(none)", "", "2002", "0.67"),
            line("dep", "(none)", "", "unknown", "0.33"),
            line("dep", "D", "", "2001", "0.33"),
            line("dep", "D", "", "2002", "0.17"),
            line("dep", "D", "", "never", "0.33"),
            line("dep", "D", "", "unknown", "0.17"),
            line("name", "(none)", "c", "2002", "0.67"),
            line("name", "(none)", "c", "unknown", "0.33"),
            line("name", "D", "a", "2001", "0.33"),
            line("name", "D", "a", "2002", "0.33"),
            line("name", "D", "a", "never", "0.33"),
            line("name", "D", "b", "2001", "0.33"),
            line("name", "D", "b", "never", "0.33"),
            line("name", "D", "b", "unknown", "0.33"),
        ]
    );
    let wide = tables.rows("regions.csv");
    let none = wide.iter().find(|row| row["region"] == "b").unwrap();
    assert_eq!(none["loss_2002_ha"], "0", "measured, and none of it");

    let again = Tables::of(&regions, &texts(&[&asked[..7], &["3"]].concat()));
    for name in ["regions.csv", "regions_long.csv", "transitions.csv", "regions.json"] {
        let bytes = |tables: &Tables| std::fs::read(tables.out.join(name)).unwrap();
        assert!(bytes(&tables) == bytes(&again), "{name} differs with the number of threads");
    }
}

#[test]
fn what_cannot_be_measured_is_refused_with_what_would_be_right() {
    let folder = tempfile::tempdir().unwrap();
    let regions = drawn_regions(&folder);
    let a = layer("a", &write(&folder, "a.tif", vec![array![[1.0, 0.0], [2.0, 0.0]]]));
    let other = folder.path().join("b.tif");
    GeoTiff::new(Sample::U8, vec![array![[1.0]]]).at(-76.0, -9.0).cell(2.0 * CELL, 2.0 * CELL).write(&other).unwrap();
    let b = layer("b", &other);
    let check = |more: &[&str], expected: &str| {
        let message = refusal(&regions, &texts(more));
        assert!(message.contains(expected), "{more:?}: {message}");
    };
    check(&["--layer", &a], "name the column with a region's name: --region-name FIELD or --level OUTER,INNER");
    check(&["--region-name", "name"], "whole regions need layers: give --catalog lindero.toml, or --layer");
    check(&["--region-name", "nombre", "--layer", &a], "has no column \"nombre\"; columns: name, dep");
    check(&["--level", "name,dep", "--region-name", "name", "--layer", &a], "name it last in --level");
    let both = ["--region-name", "name", "--layer", &a, "--layer", &b];
    check(&[&both[..], &["--transition", "a:b"]].concat(), "a transition from a to b needs both on the same cells");
    check(
        &[&both[..], &["--transition", "a:c"]].concat(),
        "a transition names c, which is none of the measured bands: a, b",
    );
    check(&[&both[..], &["--transition", "2013:2022"]].concat(), "no stack has both years");
    check(&["--region-name", "name", "--layer", &a, "--group", "dep"], "--group and --preset are of plots");
}
