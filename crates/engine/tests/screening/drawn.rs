//! Layers drawn as arrays, and a screening of plots over them.

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use lindero_engine::{
    self as engines, CheckedBatch, CheckedPlots, ColumnValues, Declared, EngineError, FeatureBatch, Fields, LayerData,
    MeasurementColumn, MemoryScratch, MovedFields, Moves, PlotSource, Quiet, ReadPlots, Resources, ScreenLayer,
    ScreenSink, ScreenedPage, Screening, USUAL_MEMORY,
};
use lindero_grid::{Grid, Metric, Window};
use lindero_indicators::{CellScope, Definitions, IndicatorPlan, LayerFacts, TreeCover};
use lindero_layers::{Block, BlockId, Cells, ConfigFile, LayerError, LayerSource, LayerSpec, RasterInfo, Sheet, Tile};
use lindero_logic::Day;
use lindero_plots::{Bounds, RawGeometry, Shape, ShapeStore, row_area_m2};
use lindero_policy::{Decision, Policy, RunDates};
use lindero_regions::{RegionRow, RegionSet};
use lindero_testkit::{Polygons, polygon};
use ndarray::{Array2, s};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock};

/// A cell whose size and multiples are exact in binary, about 27 m.
pub(crate) const CELL: f64 = 1.0 / 4096.0;
/// A corner of such a cell, in the Huallaga valley.
pub(crate) const CORNER: [f64; 2] = [-76.0, -9.0];

/// One rectangle of cells and how it is cut into files and blocks.
#[derive(Clone)]
pub(crate) struct Drawing {
    corner: [f64; 2],
    cell: f64,
    bands: Vec<Array2<f64>>,
    nodata: Option<f64>,
    block: (u32, u32),
    /// First rows and columns of tiles, ascending, beginning with 0.
    rows: Vec<usize>,
    cols: Vec<usize>,
}

/// One file in one block at [`CORNER`].
pub(crate) fn drawing(values: Array2<f64>) -> Drawing {
    let (height, width) = values.dim();
    Drawing {
        corner: CORNER,
        cell: CELL,
        bands: vec![values],
        nodata: None,
        block: (height as u32, width as u32),
        rows: vec![0],
        cols: vec![0],
    }
}

impl Drawing {
    pub(crate) fn at(self, corner: [f64; 2]) -> Self {
        Self { corner, ..self }
    }

    pub(crate) fn cell(self, cell: f64) -> Self {
        Self { cell, ..self }
    }

    pub(crate) fn nodata(self, nodata: f64) -> Self {
        Self { nodata: Some(nodata), ..self }
    }

    pub(crate) fn band(mut self, values: Array2<f64>) -> Self {
        self.bands.push(values);
        self
    }

    pub(crate) fn blocks(self, rows: u32, cols: u32) -> Self {
        Self { block: (rows, cols), ..self }
    }

    /// Cuts it into tiles that begin at these rows and columns.
    pub(crate) fn tiles(self, rows: &[usize], cols: &[usize]) -> Self {
        Self { rows: [&[0], rows].concat(), cols: [&[0], cols].concat(), ..self }
    }

    /// Only some of the cells.
    pub(crate) fn crop(mut self, row: usize, col: usize, height: usize, width: usize) -> Self {
        self.bands = self.bands.iter().map(|b| b.slice(s![row..row + height, col..col + width]).to_owned()).collect();
        self.corner = [self.corner[0] + col as f64 * self.cell, self.corner[1] - row as f64 * self.cell];
        self
    }

    pub(crate) fn layer(&self) -> Arc<DrawnLayer> {
        DrawnLayer::of(vec![(self.clone(), None)])
    }
}

/// A layer in memory that counts how often each block is asked for.
pub(crate) struct DrawnLayer {
    info: RasterInfo,
    store: CellType,
    /// For each sheet its tiles, each with its bands.
    tiles: Vec<Vec<Vec<Array2<f64>>>>,
    decoded: Mutex<BTreeMap<BlockId, u32>>,
}

