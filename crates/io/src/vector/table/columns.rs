//! Which columns of a table say where a plot is.

use super::cell::Cell;
use super::geometry_text::{Notation, is_polygonal};
use crate::vector::features::VectorOptions;
use crate::vector::{survey_text, wkt};
use lindero_engine::unaccented;

/// Names people give to a column of geometry; longest tables are in Spanish, Portuguese and English.
const GEOMETRY_NAMES: &[&str] = &[
    "wkt",
    "geom",
    "geometry",
    "the_geom",
    "wkb_geometry",
    "geojson",
    "geoshape",
    "geotrace",
    "geopoint",
    "wkt_geom",
    "wkt_geometry",
    "poligono",
    "polygon",
    "poligon",
    "poly",
    "shape",
    "geometria",
    "area_geo",
    "parcela_geo",
    "geo",
];

/// Names of two columns of coordinates, eastward first. The more certain a pair, the earlier it stands.
const COORDINATE_NAMES: &[(&str, &str)] = &[
    ("longitude", "latitude"),
    ("longitud", "latitud"),
    ("lon", "lat"),
    ("lng", "lat"),
    ("long", "lat"),
    ("decimallongitude", "decimallatitude"),
    ("x", "y"),
    ("point_x", "point_y"),
    ("coord_x", "coord_y"),
    ("x_coord", "y_coord"),
    ("coordx", "coordy"),
    ("xcoord", "ycoord"),
    ("coordenada_x", "coordenada_y"),
    ("utm_x", "utm_y"),
    ("x_utm", "y_utm"),
    ("este", "norte"),
    ("leste", "norte"),
    ("utm_este", "utm_norte"),
    ("coordenada_este", "coordenada_norte"),
    ("easting", "northing"),
];

/// How many of [`COORDINATE_NAMES`] are also read at the end of a longer name, as in `_gps_longitude`.
const ENDINGS: usize = 5;

/// What was seen in a column.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    /// Cells that are a geometry for certain.
    geometries: u64,
    /// Whether one of them is drawn as an area.
    polygonal: bool,
    /// Whether some are no texts of surveys, which alone are longitude and latitude by their format.
    pub(super) others_than_survey: bool,
    /// Whether a survey's text has an accuracy.
    pub(super) accuracy: bool,
    /// The system EWKT names, and whether cells disagree.
    pub(super) srid: Option<u32>,
    pub(super) srids_differ: bool,
}

impl Seen {
    /// Takes note of a cell.
    pub(super) fn see(&mut self, cell: &Cell) {
        let Some(text) = cell.text() else { return };
        let Some(notation) = Notation::of(text) else { return };
        self.polygonal |= is_polygonal(text, notation);
        match notation {
            Notation::Survey => self.accuracy |= survey_text::has_accuracy(text),
            Notation::Wkt => {
                let srid = wkt::srid(text);
                self.srids_differ |= self.others_than_survey && srid != self.srid;
                self.srid = srid;
                self.others_than_survey = true;
            }
            Notation::GeoJson | Notation::Wkb => self.others_than_survey = true,
        }
        self.geometries += 1;
    }
}

/// Where a table's geometry is, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A column of texts.
    Text(usize),
    /// A column of longitudes (or eastings) and one of latitudes (or northings).
    Coordinates(usize, usize),
}

