//! What can be measured of every input feature: one row each, in input order.

use crate::{EngineError, FeatureBatch, PlotSource, Progress};
use arrow_array::{Array, RecordBatch, cast::AsArray};
use arrow_schema::DataType;
use lindero_plots::{
    Defect, M2_PER_HA, PlotGeometry, Position, RawGeometries, RawGeometryRef, Shape, ShapeStore, area_m2, content_id,
    discs, take_in_ref,
};
use rayon::prelude::*;

/// The area a bare point stands for at most: the law's ceiling for a point (hectares).
pub const DISC_HA: f64 = 4.0;

/// One input feature.
#[derive(Clone, Debug)]
pub struct PlotRow {
    /// The user's id for it: the column asked for, else the feature's own id, else the row.
    pub plot_id: String,
    /// Hash of the normalised geometry; `None` where there is none.
    pub content_id: Option<String>,
    /// What is wrong with the geometry.
    pub defects: Vec<Defect>,
    /// Whether the shape differs from what was given.
    pub repaired: bool,
    /// The shape to measure, by index; `None` where nothing can be measured. Of a point it is the
    /// disc of the declared area, else of 4 ha.
    pub shape: Option<u32>,
    /// Of a point: the disc of 4 ha, by index.
    pub disc: Option<u32>,
    /// Ellipsoidal area of the shape under edges straight in longitude and latitude.
    pub area_m2: Option<f64>,
    /// What the user's own column says the area is.
    pub declared_ha: Option<f64>,
}

/// Every input feature and the shapes to measure, in longitude and latitude.
#[derive(Debug, Default)]
pub struct PlotTable {
    /// One per feature, in input order.
    pub rows: Vec<PlotRow>,
    /// The shapes that rows point to.
    pub shapes: ShapeStore,
    /// The geometries as given, one per feature.
    pub geometries: RawGeometries,
    /// The user's own columns, in batches that add up to the rows.
    pub attributes: Vec<RecordBatch>,
}

/// Which of the user's columns carry what.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// The column with the plot's id.
    pub id: Option<String>,
    /// The column with the declared area in hectares.
    pub area: Option<String>,
}

impl PlotTable {
    /// Reads every feature and checks it.
    ///
    /// # Errors
    ///
    /// The source's own, or [`EngineError::Interrupted`].
    pub fn read(source: &mut dyn PlotSource, fields: &Fields, progress: &dyn Progress) -> Result<Self, EngineError> {
        progress.stage("reading plots", source.count().unwrap_or(0));
        let mut table = Self::default();
        while let Some(batch) = source.next_batch()? {
            if progress.interrupted() {
                return Err(EngineError::Interrupted);
            }
            let rows = batch.geometries.len() as u64;
            table.add(batch, fields);
            progress.advance(rows);
        }
        Ok(table)
    }

    /// Somewhere among the plots: where cells of several grids are compared by size.
    #[must_use]
    pub fn centre(&self) -> Position {
        let bounds = self.shapes.iter().map(|shape| shape.bounds()).reduce(|all, bounds| all.union(&bounds));
        bounds.map_or([0.0, 0.0], |bounds| bounds.center())
    }

    /// Every `step`-th feature, without the user's columns: a sample.
    #[must_use]
    pub fn every(&self, step: usize) -> Self {
        let mut sample = Self::default();
        for (row, geometry) in self.rows.iter().zip(self.geometries.iter()).step_by(step) {
            let mut copy = |shape: Option<u32>| shape.map(|index| sample.shapes.push(self.shapes.get(index)));
            let (shape, disc) = (copy(row.shape), copy(row.disc));
            sample.rows.push(PlotRow { shape, disc, ..row.clone() });
            sample.geometries.push_ref(geometry);
        }
        sample
    }

    fn add(&mut self, batch: FeatureBatch, fields: &Fields) {
        let ids = fields.id.as_deref().and_then(|name| column(&batch.attributes, name));
        let areas = fields.area.as_deref().and_then(|name| column(&batch.attributes, name));
        let checked: Vec<Checked> = (0..batch.geometries.len())
            .into_par_iter()
            .map(|index| {
                let declared_ha = areas.and_then(|column| number(column, index));
                Checked::of(batch.geometries.get(index), declared_ha)
            })
            .collect();
        for (index, checked) in checked.into_iter().enumerate() {
            let plot_id = ids
                .and_then(|column| text(column, index))
                .or_else(|| batch.ids.as_ref().and_then(|ids| text(ids, index)))
                .unwrap_or_else(|| self.rows.len().to_string());
            let mut push = |shape: &Shape| self.shapes.push(shape.as_ref());
            self.rows.push(PlotRow {
                plot_id,
                content_id: checked.content_id,
                defects: checked.defects,
                repaired: checked.repaired,
                shape: checked.shape.as_ref().map(&mut push),
                disc: checked.disc.as_ref().map(&mut push),
                area_m2: checked.area_m2,
                declared_ha: checked.declared_ha,
            });
        }
        self.geometries.append(batch.geometries);
        self.attributes.push(batch.attributes);
    }
}

/// A feature after the checks, before it has its place in the table.
struct Checked {
    content_id: Option<String>,
    defects: Vec<Defect>,
    repaired: bool,
    shape: Option<Shape>,
    disc: Option<Shape>,
    area_m2: Option<f64>,
    declared_ha: Option<f64>,
}

impl Checked {
    fn of(raw: RawGeometryRef<'_>, declared_ha: Option<f64>) -> Self {
        let intake = take_in_ref(raw);
        let content_id = content_id(&intake.geometry);
        let (shape, disc) = match intake.geometry {
            PlotGeometry::Area(shape) => (Some(shape), None),
            PlotGeometry::Points(points) => {
                let disc = discs(&points, DISC_HA * M2_PER_HA);
                let declared = declared_ha.filter(|ha| ha.is_finite() && *ha > 0.0);
                let own = declared.and_then(|ha| discs(&points, ha * M2_PER_HA / points.len() as f64));
                (own.or_else(|| disc.clone()), disc)
            }
            PlotGeometry::Unusable => (None, None),
        };
        let area_m2 = shape.as_ref().map(|shape| area_m2(shape.as_ref()));
        Self { content_id, defects: intake.defects, repaired: intake.repaired, shape, disc, area_m2, declared_ha }
    }
}

fn column<'b>(attributes: &'b RecordBatch, name: &str) -> Option<&'b dyn Array> {
    attributes.column_by_name(name).map(|column| column.as_ref())
}

/// A number, or text that is one: field forms write both "0.5" and "0,5".
fn number(column: &dyn Array, row: usize) -> Option<f64> {
    if column.is_null(row) {
        return None;
    }
    match column.data_type() {
        DataType::Float64 => Some(column.as_primitive::<arrow_array::types::Float64Type>().value(row)),
        DataType::Int64 => Some(column.as_primitive::<arrow_array::types::Int64Type>().value(row) as f64),
        DataType::Utf8 => column.as_string::<i32>().value(row).trim().replace(',', ".").parse().ok(),
        _ => None,
    }
}

fn text(column: &dyn Array, row: usize) -> Option<String> {
    if column.is_null(row) {
        return None;
    }
    match column.data_type() {
        DataType::Utf8 => {
            let text = column.as_string::<i32>().value(row);
            (!text.is_empty()).then(|| text.to_owned())
        }
        DataType::Int64 => Some(column.as_primitive::<arrow_array::types::Int64Type>().value(row).to_string()),
        DataType::Float64 => Some(column.as_primitive::<arrow_array::types::Float64Type>().value(row).to_string()),
        _ => None,
    }
}
