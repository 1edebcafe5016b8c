//! Which rules found something, and which could not be asked.

use super::super::Context;
use super::super::html::{Html, Set, Table, escaped, with_bar};
use super::super::text_of;
use super::{in_lang, policy_lang, verdict};
use lindero_policy::{Outcome, Verdict};
use serde_json::Value;

/// The colour of bars that are of no verdict.
const PLAIN: &str = "#5f6b73";

pub(super) fn write(html: &mut Html, context: &Context<'_>) {
    let words = context.words;
    html.section("findings", words.findings);
    let columns = [
        (words.code, Set::Code),
        (words.finding, Set::Words),
        (words.plots, Set::Number),
        (words.undecided, Set::Number),
        (words.leads_to, Set::Words),
    ];
    let mut table = Table::new(words.findings_caption, &columns);
    let all = context.facts.verdicts.all().plots.max(1) as f64;
    for rule in context.summary()["rules"].as_array().into_iter().flatten() {
        let count = |key: &str| rule[key].as_u64().unwrap_or(0);
        let (fired, undecided) = (count("fired"), count("undecided"));
        if fired + undecided == 0 {
            continue;
        }
        let code = text_of(&rule["code"]);
        table.row([
            escaped(&code),
            in_lang(policy_lang(context), &escaped(&text_of(&rule["name"]).replace('-', " "))),
            with_bar(&words.count(fired), fired as f64 / all, PLAIN),
            if undecided == 0 { String::new() } else { words.count(undecided) },
            leads_to(context, &code),
        ]);
    }
    if table.is_empty() {
        html.paragraph(words.no_findings);
    } else {
        html.table(&table);
        html.note(words.policy_language);
    }
    let policy = &context.manifest()["policy"];
    unasked(html, words.not_assessed, &policy["not_assessed"]);
    unasked(html, words.assessed_in_part, &policy["assessed_in_part"]);
    html.end_section();
}

/// What a rule leads to, where the policy is at hand.
fn leads_to(context: &Context<'_>, code: &str) -> String {
    let words = context.words;
    let rule = context.report.policy.and_then(|policy| policy.rules().iter().find(|rule| rule.code == code));
    match rule.map(|rule| rule.outcome) {
        Some(Outcome::High) => verdict(words, Verdict::High),
        Some(Outcome::MoreInfo) => verdict(words, Verdict::MoreInfo),
        Some(Outcome::Note) => escaped(words.note),
        None => String::new(),
    }
}

fn unasked(html: &mut Html, caption: &str, rules: &Value) {
    let words = html.words;
    let mut table = Table::new(caption, &[(words.code, Set::Code), (words.lacks, Set::Words)]);
    for (code, lacking) in rules.as_object().into_iter().flatten() {
        table.row([escaped(code), escaped(&text_of(lacking))]);
    }
    if !table.is_empty() {
        html.table(&table);
    }
}
