//! The reasons of readers in Spanish. What a reader says in English is the key, as in any catalogue of messages; what it found in
//! the file stands where the key has `{}`.

/// English and Spanish. Of keys that both fit the first one counts.
const SENTENCES: &[[&str; 2]] = &[
    // Tables and texts.
    [
        "{} is no geometry: expected WKT such as POLYGON((lon lat, …)), GeoJSON, or the positions of a geoshape: lat lon \
         altitude accuracy; …",
        "{} no es una geometría: se espera WKT como POLYGON((lon lat, …)), GeoJSON o las posiciones de un geoshape: lat lon \
         altitud precisión; …",
    ],
    ["its cell holds the error {}", "su celda contiene el error {}"],
    ["its cell holds a number, expected a geometry", "su celda contiene un número, se espera una geometría"],
    [
        "its longitude is {}: expected a decimal number such as -76.2451",
        "su longitud es {}: se espera un número decimal como -76.2451",
    ],
    [
        "its latitude is {}: expected a decimal number such as -76.2451",
        "su latitud es {}: se espera un número decimal como -9.2451",
    ],
    ["it has a latitude and no longitude", "tiene latitud y no longitud"],
    ["it has a longitude and no latitude", "tiene longitud y no latitud"],
    [
        "position {} is {}: {}; expected latitude longitude altitude accuracy, with semicolons between positions",
        "la posición {} es {}: {}; se espera latitud longitud altitud precisión, con punto y coma entre posiciones",
    ],
    ["{} is no number", "{} no es un número"],
    ["it has over four numbers", "tiene más de cuatro números"],
    ["it has one number", "tiene un solo número"],
    ["the latitude, which comes first, is {}", "la latitud, que va primero, es {}"],
    ["the longitude, which comes second, is {}", "la longitud, que va después, es {}"],
    // WKT and WKB.
    ["its WKT cannot be read: {}", "no se puede leer su WKT: {}"],
    ["at character {} is {}, expected {}", "en el carácter {} está {}, se espera {}"],
    ["it breaks off where {} is expected", "se corta donde se espera {}"],
    ["its WKB is damaged: {}", "su WKB está dañado: {}"],
    ["it breaks off", "se corta"],
    [
        "it announces {} elements, more than its bytes can hold",
        "anuncia {} elementos, más de los que caben en sus bytes",
    ],
    ["byte order {}, expected 0 or 1", "orden de bytes {}, se espera 0 o 1"],
    ["collections are nested deeper than {}", "hay colecciones dentro de colecciones a más de {} niveles"],
    ["collections nested deeper than {}", "hay colecciones dentro de colecciones a más de {} niveles"],
    ["a member of another type than its collection", "un elemento de otro tipo que su colección"],
    // KML and GPX.
    [
        "position {} has {} for a number, expected longitude,latitude",
        "la posición {} tiene {} en lugar de un número, se espera longitud,latitud",
    ],
    [
        "position {} has one number, expected longitude,latitude",
        "la posición {} tiene un solo número, se espera longitud,latitud",
    ],
    ["it has {} outer boundaries, expected one", "tiene {} límites exteriores, se espera uno"],
    ["a position has no attribute {}", "a una posición le falta el atributo {}"],
    ["a position has {}, expected decimal degrees", "una posición tiene {}, se esperan grados decimales"],
    // GeoJSON.
    ["its GeoJSON cannot be read: {}", "no se puede leer su GeoJSON: {}"],
    ["its GeoJSON is of type {}, which is no geometry", "su GeoJSON es de tipo {}, que no es una geometría"],
    ["this element of the features is no object", "este elemento de la lista (features) no es un objeto"],
    ["\"type\" is {}, which is no feature", "\"type\" es {}, que no es una entidad (Feature)"],
    ["the geometry is {}, not an object", "la geometría es {}, no un objeto"],
    ["the geometry has no type", "la geometría no dice su tipo (type)"],
    ["the GeometryCollection has no geometries", "la GeometryCollection no tiene geometrías"],
    ["the {} has no coordinates", "el {} no tiene coordenadas"],
    ["{} where a list of {} should be", "{} donde debería haber una lista de {}"],
    ["{} where a position should be", "{} donde debería haber una posición"],
    ["{} beside a number", "{} junto a un número"],
    ["{} is no type of geometry", "{} no es un tipo de geometría"],
    // Shapefile and FlatGeobuf.
    ["{} is no shape type", "{} no es un tipo de forma"],
    ["the record has {} bytes, 2147483647 is the most", "el registro tiene {} bytes, el máximo es 2147483647"],
    ["the record cannot be read: {}", "no se puede leer el registro: {}"],
    [
        "the record is too short for the positions it announces",
        "el registro es más corto que las posiciones que anuncia",
    ],
    ["ring {} begins at position {}, not 0", "el anillo {} empieza en la posición {}, no en 0"],
    ["ring {} runs from position {} to {} of {}", "el anillo {} va de la posición {} a la {} de {}"],
    ["a ring ends at position {} of {}", "un anillo termina en la posición {} de {}"],
    ["it has {} ordinates, which are no pairs", "tiene {} ordenadas, que no forman pares"],
    [
        "its sides add up to over {} km in the file's coordinate system",
        "sus lados suman más de {} km en el sistema de coordenadas del archivo",
    ],
    // Things.
    ["the text {}", "el texto {}"],
    ["the error {}", "el error {}"],
    ["no number", "ningún número"],
    ["a number", "un número"],
    ["a single number", "un solo número"],
    ["a position", "una posición"],
    ["a list", "una lista"],
    ["an empty list", "una lista vacía"],
    ["an object", "un objeto"],
    ["text", "texto"],
    ["true or false", "true o false"],
    ["positions", "posiciones"],
    ["rings", "anillos"],
    ["polygons", "polígonos"],
    ["nothing more", "nada más"],
    ["',' or ')'", "',' o ')'"],
    ["POINT, POLYGON or MULTIPOLYGON", "POINT, POLYGON o MULTIPOLYGON"],
];