/// The smallest type that holds all cells of a layer.
#[derive(Clone, Copy)]
enum CellType {
    U8,
    I16,
    F64,
}

impl CellType {
    fn of<'v>(values: impl Iterator<Item = &'v f64> + Clone) -> Self {
        if values.clone().all(|&value| f64::from(value as u8) == value) {
            Self::U8
        } else if values.clone().all(|&value| f64::from(value as i16) == value) {
            Self::I16
        } else {
            Self::F64
        }
    }

    fn cells(self, values: Array2<f64>) -> Cells {
        match self {
            Self::U8 => Cells::U8(values.mapv(|value| value as u8)),
            Self::I16 => Cells::I16(values.mapv(|value| value as i16)),
            Self::F64 => Cells::F64(values),
        }
    }
}

impl DrawnLayer {
    /// One sheet per drawing; where there are several, each with the ground its only tile answers for.
    pub(crate) fn of(drawings: Vec<(Drawing, Option<Bounds>)>) -> Arc<Self> {
        let bands = drawings[0].0.bands.len() as u32;
        let (mut sheets, mut tiles) = (Vec::new(), Vec::new());
        for (drawing, domain) in drawings {
            let [west, north] = drawing.corner;
            let (grid, first) = Grid::through(west, north, drawing.cell, drawing.cell, Metric::Geographic).unwrap();
            let (height, width) = drawing.bands[0].dim();
            let ends = |starts: &[usize], end| starts[1..].iter().copied().chain([end]).collect::<Vec<_>>();
            let mut sheet = Sheet { grid, tiles: Vec::new() };
            let mut bands_of_tiles = Vec::new();
            for (&row, row_end) in drawing.rows.iter().zip(ends(&drawing.rows, height)) {
                for (&col, col_end) in drawing.cols.iter().zip(ends(&drawing.cols, width)) {
                    sheet.tiles.push(Tile {
                        name: format!("r{row}c{col}"),
                        window: Window {
                            row: first.row + row as i32,
                            col: first.col + col as i32,
                            height: (row_end - row) as i32,
                            width: (col_end - col) as i32,
                        },
                        block: drawing.block,
                        nodata: drawing.nodata,
                        domain,
                    });
                    let part = |band: &Array2<f64>| band.slice(s![row..row_end, col..col_end]).to_owned();
                    bands_of_tiles.push(drawing.bands.iter().map(part).collect());
                }
            }
            sheets.push(sheet);
            tiles.push(bands_of_tiles);
        }
        let info = RasterInfo { sheets, bands, cell_type: "float64", projection: None };
        let store = CellType::of(tiles.iter().flatten().flatten().flatten());
        Arc::new(Self { info, tiles, store, decoded: Mutex::default() })
    }

    /// Tags another value as no data in one tile.
    pub(crate) fn retagged(self: Arc<Self>, tile: usize, nodata: Option<f64>) -> Arc<Self> {
        let mut layer = Arc::into_inner(self).expect("nobody else holds a layer just drawn");
        layer.info.sheets[0].tiles[tile].nodata = nodata;
        Arc::new(layer)
    }

    /// How often each block was decoded, of those that were.
    pub(crate) fn decoded(&self) -> Vec<u32> {
        self.decoded.lock().unwrap().values().copied().collect()
    }
}

impl LayerSource for DrawnLayer {
    fn info(&self) -> &RasterInfo {
        &self.info
    }

