//! Which plots two runs tell apart, and what can have made it so.
//!
//! # Method
//!
//! Neither table is ever in memory. First only ids and boundaries are read, as hashes, to find which plot is which
//! (`partners`); then a hash of each plot's values, to find those that are not the same; last the values of these: of the
//! first run they wait on a reel, to be read in the order of the second.

use super::evidence::{CATALOG_COPY, MANIFEST, POLICY_COPY};
use super::input_changes::{Cause, InputChanges, Papers};
use super::partners::{ALONE, PlotKeys, hash_of, partners};
use super::plot_cells::{Form, cells_of, number_of, push_row, text_of};
use super::plot_table::{PlotTable, PlotTableError};
use super::seal::{self, ManifestError};
use super::stored_run::{StoredRun, StoredRunError};
use crate::output::WriteError;
use crate::scratch::FolderScratch;
use lindero_engine::{EngineError, Reel, Scratch as _};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// Changed plots that are kept to be told.
pub const EXAMPLES: usize = 12;

/// The reel of what the first run says of changed plots.
const REEL: &str = "changed";

/// What two runs say of the same plots.
#[derive(Clone, Debug, Default)]
pub struct RunDiff {
    /// What went in and is not the same.
    pub inputs: InputChanges,
    /// Plots of the first run, and of the second.
    pub plots: (usize, usize),
    /// Plots of which both say the same.
    pub same: usize,
    /// How many others there are.
    pub changed: usize,
    /// How many of them have which verdicts that are not the same, in the first run and in the second.
    pub verdicts: BTreeMap<(Option<String>, Option<String>), u64>,
    /// What can have made it so: of how many plots, and of how many nothing else can.
    pub causes: BTreeMap<Cause, (u64, u64)>,
    /// The first of the changed plots, those whose verdict has moved before the others: the others are often many.
    pub examples: Vec<PlotChange>,
    /// Measurements that only the first run has, and only the second.
    pub only: (Vec<String>, Vec<String>),
    /// What is to be known of the runs themselves, in words.
    pub notes: Vec<String>,
}

/// A plot of which two runs do not say the same.
#[derive(Clone, Debug, PartialEq)]
pub struct PlotChange {
    /// Its id, in the second run where it has one.
    pub plot_id: String,
    /// Its row in either run.
    pub rows: (Option<usize>, Option<usize>),
    /// What is not the same.
    pub changes: BTreeSet<Change>,
    /// Its verdicts.
    pub verdicts: (Option<String>, Option<String>),
    /// Its findings, by their codes.
    pub findings: (Option<String>, Option<String>),
    /// Its areas, in hectares.
    pub areas_ha: (Option<f64>, Option<f64>),
    /// The measurements that have moved.
    pub moved: Vec<String>,
    /// What can have made it so.
    pub causes: BTreeSet<Cause>,
}

/// What of a plot is not the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is what it names")]
pub enum Change {
    New,
    Gone,
    Id,
    Boundary,
    Area,
    Measurements,
    Findings,
    Verdict,
}

impl Change {
    /// Its name in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::Id => "id",
            Self::Boundary => "boundary",
            Self::Area => "area",
            Self::Measurements => "measurements",
            Self::Findings => "findings",
            Self::Verdict => "verdict",
        }
    }
}

