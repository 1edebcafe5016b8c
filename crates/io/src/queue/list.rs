//! The questions as a table, with room for the answers: filled in, it is what `decide --answers` reads.

use super::Queue;

/// The columns: what is asked, then what is answered.
const COLUMNS: [&str; 19] = [
    "ask",
    "group",
    "plot_id",
    "content_id",
    "rule",
    "row",
    "found",
    "question_es",
    "answered_by",
    "lon",
    "lat",
    "area_ha",
    "cells",
    "layers_id",
    "answer",
    "evidence",
    "evidence_blake3",
    "who",
    "when",
];

/// The questions as CSV: a row each.
///
/// # Errors
///
/// None that a string could give; the writer's are passed on.
pub fn list(queue: &Queue) -> Result<Vec<u8>, csv::Error> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS)?;
    for question in &queue.questions {
        let place = question.place();
        let degrees = |axis: usize| place.map_or_else(String::new, |place| format!("{:.7}", place[axis]));
        table.write_record([
            question.ask.as_str(),
            &question.group,
            &question.plot_id,
            &question.content_id,
            question.code.trim_end_matches('?'),
            &question.row.to_string(),
            &question.found,
            question.spanish.as_deref().unwrap_or_default(),
            &question.answered_by.join("; or "),
            &degrees(0),
            &degrees(1),
            &question.area_ha.map_or_else(String::new, |ha| ha.to_string()),
            &question.cells.len().to_string(),
            &queue.layers_id,
            "",
            "",
            "",
            "",
            "",
        ])?;
    }
    table.into_inner().map_err(|error| error.into_error().into())
}
