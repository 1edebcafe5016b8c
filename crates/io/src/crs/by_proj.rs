//! Coordinate systems through the PROJ library.

use std::sync::Arc;

use lindero_layers::{LayerError, Projection, Transform};
use lindero_plots::Position;
use proj::Proj;
use serde_json::Value;

use super::{is_wgs84, short};

/// Longitude and latitude on WGS 84, in that order.
const LON_LAT: &str = "OGC:CRS84";

/// Asks PROJ for a system; `None` if it turns out to be longitude and latitude on WGS 84.
pub(super) fn find(definition: &str) -> Result<Option<Arc<dyn Projection>>, String> {
    let unknown = |reason: String| {
        format!(
            "the coordinate system {} cannot be used ({reason}): give one such as \"EPSG:32718\"",
            short(definition)
        )
    };
    if definition.is_empty() {
        return Err(unknown("it is empty".into()));
    }
    // A PROJ string without this is a step of a calculation, not a system.
    let definition = if definition.starts_with('+') && !definition.contains("+type=crs") {
        format!("{definition} +type=crs")
    } else {
        definition.to_owned()
    };
    let system = Proj::new(&definition).map_err(|e| unknown(e.to_string()))?;
    let json = system.to_projjson(Some(false), None, None).map_err(|e| unknown(e.to_string()))?;
    let json: Value = serde_json::from_str(&json).map_err(|e| unknown(e.to_string()))?;
    if is_wgs84(&json) {
        return Ok(None);
    }
    let is_geographic = match kind(&json) {
        "GeographicCRS" | "DerivedGeographicCRS" => true,
        "ProjectedCRS" | "DerivedProjectedCRS" => false,
        other => {
            return Err(format!(
                "the coordinate system {} is of the kind {other}, which has no longitude and latitude",
                short(&definition)
            ));
        }
    };
    let id = |key: &str| {
        json.pointer(&format!("/id/{key}")).map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned))
    };
    let name = match (id("authority"), id("code")) {
        (Some(register), Some(code)) => format!("{register}:{code}"),
        _ => definition.clone(),
    };
    // Found out now, once, and not by a worker in the middle of a run.
    transformer(&definition).map_err(unknown)?;
    Ok(Some(Arc::new(ByProj { name, definition, is_geographic })))
}

/// The kind of a system, looking into those that wrap another.
fn kind(json: &Value) -> &str {
    match json.get("type").and_then(Value::as_str).unwrap_or("unknown") {
        "BoundCRS" => json.get("source_crs").map_or("BoundCRS", kind),
        "CompoundCRS" => json.pointer("/components/0").map_or("CompoundCRS", kind),
        other => other,
    }
}

/// A system that PROJ moves positions to and from.
#[derive(Debug)]
struct ByProj {
    name: String,
    definition: String,
    is_geographic: bool,
}

impl Projection for ByProj {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_geographic(&self) -> bool {
        self.is_geographic
    }

    fn transform(&self) -> Result<Box<dyn Transform>, LayerError> {
        let proj = transformer(&self.definition)
            .map_err(|reason| LayerError::Projection { path: self.name.clone().into(), reason })?;
        Ok(Box::new(ByProjTransform { proj }))
    }
}

fn transformer(definition: &str) -> Result<Proj, String> {
    let no_way = |reason: String| format!("PROJ has no way to longitude and latitude: {reason}");
    let proj = Proj::new_known_crs(LON_LAT, definition, None).map_err(|e| no_way(e.to_string()))?;
    // Without a definition PROJ would hand every position back unmoved.
    proj.def().map_err(|e| no_way(e.to_string()))?;
    Ok(proj)
}

struct ByProjTransform {
    proj: Proj,
}

impl ByProjTransform {
    fn move_all(&self, positions: &mut [Position], inverse: bool) {
        for position in positions {
            let point = (position[0], position[1]);
            let moved = if inverse { self.proj.project(point, true) } else { self.proj.convert(point) };
            *position = match moved {
                Ok((x, y)) if x.is_finite() && y.is_finite() => [x, y],
                _ => [f64::NAN; 2],
            };
        }
    }
}

impl Transform for ByProjTransform {
    fn forward(&self, positions: &mut [Position]) {
        self.move_all(positions, false);
    }

    fn inverse(&self, positions: &mut [Position]) {
        self.move_all(positions, true);
    }
}

#[cfg(test)]
mod tests {
    use crate::crs;

    /// A micrometre on the ground, in metres.
    const SAME_M: f64 = 1e-6;
    /// About a tenth of a millimetre on the ground, in degrees.
    const SAME_DEGREES: f64 = 1e-9;

    fn check(definition: &str, name: &str, lon_lat: [f64; 2], expected: [f64; 2], tolerance: f64) {
        let projection = crs::parse(definition).unwrap().expect("not WGS 84");
        assert_eq!(projection.name(), name);
        let transform = projection.transform().unwrap();
        let mut there = [lon_lat];
        transform.forward(&mut there);
        let near = |a: [f64; 2], b: [f64; 2], d: f64| (a[0] - b[0]).abs() <= d && (a[1] - b[1]).abs() <= d;
        assert!(near(there[0], expected, tolerance), "{name}: {there:?} is not {expected:?}");
        transform.inverse(&mut there);
        assert!(near(there[0], lon_lat, SAME_DEGREES), "{name}: back at {there:?}, not {lon_lat:?}");
    }

    #[test]
    fn positions_go_there_and_back_in_the_order_x_y() {
        // On the central meridian of zone 18 at the equator.
        check("EPSG:32718", "EPSG:32718", [-75.0, 0.0], [500_000.0, 10_000_000.0], SAME_M);
        check("urn:ogc:def:crs:EPSG::32618", "EPSG:32618", [-75.0, 0.0], [500_000.0, 0.0], SAME_M);
        check(
            "+proj=utm +zone=18 +datum=WGS84",
            "+proj=utm +zone=18 +datum=WGS84 +type=crs",
            [-75.0, 0.0],
            [500_000.0, 0.0],
            SAME_M,
        );
        // SIRGAS 2000 is WGS 84 to a few centimetres; PROJ moves nothing.
        check("EPSG:4674", "EPSG:4674", [-63.0, -9.0], [-63.0, -9.0], SAME_DEGREES);
    }

    #[test]
    fn another_datum_is_geographic_but_not_wgs_84() {
        for (definition, geographic) in
            [("EPSG:4674", true), ("EPSG:4269", true), ("EPSG:5490", false), ("EPSG:3857", false)]
        {
            assert_eq!(crs::parse(definition).unwrap().unwrap().is_geographic(), geographic, "{definition}");
        }
        assert!(crs::parse("EPSG:4979").unwrap().is_none());
    }

    #[test]
    fn a_position_that_cannot_be_moved_is_not_a_number() {
        let transform = crs::parse("EPSG:32718").unwrap().unwrap().transform().unwrap();
        let mut positions = [[f64::NAN, 0.0], [-75.0, 4e9], [-75.0, 0.0]];
        transform.forward(&mut positions);
        assert!(positions[0][0].is_nan() && positions[1][0].is_nan() && !positions[2][0].is_nan(), "{positions:?}");
    }

    #[test]
    fn systems_without_longitude_and_latitude_are_refused() {
        // Geocentric, and heights.
        for definition in ["EPSG:4978", "EPSG:5773"] {
            let reason = crs::parse(definition).err().unwrap();
            assert!(reason.contains("no longitude"), "{reason}");
        }
    }
}