/// Chooses the columns: those asked for, else by what is in them and what they are called. What was guessed is noted.
///
/// # Errors
///
/// Why none can be chosen, and what to say.
pub(super) fn choose(
    names: &[String],
    seen: &[Seen],
    options: &VectorOptions,
    notes: &mut Vec<String>,
) -> Result<Place, String> {
    let asked = |option: &str, name: &Option<String>| -> Result<Option<usize>, String> {
        let Some(name) = name else { return Ok(None) };
        let found = names.iter().position(|it| it == name);
        found.map(Some).ok_or_else(|| format!("it has no column {name:?} for {option}; columns: {}", names.join(", ")))
    };
    let geometry = asked("--geometry-field", &options.geometry_field)?;
    let lon = asked("--lon-field", &options.lon_field)?;
    let lat = asked("--lat-field", &options.lat_field)?;
    match (geometry, lon, lat) {
        (Some(column), None, None) => return Ok(Place::Text(column)),
        (None, Some(lon), Some(lat)) => return Ok(Place::Coordinates(lon, lat)),
        (None, None, None) => {}
        (Some(_), ..) => return Err("give either --geometry-field or --lon-field and --lat-field".to_owned()),
        _ => return Err("give both --lon-field and --lat-field".to_owned()),
    }
    if let Some(column) = geometry_column(names, seen)? {
        notes.push(format!(
            "column {:?} is read as the geometry: --geometry-field, or --lon-field and --lat-field, say otherwise",
            names[column]
        ));
        return Ok(Place::Text(column));
    }
    let (lon, lat) = coordinate_columns(names)?.ok_or_else(|| {
        format!(
            "no column is a geometry (WKT, GeoJSON, or the text of a geoshape) and none are called longitude and \
             latitude: name them with --geometry-field, or --lon-field and --lat-field; columns: {}",
            names.join(", ")
        )
    })?;
    notes.push(format!(
        "columns {:?} and {:?} are read as longitude and latitude (or easting and northing): --lon-field and \
         --lat-field say otherwise",
        names[lon], names[lat]
    ));
    Ok(Place::Coordinates(lon, lat))
}

/// The only column of geometries, else the only one called so, else the only one of areas.
fn geometry_column(names: &[String], seen: &[Seen]) -> Result<Option<usize>, String> {
    let all: Vec<usize> = (0..names.len()).filter(|&column| seen[column].geometries > 0).collect();
    let named = |column: &usize| GEOMETRY_NAMES.contains(&plain(&names[*column]).as_str());
    let polygonal = |column: &usize| seen[*column].polygonal;
    let only = |wanted: &dyn Fn(&usize) -> bool| {
        let mut wanted = all.iter().copied().filter(wanted);
        wanted.next().filter(|_| wanted.next().is_none())
    };
    if all.is_empty() {
        // Called so, and nothing in it is one: its rows will say why.
        return Ok((0..names.len()).find(named).filter(|_| coordinate_columns(names).is_ok_and(|it| it.is_none())));
    }
    match only(&|_| true)
        .or_else(|| only(&|column| polygonal(column) && named(column)))
        .or_else(|| only(&polygonal))
        .or_else(|| only(&named))
    {
        Some(column) => Ok(Some(column)),
        None => {
            let columns: Vec<_> = all.iter().map(|&column| format!("{:?}", names[column])).collect();
            Err(format!("the columns {} all hold geometries: say which with --geometry-field", columns.join(", ")))
        }
    }
}

/// The columns called longitude and latitude, whole or at the end of a name.
fn coordinate_columns(names: &[String]) -> Result<Option<(usize, usize)>, String> {
    let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let find = |name: &str| plain.iter().position(|it| it == name);
    let whole = COORDINATE_NAMES.iter().find_map(|(lon, lat)| Some((find(lon)?, find(lat)?)));
    if whole.is_some() {
        return Ok(whole);
    }
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (lon, lat) in &COORDINATE_NAMES[..ENDINGS] {
        for (column, name) in plain.iter().enumerate() {
            let Some(start) = name.strip_suffix(lon).filter(|start| start.ends_with('_')) else { continue };
            found.extend(find(&format!("{start}{lat}")).map(|lat| (column, lat)));
        }
    }
    match found[..] {
        [] => Ok(None),
        [pair] => Ok(Some(pair)),
        _ => {
            let pairs = found.iter().map(|&(lon, lat)| format!("{:?} and {:?}", names[lon], names[lat]));
            Err(format!(
                "{} could be longitude and latitude: say which with --lon-field and --lat-field",
                pairs.collect::<Vec<_>>().join(", ")
            ))
        }
    }
}

