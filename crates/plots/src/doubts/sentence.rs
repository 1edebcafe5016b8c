//! Doubts in words: what was found, and what to do about it.

use super::places::DEGREE_M;
use super::{Country, Doubt, Proposal, Question};
use crate::ellipsoid::RADIANS;
use crate::{Lang, M2_PER_HA, Position};

impl Doubt {
    /// What was found and what to do about it, in whole sentences.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.english(),
            Lang::Es => self.spanish(),
        }
    }

    fn english(&self) -> String {
        let lang = Lang::En;
        let at = self.place.map(numbers).unwrap_or_default();
        let read_so = self.proposals.iter().map(|it| read_so(it, lang)).collect::<Vec<_>>().join(", or ");
        match &self.question {
            Question::SwappedAxes => format!(
                "Latitude and longitude look swapped: {read_so}. Ask whoever made the file, and write the longitude first."
            ),
            Question::LostSign => format!(
                "A minus sign looks lost: {read_so}. Ask whoever made the file, and write west and south as negative numbers."
            ),
            Question::MetresAsDegrees => {
                let what = if read_so.is_empty() { "it is not plain of which system".into() } else { read_so };
                format!(
                    "The numbers {at} are metres, not degrees: {what}. Ask the office in which system they are, and name it or send \
                     longitude and latitude."
                )
            }
            Question::OldDatum { datum } => format!(
                "The coordinates are said to be of {}: on WGS 84 the plot lies {:.0} m away, at {}. Ask the office whether they were \
                 converted already, and send them in WGS 84.",
                datum.name(),
                self.moved_m(),
                self.proposed_place()
            ),
            Question::OldDatumByRegion { datum, region } => format!(
                "The plot lies outside {region}, where it is declared to be, and inside it where its coordinates are read as {} of an \
                 old map: {:.0} m away, at {}. Ask the office from which map they are, and send them in WGS 84; the border of \
                 {region} may also be drawn wrong.",
                datum.name(),
                self.moved_m(),
                self.proposed_place()
            ),
            Question::InTheSea if self.is_nowhere() => format!(
                "The plot is at {at}, which devices write when they have no position. Ask the farmer to send the position from the plot."
            ),
            Question::InTheSea => {
                format!("The plot lies in the sea, at {at}. Ask the farmer to send the position from the plot.")
            }
            Question::InNoCountry => {
                format!("The plot lies in no country, at {at}. Ask the farmer to send the position from the plot.")
            }
            Question::OtherCountry { declared, found } => format!(
                "The plot lies in {}, at {at}, and not in {} as declared. Ask the farmer where it is, and correct the position or the \
                 country.",
                if found.is_empty() { "no country".into() } else { names(found, lang) },
                name(*declared, lang)
            ),
            Question::AreaDiffers { declared_ha, drawn_m2 } => {
                let guess =
                    if is_square_metres(*declared_ha, *drawn_m2) { ", which looks like square metres" } else { "" };
                format!(
                    "The boundary encloses {} ha and the declared area is {} ha{guess}. Ask the farmer which is right: walk the boundary \
                     again or correct the area.",
                    hectares(drawn_m2 / M2_PER_HA),
                    hectares(*declared_ha)
                )
            }
            Question::PointForLargePlot { declared_ha, points, most_ha } => format!(
                "The declared area is {} ha, and {} stand{} for {most_ha} ha at most. Send the boundary instead of a point, or correct \
                 the area.",
                hectares(*declared_ha),
                if *points == 1 { "a point".into() } else { format!("{points} points") },
                if *points == 1 { "s" } else { "" },
            ),
            Question::VeryLarge { area_ha, largest_ha } => format!(
                "The plot has {} ha, and a smallholder's plot has hardly over {largest_ha} ha. Ask the farmer for the boundary of this \
                 plot alone.",
                hectares(*area_ha)
            ),
            Question::RepeatedPoint { first_row } => format!(
                "The point {at} is also that of row {first_row}. Ask the farmer whether it is one plot or two, and send the point of each."
            ),
            Question::ImprecisePosition { error_m } => format!(
                "The device knew its position to {error_m:.0} m only. Ask the farmer to take it again under open sky, or send the boundary."
            ),
        }
    }

    fn spanish(&self) -> String {
        let lang = Lang::Es;
        let at = self.place.map(numbers).unwrap_or_default();
        let read_so = self.proposals.iter().map(|it| read_so(it, lang)).collect::<Vec<_>>().join(", o ");
        match &self.question {
            Question::SwappedAxes => format!(
                "La latitud y la longitud parecen invertidas: {read_so}. Pregunte a quien hizo el archivo, y escriba primero la longitud."
            ),
            Question::LostSign => format!(
                "Parece que se perdió un signo menos: {read_so}. Pregunte a quien hizo el archivo, y escriba el oeste y el sur como \
                 números negativos."
            ),
            Question::MetresAsDegrees => {
                let what = if read_so.is_empty() { "no queda claro de qué sistema".into() } else { read_so };
                format!(
                    "Los números {at} son metros, no grados: {what}. Pregunte a la oficina en qué sistema están, e indíquelo o envíe \
                     longitud y latitud."
                )
            }
            Question::OldDatum { datum } => format!(
                "Se dice que las coordenadas son de {}: en WGS 84 la parcela queda a {:.0} m, en {}. Pregunte a la oficina si ya se \
                 convirtieron, y envíelas en WGS 84.",
                datum.name(),
                self.moved_m(),
                self.proposed_place()
            ),
            Question::OldDatumByRegion { datum, region } => format!(
                "La parcela cae fuera de {region}, donde se declaró, y dentro si sus coordenadas se leen como {} de un mapa antiguo: \
                 a {:.0} m, en {}. Pregunte a la oficina de qué mapa son, y envíelas en WGS 84; también el límite de {region} puede \
                 estar mal dibujado.",
                datum.name(),
                self.moved_m(),
                self.proposed_place()
            ),
            Question::InTheSea if self.is_nowhere() => format!(
                "La parcela está en {at}, que es lo que escriben los aparatos cuando no tienen posición. Pida al agricultor la posición \
                 tomada en la parcela."
            ),
            Question::InTheSea => {
                format!("La parcela cae en el mar, en {at}. Pida al agricultor la posición tomada en la parcela.")
            }
            Question::InNoCountry => {
                format!(
                    "La parcela no cae en ningún país, en {at}. Pida al agricultor la posición tomada en la parcela."
                )
            }
            Question::OtherCountry { declared, found } => {
                let where_it_is = if found.is_empty() {
                    "no cae en ningún país".into()
                } else {
                    format!("cae en {}", names(found, lang))
                };
                format!(
                    "La parcela {where_it_is}, en {at}, y no en {} como se declaró. Pregunte al agricultor dónde está, y corrija la \
                     posición o el país.",
                    name(*declared, lang)
                )
            }
            Question::AreaDiffers { declared_ha, drawn_m2 } => {
                let guess =
                    if is_square_metres(*declared_ha, *drawn_m2) { ", que parecen metros cuadrados" } else { "" };
                format!(
                    "El lindero encierra {} ha y el área declarada es de {} ha{guess}. Pregunte al agricultor cuál es la correcta: \
                     recorra otra vez el lindero o corrija el área.",
                    hectares(drawn_m2 / M2_PER_HA),
                    hectares(*declared_ha)
                )
            }
            Question::PointForLargePlot { declared_ha, points, most_ha } => format!(
                "El área declarada es de {} ha, y {} por {most_ha} ha como máximo. Envíe el lindero en vez de un punto, o corrija el área.",
                hectares(*declared_ha),
                if *points == 1 { "un punto vale".into() } else { format!("{points} puntos valen") },
            ),
            Question::VeryLarge { area_ha, largest_ha } => format!(
                "La parcela tiene {} ha, y la de un pequeño agricultor rara vez pasa de {largest_ha} ha. Pida al agricultor el lindero de \
                 esta sola parcela.",
                hectares(*area_ha)
            ),
            Question::RepeatedPoint { first_row } => format!(
                "El punto {at} es también el de la fila {first_row}. Pregunte al agricultor si es una parcela o son dos, y envíe el punto \
                 de cada una."
            ),
            Question::ImprecisePosition { error_m } => format!(
                "El aparato conocía su posición solo a {error_m:.0} m. Pida al agricultor que la tome otra vez a cielo abierto, o envíe el \
                 lindero."
            ),
        }
    }

    /// How far the first proposal moves the place (metres).
    fn moved_m(&self) -> f64 {
        let (Some([x, y]), Some(proposal)) = (self.place, self.proposals.first()) else { return 0.0 };
        let [there_x, there_y] = proposal.reading.apply([x, y]);
        libm::hypot((there_x - x) * libm::cos(y * RADIANS), there_y - y) * DEGREE_M
    }

    fn proposed_place(&self) -> String {
        self.proposals.first().map(|proposal| numbers(proposal.place)).unwrap_or_default()
    }

    /// Whether the place is where longitudes and latitudes count from.
    fn is_nowhere(&self) -> bool {
        self.place == Some([0.0, 0.0])
    }
}

