//! The table with what was decided after its own columns.

use super::cells::{TableRow, WrongCell};
use super::columns::{NotTied, Tied};
use super::input::TableBatch;
use super::{DecideError, MeasuredTable};
use crate::answers::{Answers as GivenAnswers, AnswersFor, PeoplesDecision};
use crate::output::{TableWriter, WriteError};
use crate::run::columns::{ANSWERED, answered, code, joined, text};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use lindero_logic::Truth;
use lindero_policy::{About, Decision, ONE_DISC, Policy, Row as _, Verdict};
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

/// What is written after the columns of the table.
const OURS: [&str; 3] = ["verdict", "findings", "reasons"];
/// What a column of the table that has the name of one of ours becomes: `verdict_before`.
const BEFORE: &str = "_before";

/// How the answers are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// `verdict`, `findings`, `reasons`.
    Lindero,
    /// As in the tables of the program that the policy follows: a column for each of its indicators, and its risk.
    Table,
}

/// What was decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecideSummary {
    /// Rows in all.
    pub rows: u64,
    /// Those that are `low`, `more_info` and `high`.
    pub verdicts: [u64; 3],
    /// Decisions that are `low`, `more_info` and `high`, where people answered.
    pub decisions: [u64; 3],
    /// Plots of which answers hold.
    pub answered: u64,
    /// Plots of which answers no longer hold.
    pub lapsed: u64,
    /// What the user should be told.
    pub notes: Vec<String>,
}

/// Decides every row of a table and writes it to `out`: as Parquet if the name in `place` ends so, else as CSV. One row for
/// each of the table's, in order.
///
/// # Errors
///
/// [`DecideError`] if the table has not what the policy reads, at the first cell that cannot be what its column is, or if the
/// file cannot be written.
pub fn decide_table(
    table: &MeasuredTable,
    policy: &Policy,
    names: Names,
    answers: Option<&GivenAnswers>,
    (out, is_parquet): (&Path, bool),
) -> Result<DecideSummary, DecideError> {
    let schema = table.schema();
    let columns_error = |reason| DecideError::Columns { path: table.path().to_owned(), reason };
    let tied = Tied::new(policy, &schema, table.run.as_ref(), &table.attributes);
    let tied = tied.map_err(|error| match error {
        NotTied::Policy(error) => error.into(),
        NotTied::Columns(reason) => columns_error(reason),
    })?;
    let given = answers.map(|answers| AnswersFor { answers, policy, layers_id: table.layers_id() });
    let ids = Ids::of(&schema);
    if given.is_some() && ids.is_none() {
        return Err(columns_error(
            "answers are to plots of a run: it has no columns plot_id and content_id".to_owned(),
        ));
    }
    let answers = Answers::new(policy, (names, given.is_some()), &schema).map_err(columns_error)?;
    let has_geometry = is_parquet && table.has_geometry();
    let mut writer = if is_parquet {
        crate::output::parquet(out, Arc::clone(&answers.schema), has_geometry)?
    } else {
        crate::output::csv(out, Arc::clone(&answers.schema))?
    };
    let mut summary = DecideSummary { notes: tied.notes.clone(), ..DecideSummary::default() };
    let notes = table.each(|batch| {
        let mut rows = Vec::with_capacity(batch.columns.num_rows());
        for row in 0..batch.columns.num_rows() {
            let read =
                TableRow::read(&tied, &batch, row).map_err(|WrongCell { column, reason }| DecideError::Cell {
                    path: table.path().to_owned(),
                    row: summary.rows + 1,
                    column: schema.field(column).name().clone(),
                    reason,
                })?;
            let mut decided = Decided::of(&tied, &read);
            if let (Some(given), Some(ids)) = (given, ids) {
                let (plot_id, content_id) = ids.of_row(&batch.columns, row);
                let Decision { verdict, findings, .. } = &decided.decision;
                let by_people = given.decide(&plot_id, content_id.as_deref(), *verdict, findings);
                summary.decisions[by_people.decision as usize] += 1;
                summary.answered += u64::from(by_people.decided_by.is_some());
                summary.lapsed += u64::from(by_people.lapsed.is_some());
                decided.by_people = Some(by_people);
            }
            summary.rows += 1;
            summary.verdicts[decided.decision.verdict as usize] += 1;
            rows.push(decided);
        }
        answers.write(writer.as_mut(), &batch, &rows, out, has_geometry)
    })?;
    summary.notes.extend(notes);
    writer.finish()?;
    Ok(summary)
}

/// The columns by which answers find their plots.
#[derive(Clone, Copy)]
struct Ids {
    plot_id: usize,
    content_id: usize,
}

impl Ids {
    fn of(schema: &Schema) -> Option<Self> {
        let place = |name: &str| schema.fields().iter().position(|field| field.name().eq_ignore_ascii_case(name));
        Some(Self { plot_id: place("plot_id")?, content_id: place("content_id")? })
    }

    fn of_row(self, table: &RecordBatch, row: usize) -> (String, Option<String>) {
        let text = |column: usize| {
            let column = table.column(column);
            let is_there = !column.is_null(row);
            is_there.then(|| arrow_cast::display::array_value_to_string(column, row).ok()).flatten()
        };
        (text(self.plot_id).unwrap_or_default(), text(self.content_id).filter(|id| !id.is_empty()))
    }
}

