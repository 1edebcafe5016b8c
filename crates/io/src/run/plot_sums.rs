//! What plots add up to by region, by the regions around those, and by any column of the user's.

use super::folder::RunFolder;
use super::tables::{Format, write_whole};
use crate::catalog::text_of;
use crate::output::WriteError;
use crate::region_levels::path_of;
use crate::vector::{FeatureFile, VectorError};
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::Field;
use lindero_engine::ScreenedPage;
use lindero_plots::{RawGeometries, RawGeometry};
use lindero_regions::{ALL_PLOTS, LevelRow, Levels, MeasuredPart, RegionRow, RegionSet, RollUp, UNNAMED, level_rows};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What sums over plots are, in every table that has them.
pub const SUBMITTED: &str = "sum over submitted plots, not an estimate of the region";

/// Stands in the column of groups for plots of every group.
const EVERY_GROUP: &str = "(all)";
/// Columns of a run between which those stand that were measured.
const BEFORE_MEASURED: &str = "area_ha";
const AFTER_MEASURED: &str = "verdict";

/// Roll-ups of plots by what a column of theirs says; plots without a value are a group of their own.
pub struct GroupSums {
    column: String,
    names: Vec<String>,
    columns: Vec<String>,
    by_group: BTreeMap<String, RollUp>,
}

impl GroupSums {
    /// Nothing yet, of plots in regions with these names; `columns` in hectares are added up.
    #[must_use]
    pub fn new(column: String, names: Vec<String>, columns: Vec<String>) -> Self {
        Self { column, names, columns, by_group: BTreeMap::new() }
    }

    /// Adds the plots of a page of a screening.
    pub(super) fn add_page(&mut self, page: &ScreenedPage) {
        let columns = self.columns.len();
        for index in 0..page.plots.rows.len() {
            let group = text_of(&page.plots.attributes, &self.column, index);
            page.add_plot_to(index, self.of_group(group), columns);
        }
    }

    fn of_group(&mut self, group: Option<String>) -> &mut RollUp {
        let group = group.filter(|group| !group.trim().is_empty()).unwrap_or_else(|| UNNAMED.to_owned());
        let (names, columns) = (&self.names, &self.columns);
        self.by_group.entry(group).or_insert_with(|| RollUp::new(names.clone(), columns.clone()))
    }

    fn finish(self) -> impl Iterator<Item = (String, Vec<RegionRow>)> {
        self.by_group.into_iter().map(|(group, roll_up)| (group, roll_up.finish()))
    }
}

/// What plots add up to.
pub struct PlotSums {
    /// Names of the levels, outermost first; empty without.
    pub levels: Vec<String>,
    /// The column by which they are grouped.
    pub group: Option<String>,
    /// Names of the columns that are added up, in hectares.
    pub columns: Vec<String>,
    /// For all plots, and then for each group if they are grouped: the sums.
    pub rows: Vec<(String, Vec<LevelRow>)>,
}

impl PlotSums {
    /// The sums of plots in regions.
    #[must_use]
    pub fn of_regions(
        all: &[RegionRow],
        columns: Vec<String>,
        names: &[String],
        levels: &Levels,
        groups: Option<GroupSums>,
    ) -> Self {
        let of = |rows: &[RegionRow]| level_rows(rows, names, levels);
        let group = groups.as_ref().map(|groups| groups.column.clone());
        let mut rows = vec![(EVERY_GROUP.to_owned(), of(all))];
        rows.extend(groups.into_iter().flat_map(GroupSums::finish).map(|(group, rows)| (group, of(&rows))));
        Self { levels: levels.names().to_vec(), group, columns, rows }
    }

    /// The sums of the plots of a run, by what columns of theirs say: nothing is measured again.
    ///
    /// # Errors
    ///
    /// [`VectorError`] if the run cannot be read.
    pub fn of_run(plots: &FeatureFile, levels: &[String], group: Option<&str>) -> Result<Self, VectorError> {
        let columns = added_columns(plots);
        let mut paths: BTreeMap<Vec<String>, u32> = BTreeMap::new();
        if !levels.is_empty() {
            for batch in plots.batches()? {
                let batch = batch?;
                paths.extend((0..batch.geometries.len()).map(|row| (path_of(&batch.attributes, levels, row), 0)));
            }
        }
        let mut names = Vec::new();
        for (number, (path, region)) in (0..).zip(&mut paths) {
            *region = number;
            names.push(format!("{number} {}", path.join(" / ")));
        }
        let known: Vec<Vec<String>> = paths.keys().cloned().collect();
        let mut all = RollUp::new(names.clone(), columns.clone());
        let mut groups = group.map(|group| GroupSums::new(group.to_owned(), names.clone(), columns.clone()));
        let mut first_row = 0;
        for batch in plots.batches()? {
            let attributes = batch?.attributes;
            for row in 0..attributes.num_rows() {
                let values: Vec<Option<f64>> = columns.iter().map(|column| number(&attributes, column, row)).collect();
                let part = MeasuredPart {
                    row: first_row + row as u64,
                    region: paths.get(&path_of(&attributes, levels, row)).copied(),
                    is_largest: true,
                    area_ha: number(&attributes, BEFORE_MEASURED, row).unwrap_or(0.0),
                    values: &values,
                    verdict: &text_of(&attributes, AFTER_MEASURED, row).unwrap_or_default(),
                };
                all.add(part);
                if let Some(groups) = &mut groups {
                    let group = text_of(&attributes, &groups.column, row);
                    groups.of_group(group).add(part);
                }
            }
            first_row += attributes.num_rows() as u64;
        }
        let levels = Levels::new(levels.to_vec(), &known);
        let mut sums = Self::of_regions(&all.finish(), columns, &names, &levels, groups);
        // By columns no plot lies outside: what would be there is every plot where there are no levels.
        for (_, rows) in &mut sums.rows {
            rows.retain(|row| row.level.is_some() || row.row.name == ALL_PLOTS);
        }
        Ok(sums)
    }
}

