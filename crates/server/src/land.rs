//! `/land.geojson`: outlines of the land, to see where one is.

use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::screenings::aside;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use lindero_io::places::land_shape;
use lindero_plots::{Bounds, Position, clip_to_rect};
use serde::Deserialize;
use std::fmt::Write as _;
use utoipa::IntoParams;

/// The ground that is asked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Ground {
    /// West, south, east, north in degrees: `-85,-20,-65,5`.
    #[param(pattern = r"^-?[0-9]{1,3}(\.[0-9]+)?(,-?[0-9]{1,3}(\.[0-9]+)?){3}$")]
    bbox: Option<String>,
    /// Corners nearer to each other than so many degrees are left out, and islands smaller than that.
    #[param(minimum = 0, maximum = 10)]
    step: Option<f64>,
}

impl Ground {
    pub(crate) fn bounds(&self) -> Result<Bounds, Problem> {
        let Some(text) = &self.bbox else { return Ok(GLOBE) };
        let numbers = numbers_of(text).ok_or_else(|| {
            Problem::bad_request(format!("bbox is {text:?}: write west,south,east,north, such as -85,-20,-65,5"))
        })?;
        bounds_of(numbers).ok_or_else(|| {
            Problem::unusable(format!("bbox is {text:?}: that is no part of the globe, which has -180,-90,180,90"))
        })
    }

    /// How coarsely it is drawn.
    pub(crate) fn step(&self) -> Result<f64, Problem> {
        let step = self.step.unwrap_or(0.0);
        if !(0.0..=10.0).contains(&step) {
            return Err(Problem::bad_request(format!("step is {step}: write degrees from 0 to 10")));
        }
        Ok(step)
    }
}

/// All of it.
const GLOBE: Bounds = Bounds::new(-180.0, -90.0, 180.0, 90.0);

/// The land of a part of the world, from Natural Earth's 1 : 10,000,000; no feature where the program was built without it.
#[utoipa::path(
    get, path = "/land.geojson", operation_id = "land", tag = "maps", params(Ground),
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

/// GeoJSON that is the same as long as the program is.
pub(crate) fn geojson_answer(text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/geo+json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400")),
    ];
    (headers, text).into_response()
}

fn numbers_of(text: &str) -> Option<[f64; 4]> {
    let numbers: Vec<f64> = text.split(',').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    numbers.try_into().ok()
}

fn bounds_of([west, south, east, north]: [f64; 4]) -> Option<Bounds> {
    let bounds = Bounds::new(west, south, east, north);
    (!bounds.is_empty() && GLOBE.contains(&bounds)).then_some(bounds)
}

fn geojson(bounds: &Bounds, step: f64) -> String {
    let mut text = String::from("{\"type\":\"FeatureCollection\",\"features\":[");
    let land = land_shape();
    let mut is_first = true;
    for part in land.iter().flat_map(|land| land.as_ref().parts()) {
        let extent = Bounds::of(part.outer());
        if !extent.intersects(bounds) || extent.width().max(extent.height()) < step {
            continue;
        }
        let mut whole = lindero_plots::Shape::default();
        part.rings()
            .map(|ring| thinned(ring, step))
            .filter(|ring| ring.len() > 3)
            .for_each(|ring| whole.push_ring(&ring));
        whole.end_part();
        for piece in clip_to_rect(whole.as_ref(), bounds).as_ref().parts() {
            text.push_str(if is_first { "" } else { "," });
            is_first = false;
            text.push_str(
                "{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[",
            );
            for (index, ring) in piece.rings().enumerate() {
                text.push_str(if index > 0 { ",[" } else { "[" });
                for (index, [x, y]) in ring.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    // Ten metres are more than the map knows.
                    let _ = write!(text, "{comma}[{x:.4},{y:.4}]");
                }
                text.push(']');
            }
            text.push_str("]}}");
        }
    }
    text.push_str("]}");
    text
}

/// A line without the corners that are nearer to the one before than a step; its last stays, so that it ends where it did.
pub(crate) fn thinned(ring: &[Position], step: f64) -> Vec<Position> {
    let mut kept: Vec<Position> = Vec::new();
    for (index, &[x, y]) in ring.iter().enumerate() {
        let is_far =
            kept.last().is_none_or(|[before_x, before_y]| (x - before_x).abs().max((y - before_y).abs()) >= step);
        if is_far || index + 1 == ring.len() {
            kept.push([x, y]);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thinned_ring_ends_where_it_begins() {
        let ring = [[0.0, 0.0], [0.1, 0.0], [2.0, 0.0], [2.0, 0.5], [2.0, 2.0], [0.0, 0.1], [0.0, 0.0]];
        assert_eq!(thinned(&ring, 1.0), [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 0.1], [0.0, 0.0]]);
        assert_eq!(thinned(&ring, 0.0), ring);
    }

    #[test]
    fn a_part_of_the_world_is_four_numbers_on_the_globe() {
        let bounds = |text| numbers_of(text).and_then(bounds_of);
        assert!(bounds("-85, -20, -65, 5").is_some());
        for wrong in ["", "1,2,3", "-65,-20,-85,5", "-200,0,0,1", "a,b,c,d", "0,0,NaN,1"] {
            assert!(bounds(wrong).is_none(), "{wrong}");
        }
    }
}
