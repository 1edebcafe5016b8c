//! Coordinate systems by their names and texts.
//!
//! Everything is measured in longitude and latitude on WGS 84, so a system is either that, or a
//! [`Projection`] that moves positions there and back. The second needs the feature `proj`.

use std::sync::Arc;

use lindero_layers::Projection;
use lindero_plots::Position;
use serde_json::Value;

#[cfg(feature = "proj")]
mod by_proj;

/// Finds the system a text names; `None` is longitude and latitude on WGS 84.
///
/// Understood without PROJ: `EPSG:4326` and `OGC:CRS84` in their usual spellings, and the WKT and PROJJSON
/// that say the same. With it: all of `EPSG:n` and the other registers of PROJ, WKT 1 and 2, ESRI's WKT of
/// `.prj` files, PROJJSON and PROJ strings.
///
/// # Errors
/// Why the system cannot be used, naming it.
///
/// # Examples
/// ```
/// use lindero_io::crs;
///
/// assert!(crs::parse("urn:ogc:def:crs:OGC:1.3:CRS84").unwrap().is_none());
/// assert!(crs::parse("EPSG:banana").is_err());
/// ```
pub fn parse(definition: &str) -> Result<Option<Arc<dyn Projection>>, String> {
    let definition = canonical(definition);
    if matches!(&definition[..], "EPSG:4326" | "OGC:CRS84") || is_wgs84_wkt(&definition) {
        return Ok(None);
    }
    if serde_json::from_str(&definition).is_ok_and(|json| is_wgs84(&json)) {
        return Ok(None);
    }
    other(&definition)
}

#[cfg(feature = "proj")]
fn other(definition: &str) -> Result<Option<Arc<dyn Projection>>, String> {
    by_proj::find(definition)
}

#[cfg(not(feature = "proj"))]
fn other(definition: &str) -> Result<Option<Arc<dyn Projection>>, String> {
    Err(format!(
        "the coordinate system {} needs PROJ, which this build is without: build with the feature `proj`, or reproject to EPSG:4326",
        short(definition)
    ))
}

/// How positions of a system that counts from another datum were moved to WGS 84.
#[derive(Clone, Debug, PartialEq)]
pub struct DatumShift {
    /// The datum, by its name in the register, or as the system calls it.
    pub datum: String,
    /// How far a place is moved, in metres, where that was asked.
    pub metres: f64,
    /// How far from its true place it may still be, in metres; `None` where nobody says.
    pub accuracy_m: Option<f64>,
}

/// The shift of a system's datum at a position in its own coordinates. `None` where the datum is WGS 84 or the same to a metre,
/// and where the position cannot be moved.
///
/// # Errors
///
/// That nobody says how the datum lies to WGS 84, if its ellipsoid is another: positions would be left hundreds of metres off.
pub(crate) fn datum_shift(definition: &str, at: Position) -> Result<Option<DatumShift>, String> {
    #[cfg(feature = "proj")]
    return by_proj::datum_shift(&canonical(definition), at);
    #[cfg(not(feature = "proj"))]
    {
        let _ = (definition, at);
        Ok(None)
    }
}

/// The short spelling of a name (`EPSG:32718`), whatever way it was written; texts as they are.
fn canonical(definition: &str) -> String {
    let text = definition.trim().trim_end_matches('\0').trim();
    let lower = text.to_lowercase();
    let parts: Vec<&str> = if let Some(urn) = lower.strip_prefix("urn:ogc:def:crs:") {
        urn.split(':').collect()
    } else if let Some((_, url)) = lower.split_once("opengis.net/def/crs/") {
        url.split('/').collect()
    } else {
        lower.split(':').collect()
    };
    // Between the register and the code there may be a version.
    match parts[..] {
        [register, .., code] if matches!(register, "epsg" | "ogc" | "esri" | "iau_2015") && !code.contains('[') => {
            format!("{}:{}", register.to_uppercase(), code.to_uppercase())
        }
        ["crs84"] => "OGC:CRS84".into(),
        _ => text.into(),
    }
}

/// Recognises WKT of longitude and latitude on WGS 84 without PROJ, as `.prj` files have it.
fn is_wgs84_wkt(text: &str) -> bool {
    let squeezed: String = text.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let datum = ["datum[\"d_wgs_1984\"", "datum[\"wgs_1984\"", "datum[\"worldgeodeticsystem1984\""];
    squeezed.starts_with("geogcs[")
        && datum.iter().any(|datum| squeezed.contains(datum))
        && squeezed.contains("primem[\"greenwich\",0")
        && squeezed.contains("unit[\"degree\",0.0174532925")
        && !squeezed.contains("towgs84")
}

/// Whether PROJJSON describes longitude and latitude on WGS 84.
fn is_wgs84(json: &Value) -> bool {
    let text = |key: &str| json.get(key).and_then(Value::as_str);
    if text("type") == Some("BoundCRS") {
        return json.get("source_crs").is_some_and(is_wgs84);
    }
    let datum = json.get("datum").or_else(|| json.get("datum_ensemble"));
    let datum_name = datum.and_then(|datum| datum.get("name")).and_then(Value::as_str).unwrap_or_default();
    let other_meridian = datum.and_then(|datum| datum.get("prime_meridian")).is_some();
    let axes = json.pointer("/coordinate_system/axis").and_then(Value::as_array);
    let degrees = axes.is_none_or(|axes| axes.iter().take(2).all(|axis| axis["unit"] == "degree"));
    text("type") == Some("GeographicCRS")
        && datum_name.starts_with("World Geodetic System 1984")
        && !other_meridian
        && degrees
}

/// The beginning of a definition, for messages.
fn short(definition: &str) -> String {
    const MOST: usize = 60;
    let mut line = definition.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(MOST) {
        line.truncate(end);
        line.push('…');
    }
    format!("{line:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(definition: &str, canonical_name: &str) {
        assert_eq!(canonical(definition), canonical_name, "{definition}");
    }

    #[test]
    fn a_name_has_many_spellings() {
        check("epsg:32718", "EPSG:32718");
        check(" urn:ogc:def:crs:EPSG::32718 ", "EPSG:32718");
        check("urn:ogc:def:crs:EPSG:9.8.1:32718", "EPSG:32718");
        check("urn:ogc:def:crs:OGC:1.3:CRS84", "OGC:CRS84");
        check("http://www.opengis.net/def/crs/EPSG/0/4326", "EPSG:4326");
        check("CRS84", "OGC:CRS84");
        check("ESRI:102039", "ESRI:102039");
        check("+proj=utm +zone=18", "+proj=utm +zone=18");
    }

    #[test]
    fn longitude_and_latitude_on_wgs_84_need_no_projection() {
        let esri = "GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,298.257223563]],\
                    PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]]";
        let projjson = r#"{"type":"GeographicCRS","name":"x","datum_ensemble":{"name":"World Geodetic System 1984"},
            "coordinate_system":{"axis":[{"unit":"degree"},{"unit":"degree"}]}}"#;
        for definition in ["EPSG:4326", "OGC:CRS84", esri, projjson] {
            assert!(parse(definition).unwrap().is_none(), "{definition}");
        }
    }

    #[test]
    fn an_unknown_system_is_named() {
        for definition in ["EPSG:banana", "EPSG:999999", "my own system", ""] {
            let reason = parse(definition).unwrap_err();
            assert!(
                reason.contains(&format!("{definition:?}").to_uppercase()) || reason.contains(definition),
                "{reason}"
            );
        }
    }
}
