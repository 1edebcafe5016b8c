//! What `layers check` tells of a layer: what its files really hold, against what the catalog says.
//!
//! A layer that cannot be opened is a finding, not an error: the other layers are looked at all the same.

mod seams;
mod values;

use crate::catalog::{Catalog, OpenLayer};
use crate::raster::{RasterLayer, RasterSummary};
use crate::value_counts::{ValueCounts, all_blocks, count_values};
use lindero_engine::{LayerData, Progress};
use lindero_indicators::{CellScope, LayerFacts};
use lindero_layers::{LayerKind, LayerSource, LayerSpec, RasterSpec, VectorLayer, VectorSpec};
use lindero_logic::compile_condition;
use lindero_plots::Bounds;
use std::collections::BTreeSet;

pub use seams::{Direction, Seam};
pub use values::{Says, StoredValue, StoredValues};

/// Damaged blocks named one by one.
const MOST_DAMAGED: usize = 3;

/// Whether something must be put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A run would fail or say something false.
    Wrong,
    /// It may be as it should be.
    WorthALook,
}

/// Something noticed about a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether it must be put right.
    pub severity: Severity,
    /// What it is, and what would be right.
    pub message: String,
}

/// What was found of a layer.
#[derive(Clone, Debug)]
pub struct LayerCheck {
    /// What its files hold; `None` if they cannot be opened.
    pub content: Option<Content>,
    /// What is wrong with it or worth a look.
    pub findings: Vec<Finding>,
}

/// What the files of a layer hold.
#[derive(Clone, Debug)]
pub enum Content {
    /// Cells.
    Cells(Box<CellsCheck>),
    /// Features.
    Features(FeaturesCheck),
}

/// A layer of cells.
#[derive(Clone, Debug)]
pub struct CellsCheck {
    /// Files, cells, coordinate system.
    pub summary: RasterSummary,
    /// Where tiles do not end where their neighbours begin.
    pub seams: Vec<Seam>,
    /// The values that the files tag as no data, each once; `None` for files that tag none.
    pub tags: Vec<Option<f64>>,
    /// First and last year of a stack.
    pub years: Option<(i32, i32)>,
    /// What is stored, over all bands that the catalog names.
    pub values: StoredValues,
}

/// A layer of features.
#[derive(Clone, Debug, PartialEq)]
pub struct FeaturesCheck {
    /// Number of features that can be used.
    pub features: usize,
    /// How many of them have a name.
    pub named: usize,
    /// The ground they lie in.
    pub bounds: Option<Bounds>,
    /// Things to know of how the file was read, such as features left out.
    pub notes: Vec<String>,
}

/// Opens a layer and reads all of it; each block is a step of the progress. If the progress is
/// interrupted, what is told is not the whole.
#[must_use]
pub fn check_layer(catalog: &Catalog, spec: &LayerSpec, progress: &dyn Progress) -> LayerCheck {
    let wrong = |message: String| Finding { severity: Severity::Wrong, message };
    let mut findings = Vec::new();
    // Overlaps are compared after: a layer whose tiles disagree can still be described.
    let opened = match catalog.open_layer(spec, false) {
        Ok(opened) => opened,
        Err(error) => {
            progress.stage(&spec.id, 1);
            return LayerCheck {
                content: None,
                findings: vec![wrong(without_place(catalog, spec, &error.to_string()))],
            };
        }
    };
    let content = match (&spec.kind, &opened) {
        (LayerKind::Raster(raster), OpenLayer { raster: Some(layer), .. }) => {
            let check = check_cells(raster, layer, &spec.id, progress, &mut findings);
            if layer.summary().tiles.len() > 1
                && let Err(error) = catalog.open_layer(spec, true)
            {
                findings.push(wrong(without_place(catalog, spec, &error.to_string())));
            }
            Some(Content::Cells(Box::new(check)))
        }
        (LayerKind::Vector(vector), OpenLayer { screen, notes, .. }) => match &screen.data {
            LayerData::Vector(layer) => Some(Content::Features(check_features(vector, layer, notes, &mut findings))),
            LayerData::Raster(_) => None,
        },
        (LayerKind::Raster(_), _) => None,
    };
    findings.sort_by_key(|finding| finding.severity);
    LayerCheck { content, findings }
}

/// The message without the catalog, the line and the layer, which the reader already knows.
fn without_place(catalog: &Catalog, spec: &LayerSpec, message: &str) -> String {
    let place = format!("{}, line {}: layer {}: ", catalog.path.display(), spec.line, spec.id);
    message.strip_prefix(&place).unwrap_or(message).to_owned()
}

