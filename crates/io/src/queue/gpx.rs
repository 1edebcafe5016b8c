//! The questions for a receiver of positions: where to go, and the boundary to walk.

use super::Queue;
use crate::output::xml_text;
use std::fmt::Write as _;

/// The questions as GPX 1.1: a waypoint for each, and a track for each boundary.
#[must_use]
pub fn gpx(queue: &Queue) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"Lindero\" \
         xmlns=\"http://www.topografix.com/GPX/1/1\">\n",
    );
    for question in &queue.questions {
        let Some([lon, lat]) = question.place() else { continue };
        let asked = question.spanish.as_deref().unwrap_or(&question.found);
        let name = format!("{} {}", question.plot_id, question.code);
        let _ = writeln!(
            text,
            "<wpt lat=\"{lat:.7}\" lon=\"{lon:.7}\"><name>{}</name><desc>{}</desc><type>{}</type></wpt>",
            xml_text(&name),
            xml_text(asked),
            question.ask.as_str()
        );
    }
    let mut last = None;
    for question in &queue.questions {
        // A plot with several questions is walked once.
        if last == Some(question.row) {
            continue;
        }
        last = Some(question.row);
        let Some(boundary) = &question.boundary else { continue };
        let _ = write!(text, "<trk><name>{}</name>", xml_text(&question.plot_id));
        for ring in boundary.as_ref().rings() {
            text.push_str("<trkseg>");
            for [lon, lat] in ring {
                let _ = write!(text, "<trkpt lat=\"{lat:.7}\" lon=\"{lon:.7}\"/>");
            }
            text.push_str("</trkseg>");
        }
        text.push_str("</trk>\n");
    }
    text.push_str("</gpx>\n");
    text
}
