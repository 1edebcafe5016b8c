//! The questions on a map for a phone: boundaries, and the cells in doubt.

use super::{Question, Queue};
use crate::output::xml_text;
use lindero_plots::{Position, ShapeRef};
use std::fmt::Write as _;

/// Colours of KML (opacity, blue, green, red): boundaries and cells in doubt.
const STYLES: &str = "<Style id=\"plot\"><LineStyle><color>ff00a5ff</color><width>3</width></LineStyle>\
    <PolyStyle><fill>0</fill></PolyStyle></Style>\
    <Style id=\"cells\"><LineStyle><color>ff7d1ba7</color><width>1</width></LineStyle>\
    <PolyStyle><color>667d1ba7</color></PolyStyle></Style>\n";

/// The questions as KML: a folder for each way to answer and each group.
#[must_use]
pub fn kml(queue: &Queue) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>\
         <name>Lindero</name>\n",
    );
    text.push_str(STYLES);
    for of_ask in queue.questions.chunk_by(|a, b| a.ask == b.ask && a.group == b.group) {
        let (ask, group) = (of_ask[0].ask.as_str(), of_ask[0].group.as_str());
        let name = if group.is_empty() { ask.to_owned() } else { format!("{ask} · {group}") };
        let _ = writeln!(text, "<Folder><name>{}</name>", xml_text(&name));
        of_ask.iter().for_each(|question| placemark(&mut text, question));
        text.push_str("</Folder>\n");
    }
    text.push_str("</Document></kml>\n");
    text
}

fn placemark(text: &mut String, question: &Question) {
    let name = format!("{} {}", question.plot_id, question.code);
    let asked = question.spanish.as_deref().unwrap_or(&question.found);
    if let Some(boundary) = &question.boundary {
        let _ = write!(
            text,
            "<Placemark><name>{}</name><description>{}</description><styleUrl>#plot</styleUrl><MultiGeometry>",
            xml_text(&name),
            xml_text(asked)
        );
        polygons(text, boundary.as_ref());
        text.push_str("</MultiGeometry></Placemark>\n");
    }
    if !question.cells.is_empty() {
        let _ = write!(
            text,
            "<Placemark><name>{}</name><styleUrl>#cells</styleUrl><MultiGeometry>",
            xml_text(&format!("{name} ?"))
        );
        for [west, south, east, north] in &question.cells {
            let ring = [[*west, *south], [*east, *south], [*east, *north], [*west, *north], [*west, *south]];
            text.push_str("<Polygon><outerBoundaryIs>");
            linear_ring(text, &ring);
            text.push_str("</outerBoundaryIs></Polygon>");
        }
        text.push_str("</MultiGeometry></Placemark>\n");
    }
}

fn polygons(text: &mut String, shape: ShapeRef<'_>) {
    for part in shape.parts() {
        text.push_str("<Polygon>");
        for (index, ring) in part.rings().enumerate() {
            let side = if index == 0 { "outerBoundaryIs" } else { "innerBoundaryIs" };
            let _ = write!(text, "<{side}>");
            linear_ring(text, ring);
            let _ = write!(text, "</{side}>");
        }
        text.push_str("</Polygon>");
    }
}

fn linear_ring(text: &mut String, ring: &[Position]) {
    let places: Vec<String> = ring.iter().map(|[lon, lat]| format!("{lon:.7},{lat:.7}")).collect();
    let _ = write!(text, "<LinearRing><coordinates>{}</coordinates></LinearRing>", places.join(" "));
}
