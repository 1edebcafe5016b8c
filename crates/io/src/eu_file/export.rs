//! From plots to files: gate, pack, write, read back.

use super::feature::{self, BETWEEN, EuColumns, Properties, text_of};
use super::pack::{Item, Limits, pack};
use super::read_back::{self, Expected};
use super::rows::{Made, Row, Rows, Status};
use super::table::{self, Place};
use super::{EuFileError, MOST_BYTES, MOST_PRODUCERS};
use crate::column_condition::ColumnCondition;
use crate::eu_file::CountryOf;
use crate::run::{RunFolder, hash_file};
use lindero_engine::{CheckedBatch, CheckedPlots, EngineError, Fields, PlotSource, Progress, Scratch};
use lindero_logic::Truth;
use lindero_plots::eu::{DeclaredArea, EuCode, EuGate, EuNote, EuPlot, EuRefusal};
use lindero_plots::{Lang, M2_PER_HA, RawGeometryRef, RepairRules};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::ops::Range;
use std::path::Path;

/// Around the features of a file.
const OPENING: &str = "{\"type\":\"FeatureCollection\",\"features\":[\n";
const CLOSING: &str = "\n]}\n";

/// Plots that one worker brings through the gate at a time.
const AT_ONCE: usize = 512;

/// What is to be written.
#[derive(Clone, Debug, Default)]
pub struct EuExport {
    /// Which columns are written as what.
    pub columns: EuColumns,
    /// Only plots of which this is true.
    pub condition: Option<ColumnCondition>,
    /// Whether the plots come from a run, so that they have a verdict and names of defects.
    pub is_run: bool,
    /// Only plots with the verdict `low`; they come from a run.
    pub only_low: bool,
    /// Which repairs are made.
    pub repairs: RepairRules,
    /// The language of sentences.
    pub lang: Lang,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ExportSummary {
    /// Plots in all.
    pub plots: u64,
    /// Plots that are in a file.
    pub written: u64,
    /// Plots that are in none although they were asked for.
    pub left_out: u64,
    /// The same by code: the official one, or `verdict_not_low` or `condition_unknown`.
    pub left_out_by_code: BTreeMap<String, u64>,
    /// Plots that were not asked for.
    pub not_selected: u64,
    /// Features in all files.
    pub features: u64,
    /// Producers, where the files name them.
    pub producers: Option<u64>,
    /// Plots of which holes were cut open.
    pub with_holes_cut: u64,
    /// Plots of which it depends on the way of measuring whether they have over 4 hectares, or nearly.
    pub near_4_ha: u64,
    /// Area on the ellipsoid of the polygons written.
    pub area_ha: f64,
    /// The same on the sphere that the Commission's examples follow.
    pub sphere_area_ha: f64,
    /// What cutting coordinates changed of the area on the ellipsoid.
    pub truncation_m2: f64,
    /// The files.
    pub files: Vec<WrittenFile>,
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WrittenFile {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Plots in it.
    pub plots: u64,
    /// Features in it.
    pub features: u64,
    /// Producers in it, where they are named.
    pub producers: Option<u64>,
    /// BLAKE3, in hex.
    pub blake3: String,
}

/// Writes the files `eudr-1.geojson`, `eudr-2.geojson`, … and the table `export.csv` into the folder.
///
/// # Errors
///
/// [`EuFileError`] if plots cannot be read, files not be written, or a written file does not keep the rules.
pub fn export(
    source: &mut dyn PlotSource,
    fields: &Fields,
    options: &EuExport,
    folder: &RunFolder,
    progress: &dyn Progress,
) -> Result<ExportSummary, EuFileError> {
    let scratch = folder.work().scratch().map_err(|error| EngineError::Scratch { message: error.to_string() })?;
    let mut intake = Intake {
        options,
        rows: Rows::new(scratch.reel("features")?),
        producers: FxHashMap::default(),
        summary: ExportSummary::default(),
    };
    // The reader wants an error of its own kind; ours is handed round it.
    let mut failed = None;
    let read = CheckedPlots::new(source, fields).each(progress, |batch| {
        intake.take(&batch).map_err(|error| {
            let message = error.to_string();
            failed = Some(error);
            EngineError::Write { message }
        })
    });
    if let Some(error) = failed {
        return Err(error);
    }
    read?;
    let Intake { rows, producers, mut summary, .. } = intake;
    let several_producers = options.columns.producer.is_some();
    summary.producers = several_producers.then_some(producers.len() as u64);
    let (places, files) = write_files(&rows, several_producers, folder, progress)?;
    summary.files = files;
    summary.features = summary.files.iter().map(|file| file.features).sum();
    let names: Vec<String> = summary.files.iter().map(|file| file.name.clone()).collect();
    table::write(&folder.file("export.csv"), &rows, &places, &names)?;
    progress.stage("reading back", summary.features);
    for file in &summary.files {
        read_back::check(&folder.file(&file.name), Expected { features: file.features, several_producers })?;
        progress.advance(file.features);
    }
    Ok(summary)
}

/// Takes plots batch by batch.
struct Intake<'o> {
    options: &'o EuExport,
    rows: Rows,
    /// Producers by the hash of name and country, in the order in which they appear: a million names would fill the memory.
    producers: FxHashMap<[u8; 32], u32>,
    summary: ExportSummary,
}

/// A plot through the gate.
struct Gated {
    made: Made,
    properties: Properties,
    passed: Option<EuPlot>,
}

impl Intake<'_> {
    fn take(&mut self, batch: &CheckedBatch) -> Result<(), EuFileError> {
        let rows = batch.rows.len();
        let options = self.options;
        let parts: Vec<Vec<Gated>> = (0..rows.div_ceil(AT_ONCE))
            .into_par_iter()
            .map_init(
                || EuGate::new(options.repairs),
                |gate, part| options.gated(batch, part * AT_ONCE..((part + 1) * AT_ONCE).min(rows), gate),
            )
            .collect();
        let mut numbered = Vec::with_capacity(rows);
        for (index, gated) in parts.into_iter().flatten().enumerate() {
            self.count(&gated);
            let producer = self.producer(batch.first_row + index as u64, &gated);
            numbered.push((gated.made, producer));
        }
        self.rows.push(&numbered)
    }

