//! Coordinate systems through the PROJ library.

use std::sync::Arc;

use lindero_layers::{LayerError, Projection, Transform};
use lindero_plots::Position;
use proj::Proj;
use serde_json::Value;

use super::{DatumShift, is_wgs84, short};

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
    let definition = as_system(definition);
    let json = described(&definition).map_err(unknown)?;
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

/// A PROJ string without this is a step of a calculation, not a system.
fn as_system(definition: &str) -> String {
    if definition.starts_with('+') && !definition.contains("+type=crs") {
        format!("{definition} +type=crs")
    } else {
        definition.to_owned()
    }
}

/// A system as PROJJSON.
fn described(definition: &str) -> Result<Value, String> {
    let system = Proj::new(definition).map_err(|e| e.to_string())?;
    let json = system.to_projjson(Some(false), None, None).map_err(|e| e.to_string())?;
    serde_json::from_str(&json).map_err(|e| e.to_string())
}

/// Places that are moved by less are on WGS 84 as far as any map of plots goes.
const SAME_DATUM_M: f64 = 1.0;

/// Metres of a degree of latitude, to a percent.
const DEGREE_M: f64 = 111_000.0;

/// See [`super::datum_shift`].
pub(super) fn datum_shift(definition: &str, at: Position) -> Result<Option<DatumShift>, String> {
    let definition = as_system(definition);
    let Some(base) = described(&definition).ok().and_then(|system| geographic(&system)) else { return Ok(None) };
    let (Ok(to_wgs84), Ok(to_own)) =
        (Proj::new_known_crs(&definition, LON_LAT, None), Proj::new_known_crs(&definition, &base.to_string(), None))
    else {
        return Ok(None);
    };
    let place = (at[0], at[1]);
    let (Ok((lon, lat)), Ok((own_lon, own_lat))) = (to_wgs84.convert(place), to_own.convert(place)) else {
        return Ok(None);
    };
    let metres = libm::hypot((lon - own_lon) * libm::cos(lat.to_radians()), lat - own_lat) * DEGREE_M;
    // Of several ways from one datum to the other PROJ tells the one that it has just gone.
    let way = to_wgs84.proj_info();
    let datum = base.get("datum").or_else(|| base.get("datum_ensemble")).unwrap_or(&Value::Null);
    let named = |value: &Value| value.get("name").and_then(Value::as_str).unwrap_or("unknown").to_owned();
    let ellipsoid = datum.get("ellipsoid").unwrap_or(&Value::Null);
    let is_guess = way.description.as_deref().is_some_and(|way| way.contains("Ballpark"));
    if is_guess && !is_as_large_as_wgs84(ellipsoid) {
        return Err(format!(
            "it counts from the datum {:?} on the ellipsoid {:?}, of which it does not say where it lies: places could be \
             hundreds of metres off; state a system of the register, such as --crs EPSG:24878 for PSAD56 / UTM zone 18S",
            named(datum),
            named(ellipsoid)
        ));
    }
    let accuracy_m = Some(way.accuracy).filter(|metres| *metres > 0.0);
    Ok((metres >= SAME_DATUM_M).then(|| DatumShift { datum: named(&base), metres, accuracy_m }))
}

/// The system of longitude and latitude that a system is made on.
fn geographic(system: &Value) -> Option<Value> {
    match kind(system) {
        "GeographicCRS" | "DerivedGeographicCRS" if system.get("components").is_none() => {
            Some(system.get("source_crs").unwrap_or(system).clone())
        }
        "ProjectedCRS" => {
            let system = system.get("source_crs").or_else(|| system.pointer("/components/0")).unwrap_or(system);
            let mut base = system.get("base_crs")?.as_object()?.clone();
            // It goes without saying within a projected system.
            base.entry("type").or_insert_with(|| "GeographicCRS".into());
            Some(Value::Object(base))
        }
        _ => None,
    }
}

/// Whether an ellipsoid is that of WGS 84 or GRS 80, which are the same to a tenth of a millimetre.
fn is_as_large_as_wgs84(ellipsoid: &Value) -> bool {
    let axis = ellipsoid.get("semi_major_axis").and_then(Value::as_f64);
    axis.is_some_and(|axis_m| (axis_m - 6_378_137.0).abs() < 0.5)
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
    fn the_datum_of_old_sheets_is_shifted_and_the_shift_is_told() {
        // A place in each zone, and what EPSG's transformation 1208 for Peru makes of it.
        for (definition, at) in [
            ("EPSG:24877", [700_000.0, 9_400_000.0]),
            ("EPSG:24878", [500_000.0, 9_000_000.0]),
            ("EPSG:24879", [300_000.0, 8_700_000.0]),
            ("EPSG:4248", [-75.0, -9.0]),
        ] {
            let shift = crs::datum_shift(definition, at).unwrap().expect(definition);
            assert_eq!(shift.datum, "PSAD56", "{definition}");
            assert!((300.0..500.0).contains(&shift.metres), "{definition}: {} m", shift.metres);
            assert!(shift.accuracy_m.is_some_and(|metres| (5.0..40.0).contains(&metres)), "{definition}: {shift:?}");
        }
        let mut place = [[-75.0, -9.0]];
        crs::parse("EPSG:4248").unwrap().unwrap().transform().unwrap().inverse(&mut place);
        let expected = lindero_plots::Datum::Psad56.to_wgs84([-75.0, -9.0]);
        assert!((0..2).all(|axis| (place[0][axis] - expected[axis]).abs() < SAME_DEGREES), "{place:?} {expected:?}");
    }

    #[test]
    fn a_datum_that_is_wgs_84_to_a_metre_is_no_shift_and_one_that_nobody_knows_is_refused() {
        let sheet = [500_000.0, 9_000_000.0];
        for definition in ["EPSG:32718", "EPSG:5387", "EPSG:3857", "+proj=utm +zone=18 +south +ellps=GRS80"] {
            assert_eq!(crs::datum_shift(definition, sheet), Ok(None), "{definition}");
        }
        assert_eq!(crs::datum_shift("EPSG:4674", [-75.0, -9.0]), Ok(None));
        let unknown = crs::datum_shift("+proj=utm +zone=18 +south +ellps=intl", sheet).unwrap_err();
        assert!(unknown.contains("International") && unknown.contains("--crs EPSG:24878"), "{unknown}");
        let told =
            crs::datum_shift("+proj=utm +zone=18 +south +ellps=intl +towgs84=-279,175,-379", sheet).unwrap().unwrap();
        assert!((300.0..500.0).contains(&told.metres) && told.accuracy_m.is_none(), "{told:?}");
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
