//! The questions of a run on paper: one page a plot, in Spanish, with a line for each answer.

use crate::page::escaped;
use crate::picture::Frame;
use lindero_io::queue::{Question, Queue};
use lindero_policy::Ask;
use std::fmt::Write as _;

/// Pixels of a side of the sketch.
const PIXELS: i32 = 420;
/// Ground around the plot, as a share of its extent on each side.
const MARGIN: f64 = 0.25;

const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"es\"><head><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Preguntas por parcela</title><style>\n\
    @page { size: A4; margin: 18mm }\n\
    body { font: 11pt/1.4 sans-serif; color: #111; background: #fff; max-width: 180mm; margin: 0 auto }\n\
    section { break-after: page } section:last-of-type { break-after: auto }\n\
    h1 { font-size: 17pt; margin: 8mm 0 1mm } h2 { font-size: 12pt; margin: 5mm 0 1mm }\n\
    svg { width: 92mm; border: 1px solid #555; display: block; margin: 3mm 0 }\n\
    .boundary { fill: none; stroke: #111; stroke-width: 2.5 } .cell { fill: #8a2be2; fill-opacity: .35; stroke: #5b1a99 }\n\
    .bar { stroke: #111; stroke-width: 4 } text { font: 13px sans-serif }\n\
    dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 4mm; margin: 0 } dt { color: #444 } dd { margin: 0 }\n\
    .line { border-bottom: 1px solid #111; height: 8mm } .line span { font-size: 9pt; color: #444 }\n\
    </style></head><body>\n";

/// The questions, one page a plot in the order of the queue.
#[must_use]
pub fn question_pages(queue: &Queue) -> String {
    let mut plots: Vec<Vec<&Question>> = Vec::new();
    for question in &queue.questions {
        match plots.iter_mut().find(|plot| plot[0].row == question.row) {
            Some(plot) => plot.push(question),
            None => plots.push(vec![question]),
        }
    }
    let mut html = HEAD.to_owned();
    if plots.is_empty() {
        html.push_str("<p>No hay preguntas.</p>\n");
    }
    plots.iter().for_each(|questions| page(&mut html, questions));
    html.push_str("</body></html>\n");
    html
}

fn page(html: &mut String, questions: &[&Question]) {
    let first = questions[0];
    let _ = writeln!(html, "<section><h1>Parcela {}</h1><dl>", escaped(&first.plot_id));
    let mut fact = |term: &str, text: &str| {
        if !text.is_empty() {
            let _ = write!(html, "<dt>{term}</dt><dd>{}</dd>", escaped(text));
        }
    };
    fact("Grupo", &first.group);
    fact("Área", &first.area_ha.map_or_else(String::new, |ha| format!("{ha:.2} ha")));
    let place = questions.iter().find_map(|question| question.place());
    fact("Lugar", &place.map_or_else(String::new, |[lon, lat]| format!("longitud {lon:.6}, latitud {lat:.6}")));
    fact("Lindero", &first.content_id);
    html.push_str("</dl>\n");
    sketch(html, questions);
    if let Some(unsteady) = &first.unsteady {
        let _ = writeln!(html, "<p>{}</p>", escaped(unsteady));
    }
    for question in questions {
        let _ = writeln!(
            html,
            "<h2>{} · {}</h2><p>{}</p>",
            escaped(&question.code),
            how(question.ask),
            escaped(question.spanish.as_deref().unwrap_or(&question.found))
        );
        for line in ["Respuesta", "Prueba (documento, foto, número)", "Quién responde, fecha y firma"] {
            let _ = write!(html, "<div class=\"line\"><span>{line}</span></div>");
        }
        html.push('\n');
    }
    html.push_str("</section>\n");
}

/// The boundary and the cells in doubt of all questions, with a scale bar.
fn sketch(html: &mut String, questions: &[&Question]) {
    let Some(boundary) = &questions[0].boundary else { return };
    let Some(frame) = Frame::around(&boundary.as_ref().bounds(), MARGIN, false, PIXELS) else { return };
    let (width, height) = (frame.window.width, frame.window.height);
    let _ = write!(
        html,
        "<svg role=\"img\" viewBox=\"0 0 {width} {height}\"><title>Lindero de la parcela {} y celdas por averiguar; \
         el norte está arriba</title>",
        escaped(&questions[0].plot_id)
    );
    for [west, south, east, north] in questions.iter().flat_map(|question| &question.cells) {
        let ([x0, y0], [x1, y1]) = (frame.place([*west, *north]), frame.place([*east, *south]));
        let _ = write!(
            html,
            "<rect class=\"cell\" x=\"{x0:.1}\" y=\"{y0:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>",
            x1 - x0,
            y1 - y0
        );
    }
    for ring in boundary.as_ref().rings() {
        let places: Vec<String> = ring
            .iter()
            .map(|position| {
                let [x, y] = frame.place(*position);
                format!("{x:.1},{y:.1}")
            })
            .collect();
        let _ = write!(html, "<polygon class=\"boundary\" points=\"{}\"/>", places.join(" "));
    }
    let (metres, pixels) = frame.scale_bar();
    let y = height - 14;
    let _ = writeln!(
        html,
        "<path class=\"bar\" d=\"M12 {y}h{pixels:.1}\"/><text x=\"12\" y=\"{}\">{metres} m · norte arriba</text></svg>",
        y - 8
    );
}

fn how(ask: Ask) -> &'static str {
    match ask {
        Ask::Desk => "se responde mirando imágenes",
        Ask::Document => "se responde con un documento",
        Ask::Visit => "se responde con una visita",
        Ask::Walk => "se responde caminando la parcela",
    }
}
