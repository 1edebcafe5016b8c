//! Plots by region.

use super::super::html::{Html, Set, Table, escaped, foreign, with_bar};
use super::super::words::Words;
use super::super::{Context, ReportError};
use super::told;
use crate::picture::{css, verdict_colour};
use lindero_policy::Verdict;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The table of a run with regions.
pub(super) const TABLE: &str = "regions.csv";
/// Rows of that table that are no region's.
const OUTSIDE: &str = "(outside all regions)";
const ALL: &str = "(all plots)";
/// Rows of regions at most.
const MOST_ROWS: usize = 300;
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
    let (mut names, mut counts) = (Vec::<String>::new(), Vec::new());
    let is_there = run.each_row(TABLE, |row| {
        let plots = row.number("plots").unwrap_or(0.0);
        counts.push(plots as u64);
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
    let listed = most_plots(&counts);
    table.retain(|row| listed.contains(&row));
    html.table(&table);
    html.note(words.regions_note);
    told(html, words.regions_more, (counts.len() - listed.len()) as u64);
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

/// The rows with most plots, of equals the first.
fn most_plots(counts: &[u64]) -> BTreeSet<usize> {
    let mut rows: Vec<usize> = (0..counts.len()).collect();
    rows.sort_by_key(|row| Reverse(counts[*row]));
    rows.into_iter().take(MOST_ROWS).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_very_many_regions_those_with_most_plots_are_listed() {
        let counts: Vec<u64> = (0..1_000).map(|row| if row % 3 == 0 { 5 } else { row % 5 }).collect();
        let listed = most_plots(&counts);
        assert_eq!(listed.len(), MOST_ROWS);
        assert!(listed.iter().all(|row| counts[*row] == 5) && !listed.contains(&999));
        assert_eq!(most_plots(&counts[..7]), (0..7).collect());
    }
}