    /// The number of a plot's producer; without named producers each plot is on its own.
    fn producer(&mut self, row: u64, gated: &Gated) -> u32 {
        if self.options.columns.producer.is_none() {
            return row as u32;
        }
        if gated.passed.is_none() {
            return 0;
        }
        let Properties { producer, country, .. } = &gated.properties;
        let mut hasher = blake3::Hasher::new();
        for text in [producer, country] {
            // A length before the text keeps "a" + "bc" and "ab" + "c" apart.
            let text = text.as_deref().unwrap_or_default();
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        let next = self.producers.len() as u32;
        *self.producers.entry(*hasher.finalize().as_bytes()).or_insert(next)
    }

    fn count(&mut self, gated: &Gated) {
        let summary = &mut self.summary;
        summary.plots += 1;
        match gated.made.row.status {
            Status::NotSelected => summary.not_selected += 1,
            Status::LeftOut => {
                summary.left_out += 1;
                *summary.left_out_by_code.entry(gated.made.row.code.clone()).or_default() += 1;
            }
            Status::Written => summary.written += 1,
        }
        if let Some(plot) = &gated.passed {
            let near = |note: &EuNote| matches!(note, EuNote::NearFourHectares { .. });
            summary.near_4_ha += u64::from(plot.notes.iter().any(near));
            summary.with_holes_cut += u64::from(plot.holes_cut);
            summary.area_ha += plot.ellipsoid_m2.unwrap_or(0.0) / M2_PER_HA;
            summary.sphere_area_ha += plot.sphere_m2.unwrap_or(0.0) / M2_PER_HA;
            summary.truncation_m2 += plot.truncation_m2.unwrap_or(0.0);
        }
    }
}

/// Why a plot is not written.
enum Unwritten {
    NotSelected,
    LeftOut(Reason),
}

/// Why a plot that was asked for is left out.
enum Reason {
    Refused(EuRefusal),
    /// The condition speaks of something that is not known of it.
    ConditionUnknown,
    /// The verdict it has.
    VerdictNotLow(Option<String>),
}

impl Reason {
    fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code.as_str(),
            Self::ConditionUnknown => "condition_unknown",
            Self::VerdictNotLow(_) => "verdict_not_low",
        }
    }

    fn sentence(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Refused(refusal), lang) => refusal.sentence(lang),
            (Self::ConditionUnknown, Lang::En) => "whether --where holds is not known: a column is empty".to_owned(),
            (Self::ConditionUnknown, Lang::Es) => "no se sabe si --where se cumple: una columna está vacía".to_owned(),
            (Self::VerdictNotLow(verdict), lang) => {
                let verdict = verdict.as_deref().unwrap_or("-");
                match lang {
                    Lang::En => format!("the verdict is {verdict}, and only low was asked for"),
                    Lang::Es => format!("el veredicto es {verdict} y solo se pidió low"),
                }
            }
        }
    }
}