/// Elements that stand before a reason with a colon, and what they are in Spanish.
const ELEMENTS: &[[&str; 2]] = &[
    ["waypoint", "punto"],
    ["trk", "trk"],
    ["rte", "rte"],
    ["Point", "Point"],
    ["MultiPoint", "MultiPoint"],
    ["LinearRing", "LinearRing"],
    ["Polygon", "Polygon"],
    ["MultiPolygon", "MultiPolygon"],
];

/// A reason in Spanish; what nobody has translated stays as it is.
pub(super) fn in_spanish(reason: &str) -> String {
    for [english, spanish] in ELEMENTS {
        if let Some(rest) = reason.strip_prefix(english).and_then(|rest| rest.strip_prefix(": ")) {
            return format!("{spanish}: {}", in_spanish(rest));
        }
    }
    let Some((found, spanish)) =
        SENTENCES.iter().find_map(|[english, spanish]| Some((found(english, reason)?, spanish)))
    else {
        return reason.to_owned();
    };
    let mut pieces = spanish.split("{}");
    let mut sentence = pieces.next().unwrap_or_default().to_owned();
    for (piece, found) in pieces.zip(found) {
        sentence.push_str(&in_spanish(found));
        sentence.push_str(piece);
    }
    sentence
}

/// What stands at each `{}` of a key, if the text is one of the key's.
fn found<'t>(key: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut pieces = key.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut found = Vec::new();
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        // What a file says may hold a piece of the key too; the last piece ends the text.
        let at = if pieces.peek().is_none() {
            rest.len().checked_sub(piece.len()).filter(|&at| rest.is_char_boundary(at) && rest[at..] == *piece)?
        } else {
            rest.find(piece)?
        };
        found.push(&rest[..at]);
        rest = &rest[at + piece.len()..];
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::{SENTENCES, found, in_spanish};

    #[test]
    fn a_reason_is_translated_with_the_reasons_in_it_and_what_the_file_says_stays() {
        let check = |english: &str, spanish: &str| assert_eq!(in_spanish(english), spanish);
        check(
            "Polygon: null beside a number where a position should be",
            "Polygon: null junto a un número donde debería haber una posición",
        );
        check(
            "its WKT cannot be read: at character 17 is \"cero))\", expected a number",
            "no se puede leer su WKT: en el carácter 17 está \"cero))\", se espera un número",
        );
        check(
            "MultiPolygon: the text \"Ñ\" where a list of polygons should be",
            "MultiPolygon: el texto \"Ñ\" donde debería haber una lista de polígonos",
        );
        check("something else", "something else");
        check("\"Circle\" is no type of geometry", "\"Circle\" no es un tipo de geometría");
    }

    #[test]
    fn every_sentence_has_as_many_places_in_spanish_and_is_reached_by_its_own_key() {
        for (index, [english, spanish]) in SENTENCES.iter().enumerate() {
            assert_eq!(english.matches("{}").count(), spanish.matches("{}").count(), "{english}");
            let filled = english.replace("{}", "7");
            let first = SENTENCES.iter().position(|[key, _]| found(key, &filled).is_some());
            assert_eq!(first, Some(index), "{english}");
        }
    }
}
