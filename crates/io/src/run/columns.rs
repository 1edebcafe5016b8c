//! The columns of `plots.*`: ours first, then the user's own.

use crate::answers::{AnswersFor, PeoplesDecision};
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use lindero_engine::{ColumnValues, MeasurementColumn, PlotRow, ScreenedPage};
use lindero_logic::Day;
use lindero_plots::M2_PER_HA;
use lindero_policy::{About, Finding, Rule, State};
use lindero_regions::RegionSet;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Columns before the measurements.
const FIRST: [(&str, DataType); 6] = [
    ("row", DataType::Int64),
    ("plot_id", DataType::Utf8),
    ("content_id", DataType::Utf8),
    ("geometry_status", DataType::Utf8),
    ("defects", DataType::Utf8),
    ("area_ha", DataType::Float64),
];
/// Columns after them.
const LAST: [(&str, DataType); 9] = [
    ("verdict", DataType::Utf8),
    ("verdict_forest", DataType::Utf8),
    ("verdict_data", DataType::Utf8),
    ("verdict_law", DataType::Utf8),
    ("evidence_until", DataType::Date32),
    ("findings", DataType::Utf8),
    ("reasons", DataType::Utf8),
    ("region", DataType::Utf8),
    ("region_shares", DataType::Utf8),
];

/// Columns of what people answered, behind the reasons, where there are answers.
pub(crate) const ANSWERED: [&str; 3] = ["decision", "decided_by", "answers_lapsed"];
/// The column behind which they stand.
const REASONS: &str = "reasons";

/// By what plots are decided.
#[derive(Clone, Copy)]
pub struct Deciding<'a> {
    /// The rules of the policy.
    pub rules: &'a [Rule],
    /// What people answered, if they did.
    pub answers: Option<AnswersFor<'a>>,
}

/// The columns of a screening.
pub(super) fn schema(measured: &[MeasurementColumn], user: &Schema, has_answers: bool) -> SchemaRef {
    let mut fields: Vec<Field> = FIRST.into_iter().map(|(name, kind)| Field::new(name, kind, true)).collect();
    fields.extend(measured.iter().map(|column| {
        let kind = match column.values {
            ColumnValues::Numbers(_) => DataType::Float64,
            ColumnValues::Years(_) => DataType::Int32,
            ColumnValues::Names(_) => DataType::Utf8,
            ColumnValues::Truths(_) => DataType::Boolean,
        };
        Field::new(&column.name, kind, true)
    }));
    for (name, kind) in LAST {
        fields.push(Field::new(name, kind, true));
        if has_answers && name == REASONS {
            fields.extend(ANSWERED.map(|name| Field::new(name, DataType::Utf8, true)));
        }
    }
    with_users(fields, user)
}

/// Columns of ours and then the user's; one of theirs that has the name of one of ours (in any case) becomes `<name>_in`.
pub(super) fn with_users(mut fields: Vec<Field>, user: &Schema) -> SchemaRef {
    let mut taken: BTreeSet<String> = fields.iter().map(|field| field.name().to_lowercase()).collect();
    // "geometry" is the column of formats that keep the shape in one.
    taken.insert("geometry".to_owned());
    let users: BTreeSet<String> = user.fields().iter().map(|field| field.name().to_lowercase()).collect();
    for field in user.fields() {
        let mut name = field.name().clone();
        while taken.contains(&name.to_lowercase()) || (name != *field.name() && users.contains(&name.to_lowercase())) {
            name.push_str("_in");
        }
        taken.insert(name.to_lowercase());
        fields.push(Field::new(name, field.data_type().clone(), true));
    }
    Arc::new(Schema::new(fields))
}

