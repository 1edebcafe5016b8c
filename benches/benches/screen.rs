//! The whole job on the invented valley: 2,000 plots, 13 maps, policy `eudr-2020`; and its engine alone.
//!
//! `cargo bench -p lindero-benches --bench screen`

use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lindero_engine::{
    CheckedPlots, ClassSink, EngineError, Fields, MemoryScratch, NamedLayer, NamedPage, Quiet, ReadPlots, Resources,
    ScreenSink, ScreenedPage, Summary, USUAL_MEMORY, tabulate,
};
use lindero_io::catalog::Catalog;
use lindero_io::plots::PlotFiles;
use lindero_io::raster::{RasterOptions, open_raster};
use lindero_io::screening::{ChosenPolicy, ScreenInput};
use lindero_io::vector::{VectorOptions, open_many};

const LANDSCAPE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/landscape");

/// How many plots there are, read and checked.
fn plots() -> usize {
    let path = Path::new(LANDSCAPE).join("plots.geojson");
    let files = open_many(&[path], &VectorOptions::default()).expect("the fixtures are there");
    let fields = Fields { id: Some("codigo".to_owned()), area: Some("Area".to_owned()), ..Fields::default() };
    let mut plots = 0;
    let counted = CheckedPlots::new(&mut PlotFiles::new(&files), &fields).each(&Quiet, |batch| {
        plots += batch.rows.len();
        Ok(())
    });
    counted.expect("the fixtures can be read");
    plots
}

/// Takes the lines of a table and writes none.
#[derive(Default)]
struct Lines(AtomicUsize);

impl ClassSink for Lines {
    type Made = usize;

    fn make(&self, page: NamedPage) -> Result<usize, EngineError> {
        Ok(page.classes.rows.len())
    }

    fn write(&self, lines: usize) -> Result<(), EngineError> {
        self.0.fetch_add(lines, Ordering::Relaxed);
        Ok(())
    }
}

fn tabulated(layers: &[NamedLayer]) -> usize {
    let path = Path::new(LANDSCAPE).join("plots.geojson");
    let files = open_many(&[path], &VectorOptions::default()).expect("the fixtures are there");
    let resources = Resources { scratch: &MemoryScratch, memory: USUAL_MEMORY, progress: &Quiet, job: "" };
    let lines = Lines::default();
    tabulate(&mut PlotFiles::new(&files), &Fields::default(), layers, &resources, &lines).expect("it can be measured");
    lines.0.into_inner()
}

/// Takes pages and writes none.
struct Pages;

impl ScreenSink for Pages {
    type Made = ();

    fn make(&self, page: &ScreenedPage) -> Result<(), EngineError> {
        black_box(page);
        Ok(())
    }

    fn write(&self, _: &ScreenedPage, (): ()) -> Result<(), EngineError> {
        Ok(())
    }
}

fn screened(input: &ScreenInput) -> Summary {
    let path = Path::new(LANDSCAPE).join("plots.geojson");
    let files = open_many(&[path], &VectorOptions::default()).expect("the fixtures are there");
    let (id, area) = (Some("codigo".to_owned()), Some("Area".to_owned()));
    let fields = Fields { id, area, content_ids: true, ..Fields::default() };
    let resources = Resources { scratch: &MemoryScratch, memory: USUAL_MEMORY, progress: &Quiet, job: "" };
    let read = ReadPlots::read(&mut PlotFiles::new(&files), &fields, None, input.rasters(), &resources);
    let read = read.expect("the fixtures can be read");
    let plan = input.plan(read.centre()).expect("the catalog can be planned");
    let (declared, _) = input.declared(&PlotFiles::new(&files).schema());
    let dates = input.dates(None);
    let screened = input.screening(&plan, &declared, &dates, None).run(read, &resources, &Pages);
    screened.expect("it can be screened").summary
}

fn screen(c: &mut Criterion) {
    let count = plots();
    let catalog = Path::new(LANDSCAPE).join("lindero.toml");
    let catalog = Catalog::read(&catalog).expect("the catalog can be read");
    let policy = ChosenPolicy::choose(None, &catalog).expect("the catalog carries the default policy");
    let input = ScreenInput::open(catalog, policy).expect("the catalog can be opened");
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
    group.throughput(Throughput::Elements(count as u64)).sample_size(10);
    group.bench_function("read and check the plots", |b| b.iter(|| black_box(plots())));
    group.bench_function("read the plots and tabulate one 30 m layer", |b| {
        b.iter(|| black_box(tabulated(std::slice::from_ref(&loss))));
    });
    group.bench_function("read the plots and screen, every layer, eudr-2020", |b| {
        b.iter(|| black_box(screened(&input)))
    });
    group.finish();
}

criterion_group!(benches, screen);
criterion_main!(benches);
