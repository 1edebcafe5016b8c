//! Plots and area by verdict, on the whole and on each question.

use super::super::Context;
use super::super::facts::{ByVerdict, WORST_FIRST};
use super::super::html::{Html, Set, Table, escaped, with_bar};
use super::{pct_of, told, verdict};
use crate::picture::{css, verdict_colour};
use lindero_policy::Verdict;

pub(super) fn write(html: &mut Html, context: &Context<'_>) {
    let (words, facts) = (context.words, context.facts);
    html.section("verdicts", words.verdicts);
    let all = facts.verdicts.all();
    let columns = [
        (words.verdict, Set::Words),
        (words.plots, Set::Number),
        (words.of_plots, Set::Number),
        (words.area_ha, Set::Number),
        (words.of_area, Set::Number),
        (words.meaning, Set::Words),
    ];
    let mut table = Table::new(words.verdicts_caption, &columns);
    for of in WORST_FIRST {
        let (counted, colour) = (facts.verdicts.of(of), css(verdict_colour(of)));
        let (plots, area) = (counted.plots as f64, counted.area_ha);
        let bar =
            |part: f64, whole: f64| with_bar(&pct_of(words, part, whole), part / whole.max(f64::MIN_POSITIVE), &colour);
        table.row([
            verdict(words, of),
            words.count(counted.plots),
            bar(plots, all.plots as f64),
            words.ha(area),
            bar(area, all.area_ha),
            escaped(match of {
                Verdict::High => words.high_means,
                Verdict::MoreInfo => words.more_info_means,
                Verdict::Low => words.low_means,
            }),
        ]);
    }
    html.table(&table);
    if !facts.by_question.is_empty() {
        by_question(html, context);
    }
    told(html, words.unusable, facts.with_boundary("unusable"));
    told(html, words.points, facts.with_boundary("disc"));
    told(html, words.repaired, facts.with_boundary("repaired"));
    html.end_section();
}

fn by_question(html: &mut Html, context: &Context<'_>) {
    let words = context.words;
    let verdicts = WORST_FIRST.map(|of| super::verdict_word(words, of));
    let columns = [(words.question, Set::Words)].into_iter().chain(verdicts.map(|word| (word, Set::Number)));
    let mut table = Table::new(words.by_question_caption, &columns.collect::<Vec<_>>());
    for (question, counted) in &context.facts.by_question {
        let name = match *question {
            "forest" => words.about_forest,
            "data" => words.about_data,
            "law" => words.about_law,
            other => other,
        };
        let of = |counted: &ByVerdict, of: Verdict| {
            let (plots, all) = (counted.of(of).plots, counted.all().plots.max(1));
            with_bar(&words.count(plots), plots as f64 / all as f64, &css(verdict_colour(of)))
        };
        table.row([escaped(name)].into_iter().chain(WORST_FIRST.map(|verdict| of(counted, verdict))));
    }
    html.table(&table);
}
