//! The tables of whole regions.

use crate::output::WriteError;
use crate::region_classes::RegionPlan;
use crate::run::{Format, RunFolder, write_whole};
use arrow_array::{ArrayRef, Float64Array, Int32Array, Int64Array, StringArray};
use arrow_schema::Field;
use lindero_indicators::CellClass;
use lindero_plots::M2_PER_HA;
use lindero_regions::{ClassSum, ClassSums, RegionClasses};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What areas of whole regions are, in every table that has them.
pub const EVERY_CELL: &str = "every cell of the region";

/// A layer with more classes has no columns in the wide table.
pub const MOST_COLUMNS: usize = 256;

/// Columns of one table under construction.
#[derive(Default)]
struct Table {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
}

impl Table {
    fn add(&mut self, name: &str, values: impl arrow_array::Array + 'static) {
        self.fields.push(Field::new(name, values.data_type().clone(), true));
        self.arrays.push(Arc::new(values));
    }

    fn add_text<T: AsRef<str>>(&mut self, name: &str, values: impl Iterator<Item = Option<T>>) {
        self.add(name, values.collect::<StringArray>());
    }

    fn add_numbers(&mut self, name: &str, values: impl Iterator<Item = Option<f64>>) {
        self.add(name, values.collect::<Float64Array>());
    }

    /// The level, the name and the path of the region that each row is of.
    fn add_regions<C>(&mut self, regions: &[&RegionClasses<'_, C>], levels: &[String]) {
        self.add_text("level", regions.iter().map(|region| Some(&levels[region.level])));
        self.add_text("region", regions.iter().map(|region| region.path.last()));
        for (level, name) in levels.iter().enumerate() {
            self.add_text(&format!("level_{name}"), regions.iter().map(|region| region.path.get(level)));
        }
    }

    fn write(self, folder: &RunFolder, name: &str) -> Result<(), WriteError> {
        write_whole(&folder.file(name), Format::Csv, self.fields, self.arrays, None)
    }
}

/// Writes `regions.csv`, a row for each region, and `regions_long.csv`, a row for each class of each band in each region.
/// Gives the layers that have too many classes for columns of their own.
///
/// # Errors
///
/// [`WriteError`] naming the file.
pub fn write_classes(
    folder: &RunFolder,
    plan: &RegionPlan,
    levels: &[String],
    sums: &ClassSums<CellClass>,
) -> Result<Vec<String>, WriteError> {
    let regions = sums.regions();
    let (wide, too_many) = wide(plan, levels, &regions);
    wide.write(folder, "regions.csv")?;
    let rows: Vec<(&RegionClasses<'_, CellClass>, &ClassSum<CellClass>)> =
        regions.iter().flat_map(|region| region.classes.iter().map(move |class| (region, class))).collect();
    let mut long = Table::default();
    long.add_regions(&rows.iter().map(|row| row.0).collect::<Vec<_>>(), levels);
    let bands = || rows.iter().map(|(_, class)| &plan.bands[class.layer]);
    long.add_text("layer", bands().map(|band| Some(&band.layer)));
    long.add("year", bands().map(|band| band.year).collect::<Int32Array>());
    long.add_text("class", rows.iter().map(|(_, class)| Some(class.class.to_string())));
    add_areas(&mut long, rows.iter().map(|(_, class)| (class.area_m2, class.share)));
    long.write(folder, "regions_long.csv")?;
    Ok(too_many)
}

fn wide(plan: &RegionPlan, levels: &[String], regions: &[RegionClasses<'_, CellClass>]) -> (Table, Vec<String>) {
    let mut table = Table::default();
    table.add_regions(&regions.iter().collect::<Vec<_>>(), levels);
    table.add("features", regions.iter().map(|region| Some(region.features as i64)).collect::<Int64Array>());
    table.add("unmeasured", regions.iter().map(|region| Some(region.unmeasured as i64)).collect::<Int64Array>());
    table.add_numbers("area_ha", regions.iter().map(|region| region.area_m2().map(|area| area / M2_PER_HA)));
    let mut too_many = Vec::new();
    for (index, band) in plan.bands.iter().enumerate() {
        let of_band = || regions.iter().flat_map(|region| &region.classes).filter(|class| class.layer == index);
        let classes: BTreeSet<CellClass> = of_band().map(|class| class.class).collect();
        if classes.len() > MOST_COLUMNS {
            too_many.push(band.to_string());
            continue;
        }
        let prefix = band.year.map_or(band.layer.clone(), |year| format!("{}_{year}", band.layer));
        for class in classes {
            let value = |region: &RegionClasses<'_, CellClass>| {
                let found = region.classes.iter().find(|sum| sum.layer == index && sum.class == class);
                // Measured and not found is none of it; not measured is not known.
                found.map(|sum| sum.area_m2 / M2_PER_HA).or_else(|| (!region.classes.is_empty()).then_some(0.0))
            };
            table.add_numbers(&format!("{prefix}_{class}_ha"), regions.iter().map(value));
        }
    }
    table.add_text("basis", regions.iter().map(|_| Some(EVERY_CELL)));
    (table, too_many)
}

/// Writes `transitions.csv`: a row for each class of before and each of after, in each region.
///
/// # Errors
///
/// [`WriteError`] naming the file.
pub fn write_transitions(
    folder: &RunFolder,
    plan: &RegionPlan,
    levels: &[String],
    sums: &ClassSums<(CellClass, CellClass)>,
) -> Result<(), WriteError> {
    let regions = sums.regions();
    let rows: Vec<_> =
        regions.iter().flat_map(|region| region.classes.iter().map(move |class| (region, class))).collect();
    let mut table = Table::default();
    table.add_regions(&rows.iter().map(|row| row.0).collect::<Vec<_>>(), levels);
    let transitions = || rows.iter().map(|(_, class)| &plan.transitions[class.layer]);
    table.add_text("from", transitions().map(|transition| Some(transition.from.to_string())));
    table.add_text("to", transitions().map(|transition| Some(transition.to.to_string())));
    table.add_text("from_class", rows.iter().map(|(_, class)| Some(class.class.0.to_string())));
    table.add_text("to_class", rows.iter().map(|(_, class)| Some(class.class.1.to_string())));
    add_areas(&mut table, rows.iter().map(|(_, class)| (class.area_m2, class.share)));
    table.write(folder, "transitions.csv")
}

/// Areas, their shares, and what they are areas of.
fn add_areas(table: &mut Table, areas: impl Iterator<Item = (f64, f64)> + Clone) {
    table.add_numbers("area_ha", areas.clone().map(|(area_m2, _)| Some(area_m2 / M2_PER_HA)));
    table.add_numbers("share", areas.clone().map(|(_, share)| Some(share)));
    table.add_text("basis", areas.map(|_| Some(EVERY_CELL)));
}
