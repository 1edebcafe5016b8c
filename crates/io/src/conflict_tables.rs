//! The tables of conflicts between plots: pairs that share ground, the ground itself, and the groups they make.

use crate::output::{self, Made, TableWriter, WriteError};
use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use lindero_engine::in_order;
use lindero_plots::{Conflict, ConflictGroup, Conflicts, M2_PER_HA, PlotGrounds, RawGeometries};
use std::path::Path;
use std::sync::Arc;

/// Conflicts that were found, and what is needed to name and draw them.
pub struct ConflictTables<'a> {
    /// What was found.
    pub found: &'a Conflicts,
    /// The plots in which it was found.
    pub grounds: &'a PlotGrounds<'a>,
    /// The user's id of a row.
    pub plot_id: &'a (dyn Fn(u32) -> &'a str + Sync),
}

/// Pairs or members of groups that are made into lines at a time, by one worker.
const PAGE: usize = 4096;

impl ConflictTables<'_> {
    /// The columns of a table of pairs.
    #[must_use]
    pub fn overlap_schema() -> SchemaRef {
        schema(&[
            ("row_a", DataType::Int64),
            ("plot_id_a", DataType::Utf8),
            ("row_b", DataType::Int64),
            ("plot_id_b", DataType::Utf8),
            ("kind", DataType::Utf8),
            ("same_producer", DataType::Boolean),
            ("overlap_ha", DataType::Float64),
            ("pct_of_a", DataType::Float64),
            ("pct_of_b", DataType::Float64),
            ("pct_of_union", DataType::Float64),
            ("width_m", DataType::Float64),
            ("group", DataType::Int64),
        ])
    }

    /// The columns of a table of groups, one row for each plot in one. What is said of a group is said again in each of
    /// its rows.
    #[must_use]
    pub fn group_schema() -> SchemaRef {
        schema(&[
            ("group", DataType::Int64),
            ("row", DataType::Int64),
            ("plot_id", DataType::Utf8),
            ("area_ha", DataType::Float64),
            ("group_plots", DataType::Int64),
            ("group_area_ha", DataType::Float64),
            ("group_counted_twice_ha", DataType::Float64),
        ])
    }

    /// Writes `overlaps.csv`, `overlaps.geojson` and `groups.csv` to a folder.
    ///
    /// # Errors
    ///
    /// [`WriteError`] naming the file.
    pub fn write_files(&self, folder: &Path) -> Result<(), WriteError> {
        self.write_overlaps(output::csv(&folder.join("overlaps.csv"), Self::overlap_schema())?, false)?;
        self.write_overlaps(output::geojson(&folder.join("overlaps.geojson"), Self::overlap_schema())?, true)?;
        self.write_groups(output::csv(&folder.join("groups.csv"), Self::group_schema())?)
    }

    /// Writes all pairs, by a writer of [`Self::overlap_schema`]; with the shared ground if the format has geometries.
    ///
    /// # Errors
    ///
    /// [`WriteError`] naming the file.
    pub fn write_overlaps(&self, writer: Box<dyn TableWriter>, with_ground: bool) -> Result<(), WriteError> {
        write_pages(writer, &self.found.pairs, |writer, pairs| {
            let batch = self.overlaps(pairs);
            let ground = with_ground.then(|| self.ground(pairs));
            writer.make(&batch, ground.as_ref().map(RawGeometries::as_slice))
        })
    }

    /// Writes all plots in groups, by a writer of [`Self::group_schema`].
    ///
    /// # Errors
    ///
    /// [`WriteError`] naming the file.
    pub fn write_groups(&self, writer: Box<dyn TableWriter>) -> Result<(), WriteError> {
        let of_group = |group| -> Vec<(&ConflictGroup, u32)> { member_rows(group).collect() };
        let members: Vec<(&ConflictGroup, u32)> = self.found.groups.iter().flat_map(of_group).collect();
        write_pages(writer, &members, |writer, members| writer.make(&self.members(members), None))
    }

    fn overlaps(&self, pairs: &[Conflict]) -> RecordBatch {
        let columns: Vec<ArrayRef> = vec![
            whole(pairs, |pair| Some(pair.a)),
            text(pairs, |pair| (self.plot_id)(pair.a)),
            whole(pairs, |pair| Some(pair.b)),
            text(pairs, |pair| (self.plot_id)(pair.b)),
            text(pairs, |pair| pair.kind.as_str()),
            Arc::new(pairs.iter().map(|pair| pair.same_producer).collect::<BooleanArray>()),
            number(pairs, |pair| pair.shared_m2 / M2_PER_HA),
            number(pairs, |pair| 100.0 * pair.share_of_a),
            number(pairs, |pair| 100.0 * pair.share_of_b),
            number(pairs, |pair| 100.0 * pair.share_of_union),
            number(pairs, |pair| pair.width_m),
            whole(pairs, |pair| pair.group),
        ];
        RecordBatch::try_new(Self::overlap_schema(), columns).expect("the columns are those of the schema")
    }

    fn ground(&self, pairs: &[Conflict]) -> RawGeometries {
        let mut ground = RawGeometries::new();
        for pair in pairs {
            let shared = self.grounds.shared(pair.a, pair.b);
            let mut open = ground.open();
            for part in shared.as_ref().parts() {
                for ring in part.rings() {
                    open.extend_from_slice(ring);
                    open.end_ring();
                }
                open.end_part();
            }
            open.close_as_polygons();
        }
        ground
    }

    fn members(&self, members: &[(&ConflictGroup, u32)]) -> RecordBatch {
        let area_m2 = |row: u32| self.grounds.rows()[row as usize].area_m2;
        let columns: Vec<ArrayRef> = vec![
            whole(members, |(group, _)| Some(group.number)),
            whole(members, |(_, row)| Some(*row)),
            text(members, |(_, row)| (self.plot_id)(*row)),
            number(members, |(_, row)| area_m2(*row) / M2_PER_HA),
            whole(members, |(group, _)| Some(group.rows.len() as u32)),
            number(members, |(group, _)| group.area_m2 / M2_PER_HA),
            number(members, |(group, _)| group.counted_twice_m2 / M2_PER_HA),
        ];
        RecordBatch::try_new(Self::group_schema(), columns).expect("the columns are those of the schema")
    }
}

