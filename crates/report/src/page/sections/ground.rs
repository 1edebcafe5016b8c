//! The ground at the cut-off, loss by year, trees and agroforestry: sums over all plots.

use super::super::Context;
use super::super::facts::{Facts, Sum};
use super::super::html::{Html, Set, Table, escaped, with_bar};
use super::super::text_of;
use super::super::words::fill;
use super::{ENGINE_LANG, ha_or, in_lang, pct_of};

const FOREST: &str = "#3d7a4a";
const LOSS: &str = "#7b2d8e";
const PLAIN: &str = "#5f6b73";

pub(super) fn write(html: &mut Html, context: &Context<'_>) {
    html.section("ground", context.words.ground);
    kinds(html, context);
    loss(html, context);
    tree_cover(html, context);
    agroforestry(html, context);
    all_measured(html, context);
    html.end_section();
}

/// The five kinds of ground, where the policy tells them apart.
fn kinds(html: &mut Html, context: &Context<'_>) {
    let (words, facts) = (context.words, context.facts);
    let kinds = [
        ("natural_ha", words.natural),
        ("mixed_ha", words.mixed),
        ("contested_ha", words.contested),
        ("farmed_ha", words.farmed),
        ("open_ha", words.open_ground),
    ];
    let found: Vec<(&Sum, &str)> =
        kinds.into_iter().filter_map(|(column, name)| Some((facts.sum(column)?, name))).collect();
    if found.len() < kinds.len() {
        return;
    }
    let columns = [(words.kind, Set::Words), (words.area_ha, Set::Number), (words.of_area, Set::Number)];
    let mut table = Table::new(words.kinds_caption, &columns);
    let all = facts.verdicts.all().area_ha;
    for (sum, name) in found {
        let share = sum.ha.map_or_else(String::new, |ha| with_bar(&pct_of(words, ha, all), ha / all, FOREST));
        table.row([escaped(name), ha_or(words, sum.ha, words.not_measured), share]);
    }
    html.table(&table);
}

/// Loss by year: a column for each indicator that is dated and of a loss.
fn loss(html: &mut Html, context: &Context<'_>) {
    let (words, facts) = (context.words, context.facts);
    let dated: Vec<&str> = facts.dated.iter().map(String::as_str).filter(|id| id.contains("loss")).collect();
    let dated = if dated.is_empty() { facts.dated.iter().map(String::as_str).collect() } else { dated };
    let of_indicator: Vec<Vec<(i32, Option<f64>)>> = dated.iter().map(|id| facts.years(id)).collect();
    let mut years: Vec<i32> = of_indicator.iter().flatten().map(|(year, _)| *year).collect();
    years.sort_unstable();
    years.dedup();
    let most = of_indicator.iter().flatten().filter_map(|(_, ha)| *ha).fold(0.0, f64::max);
    let heads = dated.iter().map(|id| (*id, Set::Number));
    let columns: Vec<(&str, Set)> = [(words.year, Set::Words)].into_iter().chain(heads).collect();
    let mut table = Table::new(words.loss_caption, &columns);
    for year in years {
        let cell = |of: &Vec<(i32, Option<f64>)>| match of.iter().find(|(known, _)| *known == year) {
            Some((_, Some(ha))) => with_bar(&words.ha(*ha), ha / most.max(f64::MIN_POSITIVE), LOSS),
            Some((_, None)) => escaped(words.not_measured),
            None => String::new(),
        };
        table.row([year.to_string()].into_iter().chain(of_indicator.iter().map(cell)));
    }
    if !table.is_empty() {
        html.table(&table);
    }
}

/// The numbers in the names of columns between two texts.
fn numbers(facts: &Facts, start: &str, end: &str) -> Vec<u32> {
    let of_column = |sum: &Sum| sum.column.strip_prefix(start)?.strip_suffix(end)?.parse().ok();
    facts.sums.iter().filter_map(of_column).collect()
}