impl EuExport {
    /// Brings some rows of a batch through the gate.
    fn gated(&self, batch: &CheckedBatch, rows: Range<usize>, gate: &mut EuGate) -> Vec<Gated> {
        let truths = self.condition.as_ref().map(|condition| condition.ask(&batch.attributes, rows.clone()));
        let first = rows.start;
        rows.map(|row| {
            let truth = truths.as_ref().map(|truths| truths[row - first]);
            let properties = self.columns.properties(&batch.attributes, row);
            let passed = self.pass(batch, row, truth, &properties, gate);
            self.made(batch.ids.value(row), properties, passed)
        })
        .collect()
    }

    fn pass(
        &self,
        batch: &CheckedBatch,
        row: usize,
        truth: Option<Truth>,
        properties: &Properties,
        gate: &mut EuGate,
    ) -> Result<(EuPlot, String), Unwritten> {
        let left_out = |reason| Err(Unwritten::LeftOut(reason));
        match truth {
            None => {}
            Some(truth) if truth.is_true() => {}
            Some(truth) if !truth.is_known() => return left_out(Reason::ConditionUnknown),
            Some(_) => return Err(Unwritten::NotSelected),
        }
        if self.only_low {
            let verdict = text_of(&batch.attributes, "verdict", row);
            if verdict.as_deref() != Some("low") {
                return left_out(Reason::VerdictNotLow(verdict));
            }
        }
        let refused = |refusal| Unwritten::LeftOut(Reason::Refused(refusal));
        if self.columns.country != CountryOf::Nowhere {
            EuRefusal::unless_country(properties.country.as_deref()).map_err(refused)?;
        }
        let declared = self.columns.declared(&batch.attributes, row);
        let plot = through_gate(batch, row, &declared, gate).map_err(|refusal| {
            // A run keeps no geometry that formats cannot hold, but it has said what was wrong with it.
            let named = if self.is_run && refusal.code == EuCode::GeoEmpty {
                let names = text_of(&batch.attributes, "defects", row).unwrap_or_default();
                names.split(';').find_map(EuRefusal::of_named_defect)
            } else {
                None
            };
            refused(named.unwrap_or(refusal))
        })?;
        let text = feature::text(&plot.features, properties);
        let alone = (OPENING.len() + text.len() + CLOSING.len()) as u64;
        if alone + BETWEEN.len() as u64 > MOST_BYTES {
            return Err(refused(EuRefusal::too_many_bytes(alone)));
        }
        Ok((plot, text))
    }

    fn made(&self, id: &str, properties: Properties, passed: Result<(EuPlot, String), Unwritten>) -> Gated {
        let mut row = Row {
            plot_id: id.to_owned(),
            status: Status::NotSelected,
            code: String::new(),
            why: String::new(),
            ellipsoid_m2: None,
            sphere_m2: None,
            truncation_m2: None,
            parts: 0,
            note: String::new(),
        };
        match passed {
            Ok((plot, text)) => {
                row.status = Status::Written;
                row.ellipsoid_m2 = plot.ellipsoid_m2;
                row.sphere_m2 = plot.sphere_m2;
                row.truncation_m2 = plot.truncation_m2;
                row.parts = plot.parts as u32;
                row.note = plot.notes.iter().map(|note| note.sentence(self.lang)).collect::<Vec<_>>().join("; ");
                let made = Made { row, text, features: plot.features.len() as u32 };
                Gated { made, properties, passed: Some(plot) }
            }
            Err(unwritten) => {
                if let Unwritten::LeftOut(reason) = unwritten {
                    row.status = Status::LeftOut;
                    row.code = reason.code().to_owned();
                    row.why = reason.sentence(self.lang);
                }
                Gated { made: Made { row, text: String::new(), features: 0 }, properties, passed: None }
            }
        }
    }
}

