//! `/layers` and `/tiles`: the catalog's maps.

use crate::app::Shared;
use crate::parameters::{Names, Parameters};
use crate::problem::Problem;
use crate::screenings::aside;
use crate::tile_cache::key;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State as Held;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use lindero_report::tiles::{Drawn, TileId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// A map of the catalog.
#[derive(Serialize, ToSchema)]
pub(crate) struct Layer {
    /// Its name in the catalog; `ground`: what the policy's terms say of forest and loss.
    id: String,
    /// The product, where its files are known by name.
    title: Option<&'static str>,
    /// `ground`, `years`, `percent`, `classes` or `features`.
    kind: &'static str,
    /// West, south, east, north in degrees; null: not known.
    bounds: Option<[f64; 4]>,
    /// The first zoom at which there are tiles.
    min_zoom: u8,
    /// First and last year that `?year=` chooses from.
    years: Option<(i32, i32)>,
    /// Colours, and what they mean.
    legend: Vec<LegendEntry>,
    /// Licence or credit.
    licence: Option<String>,
}

/// A colour and what it means.
#[derive(Serialize, ToSchema)]
pub(crate) struct LegendEntry {
    colour: String,
    meaning: String,
}

/// Which year of a map.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Year {
    /// What happened after this year is not drawn; of a map with a band a year, the band of this year.
    year: Option<i32>,
}

/// The maps of the catalog.
#[utoipa::path(
    get, path = "/layers", operation_id = "layers", tag = "maps",
    responses((status = 200, description = "all maps", body = Vec<Layer>))
)]
pub(crate) async fn list(Held(app): Held<Shared>) -> Json<Vec<Layer>> {
    let layers = app.tiles.layers().iter().map(|layer| Layer {
        id: layer.id.clone(),
        title: layer.title,
        kind: layer.kind,
        bounds: layer.bounds,
        min_zoom: layer.min_zoom,
        years: layer.years,
        legend: layer
            .legend
            .iter()
            .map(|line| LegendEntry { colour: line.colour.clone(), meaning: line.meaning.clone() })
            .collect(),
        licence: layer.licence.clone(),
    });
    Json(layers.collect())
}

/// A tile of a map: 256 pixels a side, web mercator; each pixel shows the cell under its centre.
#[utoipa::path(
    get, path = "/tiles/{layer}/{z}/{x}/{y}.png", operation_id = "tile", tag = "maps",
    params(
        ("layer" = String, Path, description = "the map's id"),
        ("z" = u8, Path, description = "the zoom"),
        ("x" = u32, Path, description = "the column of tiles, from the west"),
        ("y" = u32, Path, description = "the row of tiles, from the north"),
        Year,
    ),
    responses(
        (status = 200, description = "the picture", content_type = "image/png", body = Vec<u8>),
        (status = 400, description = "a parameter cannot be understood", body = Problem),
        (status = 404, description = "no such map, or no such tile", body = Problem),
        (status = 422, description = "too much ground for one tile: zoom in", body = Problem),
    )
)]
pub(crate) async fn tile(
    Held(app): Held<Shared>,
    Names((layer, z, x, y)): Names<(String, String, String, String)>,
    Parameters(Year { year }): Parameters<Year>,
) -> Result<Response, Problem> {
    let number = |text: &str| text.parse::<u32>().ok();
    let (z, x, y) = (z.parse::<u8>().ok(), number(&x), y.strip_suffix(".png").and_then(number));
    let tile = match (z, x, y) {
        (Some(z), Some(x), Some(y)) => TileId { z, x, y },
        _ => return Err(Problem::not_found("a tile has an address such as /tiles/LAYER/12/1183/2154.png")),
    };
    if !tile.exists() {
        return Err(Problem::not_found(format!("there is no tile {} / {} / {}", tile.z, tile.x, tile.y)));
    }
    let key = key(&layer, tile, year);
    if let Some(png) = app.tile_cache.get(&key) {
        return Ok(picture(png));
    }
    let _permit = app.drawing.acquire().await.map_err(|_| Problem::unavailable("the service is about to end"))?;
    let shared = Arc::clone(&app);
    let png = aside(move || match shared.tiles.tile(&layer, tile, year) {
        Ok(Drawn::Png(png)) => {
            let png = Bytes::from(png);
            shared.tile_cache.put(key, png.clone());
            Ok(png)
        }
        Ok(Drawn::TooMuch) => Err(Problem::unusable("this is too much ground for one tile: zoom in")),
        Ok(Drawn::NoLayer) => Err(Problem::not_found(format!("there is no layer {layer:?}: GET /layers has them"))),
        Err(error) => Err(Problem::unavailable(error.to_string())),
    });
    png.await?.map(picture)
}

fn picture(png: Bytes) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/png")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600")),
    ];
    (headers, png).into_response()
}
