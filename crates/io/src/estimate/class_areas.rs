//! How much ground a map gives to each class, in all or per region: measured as `tabulate` measures plots.

use super::EstimateError;
use super::class_map::{ClassMap, ClassOf, MOST_CLASSES};
use crate::plots::PlotFiles;
use crate::vector::{VectorOptions, open_many};
use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::Schema;
use lindero_engine::{
    ClassSink, EngineError, FeatureBatch, Fields, MemoryScratch, NamedLayer, NamedPage, PlotSource, Progress,
    Resources, USUAL_MEMORY, tabulate,
};
use lindero_layers::RasterInfo;
use lindero_plots::{Bounds, Position, RawGeometries, RawGeometry, RepairRules};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// Corners of a projected map's border on each side, so that straight lines between them are its sides.
const BORDER_CORNERS: usize = 256;

/// What the map says of some ground.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClassAreas {
    /// Square metres of each class, by name.
    pub classes: BTreeMap<String, f64>,
    /// Square metres without data or of no class that is studied.
    pub nothing_m2: f64,
}

impl ClassAreas {
    fn add(&mut self, map: &ClassMap, value: f64, area_m2: f64) -> Result<(), EstimateError> {
        match map.class_of(value)? {
            ClassOf::Class(name) => *self.classes.entry(name).or_insert(0.0) += area_m2,
            ClassOf::Nothing => self.nothing_m2 += area_m2,
        }
        Ok(())
    }
}

/// The areas of the whole map's classes; what lies outside its files is [`ClassAreas::nothing_m2`] too.
///
/// # Errors
///
/// [`EstimateError`] if the map cannot be read or is no map of classes.
pub fn areas_of_map(map: &ClassMap, progress: &dyn Progress) -> Result<ClassAreas, EstimateError> {
    let mut ground = WholeMap { border: Some(border_of(map.source.info())?) };
    let found = measure(map, &mut ground, &Fields::default(), progress)?;
    found.into_iter().next().map(|(_, areas)| areas).ok_or_else(|| EstimateError::Map {
        reason: format!(
            "--map {}: its ground cannot be measured whole: is it larger than a continent? give --regions",
            map.name
        ),
    })
}

/// The areas of the map's classes in each region of a file of polygons, in the order in which regions first appear.
///
/// # Errors
///
/// [`EstimateError`] if a file cannot be read or the map is no map of classes.
pub fn areas_of_regions(
    map: &ClassMap,
    regions: &Path,
    name_column: &str,
    progress: &dyn Progress,
) -> Result<Vec<(String, ClassAreas)>, EstimateError> {
    let files = open_many(&[regions.to_owned()], &VectorOptions::default())?;
    let fields = Fields { id: Some(name_column.to_owned()), repairs: RepairRules::none(), ..Fields::default() };
    measure(map, &mut PlotFiles::new(&files), &fields, progress)
}

/// Measures ground; features of one id are one piece of it.
fn measure(
    map: &ClassMap,
    ground: &mut dyn PlotSource,
    fields: &Fields,
    progress: &dyn Progress,
) -> Result<Vec<(String, ClassAreas)>, EstimateError> {
    let layers = [NamedLayer { name: map.name.clone(), source: Arc::clone(&map.source), band: map.band }];
    let resources = Resources { scratch: &MemoryScratch, memory: USUAL_MEMORY, progress, job: "class areas" };
    let pages = Pages::default();
    tabulate(ground, fields, &layers, &resources, &pages)?;
    let mut found: Vec<(String, ClassAreas)> = Vec::new();
    for NamedPage { first_row, ids, classes } in pages.0.into_inner().expect("no holder panics") {
        for ((&row, &value), &area_m2) in classes.rows.iter().zip(&classes.values).zip(&classes.areas_m2) {
            let id = ids.value((row - first_row) as usize);
            let place = found.iter().position(|(known, _)| known == id).unwrap_or_else(|| {
                found.push((id.to_owned(), ClassAreas::default()));
                found.len() - 1
            });
            found[place].1.add(map, value, area_m2)?;
        }
    }
    if found.iter().any(|(_, areas)| areas.classes.len() > MOST_CLASSES) {
        return Err(no_classes(map));
    }
    Ok(found)
}

pub(super) fn no_classes(map: &ClassMap) -> EstimateError {
    EstimateError::Map {
        reason: format!(
            "--map {}: it holds over {MOST_CLASSES} different numbers: it is a map of measurements, not of classes; --classes \
             says which numbers are which class",
            map.name
        ),
    }
}

/// Takes the table as it comes.
#[derive(Default)]
struct Pages(Mutex<Vec<NamedPage>>);

impl ClassSink for Pages {
    type Made = NamedPage;

    fn make(&self, page: NamedPage) -> Result<NamedPage, EngineError> {
        Ok(page)
    }

    fn write(&self, made: NamedPage) -> Result<(), EngineError> {
        self.0.lock().expect("no holder panics").push(made);
        Ok(())
    }
}

/// One plot: the rectangle of cells that holds all tiles.
struct WholeMap {
    border: Option<Vec<Position>>,
}

impl PlotSource for WholeMap {
    fn next_batch(&mut self) -> Result<Option<FeatureBatch>, EngineError> {
        let Some(border) = self.border.take() else { return Ok(None) };
        let mut geometries = RawGeometries::new();
        geometries.push(RawGeometry::Polygons(vec![vec![border]]));
        let options = RecordBatchOptions::new().with_row_count(Some(1));
        let attributes = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), Vec::new(), &options)
            .expect("no columns are of any length");
        Ok(Some(FeatureBatch { geometries, ids: None, attributes }))
    }

    fn count(&self) -> Option<u64> {
        Some(1)
    }
}

/// The border of the map in longitude and latitude, as a ring.
fn border_of(info: &RasterInfo) -> Result<Vec<Position>, EstimateError> {
    let windows =
        info.sheets.iter().flat_map(|sheet| sheet.tiles.iter().map(|tile| sheet.grid.bounds_of(&tile.window)));
    let Bounds { min_x, min_y, max_x, max_y } = windows.reduce(|all, bounds| all.union(&bounds)).unwrap_or(Bounds {
        min_x: 0.0,
        min_y: 0.0,
        max_x: 0.0,
        max_y: 0.0,
    });
    let Some(projection) = &info.projection else {
        // Cells may reach a little over a pole or the antimeridian.
        let (west, east, south, north) = (min_x.max(-180.0), max_x.min(180.0), min_y.max(-90.0), max_y.min(90.0));
        return Ok(vec![[west, south], [east, south], [east, north], [west, north], [west, south]]);
    };
    let corners = [[min_x, min_y], [max_x, min_y], [max_x, max_y], [min_x, max_y], [min_x, min_y]];
    let mut border = Vec::with_capacity(4 * BORDER_CORNERS + 1);
    for side in corners.windows(2) {
        for step in 0..BORDER_CORNERS {
            let along = step as f64 / BORDER_CORNERS as f64;
            border.push([0, 1].map(|axis| side[0][axis] + along * (side[1][axis] - side[0][axis])));
        }
    }
    border.push(corners[0]);
    projection.transform()?.inverse(&mut border);
    Ok(border)
}