fn member_rows(group: &ConflictGroup) -> impl Iterator<Item = (&ConflictGroup, u32)> {
    group.rows.iter().map(move |&row| (group, row))
}

fn schema(columns: &[(&str, DataType)]) -> SchemaRef {
    let field = |(name, kind): &(&str, DataType)| Field::new(*name, kind.clone(), true);
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

/// Makes pages side by side and writes them in order.
fn write_pages<T: Sync>(
    writer: Box<dyn TableWriter>,
    items: &[T],
    make: impl Fn(&dyn TableWriter, &[T]) -> Result<Made, WriteError> + Sync,
) -> Result<(), WriteError> {
    let pages: Vec<&[T]> = items.chunks(PAGE).collect();
    in_order(pages.len(), |page| make(writer.as_ref(), pages[page]), |_, made| writer.append(made))?;
    writer.finish()
}

fn whole<T>(items: &[T], value: impl Fn(&T) -> Option<u32>) -> ArrayRef {
    Arc::new(items.iter().map(|item| value(item).map(i64::from)).collect::<Int64Array>())
}

fn number<T>(items: &[T], value: impl Fn(&T) -> f64) -> ArrayRef {
    Arc::new(items.iter().map(|item| Some(value(item))).collect::<Float64Array>())
}

fn text<'t, T>(items: &'t [T], value: impl Fn(&'t T) -> &'t str) -> ArrayRef {
    Arc::new(items.iter().map(|item| Some(value(item))).collect::<StringArray>())
}