fn check_cells(
    spec: &RasterSpec,
    layer: &RasterLayer,
    id: &str,
    progress: &dyn Progress,
    findings: &mut Vec<Finding>,
) -> CellsCheck {
    let summary = layer.summary();
    let mut add = |severity, message| findings.push(Finding { severity, message });
    let bands: Vec<u32> = match spec.first_year {
        Some(_) => (0..summary.bands).collect(),
        None => (spec.band..(spec.band + 1).min(summary.bands)).collect(),
    };
    if bands.is_empty() {
        let message = format!("the catalog names band {}, but the files have {} band(s)", spec.band + 1, summary.bands);
        add(Severity::Wrong, message);
    }
    if spec.first_year.is_some() && summary.bands == 1 {
        add(Severity::WorthALook, "the catalog says a band a year, but there is one band only".to_owned());
    }
    let mut tags: Vec<Option<f64>> = summary.tiles.iter().map(|tile| tile.nodata).collect();
    tags.sort_by(|a, b| a.is_some().cmp(&b.is_some()).then(a.unwrap_or(0.0).total_cmp(&b.unwrap_or(0.0))));
    tags.dedup_by(|a, b| a.map(f64::to_bits) == b.map(f64::to_bits));
    if tags.len() > 1 && spec.meaning.heeds_tag() {
        let told = |tag: &Option<f64>| tag.map_or_else(|| "none".to_owned(), |tag| tag.to_string());
        let told: Vec<String> = tags.iter().map(told).collect();
        add(Severity::WorthALook, format!("the files tag different values as no data: {}", told.join(", ")));
    }

    let blocks = all_blocks(layer.info());
    progress.stage(id, blocks.len() as u64);
    let counted = count_values(layer, &blocks, &bands, progress);
    for (_, reason) in counted.damaged.iter().take(MOST_DAMAGED) {
        add(Severity::Wrong, reason.clone());
    }
    if counted.damaged.len() > MOST_DAMAGED {
        add(Severity::Wrong, format!("{} blocks in all cannot be read", counted.damaged.len()));
    }
    let counts = counted.bands.into_iter().fold(ValueCounts::new(), ValueCounts::merge);
    let known_tags: Vec<f64> = tags.iter().copied().flatten().collect();
    let values = values::decode(&counts, spec, &known_tags);
    findings.extend(values::findings(&values, spec, &known_tags, summary.cell_type));

    let seams = seams::seams(&summary);
    for seam in seams.iter().filter(|seam| seam.doubled_cells <= -1.0) {
        findings.push(Finding { severity: Severity::WorthALook, message: gap(seam) });
    }
    let years = spec.first_year.map(|first| (first, first + summary.bands as i32 - 1));
    CellsCheck { summary, seams, tags, years, values }
}

fn gap(seam: &Seam) -> String {
    let [a, b] = &seam.files;
    let what = match seam.direction {
        Direction::South => "rows",
        Direction::East => "columns",
    };
    format!("{:.1} {what} are missing between {a} and {b}: is there a tile to get?", -seam.doubled_cells)
}

fn check_features(
    spec: &VectorSpec,
    layer: &VectorLayer,
    notes: &[String],
    findings: &mut Vec<Finding>,
) -> FeaturesCheck {
    let indices = 0..layer.len() as u32;
    let named = indices.clone().filter(|index| layer.feature(*index).name.is_some()).count();
    let bounds = indices.map(|index| layer.shape(index).bounds()).reduce(|all, bounds| all.union(&bounds));
    if layer.is_empty() {
        let message = "it has no usable feature: an empty layer would read as \"no overlap\"".to_owned();
        findings.push(Finding { severity: Severity::Wrong, message });
    }
    let mut look = |message: String| findings.push(Finding { severity: Severity::WorthALook, message });
    match &spec.name {
        None => look("name is not stated: a finding could not say which of its areas a plot lies in".to_owned()),
        Some(column) if named < layer.len() => {
            look(format!("{} of {} features have nothing in {column:?}", layer.len() - named, layer.len()));
        }
        Some(_) => {}
    }
    notes.iter().for_each(|note| look(note.clone()));
    FeaturesCheck { features: layer.len(), named, bounds, notes: notes.to_vec() }
}

/// Compiles `valid_where` and `only_where` of all layers; what is wrong with them, by layer index.
///
/// `bands` are the numbers of bands of the layers' files, in the order of the catalog.
#[must_use]
pub fn check_conditions(catalog: &Catalog, bands: &[u32]) -> Vec<(usize, Finding)> {
    let facts: Vec<LayerFacts<'_>> = (catalog.layers.iter().zip(bands))
        .map(|(spec, bands)| LayerFacts { spec, bands: *bands, cell_m2: 0.0, cells_of: None })
        .collect();
    let scope = CellScope {
        layers: &facts,
        definitions: &catalog.definitions,
        cutoff: catalog.cutoff,
        may_lack: &BTreeSet::new(),
    };
    let mut findings = Vec::new();
    for (index, raster) in catalog.layers.iter().enumerate().filter_map(|(i, spec)| Some((i, spec.raster()?))) {
        for expression in raster.valid_where.iter().chain(&raster.only_where) {
            if let Err(error) = compile_condition(&expression.source, &scope) {
                let message = expression.error(&error).to_string();
                findings.push((index, Finding { severity: Severity::Wrong, message }));
            }
        }
    }
    findings
}
