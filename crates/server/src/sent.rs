//! What can be sent to be screened, for the description of the service.

use serde::Deserialize;
use utoipa::ToSchema;

/// A form: files, and options of the same names as the parameters of the address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "forms are read piece by piece: this describes them")]
pub(crate) struct SentForm {
    /// The plots, as a file with a name, whose ending says its format.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Polygons of regions to add up over; `region_name` or `level` says which column names them.
    #[schema(value_type = Option<String>, format = Binary, nullable = false)]
    regions: Option<Vec<u8>>,
    /// Answers to questions of earlier screenings, as CSV.
    #[schema(value_type = Option<String>, format = Binary, nullable = false)]
    answers: Option<Vec<u8>>,
    #[schema(nullable = false)]
    no_repair: Option<bool>,
    #[schema(nullable = false)]
    id: Option<String>,
    #[schema(nullable = false)]
    area_field: Option<String>,
    #[schema(nullable = false)]
    lang: Option<String>,
    #[schema(nullable = false)]
    geometry_field: Option<String>,
    #[schema(nullable = false)]
    lon_field: Option<String>,
    #[schema(nullable = false)]
    lat_field: Option<String>,
    #[schema(nullable = false)]
    crs: Option<String>,
    #[schema(nullable = false)]
    production_end: Option<String>,
    #[schema(nullable = false)]
    policy: Option<String>,
    #[schema(nullable = false)]
    threshold: Option<String>,
    #[schema(nullable = false)]
    preset: Option<String>,
    #[schema(nullable = false)]
    region_name: Option<String>,
    #[schema(nullable = false)]
    level: Option<String>,
    #[schema(nullable = false)]
    group: Option<String>,
    #[schema(nullable = false)]
    format: Option<String>,
    #[schema(nullable = false)]
    wait: Option<String>,
}

/// Plots as GeoJSON (RFC 7946).
#[derive(ToSchema)]
#[expect(dead_code, reason = "GeoJSON is read piece by piece: this describes it")]
#[schema(example = json!({
    "type": "FeatureCollection",
    "features": [{
        "type": "Feature",
        "properties": { "codigo": "A-1" },
        "geometry": {
            "type": "Polygon",
            "coordinates": [[[-76.3, -9.98], [-76.3, -9.981], [-76.299, -9.981], [-76.299, -9.98], [-76.3, -9.98]]],
        },
    }],
}))]
pub(crate) struct SentGeoJson {
    #[schema(rename = "type")]
    kind: SentKind,
    /// Of a collection.
    features: Option<Vec<SentFeature>>,
}

/// A plot.
#[derive(ToSchema)]
#[expect(dead_code, reason = "GeoJSON is read piece by piece: this describes it")]
pub(crate) struct SentFeature {
    #[schema(rename = "type")]
    kind: SentFeatureKind,
    /// What is known of it: its id, its producer.
    #[schema(value_type = Option<Object>)]
    properties: (),
    /// A polygon, several, or a point; null where nobody knows.
    #[schema(value_type = Option<Object>)]
    geometry: (),
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "GeoJSON is read piece by piece: this describes it")]
pub(crate) enum SentKind {
    FeatureCollection,
    Feature,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "GeoJSON is read piece by piece: this describes it")]
pub(crate) enum SentFeatureKind {
    Feature,
}