    fn read_block(&self, block: BlockId, bands: &[u32], cols: u32) -> Result<Block, LayerError> {
        *self.decoded.lock().unwrap().entry(block).or_default() += 1;
        let tile = &self.info.sheets[block.sheet as usize].tiles[block.tile as usize];
        let window = tile.block_window((block.row, block.col));
        let (row, col) = ((window.row - tile.window.row) as usize, (window.col - tile.window.col) as usize);
        let width = cols.min(window.width as u32) as usize;
        let part = s![row..row + window.height as usize, col..col + width];
        let values = &self.tiles[block.sheet as usize][block.tile as usize];
        let cells = |&band: &u32| self.store.cells(values[band as usize].slice(part).to_owned());
        Ok(Block { bands: bands.iter().map(cells).collect(), mask: None })
    }
}

/// What is screened.
pub(crate) struct Case<'a> {
    /// `[layer.*]`, `[term]`, `[indicator.*]`.
    pub(crate) catalog: &'a str,
    pub(crate) layers: Vec<(&'a str, Arc<DrawnLayer>)>,
    pub(crate) plots: Vec<RawGeometry>,
    /// Declared hectares per plot; none for all where it is empty.
    pub(crate) declared_ha: Vec<Option<f64>>,
    /// Declared planting year per plot; none for all where it is empty.
    pub(crate) planted: Vec<Option<i64>>,
    pub(crate) regions: Vec<(&'a str, Polygons)>,
    /// Rules of the policy.
    pub(crate) rules: &'a str,
    /// By what plots are moved too.
    pub(crate) moves: Option<Moves>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(
        catalog: &'a str,
        layers: impl IntoIterator<Item = (&'a str, Arc<DrawnLayer>)>,
        plots: impl IntoIterator<Item = Polygons>,
    ) -> Self {
        Self {
            catalog,
            layers: layers.into_iter().collect(),
            plots: plots.into_iter().map(RawGeometry::Polygons).collect(),
            declared_ha: Vec::new(),
            planted: Vec::new(),
            regions: Vec::new(),
            rules: "",
            moves: None,
        }
    }

    pub(crate) fn screen(&self) -> Screened {
        let resources = Resources { scratch: &MemoryScratch, memory: USUAL_MEMORY, progress: &Quiet, job: "" };
        self.screen_with(&resources).unwrap()
    }

    pub(crate) fn screen_with(&self, resources: &Resources<'_>) -> Result<Screened, EngineError> {
        let file = ConfigFile::parse("lindero.toml", self.catalog).unwrap();
        let specs = LayerSpec::read_all(&file.root()).unwrap();
        let layers: Vec<ScreenLayer> = specs
            .into_iter()
            .map(|spec| {
                let (_, layer) = self.layers.iter().find(|(id, _)| *id == spec.id).expect("every layer is drawn");
                ScreenLayer { spec, data: LayerData::Raster(Arc::clone(layer) as Arc<dyn LayerSource>) }
            })
            .collect();
        let mut facts: Vec<LayerFacts<'_>> = layers.iter().map(facts).collect();
        let infos: Vec<_> = layers.iter().map(|layer| Some(info(layer))).collect();
        LayerFacts::compare_cells(&mut facts, &infos);
        let mut definitions = Definitions::read(&file.root()).unwrap();
        let tree_cover = TreeCover::of(&facts, &definitions);
        definitions.indicators.extend(tree_cover.indicators);
        let may_lack = BTreeSet::new();
        let cutoff = Day::from_ymd(2020, 12, 31).unwrap();
        let scope = CellScope { layers: &facts, definitions: &definitions, cutoff, may_lack: &may_lack };
        let mut plan = IndicatorPlan::of(&scope).unwrap_or_else(|error| panic!("{error}"));
        plan.remainders = tree_cover.remainders;
        plan.planted = tree_cover.planted;
        let policy = self.policy();
        let declared = self.declared();
        let regions = self.region_set();
        let screening = Screening {
            layers: &layers,
            plan: &plan,
            policy: &policy,
            declared: &declared,
            claims: None,
            dates: &RunDates::default(),
            regions: regions.as_ref(),
            moves: self.moves.as_ref(),
        };
        let sources = layers.iter().map(|layer| match &layer.data {
            LayerData::Raster(source) => source.as_ref(),
            LayerData::Vector(_) => unreachable!("only cells are drawn"),
        });
        let plots = ReadPlots::read(&mut DrawnPlots(Some(self.batch())), &self.fields(), None, sources, resources)?;
        let page = OnePage::default();
        let engines::Screened { roll_up, roll_up_columns, .. } = screening.run(plots, resources, &page)?;
        let (columns, decisions) = page.0.into_inner().unwrap_or_default();
        Ok(Screened { columns, decisions, roll_up, roll_up_columns })
    }

    /// The plots as the run sees them.
    pub(crate) fn table(&self) -> CheckedBatch {
        CheckedPlots::new(&mut DrawnPlots(Some(self.batch())), &fields()).next().unwrap().expect("there are plots")
    }

    fn fields(&self) -> Fields {
        let moved = |moves: &Moves| MovedFields { position_error_m: moves.error_m(), declared: self.declared() };
        Fields { moved: self.moves.as_ref().map(moved), ..fields() }
    }

    fn batch(&self) -> FeatureBatch {
        let mut declared = self.declared_ha.clone();
        declared.resize(self.plots.len(), None);
        let mut planted = self.planted.clone();
        planted.resize(self.plots.len(), None);
        let columns: Vec<ArrayRef> = vec![Arc::new(Float64Array::from(declared)), Arc::new(Int64Array::from(planted))];
        FeatureBatch {
            geometries: self.plots.iter().cloned().collect(),
            ids: None,
            attributes: RecordBatch::try_new(Arc::new(plot_schema()), columns).unwrap(),
        }
    }

    fn policy(&self) -> Policy {
        Policy::parse("policy.toml", &format!("{POLICY}{}", self.rules)).unwrap()
    }

    fn declared(&self) -> Declared {
        Declared::of(&self.policy(), &BTreeMap::new(), &plot_schema())
    }

    fn region_set(&self) -> Option<RegionSet> {
        let mut shapes = ShapeStore::new();
        for (_, polygons) in &self.regions {
            shapes.push(Shape::from_rings(polygons.clone()).as_ref());
        }
        let names: Vec<String> = self.regions.iter().map(|(name, _)| (*name).to_owned()).collect();
        (!names.is_empty()).then(|| RegionSet::new(names, shapes).unwrap())
    }
}

/// What the plots say of themselves.
fn plot_schema() -> Schema {
    Schema::new(vec![Field::new("Area", DataType::Float64, true), Field::new("planted_year", DataType::Int64, true)])
}

fn fields() -> Fields {
    Fields { area: Some("Area".to_owned()), ..Fields::default() }
}

/// What came of a screening of a few plots.
pub(crate) struct Screened {
    pub(crate) columns: Vec<MeasurementColumn>,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) roll_up: Vec<RegionRow>,
    pub(crate) roll_up_columns: Vec<String>,
}

/// What is measured and decided on the page of a few plots.
#[derive(Default)]
struct OnePage(OnceLock<(Vec<MeasurementColumn>, Vec<Decision>)>);

impl ScreenSink for OnePage {
    type Made = ();

    fn make(&self, _: &ScreenedPage) -> Result<(), EngineError> {
        Ok(())
    }

    fn write(&self, page: &ScreenedPage, (): ()) -> Result<(), EngineError> {
        let is_first = self.0.set((page.columns.clone(), page.decisions.clone())).is_ok();
        assert!(is_first, "a few plots are one page");
        Ok(())
    }
}

struct DrawnPlots(Option<FeatureBatch>);

impl PlotSource for DrawnPlots {
    fn next_batch(&mut self) -> Result<Option<FeatureBatch>, EngineError> {
        Ok(self.0.take())
    }

    fn count(&self) -> Option<u64> {
        None
    }
}

fn facts(layer: &ScreenLayer) -> LayerFacts<'_> {
    let size = info(layer).sheets[0].grid.size_x();
    let cell_m2 = row_area_m2(-9.0 - size, -9.0, size);
    LayerFacts { spec: &layer.spec, bands: info(layer).bands, cell_m2, cells_of: None }
}

