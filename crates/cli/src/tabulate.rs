//! `lindero tabulate`

use crate::args::Tabulate;
use crate::failure::Failure;
use crate::layer_arg::LayerArg;
use crate::partial_file::PartialFile;
use crate::plot_input::{PlotInput, set_threads};
use crate::progress_bar::TerminalProgress;
use arrow_array::builder::{Float64Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use lindero_engine::{NamedLayer, PlotClasses, PlotTable, tabulate};
use lindero_io::output::{self, TableWriter};
use lindero_io::raster::{RasterOptions, open_raster};
use lindero_layers::LayerSource;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

/// Rows of the table that are written at a time.
const BATCH_ROWS: usize = 1 << 16;

pub(crate) fn run(args: &Tabulate) -> Result<ExitCode, Failure> {
    let kind = TableKind::of(&args.out)?;
    set_threads(args.plots.threads)?;
    let layers = open_layers(&args.layers)?;
    let progress = TerminalProgress::new();
    let table = PlotInput::open(&args.plots)?.read(&progress)?;
    let classes = tabulate(&table, &layers, &progress)?;
    progress.done();
    tell_unusable(&table);

    let file = PartialFile::new(&args.out);
    let mut writer = kind.writer(file.path(), schema())?;
    write(&table, &layers, &classes, writer.as_mut())?;
    writer.finish()?;
    file.complete()?;
    Ok(ExitCode::SUCCESS)
}

/// Plots without a shape have no rows in the table: nobody should have to find that out by counting.
fn tell_unusable(table: &PlotTable) {
    let mut unusable = table.rows.iter().enumerate().filter(|(_, plot)| plot.shape.is_none());
    let Some((row, plot)) = unusable.next() else { return };
    let defects: Vec<String> = plot.defects.iter().map(ToString::to_string).collect();
    let first = format!("row {row}, plot {}: {}", table.ids.get(row), defects.join("; "));
    match unusable.count() {
        0 => eprintln!("note: one plot cannot be measured and has no rows: {first}"),
        others => eprintln!("note: {} plots cannot be measured and have no rows; the first is {first}", others + 1),
    }
}

fn open_layers(arguments: &[String]) -> Result<Vec<NamedLayer>, Failure> {
    let mut layers: Vec<NamedLayer> = Vec::new();
    for argument in arguments {
        let LayerArg { id, path, band, crs } = LayerArg::parse(argument)?;
        if layers.iter().any(|layer| layer.name == id) {
            return Err(Failure::new(format!("two layers are called {id:?}; name one of them: --layer OTHER={path}")));
        }
        let options = RasterOptions { crs, check_overlaps: true };
        let source = open_raster(&path, None, &options)?;
        let bands = source.info().bands;
        if band >= bands {
            return Err(Failure::new(format!(
                "--layer {argument}: {path} has {bands} band(s), band={} is none",
                band + 1
            )));
        }
        layers.push(NamedLayer { name: id, source, band });
    }
    Ok(layers)
}

/// What the table is written as.
enum TableKind {
    Csv,
    Parquet,
}

impl TableKind {
    fn of(path: &Path) -> Result<Self, Failure> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("csv") => Ok(Self::Csv),
            Some("parquet") => Ok(Self::Parquet),
            _ => Err(Failure::new(format!("--out {}: the table is written as .csv or .parquet", path.display()))),
        }
    }

    fn writer(&self, path: &Path, schema: SchemaRef) -> Result<Box<dyn TableWriter>, Failure> {
        Ok(match self {
            Self::Csv => output::csv(path, schema)?,
            Self::Parquet => output::parquet(path, schema, false)?,
        })
    }
}

fn schema() -> SchemaRef {
    let field = |name, kind, nullable| Field::new(name, kind, nullable);
    Arc::new(Schema::new(vec![
        field("row", DataType::Int64, false),
        field("plot_id", DataType::Utf8, false),
        field("layer", DataType::Utf8, false),
        field("value", DataType::Float64, true),
        field("area_m2", DataType::Float64, false),
        field("share", DataType::Float64, false),
    ]))
}

#[derive(Default)]
struct Columns {
    row: Int64Builder,
    plot_id: StringBuilder,
    layer: StringBuilder,
    value: Float64Builder,
    area_m2: Float64Builder,
    share: Float64Builder,
    rows: usize,
}

impl Columns {
    fn batch(&mut self) -> Result<RecordBatch, Failure> {
        self.rows = 0;
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.row.finish()),
            Arc::new(self.plot_id.finish()),
            Arc::new(self.layer.finish()),
            Arc::new(self.value.finish()),
            Arc::new(self.area_m2.finish()),
            Arc::new(self.share.finish()),
        ];
        Ok(RecordBatch::try_new(schema(), columns)?)
    }
}

fn write(
    table: &PlotTable,
    layers: &[NamedLayer],
    classes: &[PlotClasses],
    writer: &mut dyn TableWriter,
) -> Result<(), Failure> {
    let mut columns = Columns::default();
    for (row, of_plot) in classes.iter().enumerate() {
        for (layer, of_layer) in layers.iter().zip(of_plot) {
            for class in of_layer {
                columns.row.append_value(row as i64);
                columns.plot_id.append_value(table.ids.get(row));
                columns.layer.append_value(&layer.name);
                columns.value.append_option(class.value);
                columns.area_m2.append_value(class.area_m2);
                columns.share.append_value(class.share);
                columns.rows += 1;
            }
        }
        if columns.rows >= BATCH_ROWS {
            writer.write(&columns.batch()?, None)?;
        }
    }
    writer.write(&columns.batch()?, None)?;
    Ok(())
}
