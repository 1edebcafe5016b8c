//! Why a plot does not pass, for the table and for people.

use super::EuCode;
use crate::{Defect, DefectCode, DefectEffect, Lang};

/// Why a plot does not pass.
#[derive(Clone, Debug, PartialEq)]
pub struct EuRefusal {
    /// The code under which the system would refuse it.
    pub code: EuCode,
    /// What it is about.
    pub because: RefusedBecause,
}

/// What a refusal is about.
#[derive(Clone, Debug, PartialEq)]
pub enum RefusedBecause {
    /// The geometry is invalid.
    Defect {
        /// What is wrong and where.
        defect: Defect,
        /// Whether it was sound before its coordinates were cut.
        after_truncation: bool,
    },
    /// The declared area, in hectares, of a plot that is a point.
    PointArea(f64),
    /// The declared area of a plot that is a point is no number.
    PointAreaText(String),
    /// What stands for the country's code.
    Country(String),
    /// There is no country's code.
    NoCountry,
    /// The plot alone has so many bytes.
    TooManyBytes(u64),
}

impl EuRefusal {
    /// An invalid geometry.
    pub(super) fn of_defect(defect: Defect, after_truncation: bool) -> Self {
        let code = match defect.code {
            DefectCode::MissingGeometry => EuCode::GeoEmpty,
            DefectCode::UnreadableGeometry => EuCode::GeoInvalid,
            DefectCode::NonFiniteCoordinate => EuCode::GeoInvalid,
            // Where both are off, the longitude comes first in the file.
            DefectCode::OutOfRange if defect.place.is_some_and(|[x, _]| x.abs() <= 180.0) => EuCode::LatitudeInvalid,
            DefectCode::OutOfRange => EuCode::LongitudeInvalid,
            DefectCode::UnsupportedGeometry
            | DefectCode::OverlappingParts
            | DefectCode::NestedParts
            | DefectCode::TooLarge => EuCode::InvalidGeometry,
            _ => EuCode::PolygonInvalid,
        };
        Self { code, because: RefusedBecause::Defect { defect, after_truncation } }
    }

    /// A geometry that was found invalid before and is not at hand, by the defect's name in files; `None` for a name that is
    /// none of a fatal defect.
    pub fn of_named_defect(name: &str) -> Option<Self> {
        let code = DefectCode::ALL.into_iter().find(|code| code.as_str() == name)?;
        let fatal = code.effect() == DefectEffect::Unusable;
        fatal.then(|| Self::of_defect(Defect::of_geometry(code, code.as_str()), false))
    }

    /// The area of a point that is out of range.
    pub(super) fn of_area(because: RefusedBecause) -> Self {
        Self { code: EuCode::AreaInvalid, because }
    }

    /// A country's code that is none, if so.
    ///
    /// # Errors
    ///
    /// The refusal, where `code` is no code of ISO 3166-1.
    pub fn unless_country(code: Option<&str>) -> Result<(), Self> {
        let because = match code {
            Some(code) if super::is_country(code) => return Ok(()),
            Some(code) => RefusedBecause::Country(code.to_owned()),
            None => RefusedBecause::NoCountry,
        };
        Err(Self { code: EuCode::CountryCodeInvalid, because })
    }

    /// A plot that alone is more than a file may hold.
    pub fn too_many_bytes(bytes: u64) -> Self {
        Self { code: EuCode::MaximumGeoSizeReached, because: RefusedBecause::TooManyBytes(bytes) }
    }

    /// One sentence for people: what was found, and what would be right.
    pub fn sentence(&self, lang: Lang) -> String {
        let es = lang == Lang::Es;
        match &self.because {
            RefusedBecause::Defect { defect, after_truncation } => {
                let when = match (after_truncation, es) {
                    (true, false) => "with coordinates cut to six decimals, ",
                    (true, true) => "con las coordenadas cortadas a seis decimales, ",
                    (false, _) => "",
                };
                format!("{when}{}{}", what(defect.code, lang), place(defect, lang))
            }
            RefusedBecause::PointArea(ha) if es => {
                format!(
                    "un punto representa de 0.0001 a 4 hectáreas, no {ha}; una parcela de más de 4 necesita un polígono"
                )
            }
            RefusedBecause::PointArea(ha) => {
                format!("a point stands for 0.0001 to 4 hectares, not {ha}; a plot over 4 needs a polygon")
            }
            RefusedBecause::PointAreaText(text) if es => {
                format!("el área declarada {text:?} no es un número de hectáreas")
            }
            RefusedBecause::PointAreaText(text) => format!("the declared area {text:?} is not a number of hectares"),
            RefusedBecause::Country(code) if es => {
                format!("{code:?} no es un código de país de dos letras mayúsculas de ISO 3166, como \"PE\"")
            }
            RefusedBecause::Country(code) => {
                format!("{code:?} is not a country's code of two capital letters of ISO 3166, such as \"PE\"")
            }
            RefusedBecause::NoCountry if es => "falta el código del país del productor, como \"PE\"".to_owned(),
            RefusedBecause::NoCountry => "the code of the producer's country, such as \"PE\", is missing".to_owned(),
            RefusedBecause::TooManyBytes(bytes) if es => {
                format!(
                    "la parcela sola ocupa {bytes} bytes; una declaración admite 25 MB: hay que simplificarla o dividirla"
                )
            }
            RefusedBecause::TooManyBytes(bytes) => {
                format!("the plot alone takes {bytes} bytes; a statement takes 25 MB: simplify or divide it")
            }
        }
    }
}