/// "read as UTM zone 18 south (EPSG:32718) the plot lies at -75, -9.94 in Peru (PE)".
fn read_so(proposal: &Proposal, lang: Lang) -> String {
    let (words, at) = (proposal.reading.words(lang), numbers(proposal.place));
    let preposition = if lang == Lang::En { " in " } else { ", en " };
    // Just off the coast or the border there may be no country at the very place.
    let places = if proposal.countries.is_empty() {
        String::new()
    } else {
        format!("{preposition}{}", names(&proposal.countries, lang))
    };
    match lang {
        Lang::En => format!("read as {words} the plot lies at {at}{places}"),
        Lang::Es => format!("leída como {words} la parcela cae en {at}{places}"),
    }
}

/// "Peru (PE)".
fn name(country: Country, lang: Lang) -> String {
    format!("{} ({country})", country.name(lang))
}

/// "Martinique (MQ) and France (FR)".
fn names(countries: &[Country], lang: Lang) -> String {
    let names: Vec<String> = countries.iter().map(|&country| name(country, lang)).collect();
    names.join(match lang {
        Lang::En => " and ",
        Lang::Es => " y en ",
    })
}

/// Two numbers: degrees to a metre, metres to a metre.
fn numbers(position: Position) -> String {
    let [x, y] = position.map(|value| if value.abs() > 360.0 { format!("{value:.0}") } else { degrees(value) });
    format!("{x}, {y}")
}

fn degrees(value: f64) -> String {
    let text = format!("{value:.5}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".into() } else { short.into() }
}

/// Hectares to a hundred square metres.
fn hectares(ha: f64) -> String {
    format!("{ha:.2}")
}

/// Whether a number of hectares is about the drawn number of square metres.
fn is_square_metres(declared_ha: f64, drawn_m2: f64) -> bool {
    const NEAR: std::ops::Range<f64> = 0.8..1.25;
    NEAR.contains(&(declared_ha / drawn_m2))
}
