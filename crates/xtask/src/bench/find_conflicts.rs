//! `cargo xtask find-conflicts`: what `bench-conflicts` measures of ours, as a process of its own.

use std::path::PathBuf;

use clap::Args;
use lindero_engine::{CheckedPlots, Fields, Quiet};
use lindero_io::{
    conflict_tables::ConflictTables,
    output,
    plots::PlotFiles,
    vector::{VectorOptions, open_many},
};
use lindero_plots::{ConflictRules, PlotGround, PlotGrounds, ShapeStore, conflicts};

#[derive(Args)]
pub(crate) struct FindConflicts {
    /// A file of plots
    plots: PathBuf,
    /// The table to write
    out: PathBuf,
}

/// Reads plots, finds their conflicts and writes every pair.
///
/// # Errors
///
/// A file cannot be read or written.
pub(crate) fn run(arguments: &FindConflicts) -> Result<(), String> {
    let files = open_many(std::slice::from_ref(&arguments.plots), &VectorOptions::default())
        .map_err(|error| error.to_string())?;
    let (mut shapes, mut rows) = (ShapeStore::new(), Vec::new());
    let mut source = PlotFiles::new(&files);
    CheckedPlots::new(&mut source, &Fields::default())
        .each(&Quiet, |batch| {
            let first = shapes.append(&batch.shapes);
            rows.extend(batch.rows.iter().map(|row| PlotGround {
                // The disc of a point is no ground that anyone claims.
                shape: row.shape.filter(|_| row.disc.is_none()).map(|shape| first + shape),
                area_m2: row.area_m2.unwrap_or(0.0),
                producer: None,
            }));
            Ok(())
        })
        .map_err(|error| error.to_string())?;
    let grounds = PlotGrounds::new(&shapes, &rows);
    let found = conflicts(&grounds, &ConflictRules::default());
    let tables = ConflictTables { found: &found, grounds: &grounds, plot_id: &|_| "" };
    let writer = output::csv(&arguments.out, ConflictTables::overlap_schema()).map_err(|error| error.to_string())?;
    tables.write_overlaps(writer, false).map_err(|error| error.to_string())
}
