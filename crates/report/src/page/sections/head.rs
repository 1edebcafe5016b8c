//! The top of the page: what it is, of which run, and what follows.

use super::super::Context;
use super::super::html::{Html, escaped, foreign};
use super::super::text_of;

/// The style sheet, for screens and for paper.
const STYLE: &str = include_str!("../style.css");

pub(super) fn write(html: &mut Html, context: &Context<'_>) {
    let words = context.words;
    let summary = context.summary();
    let lang = context.report.options.lang.code();
    let policy = text_of(&summary["policy"]["name"]);
    html.raw(&format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}: {}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#content\">{}</a>\n<header>\n<h1>{}</h1>\n",
        escaped(words.title),
        escaped(&policy),
        escaped(words.skip),
        escaped(words.title)
    ));
    html.raw(&format!("<p class=\"disclaimer\">{}</p>\n<dl class=\"facts\">\n", escaped(words.disclaimer)));
    let all = context.facts.verdicts.all();
    let files: Vec<String> = context.manifest()["plots"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|file| foreign(context.path(file["path"].as_str().unwrap_or_default())))
        .collect();
    let facts = [
        (words.plots, words.count(all.plots)),
        (words.area_ha, words.ha(all.area_ha)),
        (words.policy, foreign(&format!("{policy} {}", text_of(&summary["policy"]["version"])))),
        (words.cutoff, escaped(&text_of(&summary["cutoff"]))),
        (words.plot_files, files.join("<br>")),
        (words.program, escaped(&text_of(&context.manifest()["program"]))),
    ];
    for (name, value) in facts {
        html.raw(&format!("<div><dt>{}</dt><dd>{value}</dd></div>\n", escaped(name)));
    }
    html.raw("</dl>\n</header>\n");
    contents(html, context);
    html.raw("<main id=\"content\" tabindex=\"-1\">\n");
}

fn contents(html: &mut Html, context: &Context<'_>) {
    let words = context.words;
    html.raw(&format!("<nav aria-label=\"{}\">\n<ul>\n", escaped(words.contents)));
    let mut sections = vec![
        ("verdicts", words.verdicts),
        ("map", words.map),
        ("findings", words.findings),
        ("ground", words.ground),
        ("worst", words.worst),
        ("plots", words.all_plots),
        ("boundaries", words.boundaries),
        ("layers", words.layers),
        ("method", words.method),
        ("inputs", words.inputs),
        ("files", words.run_files),
    ];
    if context.report.run.has(super::regions::TABLE) {
        sections.insert(4, ("regions", words.regions));
    }
    for (id, name) in sections {
        html.raw(&format!("<li><a href=\"#{id}\">{}</a></li>\n", escaped(name)));
    }
    html.raw("</ul>\n</nav>\n");
}