/// Why two runs cannot be compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum DiffError {
    /// One is no run, or lacks a file.
    #[error(transparent)]
    Run(#[from] StoredRunError),
    /// The plots of one cannot be read.
    #[error(transparent)]
    Plots(#[from] PlotTableError),
    /// The manifest of one cannot be made out.
    #[error("{place:?}: {source}")]
    Manifest { place: PathBuf, source: ManifestError },
    /// What does not fit in memory cannot be kept.
    #[error(transparent)]
    Scratch(#[from] EngineError),
    /// The same, as there is no place for it.
    #[error("cannot make a folder for what does not fit in memory: {0}")]
    Folder(#[source] std::io::Error),
    /// What is told cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Compares two runs and hands every changed plot to `take`: in the order of the second run, then those that only the first has.
/// Some 120 bytes a plot are held in memory.
///
/// # Errors
///
/// [`DiffError`] if one of them is no run that can be read, or `take` fails.
pub fn diff(
    first: &StoredRun,
    second: &StoredRun,
    mut take: impl FnMut(&PlotChange) -> Result<(), WriteError>,
) -> Result<RunDiff, DiffError> {
    let mut notes = Vec::new();
    let inputs = InputChanges::between(&papers(first, &mut notes)?, &papers(second, &mut notes)?);
    let (a, b) = (PlotTable::open(first)?, PlotTable::open(second)?);
    let columns = Columns::of(&a, &b);
    let only = |table: &PlotTable| {
        let names = table.measured().map(|(_, name)| name).filter(|name| !columns.measured.iter().any(|it| it == name));
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let matched = Matched::find(&a, &b, &columns)?;
    let mut told = RunDiff { plots: (a.rows, b.rows), only: (only(&a), only(&b)), notes, ..RunDiff::default() };
    let comparison = Comparison { columns: &columns, inputs: &inputs };
    let mut still = Vec::new();
    matched.each_change(&a, &b, &columns, &comparison, |change| {
        told.count(&change);
        take(&change)?;
        let examples = if change.verdicts.0 == change.verdicts.1 { &mut still } else { &mut told.examples };
        if examples.len() < EXAMPLES {
            examples.push(change);
        }
        Ok(())
    })?;
    told.examples.extend(still);
    told.examples.truncate(EXAMPLES);
    told.same = b.rows - matched.is_changed.iter().filter(|changed| **changed).count();
    Ok(RunDiff { inputs, ..told })
}

impl RunDiff {
    fn count(&mut self, change: &PlotChange) {
        self.changed += 1;
        if change.verdicts.0 != change.verdicts.1 {
            *self.verdicts.entry(change.verdicts.clone()).or_default() += 1;
        }
        for cause in &change.causes {
            let count = self.causes.entry(cause.clone()).or_default();
            count.0 += 1;
            count.1 += u64::from(change.causes.len() == 1);
        }
    }
}

/// Places of values that every row has.
const PLOT_ID: usize = 0;
const CONTENT_ID: usize = 1;
const GEOMETRY_STATUS: usize = 2;
const AREA_HA: usize = 3;
const FINDINGS: usize = 4;
const VERDICT: usize = 5;
const MEASURED: usize = 6;

/// The columns that two tables are compared by: in the order of the constants above, then the measurements of both, then the
/// user's own of both.
struct Columns {
    in_a: Vec<usize>,
    in_b: Vec<usize>,
    forms: Vec<Form>,
    /// The measurements.
    measured: Vec<String>,
}

impl Columns {
    fn of(a: &PlotTable, b: &PlotTable) -> Self {
        let ours = |table: &PlotTable| {
            [table.plot_id, table.content_id, table.geometry_status, table.area_ha, table.findings, table.verdict]
        };
        let mut pairs: Vec<(usize, usize)> = ours(a).into_iter().zip(ours(b)).collect();
        let mut measured = Vec::new();
        for (in_b, name) in b.measured() {
            if let Some((in_a, _)) = a.measured().find(|(_, known)| *known == name) {
                pairs.push((in_a, in_b));
                measured.push(name.to_owned());
            }
        }
        let own = b.own().filter_map(|(in_b, name)| Some((a.own().find(|(_, known)| *known == name)?.0, in_b)));
        pairs.extend(own);
        let forms = pairs.iter().map(|&(in_a, in_b)| Form::of(a.kind(in_a), b.kind(in_b))).collect();
        let (in_a, in_b) = pairs.into_iter().unzip();
        Self { in_a, in_b, forms, measured }
    }

    /// How many of them, from the first on, make two plots differ: the user's own do not by themselves.
    fn telling(&self) -> usize {
        MEASURED + self.measured.len()
    }
}

/// Which plots are which, and which are not the same.
struct Matched {
    /// For each plot of the second run: the row of the first, or [`ALONE`].
    partners: Vec<u32>,
    /// For each plot of the second run: whether it is new or not the same.
    is_changed: Vec<bool>,
    /// For each plot of the first run: whether its values are wanted.
    is_wanted: Vec<bool>,
    /// For each plot of the first run: whether the second has it.
    is_matched: Vec<bool>,
}

impl Matched {
    fn find(a: &PlotTable, b: &PlotTable, columns: &Columns) -> Result<Self, DiffError> {
        let partners = partners(&PlotKeys::read(a)?, &PlotKeys::read(b)?);
        let telling = columns.telling();
        let hashes = |table: &PlotTable, places: &[usize], each: &mut dyn FnMut(usize, u128)| {
            let mut bytes = Vec::new();
            table.each_batch(&places[..telling], |first, arrays| {
                for row in 0..arrays[0].len() {
                    bytes.clear();
                    push_row(&mut bytes, arrays, &columns.forms, row);
                    each(first + row, hash_of(&bytes));
                }
                Ok::<(), DiffError>(())
            })
        };
        let mut of_a = vec![0; a.rows];
        hashes(a, &columns.in_a, &mut |row, hash| of_a[row] = hash)?;
        let mut is_wanted = vec![true; a.rows];
        let mut is_matched = vec![false; a.rows];
        let mut is_changed = vec![true; b.rows];
        hashes(b, &columns.in_b, &mut |row, hash| {
            if let Some(partner) = Some(partners[row]).filter(|partner| *partner != ALONE) {
                let partner = partner as usize;
                is_matched[partner] = true;
                is_changed[row] = of_a[partner] != hash;
                is_wanted[partner] = is_changed[row];
            }
        })?;
        Ok(Self { partners, is_changed, is_wanted, is_matched })
    }

    /// Tells every change.
    fn each_change(
        &self,
        a: &PlotTable,
        b: &PlotTable,
        columns: &Columns,
        comparison: &Comparison<'_>,
        mut tell: impl FnMut(PlotChange) -> Result<(), WriteError>,
    ) -> Result<(), DiffError> {
        if !self.is_changed.iter().chain(&self.is_wanted).any(|it| *it) {
            return Ok(());
        }
        let folder = tempfile::tempdir().map_err(DiffError::Folder)?;
        let scratch = FolderScratch::open(&folder.path().join(REEL), false).map_err(DiffError::Folder)?;
        let kept = Kept::of(a, columns, &self.is_wanted, scratch.reel(REEL)?)?;
        let (mut bytes, mut in_a) = (Vec::new(), Vec::new());
        b.each_batch(&columns.in_b, |first, arrays| {
            for row in (0..arrays[0].len()).filter(|row| self.is_changed[first + row]) {
                bytes.clear();
                push_row(&mut bytes, arrays, &columns.forms, row);
                let in_b = (first + row, cells_of(&bytes));
                tell(match self.partners[first + row] {
                    ALONE => comparison.alone(None, Some(&in_b)),
                    partner => {
                        kept.read(partner as usize, &mut in_a)?;
                        comparison.compare(&(partner as usize, cells_of(&in_a)), &in_b)
                    }
                })?;
            }
            Ok::<(), DiffError>(())
        })?;
        for row in (0..a.rows).filter(|row| !self.is_matched[*row]) {
            kept.read(row, &mut in_a)?;
            tell(comparison.alone(Some(&(row, cells_of(&in_a))), None))?;
        }
        Ok(())
    }
}

/// What the first run says of the plots that are not the same.
struct Kept {
    reel: Arc<dyn Reel>,
    /// For each of its plots where its values end; those of a plot that nobody wants are none.
    ends: Vec<u64>,
}

impl Kept {
    fn of(table: &PlotTable, columns: &Columns, is_wanted: &[bool], reel: Arc<dyn Reel>) -> Result<Self, DiffError> {
        let mut ends = Vec::with_capacity(table.rows);
        let mut bytes = Vec::new();
        table.each_batch(&columns.in_a, |first, arrays| {
            let before = reel.len();
            for row in 0..arrays[0].len() {
                if is_wanted[first + row] {
                    push_row(&mut bytes, arrays, &columns.forms, row);
                }
                ends.push(before + bytes.len() as u64);
            }
            reel.append(&bytes)?;
            bytes.clear();
            Ok::<(), DiffError>(())
        })?;
        Ok(Self { reel, ends })
    }

    fn read(&self, row: usize, into: &mut Vec<u8>) -> Result<(), EngineError> {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        into.clear();
        into.resize((self.ends[row] - start) as usize, 0);
        self.reel.read(start, into)
    }
}

/// A row of a table, and its values.
type PlotCells<'c> = (usize, Vec<Option<&'c [u8]>>);

fn papers(run: &StoredRun, notes: &mut Vec<String>) -> Result<Papers, DiffError> {
    let opened = seal::open(&run.read(MANIFEST)?)
        .map_err(|source| DiffError::Manifest { place: run.place().to_owned(), source })?;
    let place = run.place().display();
    notes.extend(opened.faults.iter().map(|fault| format!("{place}: {MANIFEST}: {fault}")));
    let copy = |name: &str| run.read(name).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Ok(Papers { manifest: opened.manifest, catalog: copy(CATALOG_COPY)?, policy: copy(POLICY_COPY)? })
}

struct Comparison<'d> {
    columns: &'d Columns,
    inputs: &'d InputChanges,
}

impl Comparison<'_> {
    /// What two rows of one plot do not have in common.
    fn compare(&self, a: &PlotCells<'_>, b: &PlotCells<'_>) -> PlotChange {
        let mut changes = BTreeSet::new();
        let differs = |column: usize| a.1[column] != b.1[column];
        for (change, column) in [
            (Change::Id, PLOT_ID),
            (Change::Boundary, CONTENT_ID),
            (Change::Boundary, GEOMETRY_STATUS),
            (Change::Area, AREA_HA),
            (Change::Findings, FINDINGS),
            (Change::Verdict, VERDICT),
        ] {
            if differs(column) {
                changes.insert(change);
            }
        }
        let measured = self.columns.measured.iter().enumerate();
        let moved: Vec<String> =
            measured.filter(|(index, _)| differs(MEASURED + index)).map(|(_, name)| name.clone()).collect();
        if !moved.is_empty() {
            changes.insert(Change::Measurements);
        }
        let own_changed = (self.columns.telling()..a.1.len()).any(differs);
        let causes = self.causes(&changes, &moved, own_changed, [a.1[FINDINGS], b.1[FINDINGS]]);
        PlotChange { changes, moved, causes, ..self.alone(Some(a), Some(b)) }
    }

    fn causes(
        &self,
        changes: &BTreeSet<Change>,
        moved: &[String],
        own_changed: bool,
        findings: [Option<&[u8]>; 2],
    ) -> BTreeSet<Cause> {
        let mut causes: BTreeSet<Cause> = BTreeSet::new();
        let has = |change: Change| changes.contains(&change);
        if has(Change::Boundary) || has(Change::Area) {
            causes.extend(self.inputs.of_boundary().cloned());
        }
        if has(Change::Id) {
            let is_cause = |cause: &&Cause| matches!(cause, Cause::Plots) || **cause == Cause::Option("id".to_owned());
            causes.extend(self.inputs.causes.iter().filter(is_cause).cloned());
        }
        for column in moved {
            match self.indicator_of(column) {
                Some(indicator) => causes.extend(self.inputs.of_indicator(indicator).cloned()),
                None => causes.extend(self.inputs.of_claim(column).cloned()),
            }
        }
        if has(Change::Findings) || has(Change::Verdict) {
            let codes = findings.into_iter().filter_map(text_of);
            // A question mark is a rule that could not be decided.
            let codes: BTreeSet<&str> =
                codes.flat_map(|text| text.split(';')).map(|it| it.trim_end_matches('?')).collect();
            causes.extend(self.inputs.of_findings(&codes).cloned());
            if own_changed && self.inputs.causes.contains(&Cause::Plots) {
                causes.insert(Cause::Plots);
            }
            if causes.is_empty() {
                // What is measured in one run only is decided on in one run only.
                let layers =
                    self.inputs.causes.iter().filter(|cause| matches!(cause, Cause::Layer(_) | Cause::Catalog(_)));
                causes.extend(layers.cloned());
            }
        }
        if causes.is_empty() {
            let program = self.inputs.causes.contains(&Cause::Program);
            causes.insert(if program { Cause::Program } else { Cause::Unexplained });
        }
        causes
    }

    /// The indicator that a column is of: the longest name that the column's begins with.
    fn indicator_of(&self, column: &str) -> Option<&str> {
        let names = self.inputs.measures.keys().map(String::as_str);
        let is_of = |name: &&str| column.strip_prefix(name).is_some_and(|rest| rest.starts_with('_'));
        names.filter(is_of).max_by_key(|name| name.len())
    }

    /// A plot with what either run says of it.
    fn alone(&self, a: Option<&PlotCells<'_>>, b: Option<&PlotCells<'_>>) -> PlotChange {
        let text = |of: Option<&PlotCells<'_>>, column: usize| {
            of.and_then(|(_, cells)| text_of(cells[column])).map(str::to_owned)
        };
        let of_both = |column: usize| (text(a, column), text(b, column));
        let area_ha = |of: Option<&PlotCells<'_>>| of.and_then(|(_, cells)| number_of(cells[AREA_HA]));
        let ids = of_both(PLOT_ID);
        let change = if a.is_none() { Change::New } else { Change::Gone };
        let plots = if self.inputs.causes.contains(&Cause::Plots) { Cause::Plots } else { Cause::Unexplained };
        PlotChange {
            plot_id: ids.1.or(ids.0).unwrap_or_default(),
            rows: (a.map(|of| of.0), b.map(|of| of.0)),
            changes: BTreeSet::from([change]),
            verdicts: of_both(VERDICT),
            findings: of_both(FINDINGS),
            areas_ha: (area_ha(a), area_ha(b)),
            moved: Vec::new(),
            causes: BTreeSet::from([plots]),
        }
    }
}
