//! Plots by region.

use super::super::html::{Html, Set, Table, escaped, foreign, with_bar};
use super::super::words::Words;
use super::super::{Context, ReportError};
use crate::picture::{css, verdict_colour};
use lindero_policy::Verdict;

/// The table of a run with regions.
pub(super) const TABLE: &str = "regions.csv";
/// Rows of that table that are no region's.
const OUTSIDE: &str = "(outside all regions)";
const ALL: &str = "(all plots)";
/// Regions up to which everything that was measured is listed.
const MOST_LISTED: usize = 30;

pub(super) fn write(html: &mut Html, context: &Context<'_>) -> Result<(), ReportError> {
    let (words, run) = (context.words, context.report.run);
    let columns = [
        (words.region, Set::Words),
        (words.plots, Set::Number),
        (words.high, Set::Number),
        (words.more_info, Set::Number),
        (words.low, Set::Number),
        (words.area_ha, Set::Number),
        (words.unmeasured_ha, Set::Number),
    ];
    let mut table = Table::new(words.regions_caption, &columns);
    let mut measured: Vec<(String, Vec<String>)> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let is_there = run.each_row(TABLE, |row| {
        let plots = row.number("plots").unwrap_or(0.0);
        let count = |column: &str, verdict: Verdict| {
            let of = row.number(column).unwrap_or(0.0);
            with_bar(&words.count(of as u64), of / plots.max(1.0), &css(verdict_colour(verdict)))
        };
        let area = |column: &str| row.number(column).map_or_else(String::new, |ha| words.ha(ha));
        let name = region(words, row.get("region"));
        table.row([
            name.clone(),
            words.count(plots as u64),
            count("plots_high", Verdict::High),
            count("plots_more_info", Verdict::MoreInfo),
            count("plots_low", Verdict::Low),
            area("area_ha"),
            area("unmeasured_ha"),
        ]);
        let known = ["area_ha", "unmeasured_ha"];
        for column in row.columns().filter(|column| column.ends_with("_ha") && !known.contains(column)) {
            let cell = row.number(column).map_or_else(|| escaped(words.not_measured), |ha| words.ha(ha));
            match measured.iter_mut().find(|(name, _)| name == column) {
                Some((_, cells)) => cells.push(cell),
                None => measured.push((column.to_owned(), vec![cell])),
            }
        }
        names.push(row.get("region").to_owned());
    })?;
    if !is_there {
        return Ok(());
    }
    html.section("regions", words.regions);
    html.table(&table);
    html.note(words.regions_note);
    if !measured.is_empty() && names.len() <= MOST_LISTED {
        html.raw(&format!("<details><summary>{}</summary>\n", escaped(words.regions_columns_caption)));
        let heads = names.iter().map(|name| (plain_region(words, name), Set::Number));
        let columns: Vec<(&str, Set)> = [(words.indicator, Set::Code)].into_iter().chain(heads).collect();
        let mut table = Table::new(words.regions_columns_caption, &columns);
        for (column, cells) in measured {
            table.row([escaped(column.trim_end_matches("_ha"))].into_iter().chain(cells));
        }
        html.table(&table);
        html.raw("</details>\n");
    }
    html.end_section();
    Ok(())
}

fn plain_region<'n>(words: &Words, name: &'n str) -> &'n str {
    match name {
        OUTSIDE => words.outside_regions,
        ALL => words.all_plots_row,
        name => name,
    }
}

/// A region's name as markup.
fn region(words: &Words, name: &str) -> String {
    match name {
        OUTSIDE | ALL => format!("<em>{}</em>", escaped(plain_region(words, name))),
        name => foreign(name),
    }
}