/// What came of a row.
struct Decided {
    decision: Decision,
    /// Whether it is said that a point's second disc is not known.
    on_one_disc: bool,
    truths: Vec<Truth>,
    /// What people make of it, if they answered anything of the table.
    by_people: Option<PeoplesDecision>,
}

impl Decided {
    fn of(tied: &Tied, row: &TableRow) -> Self {
        let decision = tied.bound.decide(row);
        let on_one_disc = row.is_point() && row.geometry_usable();
        let decision = if on_one_disc { tied.bound.decide_point_on_one_disc(decision) } else { decision };
        let decision = match &row.moved {
            Some(moved) => tied.bound.told_if_unsteady(decision, moved),
            None => decision,
        };
        Self { decision, on_one_disc, truths: tied.conditions.truths(row), by_people: None }
    }

    fn reasons(&self) -> Option<Cow<'_, str>> {
        joined(self.decision.sentences().chain(self.on_one_disc.then_some(ONE_DISC)))
    }
}

/// The columns of the answers.
struct Answers<'a> {
    policy: &'a Policy,
    names: Names,
    /// Places, among the conditions that have a column, of those that the table has no column of.
    conditions: Vec<usize>,
    /// The table's own columns and then these.
    schema: SchemaRef,
}

impl<'a> Answers<'a> {
    fn new(policy: &'a Policy, (names, has_answers): (Names, bool), table: &Schema) -> Result<Self, String> {
        let (mut ours, mut conditions) = (Vec::new(), Vec::new());
        // What another decision said must not stand beside this one under the same name.
        let mut taken: Vec<String> = Vec::new();
        match names {
            Names::Lindero => {
                ours.extend(OURS.map(str::to_owned));
                if has_answers {
                    ours.extend(ANSWERED.map(str::to_owned));
                }
                taken.extend(About::ALL.map(|about| format!("{}_{}", OURS[0], about.as_str())));
            }
            Names::Table => {
                let Some(verdict) = &policy.table().verdict else {
                    return Err(format!(
                        "policy {} follows no other program whose names could be written",
                        policy.name()
                    ));
                };
                for (place, answer) in policy.table().answers.iter().enumerate() {
                    let is_there = table.fields().iter().any(|f| f.name().trim().eq_ignore_ascii_case(&answer.column));
                    if !is_there {
                        conditions.push(place);
                        ours.push(answer.column.clone());
                    }
                }
                ours.push(verdict.clone());
            }
        }
        taken.extend(ours.iter().cloned());
        let is_taken = |name: &str, all: &[String]| all.iter().any(|other| other.eq_ignore_ascii_case(name.trim()));
        let mut fields: Vec<Field> = Vec::new();
        for field in table.fields() {
            let mut name = field.name().clone();
            if is_taken(&name, &taken) {
                let others: Vec<String> = table.fields().iter().map(|field| field.name().clone()).collect();
                while is_taken(&name, &taken) || is_taken(&name, &others) {
                    name.push_str(BEFORE);
                }
                taken.push(name.clone());
            }
            fields.push(Field::new(name, field.data_type().clone(), true));
        }
        fields.extend(ours.into_iter().map(|name| Field::new(name, DataType::Utf8, true)));
        Ok(Self { policy, names, conditions, schema: Arc::new(Schema::new(fields)) })
    }

    fn write(
        &self,
        writer: &mut dyn TableWriter,
        batch: &TableBatch,
        rows: &[Decided],
        out: &Path,
        has_geometry: bool,
    ) -> Result<(), DecideError> {
        let mut columns: Vec<ArrayRef> = batch.columns.columns().to_vec();
        match self.names {
            Names::Lindero => {
                let rules = self.policy.rules();
                columns.push(text(rows, |row| Some(row.decision.verdict.as_str().into())));
                columns.push(text(rows, |row| joined(row.decision.findings.iter().map(|f| code(f, rules)))));
                columns.push(text(rows, Decided::reasons));
                let by_people: Vec<PeoplesDecision> = rows.iter().filter_map(|row| row.by_people.clone()).collect();
                if !by_people.is_empty() {
                    columns.extend(answered(&by_people));
                }
            }
            Names::Table => {
                for &condition in &self.conditions {
                    columns.push(text(rows, |row| match row.truths[condition] {
                        truth if truth.is_true() => Some("yes".into()),
                        truth if truth.is_false() => Some("no".into()),
                        _ => None,
                    }));
                }
                let more_info = self.policy.table().more_info.as_deref();
                columns.push(text(rows, |row| match (row.decision.verdict, more_info) {
                    (Verdict::MoreInfo, Some(word)) => Some(word.into()),
                    (verdict, _) => Some(verdict.as_str().into()),
                }));
            }
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        let made = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map_err(|error| WriteError::table(out, &error))?;
        let geometries = batch.geometries.as_ref().filter(|_| has_geometry).map(|all| all.as_slice());
        Ok(writer.write(&made, geometries)?)
    }
}
