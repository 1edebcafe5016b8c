//! Why a plot does not pass, for the table and for people.

use super::EuCode;
use crate::doubts::Country;
use crate::{Defect, DefectCode, DefectEffect, Lang, Position};

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
    /// An earlier run found the geometry invalid.
    FoundBefore(DefectCode),
    /// No cut through the holes leaves parts that are sound with six decimals.
    NoCut,
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
        let code = code_of(defect.code(), defect.place);
        Self { code, because: RefusedBecause::Defect { defect, after_truncation } }
    }

    /// A polygon whose holes cannot be cut open.
    pub(super) const fn no_cut() -> Self {
        Self { code: EuCode::PolygonInvalid, because: RefusedBecause::NoCut }
    }

    /// A geometry that was found invalid before and is not at hand, by the defect's name in files; `None` for a name that is
    /// none of a fatal defect.
    pub fn of_named_defect(name: &str) -> Option<Self> {
        let code = DefectCode::ALL.into_iter().find(|code| code.as_str() == name)?;
        let fatal = code.effect() == DefectEffect::Unusable;
        fatal.then(|| Self { code: code_of(code, None), because: RefusedBecause::FoundBefore(code) })
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
            Some(code) if Country::official(code).is_some() => return Ok(()),
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
                format!("{when}{}{}", defect.sentence(lang), defect.location(lang))
            }
            RefusedBecause::FoundBefore(code) if es => {
                format!("la revisión anterior encontró inválido el lindero: {code}")
            }
            RefusedBecause::FoundBefore(code) => format!("the boundary was found invalid before: {code}"),
            RefusedBecause::NoCut if es => {
                "ningún corte por los huecos deja partes válidas con seis decimales".to_owned()
            }
            RefusedBecause::NoCut => {
                "no cut through the holes leaves parts that are valid with six decimals".to_owned()
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

/// The code under which the system refuses a defect.
fn code_of(code: DefectCode, place: Option<Position>) -> EuCode {
    match code {
        DefectCode::MissingGeometry => EuCode::GeoEmpty,
        DefectCode::UnreadableGeometry | DefectCode::NonFiniteCoordinate => EuCode::GeoInvalid,
        // Where both are off, the longitude comes first in the file.
        DefectCode::OutOfRange if place.is_some_and(|[x, _]| x.abs() <= 180.0) => EuCode::LatitudeInvalid,
        DefectCode::OutOfRange => EuCode::LongitudeInvalid,
        DefectCode::UnsupportedGeometry
        | DefectCode::OverlappingParts
        | DefectCode::NestedParts
        | DefectCode::TooLarge => EuCode::InvalidGeometry,
        _ => EuCode::PolygonInvalid,
    }
}
