//! The whole job on the invented valley: 2,000 plots, 13 maps, policy `eudr-2020`; and its engine alone.
//!
//! `cargo bench -p lindero-benches --bench screen`

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lindero_engine::{Fields, NamedLayer, PlotTable, Quiet, tabulate};
use lindero_io::catalog::Catalog;
use lindero_io::plots::PlotFiles;
use lindero_io::raster::{RasterOptions, open_raster};
use lindero_io::screening::{ChosenPolicy, ScreenInput};
use lindero_io::vector::{VectorOptions, open_many};

const LANDSCAPE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/landscape");

fn plots() -> PlotTable {
    let path = Path::new(LANDSCAPE).join("plots.geojson");
    let files = open_many(&[path], &VectorOptions::default()).expect("the fixtures are there");
    let fields = Fields { id: Some("codigo".to_owned()), area: Some("Area".to_owned()), content_ids: true };
    PlotTable::read(&mut PlotFiles::new(&files), &fields, &Quiet).expect("the fixtures can be read")
}

fn screen(c: &mut Criterion) {
    let table = plots();
    let catalog = Path::new(LANDSCAPE).join("lindero.toml");
    let catalog = Catalog::read(&catalog).expect("the catalog can be read");
    let policy = ChosenPolicy::choose(None, &catalog).expect("the catalog carries the default policy");
    let input = ScreenInput::open(catalog, policy, table.centre()).expect("the catalog can be opened");
    let loss = NamedLayer {
        name: "lossyear".to_owned(),
        source: open_raster(
            "layers/Hansen_GFC-2024-v1.12_lossyear_*.tif",
            Some(Path::new(LANDSCAPE)),
            &RasterOptions::default(),
        )
        .expect("the layer can be opened"),
        band: 0,
    };
    let mut group = c.benchmark_group("landscape");
    group.throughput(Throughput::Elements(table.rows.len() as u64)).sample_size(10);
    group.bench_function("read and check the plots", |b| b.iter(|| black_box(plots())));
    group.bench_function("tabulate one 30 m layer", |b| {
        b.iter(|| black_box(tabulate(&table, std::slice::from_ref(&loss), &Quiet).expect("it can be measured")));
    });
    group.bench_function("screen, every layer, eudr-2020", |b| {
        b.iter(|| black_box(input.screening(None).run(&table, &Quiet).expect("it can be screened")));
    });
    group.finish();
}

criterion_group!(benches, screen);
criterion_main!(benches);