/// A name without accents, capitals, spaces and the groups a form puts before it.
fn plain(name: &str) -> String {
    let name = name.rsplit(['/', ':']).next().unwrap_or(name);
    let letter = |c: char| Some(unaccented(c)).filter(|c| c.is_alphanumeric()).unwrap_or('_');
    name.to_lowercase().chars().map(letter).collect::<String>().trim_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns with one cell each.
    fn chosen(columns: &[(&str, &str)], options: &VectorOptions) -> Result<Place, String> {
        let names: Vec<String> = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        let seen: Vec<Seen> = columns
            .iter()
            .map(|(_, cell)| {
                let mut seen = Seen::default();
                seen.see(&Cell::Text((*cell).to_owned()));
                seen
            })
            .collect();
        choose(&names, &seen, options, &mut Vec::new())
    }

    fn check(columns: &[(&str, &str)], expected: Place) {
        assert_eq!(chosen(columns, &VectorOptions::default()), Ok(expected), "{columns:?}");
    }

    const POLYGON: &str = "POLYGON((0 0,1 0,1 1,0 0))";

    #[test]
    fn coordinates_are_found_by_name_in_three_languages() {
        for (lon, lat) in [
            ("lon", "lat"),
            ("LONGITUD", "LATITUD"),
            ("Longitude", "Latitude"),
            ("lng", "lat"),
            ("X", "Y"),
            ("Este", "Norte"),
            ("Coordenada X", "Coordenada Y"),
            ("_gps_longitude", "_gps_latitude"),
            ("parcela/lon", "parcela/lat"),
            ("punto_lng", "punto_lat"),
        ] {
            check(&[("id", "1"), (lat, "2"), (lon, "3")], Place::Coordinates(2, 1));
        }
        // Degrees are meant where there are metres too.
        check(&[("x", "1"), ("y", "2"), ("lat", "3"), ("lon", "4")], Place::Coordinates(3, 2));
    }

    #[test]
    fn a_geometry_is_found_by_what_it_is_whatever_its_name() {
        check(&[("id", "1"), ("linderos", POLYGON), ("lon", "1"), ("lat", "1")], Place::Text(1));
        check(&[("casa", "POINT(1 2)"), ("chacra", POLYGON)], Place::Text(1));
        check(&[("antes", POLYGON), ("Polígono", POLYGON)], Place::Text(1));
        check(&[("geom", "nonsense"), ("id", "1")], Place::Text(0));
        check(&[("geom", "nonsense"), ("lon", "1"), ("lat", "1")], Place::Coordinates(1, 2));
    }

    #[test]
    fn what_cannot_be_guessed_is_asked_for() {
        let default = VectorOptions::default();
        let two = chosen(&[("a", POLYGON), ("b", POLYGON)], &default).unwrap_err();
        assert_eq!(two, "the columns \"a\", \"b\" all hold geometries: say which with --geometry-field");
        let pairs = [("casa_lon", "1"), ("casa_lat", "1"), ("chacra_lon", "1"), ("chacra_lat", "1")];
        let pairs = chosen(&pairs, &default).unwrap_err();
        assert!(
            pairs.ends_with("could be longitude and latitude: say which with --lon-field and --lat-field"),
            "{pairs}"
        );
        let none = chosen(&[("id", "1"), ("name", "Rosa")], &default).unwrap_err();
        assert!(none.contains("--geometry-field") && none.ends_with("columns: id, name"), "{none}");
    }

    #[test]
    fn what_is_asked_for_is_taken() {
        let columns = [("a", POLYGON), ("b", POLYGON), ("c", "1"), ("d", "1")];
        let named = |name: &str| Some(name.to_owned());
        let by_geometry = VectorOptions { geometry_field: named("b"), ..VectorOptions::default() };
        assert_eq!(chosen(&columns, &by_geometry), Ok(Place::Text(1)));
        let by_lon = VectorOptions { lon_field: named("d"), ..VectorOptions::default() };
        assert_eq!(chosen(&columns, &by_lon), Err("give both --lon-field and --lat-field".to_owned()));
        let by_both = VectorOptions { lat_field: named("c"), ..by_lon };
        assert_eq!(chosen(&columns, &by_both), Ok(Place::Coordinates(3, 2)));
        let absent = VectorOptions { geometry_field: named("z"), ..VectorOptions::default() };
        let absent = chosen(&columns, &absent);
        assert_eq!(absent, Err("it has no column \"z\" for --geometry-field; columns: a, b, c, d".to_owned()));
    }
}
