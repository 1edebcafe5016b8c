//! The worst plots, each with its picture, its findings and what was measured.

use super::super::Context;
use super::super::facts::WorstPlot;
use super::super::html::{Html, Set, Table, escaped, foreign};
use super::super::words::{Words, fill};
use super::map::legend;
use super::{ha_or, in_lang, policy_lang, verdict};

pub(super) fn write(html: &mut Html, context: &Context<'_>) {
    let (words, worst) = (context.words, &context.facts.worst.plots);
    html.section("worst", words.worst);
    if worst.is_empty() {
        html.paragraph(words.worst_none);
        html.end_section();
        return;
    }
    html.note(&fill(words.worst_order, &[("n", &words.count(worst.len() as u64))]));
    let lines = [("plot", words.boundary), ("neighbour", words.neighbours)].map(|(class, name)| {
        format!(
            "<li><svg class=\"swatch\" aria-hidden=\"true\" viewBox=\"0 0 10 10\"><path class=\"{class}\" d=\"M0 5H10\"/></svg> {}</li>\n",
            escaped(name)
        )
    });
    legend(html, context, &lines);
    for (plot, picture) in worst.iter().zip(&context.pictures.plots) {
        card(html, context, plot, picture.as_deref());
    }
    html.end_section();
}

fn card(html: &mut Html, context: &Context<'_>, plot: &WorstPlot, picture: Option<&str>) {
    let words = context.words;
    html.raw("<article class=\"card\">\n<div>\n<figure>");
    match picture {
        Some(svg) => html.raw(svg),
        None => html.raw(&format!("<p class=\"note\">{}</p>", escaped(words.no_picture))),
    }
    html.raw("</figure>\n");
    let title = foreign(&plot.line.plot_id);
    html.raw(&format!("</div>\n<div>\n<h3>{} {title}</h3>\n<dl class=\"facts\">\n", escaped(words.plot)));
    let mut facts = vec![
        (words.verdict, verdict(words, plot.line.verdict)),
        (words.area_ha, ha_or(words, plot.line.area_ha, words.not_measured)),
        (words.boundary, escaped(boundary(words, &plot.boundary))),
        (words.row_of_file, words.count(plot.row)),
    ];
    if let Some(region) = &plot.line.region {
        facts.push((words.region, foreign(region)));
    }
    for (name, value) in facts {
        html.raw(&format!("<div><dt>{}</dt><dd>{value}</dd></div>\n", escaped(name)));
    }
    html.raw("</dl>\n<ul class=\"reasons\">\n");
    for (code, sentence) in &plot.findings {
        let sentence = in_lang(policy_lang(context), &foreign(sentence));
        html.raw(&format!("<li><strong>{}</strong> {sentence}</li>\n", escaped(code)));
    }
    html.raw("</ul>\n");
    if !context.report.options.is_anonymous && !plot.own.is_empty() {
        html.raw(&format!("<p class=\"note\">{}: ", escaped(words.own_columns)));
        let own: Vec<String> =
            plot.own.iter().map(|(name, value)| format!("{} {}", escaped(name), foreign(value))).collect();
        html.raw(&format!("{}</p>\n", own.join(" · ")));
    }
    html.raw("</div>\n");
    measured(html, words, plot);
    html.raw("</article>\n");
}

fn measured(html: &mut Html, words: &Words, plot: &WorstPlot) {
    if plot.measured.is_empty() {
        return;
    }
    let columns = [
        (words.indicator, Set::Code),
        (words.area_ha, Set::Number),
        (words.of_plot, Set::Number),
        (words.observed, Set::Number),
    ];
    let mut table = Table::new(words.measured_caption, &columns);
    let pct = |pct: Option<f64>| pct.map_or_else(String::new, |pct| escaped(&words.pct(pct)));
    for measured in &plot.measured {
        table.row([escaped(&measured.indicator), words.ha(measured.ha), pct(measured.pct), pct(measured.observed_pct)]);
    }
    html.raw("<div class=\"measured\">\n");
    html.table(&table);
    html.raw("</div>\n");
}

fn boundary<'w>(words: &Words, status: &'w str) -> &'w str {
    match status {
        "ok" => words.boundary_ok,
        "repaired" => words.boundary_repaired,
        "disc" => words.boundary_disc,
        "unusable" => words.boundary_unusable,
        other => other,
    }
}