/// The columns of a run that are measured areas.
fn added_columns(plots: &FeatureFile) -> Vec<String> {
    let schema = plots.schema();
    let names = schema.fields().iter().map(|field| field.name().clone());
    let measured = names.skip_while(|name| name != BEFORE_MEASURED).skip(1).take_while(|name| name != AFTER_MEASURED);
    measured.filter(|name| name.ends_with("_ha")).collect()
}

fn number(attributes: &RecordBatch, column: &str, row: usize) -> Option<f64> {
    let column = attributes.column_by_name(column)?.as_primitive_opt::<Float64Type>()?;
    column.is_valid(row).then(|| column.value(row))
}

/// Writes `regions.csv`, and `regions.geojson` with the innermost regions where their shapes are known.
///
/// # Errors
///
/// [`WriteError`] naming the file.
pub fn write_plot_sums(run: &RunFolder, sums: &PlotSums, regions: Option<&RegionSet>) -> Result<(), WriteError> {
    let rows: Vec<(&str, &LevelRow)> =
        sums.rows.iter().flat_map(|(group, rows)| rows.iter().map(move |row| (group.as_str(), row))).collect();
    let (fields, arrays) = table(sums, &rows);
    write_whole(&run.file("regions.csv"), Format::Csv, fields, arrays, None)?;
    let Some(regions) = regions else { return Ok(()) };
    let innermost = sums.levels.len() - 1;
    let shown =
        |(group, row): &&(&str, &LevelRow)| *group == EVERY_GROUP && row.level.is_none_or(|level| level == innermost);
    let rows: Vec<(&str, &LevelRow)> = rows.iter().filter(shown).copied().collect();
    let geometries: RawGeometries = rows.iter().map(|(_, row)| geometry_of(&row.path, regions)).collect();
    let (fields, arrays) = table(sums, &rows);
    write_whole(&run.file("regions.geojson"), Format::GeoJson, fields, arrays, Some(geometries.as_slice()))
}

fn table(sums: &PlotSums, rows: &[(&str, &LevelRow)]) -> (Vec<Field>, Vec<ArrayRef>) {
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    let mut text = |name: String, value: &dyn Fn(&str, &LevelRow) -> Option<String>| {
        let values: StringArray = rows.iter().map(|(group, row)| value(group, row)).collect();
        columns.push((name, Arc::new(values) as ArrayRef));
    };
    text("region".to_owned(), &|_, at| Some(at.row.name.clone()));
    if sums.levels.len() > 1 {
        text("level".to_owned(), &|_, at| at.level.map(|level| sums.levels[level].clone()));
        for (level, name) in sums.levels.iter().enumerate() {
            text(format!("level_{name}"), &|_, at| at.path.get(level).cloned());
        }
    }
    if let Some(group) = &sums.group {
        text(format!("group_{group}"), &|group, _| Some(group.to_owned()));
    }
    let count = |value: fn(&RegionRow) -> u64| -> ArrayRef {
        Arc::new(rows.iter().map(|(_, at)| Some(value(&at.row) as i64)).collect::<Int64Array>())
    };
    let area = |value: fn(&RegionRow) -> f64| -> ArrayRef {
        Arc::new(rows.iter().map(|(_, at)| Some(value(&at.row))).collect::<Float64Array>())
    };
    columns.extend([
        ("plots".to_owned(), count(|row| row.plots)),
        ("plots_low".to_owned(), count(|row| row.plots_low)),
        ("plots_more_info".to_owned(), count(|row| row.plots_more_info)),
        ("plots_high".to_owned(), count(|row| row.plots_high)),
        ("area_ha".to_owned(), area(|row| row.area_ha)),
        ("unmeasured_ha".to_owned(), area(|row| row.unmeasured_ha)),
    ]);
    for (index, name) in sums.columns.iter().enumerate() {
        let values = rows.iter().map(|(_, at)| at.row.sums[index]).collect::<Float64Array>();
        columns.push((name.clone(), Arc::new(values)));
    }
    let basis: StringArray = rows.iter().map(|_| Some(SUBMITTED)).collect();
    columns.push(("basis".to_owned(), Arc::new(basis)));
    let fields = columns.iter().map(|(name, column)| Field::new(name, column.data_type().clone(), true)).collect();
    (fields, columns.into_iter().map(|(_, column)| column).collect())
}

/// The shape of the region with this path.
fn geometry_of(path: &[String], regions: &RegionSet) -> RawGeometry {
    let name = crate::regions::name_of(path);
    let Some(region) = regions.names().iter().position(|known| *known == name) else { return RawGeometry::Missing };
    let polygons = regions
        .shapes(region as u32)
        .flat_map(|shape| shape.parts())
        .map(|part| part.rings().map(<[_]>::to_vec).collect())
        .collect();
    RawGeometry::Polygons(polygons)
}