fn info(layer: &ScreenLayer) -> &RasterInfo {
    let LayerData::Raster(source) = &layer.data else { unreachable!("only cells are drawn") };
    source.info()
}

const POLICY: &str = r#"
name = "drawn"
title = "For drawings"
version = "1"
about = "Nothing."
source = "a test"

[attribute.planted_year]
kind = "year"

[[rule]]
code = "D1"
name = "boundary-unusable"
about = "data"
verdict = "more_info"
ask = "walk"
when = "!geometry_usable"
reason = "The boundary cannot be used."
source = "a test"
limits = "Everything."
"#;

/// The numbers of a column, one per plot.
pub(crate) fn column(screened: &Screened, name: &str) -> Vec<Option<f64>> {
    let found = screened.columns.iter().find(|column| column.name == name);
    let found = found.unwrap_or_else(|| {
        panic!("no column {name}: {:?}", screened.columns.iter().map(|c| &c.name).collect::<Vec<_>>())
    });
    match &found.values {
        ColumnValues::Numbers(numbers) => numbers.clone(),
        ColumnValues::Years(years) => years.iter().map(|year| year.map(f64::from)).collect(),
        ColumnValues::Names(_) | ColumnValues::Truths(_) => panic!("{name} holds no numbers"),
    }
}

/// One number of the only plot.
pub(crate) fn one(screened: &Screened, name: &str) -> Option<f64> {
    let values = column(screened, name);
    assert_eq!(values.len(), 1, "one plot");
    values[0]
}