fn tree_cover(html: &mut Html, context: &Context<'_>) {
    let (words, facts) = (context.words, context.facts);
    let year_of = |sum: &Sum| sum.column.strip_prefix("treecover_")?.split_once("_gt")?.0.parse::<i32>().ok();
    let mut years: Vec<i32> = facts.sums.iter().filter_map(year_of).collect();
    years.dedup();
    let all = facts.verdicts.all().area_ha;
    let heads: Vec<String> = years.iter().map(|year| fill(words.cover_of, &[("year", &year.to_string())])).collect();
    let heads = heads.iter().map(|head| (head.as_str(), Set::Number));
    let columns: Vec<(&str, Set)> = [(words.kind, Set::Words)].into_iter().chain(heads).collect();
    let mut table = Table::new(words.cover_caption, &columns);
    let mut percents: Vec<u32> =
        years.iter().flat_map(|year| numbers(facts, &format!("treecover_{year}_gt"), "_ha")).collect();
    percents.sort_unstable();
    percents.dedup();
    for percent in percents {
        let cell = |year: &i32| match facts.sum(&format!("treecover_{year}_gt{percent}_ha")).map(|sum| sum.ha) {
            Some(Some(ha)) => with_bar(&words.ha(ha), ha / all.max(f64::MIN_POSITIVE), FOREST),
            Some(None) => escaped(words.not_measured),
            None => String::new(),
        };
        let name = escaped(&fill(words.more_than, &[("n", &percent.to_string())]));
        table.row([name].into_iter().chain(years.iter().map(cell)));
    }
    if !table.is_empty() {
        html.table(&table);
    }
}

fn agroforestry(html: &mut Html, context: &Context<'_>) {
    let (words, facts) = (context.words, context.facts);
    let told = &context.summary()["agroforestry"];
    if let Some(why) = told["not_available"].as_str() {
        let why = in_lang(ENGINE_LANG, &escaped(why));
        html.raw(&format!("<p class=\"note\">{} {why}</p>\n", escaped(words.agroforestry_none)));
    }
    let year = text_of(&told["tree_cover_year"]);
    let caption = fill(words.agroforestry_caption, &[("year", &year)]);
    let parts = [
        ("agroforestry_ge", words.agroforestry),
        ("agroforestry_undecided_ge", words.agroforestry_undecided),
        ("agroforestry_other_ge", words.agroforestry_other),
    ];
    let heads = parts.map(|(_, head)| (head, Set::Number));
    let columns: Vec<(&str, Set)> = [(words.kind, Set::Words)].into_iter().chain(heads).collect();
    let mut table = Table::new(&caption, &columns);
    let all = facts.verdicts.all().area_ha;
    for percent in numbers(facts, "agroforestry_ge", "_ha") {
        let cell = |(start, _): (&str, &str)| match facts.sum(&format!("{start}{percent}_ha")).and_then(|sum| sum.ha) {
            Some(ha) => with_bar(&words.ha(ha), ha / all.max(f64::MIN_POSITIVE), FOREST),
            None => escaped(words.not_measured),
        };
        let name = escaped(&fill(words.at_least, &[("n", &percent.to_string())]));
        table.row([name].into_iter().chain(parts.map(cell)));
    }
    if !table.is_empty() {
        html.table(&table);
    }
}

/// Every indicator, for those who look one up.
fn all_measured(html: &mut Html, context: &Context<'_>) {
    let (words, facts) = (context.words, context.facts);
    let columns = [(words.indicator, Set::Code), (words.area_ha, Set::Number), (words.of_area, Set::Number)];
    let mut table = Table::new(words.all_measured, &columns);
    let all = facts.verdicts.all().area_ha;
    for sum in facts.sums.iter().filter(|sum| facts.is_whole(&sum.column)) {
        let share = sum.ha.map_or_else(String::new, |ha| with_bar(&pct_of(words, ha, all), ha / all, PLAIN));
        let name = sum.column.strip_suffix("_ha").unwrap_or(&sum.column);
        table.row([escaped(name), ha_or(words, sum.ha, words.not_measured), share]);
    }
    if table.is_empty() {
        return;
    }
    html.raw(&format!("<details><summary>{}</summary>\n", escaped(words.all_measured)));
    html.table(&table);
    html.raw("</details>\n");
}
