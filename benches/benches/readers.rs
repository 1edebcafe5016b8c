//! Plots from file to checked shapes, per format: 10,000 made plots. FlatGeobuf, Shapefile and GeoPackage are made with
//! `ogr2ogr` and left out, loudly, where it is missing.
//!
//! `cargo bench -p lindero-benches --bench readers`

use arrow_array::{Int64Array, RecordBatch};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lindero_benches::farm_plots;
use lindero_engine::{CheckedPlots, Fields, Quiet};
use lindero_io::output::{self, TableWriter, WriteError};
use lindero_io::plots::PlotFiles;
use lindero_io::vector::{VectorOptions, open_many};
use lindero_plots::{RawGeometries, RawGeometry};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

const PLOTS: usize = 10_000;

/// Writes the plots and closes the file.
fn write(start: Result<Box<dyn TableWriter>, WriteError>, ids: &RecordBatch, geometries: &RawGeometries) {
    let writer = start.expect("the folder can be written to");
    writer.write(ids, Some(geometries.as_slice())).expect("the disk has room");
    writer.finish().expect("the disk has room");
}

fn files(folder: &Path) -> Vec<(&'static str, PathBuf)> {
    let polygons = |shape: lindero_plots::ShapeRef<'_>| {
        RawGeometry::Polygons(shape.parts().map(|part| part.rings().map(<[_]>::to_vec).collect()).collect())
    };
    let geometries: RawGeometries = farm_plots(PLOTS).iter().map(polygons).collect();
    let ids = Int64Array::from_iter_values(0..PLOTS as i64);
    let ids = RecordBatch::try_from_iter([("id", Arc::new(ids) as _)]).expect("one column is a table");
    let path = |name: &str| folder.join(name);
    write(output::geojson(&path("plots.geojson"), ids.schema()), &ids, &geometries);
    write(output::parquet(&path("plots.parquet"), ids.schema(), true), &ids, &geometries);
    let mut files = vec![("GeoJSON", path("plots.geojson")), ("GeoParquet", path("plots.parquet"))];
    for (format, name) in [("FlatGeobuf", "plots.fgb"), ("ESRI Shapefile", "plots.shp"), ("GPKG", "plots.gpkg")] {
        let made = Command::new("ogr2ogr").args(["-f", format]).arg(path(name)).arg(path("plots.geojson")).status();
        if made.is_ok_and(|status| status.success()) {
            files.push((format, path(name)));
        } else {
            eprintln!("LEFT OUT: {format}: ogr2ogr is missing or cannot write it");
        }
    }
    files
}

fn readers(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder for a while");
    let mut group = c.benchmark_group("read and check plots");
    group.throughput(Throughput::Elements(PLOTS as u64)).sample_size(20);
    for (format, path) in files(folder.path()) {
        let files = open_many(&[path], &VectorOptions::default());
        let Ok(files) = files.inspect_err(|error| eprintln!("LEFT OUT: {error}")) else { continue };
        group.bench_function(format, |b| {
            b.iter(|| {
                let mut plots = 0;
                let read = CheckedPlots::new(&mut PlotFiles::new(&files), &Fields::default()).each(&Quiet, |batch| {
                    plots += black_box(&batch).rows.len();
                    Ok(())
                });
                read.expect("the file can be read");
                assert_eq!(plots, PLOTS);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, readers);
criterion_main!(benches);
