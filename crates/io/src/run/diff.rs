//! Which plots two runs tell apart, and what can have made it so.

use super::evidence::{CATALOG_COPY, MANIFEST, POLICY_COPY};
use super::input_changes::{Cause, InputChanges, Papers};
use super::plot_table::{PlotTable, PlotTableError};
use super::seal::{self, ManifestError};
use super::stored_run::{StoredRun, StoredRunError};
use lindero_policy::{CLAIMED_PCT, OUTSIDE_COUNTRY};
use rustc_hash::FxHashMap;
use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;

/// What two runs say of the same plots.
#[derive(Clone, Debug)]
pub struct RunDiff {
    /// What went in and is not the same.
    pub inputs: InputChanges,
    /// Plots of the first run, and of the second.
    pub plots: (usize, usize),
    /// Plots of which both say the same.
    pub same: usize,
    /// The others, in the order of the second run; then those that only the first has.
    pub changed: Vec<PlotChange>,
    /// Measurements that only the first run has, and only the second.
    pub only: (Vec<String>, Vec<String>),
    /// The measurements of both.
    pub measured: Vec<String>,
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
    /// The measurements that have moved, as indices into [`RunDiff::measured`].
    pub moved: Vec<usize>,
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
}

/// Compares two runs. Both tables of plots are held in memory, without boundaries and sentences.
///
/// # Errors
///
/// [`DiffError`] if one of them is no run that can be read.
pub fn diff(first: &StoredRun, second: &StoredRun) -> Result<RunDiff, DiffError> {
    let mut notes = Vec::new();
    let inputs = InputChanges::between(&papers(first, &mut notes)?, &papers(second, &mut notes)?);
    let (a, b) = (PlotTable::read(first)?, PlotTable::read(second)?);
    let both: Vec<(usize, usize, &str)> = b
        .measured()
        .filter_map(|(in_b, name)| a.measured().find(|(_, known)| *known == name).map(|(in_a, _)| (in_a, in_b, name)))
        .collect();
    let only = |table: &PlotTable| {
        let names = table.measured().map(|(_, name)| name).filter(|name| !both.iter().any(|(.., known)| known == name));
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let own: Vec<(usize, usize)> = b
        .own()
        .filter_map(|(in_b, name)| a.own().find(|(_, known)| *known == name).map(|(in_a, _)| (in_a, in_b)))
        .collect();
    let comparison = Comparison { a: &a, b: &b, inputs: &inputs, measured: &both, own: &own };
    let partners = partners(&a, &b);
    let mut changed = Vec::new();
    let mut is_matched = vec![false; a.rows];
    for (row, partner) in partners.iter().enumerate() {
        match partner {
            Some(partner) => {
                is_matched[*partner] = true;
                changed.extend(comparison.compare(*partner, row));
            }
            None => changed.push(comparison.alone(None, Some(row))),
        }
    }
    let same = partners.len() - changed.len();
    changed.extend((0..a.rows).filter(|&row| !is_matched[row]).map(|row| comparison.alone(Some(row), None)));
    let measured = both.iter().map(|(.., name)| (*name).to_owned()).collect();
    Ok(RunDiff { plots: (a.rows, b.rows), same, changed, only: (only(&a), only(&b)), measured, notes, inputs })
}

fn papers(run: &StoredRun, notes: &mut Vec<String>) -> Result<Papers, DiffError> {
    let opened = seal::open(&run.read(MANIFEST)?)
        .map_err(|source| DiffError::Manifest { place: run.place().to_owned(), source })?;
    let place = run.place().display();
    notes.extend(opened.faults.iter().map(|fault| format!("{place}: {MANIFEST}: {fault}")));
    let copy = |name: &str| run.read(name).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Ok(Papers { manifest: opened.manifest, catalog: copy(CATALOG_COPY)?, policy: copy(POLICY_COPY)? })
}

struct Comparison<'d> {
    a: &'d PlotTable,
    b: &'d PlotTable,
    inputs: &'d InputChanges,
    /// Columns of both, and their name.
    measured: &'d [(usize, usize, &'d str)],
    own: &'d [(usize, usize)],
}