/// What a defect is, and what would be right.
fn what(code: DefectCode, lang: Lang) -> &'static str {
    let (en, es) = match code {
        DefectCode::MissingGeometry => ("there is no geometry", "no hay geometría"),
        DefectCode::UnsupportedGeometry => (
            "a geometry of this kind is not taken: a plot is a polygon or a point",
            "no se admite este tipo de geometría: una parcela es un polígono o un punto",
        ),
        DefectCode::UnreadableGeometry => ("the geometry cannot be read", "no se puede leer la geometría"),
        DefectCode::NonFiniteCoordinate => {
            ("a coordinate is not a finite number", "una coordenada no es un número finito")
        }
        DefectCode::OutOfRange => (
            "a position is off the globe: longitude must lie within -180 and 180, latitude within -90 and 90",
            "una posición cae fuera del globo: la longitud va de -180 a 180 y la latitud de -90 a 90",
        ),
        DefectCode::OpenRing => ("a ring is open", "un anillo está abierto"),
        DefectCode::TooFewPoints => {
            ("a ring has fewer than three different positions", "un anillo tiene menos de tres posiciones distintas")
        }
        DefectCode::ZeroArea => {
            ("the positions of a ring lie on one line", "las posiciones de un anillo están en una sola línea")
        }
        DefectCode::CrossingSides => ("two sides cross or run along each other", "dos lados se cruzan o se superponen"),
        DefectCode::SelfTouchingRing => {
            ("a ring touches itself in a point", "un anillo se toca a sí mismo en un punto")
        }
        DefectCode::HoleOutside => ("a hole lies outside its outer ring", "un hueco está fuera de su anillo exterior"),
        DefectCode::NestedHoles => ("a hole lies in another hole", "un hueco está dentro de otro hueco"),
        DefectCode::NestedParts => ("a part lies in another part", "una parte está dentro de otra parte"),
        DefectCode::OverlappingParts => ("two parts overlap", "dos partes se superponen"),
        DefectCode::SplitInterior => (
            "rings that touch cut a part in two; it should be drawn as two",
            "los anillos que se tocan dividen una parte en dos; se debe dibujar como dos",
        ),
        DefectCode::Antimeridian => (
            "a side spans more than 180 degrees; a plot across the antimeridian must be cut there",
            "un lado abarca más de 180 grados; una parcela que cruza el antimeridiano se debe cortar allí",
        ),
        DefectCode::TooLarge => (
            "the plot covers over 8 million square kilometres",
            "la parcela abarca más de 8 millones de kilómetros cuadrados",
        ),
        DefectCode::LineInCollection => ("a collection holds lines", "una colección contiene líneas"),
        DefectCode::MixedPointsAndPolygons => {
            ("a collection holds points and polygons", "una colección contiene puntos y polígonos")
        }
    };
    match lang {
        Lang::En => en,
        Lang::Es => es,
    }
}

/// Where a defect is: on the ground, and in the geometry as it was read, counted from 0.
fn place(defect: &Defect, lang: Lang) -> String {
    let names = match lang {
        Lang::En => ["part", "ring", "vertex"],
        Lang::Es => ["parte", "anillo", "vértice"],
    };
    let indices = names.into_iter().zip([defect.part, defect.ring, defect.vertex]);
    let mut words: Vec<String> = indices.filter_map(|(name, index)| Some(format!("{name} {}", index?))).collect();
    // Whatever was computed of two sides that cross has no digits worth more than a centimetre.
    let rounded = |value: f64| (value * 1e7).round() / 1e7;
    words.extend(defect.place.map(|[x, y]| match lang {
        Lang::En => format!("at {}, {}", rounded(x), rounded(y)),
        Lang::Es => format!("en {}, {}", rounded(x), rounded(y)),
    }));
    if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) }
}