/// Our columns and the user's for some of the plots.
pub(super) fn batch(
    schema: &SchemaRef,
    page: &ScreenedPage,
    regions: Option<&RegionSet>,
    Deciding { rules, answers }: Deciding<'_>,
) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let plots = &page.plots.rows;
    let first = page.plots.first_row as i64;
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new((first..first + plots.len() as i64).collect::<Int64Array>()),
        Arc::new(page.plots.ids.clone()),
        text(plots, |plot| plot.content_id.map(|id| id.to_string().into())),
        text(plots, |plot| Some(geometry_status(plot).into())),
        text(plots, |plot| joined(plot.defects.iter().map(|defect| defect.code().as_str()))),
        Arc::new(plots.iter().map(|plot| plot.area_m2.map(|m2| m2 / M2_PER_HA)).collect::<Float64Array>()),
    ];
    for column in &page.columns {
        columns.push(match &column.values {
            ColumnValues::Numbers(numbers) => Arc::new(Float64Array::from(numbers.clone())),
            ColumnValues::Years(years) => Arc::new(Int32Array::from(years.clone())),
            ColumnValues::Names(names) => Arc::new(names.iter().map(Option::as_deref).collect::<StringArray>()),
            ColumnValues::Truths(truths) => Arc::new(BooleanArray::from(truths.clone())),
        });
    }
    let decisions = &page.decisions;
    columns.push(text(decisions, |decision| Some(decision.verdict.as_str().into())));
    for about in About::ALL {
        columns.push(text(decisions, |decision| Some(decision.verdict_about(about).as_str().into())));
    }
    let until = decisions.iter().map(|decision| decision.evidence_until.map(Day::number));
    columns.push(Arc::new(until.collect::<Date32Array>()));
    columns.push(text(decisions, |decision| joined(decision.findings.iter().map(|finding| code(finding, rules)))));
    columns.push(text(decisions, |decision| joined(decision.sentences())));
    if let Some(answers) = answers {
        let of_row = |(index, decision): (usize, &lindero_policy::Decision)| {
            let content_id = plots[index].content_id.map(|id| id.to_string());
            answers.decide(page.plots.ids.value(index), content_id.as_deref(), decision.verdict, &decision.findings)
        };
        let of_rows: Vec<PeoplesDecision> = decisions.iter().enumerate().map(of_row).collect();
        columns.extend(answered(&of_rows));
    }
    columns.push(text(&page.regions, |shares| {
        let region = shares.first().and_then(|share| share.0)?;
        Some(regions?.names()[region as usize].as_str().into())
    }));
    columns.push(text(&page.regions, |shares| {
        let regions = regions.filter(|_| !shares.is_empty())?;
        Some(regions.shares_text(shares).into())
    }));
    // None, where the schema was made without the user's.
    let users = schema.fields().len() - columns.len();
    columns.extend(page.plots.attributes.columns().iter().take(users).cloned());
    RecordBatch::try_new(Arc::clone(schema), columns)
}

/// A column of text, null where a row has none.
pub(crate) fn text<'t, T>(rows: &'t [T], value: impl Fn(&'t T) -> Option<Cow<'t, str>>) -> ArrayRef {
    Arc::new(rows.iter().map(value).collect::<StringArray>())
}

/// The columns of what people answered.
pub(crate) fn answered(rows: &[PeoplesDecision]) -> [ArrayRef; 3] {
    [
        text(rows, |row| Some(row.decision.as_str().into())),
        text(rows, |row| row.decided_by.as_deref().map(Cow::from)),
        text(rows, |row| row.lapsed.as_deref().map(Cow::from)),
    ]
}

/// How the shape that was measured came to be.
pub(super) fn geometry_status(plot: &PlotRow) -> &'static str {
    match (plot.shape, plot.disc) {
        (None, _) => "unusable",
        (Some(_), Some(_)) => "disc",
        (Some(_), None) if plot.repaired => "repaired",
        (Some(_), None) => "ok",
    }
}

/// The rule's code; with a question mark where the rule could not be decided.
pub(crate) fn code<'r>(finding: &Finding, rules: &'r [Rule]) -> Cow<'r, str> {
    let code = &rules[finding.rule].code;
    match finding.state {
        State::Fired => code.into(),
        State::Undecided => format!("{code}?").into(),
    }
}

/// A list as text; `None` for an empty one. A `;` inside an item becomes a comma.
pub(crate) fn joined<'t>(items: impl Iterator<Item: Into<Cow<'t, str>>>) -> Option<Cow<'t, str>> {
    let no_list = |item: Cow<'t, str>| if item.contains(';') { item.replace(';', ",").into() } else { item };
    items.map(|item| no_list(item.into())).reduce(|mut all, item| {
        let text = all.to_mut();
        text.push(';');
        text.push_str(&item);
        all
    })
}
