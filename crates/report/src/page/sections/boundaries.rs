//! What is wrong with boundaries, what was done about it, and who claims the same ground.

use super::super::html::{Html, Set, Table, escaped, foreign};
use super::super::{Context, ReportError};
use super::in_lang;
use std::collections::BTreeMap;

const DEFECTS: &str = "defects.csv";
const REPAIRS: &str = "repairs.csv";
const OVERLAPS: &str = "overlaps.csv";
/// Examples of each kind.
const EXAMPLES: usize = 2;

/// What is of one kind.
#[derive(Default)]
struct Kind {
    times: u64,
    ha: f64,
    /// Markup.
    examples: Vec<String>,
}

pub(super) fn write(html: &mut Html, context: &Context<'_>) -> Result<(), ReportError> {
    let (words, run, lang) = (context.words, context.report.run, context.run_lang());
    html.section("boundaries", words.boundaries);
    let example = |plot_id: &str, detail: &str| format!("{}: {}", foreign(plot_id), in_lang(lang, &escaped(detail)));

    let mut defects: BTreeMap<[String; 2], Kind> = BTreeMap::new();
    run.each_row(DEFECTS, |row| {
        let kind = defects.entry(["code", "effect"].map(|column| row.get(column).to_owned())).or_default();
        kind.times += 1;
        if kind.examples.len() < EXAMPLES {
            kind.examples.push(example(row.get("plot_id"), row.get("detail")));
        }
    })?;
    let mut table = Table::new(
        words.defects_caption,
        &[(words.code, Set::Code), (words.effect, Set::Code), (words.times, Set::Number), (words.examples, Set::Words)],
    );
    for ([code, effect], kind) in &defects {
        table.row([escaped(code), escaped(effect), words.count(kind.times), kind.examples.join("<br>")]);
    }
    match table.is_empty() {
        true => html.paragraph(words.boundaries_fine),
        false => html.table(&table),
    }

    let mut repairs: BTreeMap<(String, bool), Kind> = BTreeMap::new();
    run.each_row(REPAIRS, |row| {
        let kind = repairs.entry((row.get("code").to_owned(), row.get("applied") == "true")).or_default();
        kind.times += 1;
        kind.ha += row.number("change_m2").unwrap_or(0.0) / lindero_plots::M2_PER_HA;
        if kind.examples.len() < EXAMPLES {
            kind.examples.push(example(row.get("plot_id"), row.get("detail")));
        }
    })?;
    let mut table = Table::new(
        words.repairs_caption,
        &[
            (words.code, Set::Code),
            (words.effect, Set::Words),
            (words.times, Set::Number),
            (words.change_ha, Set::Number),
            (words.examples, Set::Words),
        ],
    );
    for ((code, is_applied), kind) in &repairs {
        table.row([
            escaped(code),
            escaped(if *is_applied { words.applied } else { words.proposed }),
            words.count(kind.times),
            words.ha(kind.ha),
            kind.examples.join("<br>"),
        ]);
    }
    if !table.is_empty() {
        html.table(&table);
    }

    let mut overlaps: BTreeMap<String, Kind> = BTreeMap::new();
    run.each_row(OVERLAPS, |row| {
        let kind = overlaps.entry(row.get("kind").to_owned()).or_default();
        kind.times += 1;
        kind.ha += row.number("overlap_ha").unwrap_or(0.0);
    })?;
    let columns = [(words.conflict, Set::Code), (words.pairs, Set::Number), (words.shared_ha, Set::Number)];
    let mut table = Table::new(words.overlaps_caption, &columns);
    for (name, kind) in &overlaps {
        table.row([escaped(name), words.count(kind.times), words.ha(kind.ha)]);
    }
    if !table.is_empty() {
        html.table(&table);
    }
    html.end_section();
    Ok(())
}
