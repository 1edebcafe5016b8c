//! What was asked of which maps.

use super::super::Context;
use super::super::html::{Html, Set, Table, escaped, foreign};
use super::super::text_of;
use super::super::words::fill;
use super::policy_lang;
use serde_json::Value;

pub(super) fn write(html: &mut Html, context: &Context<'_>) {
    let (words, manifest) = (context.words, context.manifest());
    html.section("layers", words.layers);
    if let Some(policy) = context.report.policy {
        let about = policy.about().trim();
        html.paragraph(words.asked_of_policy);
        html.raw(&format!(
            "<blockquote lang=\"{}\"><p><strong>{}</strong></p><p>{}</p></blockquote>\n",
            policy_lang(context),
            escaped(policy.title()),
            with_code(about)
        ));
    }
    let columns =
        [(words.layer, Set::Code), (words.last_day, Set::Words), (words.files, Set::Words), (words.credit, Set::Words)];
    let mut table = Table::new(words.layers_caption, &columns);
    for layer in manifest["layers"].as_array().into_iter().flatten() {
        let or_not = |value: &Value| value.as_str().map_or_else(|| escaped(words.not_stated), foreign);
        table.row([
            escaped(&text_of(&layer["id"])),
            or_not(&layer["until"]),
            foreign(context.path(layer["path"].as_str().unwrap_or_default())),
            or_not(&layer["licence"]),
        ]);
    }
    html.table(&table);
    let missing = text_of(&manifest["missing_layers"]);
    if !missing.is_empty() {
        html.note(&fill(words.missing_layers, &[("layers", &missing)]));
    }
    options(html, context);
    html.end_section();
}

/// Text whose names between backticks are set as names.
fn with_code(text: &str) -> String {
    let part = |(index, part): (usize, &str)| match index % 2 {
        0 => escaped(part),
        _ => format!("<code>{}</code>", escaped(part)),
    };
    text.split('`').enumerate().map(part).collect()
}

/// Whether an option was not given.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        _ => false,
    }
}

/// The options that were given; files have their own table.
fn options(html: &mut Html, context: &Context<'_>) {
    let words = context.words;
    let mut table = Table::new(words.options_caption, &[(words.option, Set::Code), (words.value, Set::Words)]);
    for (option, value) in context.manifest()["parameters"].as_object().into_iter().flatten() {
        // That there is a report is seen.
        if is_nothing(value) || ["plots", "report"].contains(&option.as_str()) {
            continue;
        }
        table.row([escaped(option), foreign(context.path(&text_of(value)))]);
    }
    html.table(&table);
}