/// A plot through the gate: what the engine has checked is not checked again, but for points, which are quick.
fn through_gate(
    batch: &CheckedBatch,
    row: usize,
    declared: &DeclaredArea,
    gate: &mut EuGate,
) -> Result<EuPlot, EuRefusal> {
    let plot = &batch.rows[row];
    if let Some(refusal) = EuGate::refusal_of(&plot.defects) {
        return Err(refusal);
    }
    match (batch.geometries.get(row), plot.shape, plot.disc) {
        (RawGeometryRef::Polygons(_) | RawGeometryRef::Mixed(_), Some(shape), None) => {
            gate.pass_checked(batch.shapes.get(shape), &plot.defects)
        }
        (points, ..) => gate.pass(points, declared),
    }
}

/// Writes the files, and says where each plot is.
fn write_files(
    rows: &Rows,
    several_producers: bool,
    folder: &RunFolder,
    progress: &dyn Progress,
) -> Result<(Vec<Option<Place>>, Vec<WrittenFile>), EuFileError> {
    let entries = rows.entries();
    let mut order: Vec<u32> = (0..entries.len() as u32).filter(|&row| entries[row as usize].text_bytes > 0).collect();
    // Stable: the plots of a producer stay in the order of their rows.
    order.sort_by_key(|&row| entries[row as usize].producer);
    let items: Vec<Item> = order
        .iter()
        .map(|&row| entries[row as usize])
        .map(|entry| Item { producer: entry.producer, bytes: u64::from(entry.text_bytes) })
        .collect();
    let limits = Limits {
        bytes: MOST_BYTES,
        frame: (OPENING.len() + CLOSING.len()) as u64,
        between: BETWEEN.len() as u64,
        producers: if several_producers { MOST_PRODUCERS } else { usize::MAX },
    };
    let mut places = vec![None; entries.len()];
    let mut files = Vec::new();
    progress.stage("writing", order.len() as u64);
    for range in pack(&items, limits) {
        let name = format!("eudr-{}.geojson", files.len() + 1);
        let path = folder.file(&name);
        let plots = &order[range];
        let mut features = 0;
        for &row in plots {
            places[row as usize] = Some(Place { file: files.len() as u32, feature: features });
            features += entries[row as usize].features;
        }
        write_file(&path, rows, plots, progress)?;
        let hash = hash_file(&path).map_err(EuFileError::write(&path))?;
        let mut producers: Vec<u32> = plots.iter().map(|&row| entries[row as usize].producer).collect();
        producers.dedup();
        files.push(WrittenFile {
            name,
            bytes: hash.bytes,
            plots: plots.len() as u64,
            features: u64::from(features),
            producers: several_producers.then_some(producers.len() as u64),
            blake3: hash.blake3,
        });
    }
    Ok((places, files))
}

fn write_file(path: &Path, rows: &Rows, plots: &[u32], progress: &dyn Progress) -> Result<(), EuFileError> {
    let written = EuFileError::write(path);
    let mut file = BufWriter::new(File::create(path).map_err(&written)?);
    file.write_all(OPENING.as_bytes()).map_err(&written)?;
    let mut text = Vec::new();
    for (index, &row) in plots.iter().enumerate() {
        if progress.interrupted() {
            return Err(EngineError::Interrupted.into());
        }
        if index > 0 {
            file.write_all(BETWEEN.as_bytes()).map_err(&written)?;
        }
        rows.text(row as usize, &mut text)?;
        file.write_all(&text).map_err(&written)?;
        progress.advance(1);
    }
    file.write_all(CLOSING.as_bytes()).map_err(&written)?;
    file.flush().map_err(&written)
}
