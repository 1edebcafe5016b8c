//! The sections of a report, in their order.

mod boundaries;
mod findings;
mod ground;
mod head;
mod inputs;
mod layers;
mod list;
mod map;
mod regions;
mod verdicts;
mod worst;

use super::html::{Html, escaped};
use super::words::{Words, fill};
use super::{Context, ReportError};
use crate::picture::{css, verdict_colour, verdict_mark};
use lindero_policy::{Verdict, builtin};

/// Writes the whole page.
pub(super) fn write(html: &mut Html, context: &Context<'_>) -> Result<(), ReportError> {
    let words = context.words;
    head::write(html, context);
    verdicts::write(html, context);
    map::write(html, context);
    findings::write(html, context);
    ground::write(html, context);
    regions::write(html, context)?;
    worst::write(html, context);
    list::write(html, context);
    boundaries::write(html, context)?;
    layers::write(html, context);
    html.section("method", words.method);
    words.method_paragraphs.iter().for_each(|paragraph| html.paragraph(paragraph));
    html.end_section();
    inputs::write(html, context);
    html.raw("</main>\n<footer>");
    html.paragraph(words.disclaimer);
    html.raw("</footer>\n</body>\n</html>\n");
    Ok(())
}

/// A verdict as people read it: its mark, its colour and its word.
fn verdict(words: &Words, verdict: Verdict) -> String {
    format!(
        "<span class=\"verdict\"><span class=\"mark\" aria-hidden=\"true\" style=\"color:{}\">{}</span> {}</span>",
        css(verdict_colour(verdict)),
        verdict_mark(verdict),
        escaped(verdict_word(words, verdict))
    )
}

fn verdict_word(words: &Words, verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::High => words.high,
        Verdict::MoreInfo => words.more_info,
        Verdict::Low => words.low,
    }
}

/// What is to be read only if there are plots of which it tells.
fn told(html: &mut Html, text: &str, plots: u64) {
    if plots > 0 {
        let number = html.words.count(plots);
        html.note(&fill(text, &[("n", &number)]));
    }
}

/// An area that may not be known.
fn ha_or(words: &Words, ha: Option<f64>, otherwise: &str) -> String {
    ha.map_or_else(|| escaped(otherwise), |ha| words.ha(ha))
}

/// A share of a whole in percent, as markup; empty where there is no whole.
fn pct_of(words: &Words, part: f64, whole: f64) -> String {
    if whole > 0.0 { escaped(&words.pct(100.0 * part / whole)) } else { String::new() }
}

/// Markup in another language than the page's.
fn in_lang(lang: &str, markup: &str) -> String {
    format!("<span lang=\"{}\">{markup}</span>", escaped(lang))
}

/// The language that the shipped policies and what the engine says of a run are written in.
const ENGINE_LANG: &str = "en";

/// The language of the run's policy; empty, which is HTML for unknown, where it is not a shipped one.
fn policy_lang(context: &Context<'_>) -> &'static str {
    let name = context.manifest()["policy"]["name"].as_str();
    if name.is_some_and(|name| builtin(name).is_some()) { ENGINE_LANG } else { "" }
}