impl Comparison<'_> {
    fn same(&self, rows: (usize, usize), columns: (usize, usize)) -> bool {
        self.a.same((rows.0, columns.0), self.b, (rows.1, columns.1))
    }

    /// What two rows of one plot do not have in common, if anything.
    fn compare(&self, in_a: usize, in_b: usize) -> Option<PlotChange> {
        let (a, b, rows) = (self.a, self.b, (in_a, in_b));
        let mut changes = BTreeSet::new();
        let mut note = |change: Change, same: bool| {
            if !same {
                changes.insert(change);
            }
        };
        note(Change::Id, self.same(rows, (a.plot_id, b.plot_id)));
        note(Change::Boundary, self.same(rows, (a.content_id, b.content_id)));
        note(Change::Boundary, self.same(rows, (a.geometry_status, b.geometry_status)));
        note(Change::Area, self.same(rows, (a.area_ha, b.area_ha)));
        note(Change::Findings, self.same(rows, (a.findings, b.findings)));
        note(Change::Verdict, self.same(rows, (a.verdict, b.verdict)));
        let is_moved = |&index: &usize| {
            let (in_a, in_b, _) = self.measured[index];
            !self.same(rows, (in_a, in_b))
        };
        let moved: Vec<usize> = (0..self.measured.len()).filter(is_moved).collect();
        note(Change::Measurements, moved.is_empty());
        if changes.is_empty() {
            return None;
        }
        let causes = self.causes(&changes, &moved, rows);
        Some(PlotChange { changes, moved, causes, ..self.alone(Some(in_a), Some(in_b)) })
    }

    fn causes(&self, changes: &BTreeSet<Change>, moved: &[usize], rows: (usize, usize)) -> BTreeSet<Cause> {
        let mut causes: BTreeSet<Cause> = BTreeSet::new();
        let has = |change: Change| changes.contains(&change);
        if has(Change::Boundary) || has(Change::Area) {
            causes.extend(self.inputs.of_boundary().cloned());
        }
        if has(Change::Id) {
            let is_cause = |cause: &&Cause| matches!(cause, Cause::Plots) || **cause == Cause::Option("id".to_owned());
            causes.extend(self.inputs.causes.iter().filter(is_cause).cloned());
        }
        for &column in moved {
            if [OUTSIDE_COUNTRY, CLAIMED_PCT].contains(&self.measured[column].2) {
                causes.extend(self.inputs.of_claims().cloned());
            }
            if let Some(indicator) = self.indicator_of(self.measured[column].2) {
                causes.extend(self.inputs.of_indicator(indicator).cloned());
            }
        }
        if has(Change::Findings) || has(Change::Verdict) {
            let codes = [(self.a, self.a.findings, rows.0), (self.b, self.b.findings, rows.1)];
            let codes = codes.iter().filter_map(|(table, findings, row)| table.text(*row, *findings));
            // A question mark is a rule that could not be decided.
            let codes: BTreeSet<&str> =
                codes.flat_map(|text| text.split(';')).map(|it| it.trim_end_matches('?')).collect();
            causes.extend(self.inputs.of_findings(&codes).cloned());
            let own_changed = !self.own.iter().all(|columns| self.same(rows, *columns));
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
    fn alone(&self, in_a: Option<usize>, in_b: Option<usize>) -> PlotChange {
        let text = |table: &PlotTable, row: Option<usize>, column| {
            row.and_then(|row| table.text(row, column)).map(str::to_owned)
        };
        let of_both = |in_a_column, in_b_column| (text(self.a, in_a, in_a_column), text(self.b, in_b, in_b_column));
        let ids = of_both(self.a.plot_id, self.b.plot_id);
        let change = if in_a.is_none() { Change::New } else { Change::Gone };
        let plots = if self.inputs.causes.contains(&Cause::Plots) { Cause::Plots } else { Cause::Unexplained };
        PlotChange {
            plot_id: ids.1.or(ids.0).unwrap_or_default(),
            rows: (in_a, in_b),
            changes: BTreeSet::from([change]),
            verdicts: of_both(self.a.verdict, self.b.verdict),
            findings: of_both(self.a.findings, self.b.findings),
            areas_ha: (in_a.and_then(|row| self.a.area(row)), in_b.and_then(|row| self.b.area(row))),
            moved: Vec::new(),
            causes: BTreeSet::from([plots]),
        }
    }
}

/// For each plot of `b` the row of the same plot in `a`.
///
/// The same id and the same boundary come first; then the same boundary where the ids are only numbers of rows; then the same id;
/// then the same boundary. Where several fit, they are taken in their order.
fn partners(a: &PlotTable, b: &PlotTable) -> Vec<Option<usize>> {
    let mut partners = vec![None; b.rows];
    let mut is_taken = vec![false; a.rows];
    let is_row = |table: &PlotTable, row: usize| table.text(row, table.plot_id).is_some_and(|id| id == row.to_string());
    type Key<'t> = (Option<&'t str>, Option<&'t str>);
    type KeyOf = for<'t> fn(&'t PlotTable, usize) -> Option<Key<'t>>;
    let by_both: KeyOf = |table, row| Some((table.text(row, table.plot_id), table.text(row, table.content_id)));
    let by_boundary: KeyOf = |table, row| table.text(row, table.content_id).map(|content| (None, Some(content)));
    let by_id: KeyOf = |table, row| Some((table.text(row, table.plot_id), None));
    for (key, rows_only) in [(by_both, false), (by_boundary, true), (by_id, false), (by_boundary, false)] {
        let mut open: FxHashMap<Key<'_>, VecDeque<usize>> = FxHashMap::default();
        for row in (0..a.rows).filter(|&row| !is_taken[row] && (!rows_only || is_row(a, row))) {
            if let Some(key) = key(a, row) {
                open.entry(key).or_default().push_back(row);
            }
        }
        for row in (0..b.rows).filter(|&row| !rows_only || is_row(b, row)) {
            if partners[row].is_none()
                && let Some(partner) = key(b, row).and_then(|key| open.get_mut(&key)).and_then(VecDeque::pop_front)
            {
                partners[row] = Some(partner);
                is_taken[partner] = true;
            }
        }
    }
    partners
}
