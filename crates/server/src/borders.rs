//! `/borders.geojson`: lines between countries, to see where one is.

use crate::land::{Ground, geojson_answer, thinned};
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::screenings::aside;
use axum::response::Response;
use lindero_io::places::border_lines;
use lindero_plots::Bounds;
use std::fmt::Write as _;

/// The borders between countries in a part of the world, from Natural Earth's 1 : 50,000,000; no line where the program was built
/// without them.
#[utoipa::path(
    get, path = "/borders.geojson", operation_id = "borders", tag = "maps", params(Ground),
    responses(
        (status = 200, description = "GeoJSON", content_type = "application/geo+json", body = Object),
        (status = 400, description = "a parameter cannot be understood", body = Problem),
        (status = 422, description = "no part of the globe", body = Problem),
    )
)]
pub(crate) async fn get(Parameters(ground): Parameters<Ground>) -> Result<Response, Problem> {
    let (bounds, step) = (ground.bounds()?, ground.step()?);
    Ok(geojson_answer(aside(move || geojson(&bounds, step)).await?))
}

fn geojson(bounds: &Bounds, step: f64) -> String {
    let mut text = String::from(
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{},\"geometry\":\
         {\"type\":\"MultiLineString\",\"coordinates\":[",
    );
    let lines = border_lines().unwrap_or_default();
    for (index, line) in lines.iter().filter(|line| Bounds::of(line).intersects(bounds)).enumerate() {
        text.push_str(if index > 0 { ",[" } else { "[" });
        for (index, [x, y]) in thinned(line, step).iter().enumerate() {
            let _ = write!(text, "{}[{x:.3},{y:.3}]", if index > 0 { "," } else { "" });
        }
        text.push(']');
    }
    text.push_str("]}}]}");
    text
}
