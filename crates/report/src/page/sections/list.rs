//! All plots, where they are few enough to be listed.

use super::super::Context;
use super::super::html::{Html, Set, Table, escaped, foreign};
use super::super::words::fill;
use super::{ha_or, verdict};

pub(super) fn write(html: &mut Html, context: &Context<'_>) {
    let (words, facts) = (context.words, context.facts);
    html.section("plots", words.all_plots);
    match &facts.list {
        None => {
            let plots = words.count(facts.verdicts.all().plots);
            html.paragraph(&fill(words.list_is_elsewhere, &[("n", &plots)]));
        }
        Some(list) => {
            let has_regions = list.iter().any(|line| line.region.is_some());
            let mut columns = vec![
                (words.plot, Set::Words),
                (words.verdict, Set::Words),
                (words.area_ha, Set::Number),
                (words.findings, Set::Code),
            ];
            if has_regions {
                columns.push((words.region, Set::Words));
            }
            let mut table = Table::new(words.all_plots_caption, &columns);
            for line in list {
                let mut cells = vec![
                    foreign(&line.plot_id),
                    verdict(words, line.verdict),
                    ha_or(words, line.area_ha, words.not_measured),
                    escaped(&line.findings.replace(';', " ")),
                ];
                if has_regions {
                    cells.push(line.region.as_deref().map_or_else(String::new, foreign));
                }
                table.row(cells);
            }
            html.table(&table);
        }
    }
    html.end_section();
}