/// Everything that is written of plot `index`, to the bit.
pub(crate) fn row(screened: &Screened, index: usize) -> String {
    let values: Vec<String> = screened
        .columns
        .iter()
        .map(|column| match &column.values {
            ColumnValues::Numbers(values) => format!("{}={:?}", column.name, values[index]),
            ColumnValues::Years(values) => format!("{}={:?}", column.name, values[index]),
            ColumnValues::Names(values) => format!("{}={:?}", column.name, values[index]),
            ColumnValues::Truths(values) => format!("{}={:?}", column.name, values[index]),
        })
        .collect();
    format!("{} {:?}", values.join(" "), screened.decisions[index])
}

/// A box of whole and part cells, counted from [`CORNER`]: first row and column, last row and column, all as edges.
pub(crate) fn cells_box(top: f64, left: f64, bottom: f64, right: f64) -> Polygons {
    let [west, north] = CORNER;
    let (x0, x1) = (west + left * CELL, west + right * CELL);
    let (y0, y1) = (north - bottom * CELL, north - top * CELL);
    polygon(&format!("POLYGON(({x0} {y0}, {x1} {y0}, {x1} {y1}, {x0} {y1}, {x0} {y0}))"))
}

/// Ground of such a box in hectares, if its edges are edges of cells.
pub(crate) fn cells_ha(top: i32, left: i32, bottom: i32, right: i32) -> f64 {
    let north = |row: i32| CORNER[1] - f64::from(row) * CELL;
    let width = f64::from(right - left) * CELL;
    (top..bottom).map(|row| row_area_m2(north(row + 1), north(row), width)).sum::<f64>() / 10_000.0
}

/// Sums of exact areas differ from sums of rounded ones by less (share).
pub(crate) const ALIKE: f64 = 1e-9;

/// Asserts that a number is measured and is this one.
#[track_caller]
pub(crate) fn assert_alike(found: Option<f64>, expected: f64, what: &str) {
    let found = found.unwrap_or_else(|| panic!("{what} is not measured, expected {expected}"));
    assert!((found - expected).abs() <= ALIKE * expected.abs().max(1.0), "{what}: {found}, expected {expected}");
}
