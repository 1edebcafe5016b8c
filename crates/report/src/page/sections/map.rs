//! The map of all plots and its legend.

use super::super::Context;
use super::super::facts::WORST_FIRST;
use super::super::html::{Html, escaped};
use super::super::words::fill;
use super::{told, verdict};
use crate::picture::css;
use lindero_io::ground_maps::GroundCell;

pub(super) fn write(html: &mut Html, context: &Context<'_>) {
    let (words, pictures) = (context.words, context.pictures);
    html.section("map", words.map);
    match &pictures.map {
        None => html.paragraph(words.map_nothing),
        Some(map) => {
            html.raw(&format!("<figure class=\"map\">{}\n<figcaption>", map.svg));
            legend(html, context, &WORST_FIRST.map(|of| format!("<li>{}</li>\n", verdict(context.words, of))));
            html.raw("</figcaption></figure>\n");
            html.note(words.map_marks);
            told(html, words.map_outside, map.outside);
            if map.is_near_only {
                html.note(words.near_only);
            }
        }
    }
    match &pictures.ground {
        Ok(layers) => html.note(&fill(words.ground_from, &[("layers", &layers.join(", "))])),
        Err(why) => html.note(&fill(
            words.no_ground,
            &[("why", &why.told(context.words, |path| context.path(path), context.report.options.is_anonymous))],
        )),
    }
    html.end_section();
}

/// A legend of these entries, which are markup, and of the ground.
pub(super) fn legend(html: &mut Html, context: &Context<'_>, entries: &[String]) {
    let (words, pictures) = (context.words, context.pictures);
    html.raw(&format!("<ul class=\"legend\" aria-label=\"{}\">\n", escaped(words.legend)));
    entries.iter().for_each(|entry| html.raw(entry));
    // A map of trees in another year is not one of forest at the cut-off, and is not called so.
    let name = pictures.forest.as_deref().unwrap_or_default();
    let is_forest = name.starts_with("forest");
    let (forest, open) = if is_forest { (words.forest, words.open) } else { (words.trees, words.no_trees) };
    for entry in &pictures.legend {
        let meaning = match entry.meaning {
            GroundCell::Forest => fill(forest, &[("name", name)]),
            GroundCell::Open => fill(open, &[("name", name)]),
            GroundCell::Unknown => words.unknown.to_owned(),
            GroundCell::Lost(Some(year)) => fill(words.lost_in, &[("year", &year.to_string())]),
            GroundCell::Lost(None) => words.lost_undated.to_owned(),
        };
        html.raw(&format!(
            "<li><svg class=\"swatch\" aria-hidden=\"true\" viewBox=\"0 0 10 10\"><rect width=\"10\" height=\"10\" fill=\"{}\"/></svg> {}</li>\n",
            css(entry.colour),
            escaped(&meaning)
        ));
    }
    html.raw("</ul>\n");
}
