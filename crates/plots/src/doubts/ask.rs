//! Asks all questions about one plot.

use super::metres::{look_like_metres, of_metres};
use super::places::{Ground, is_on_globe};
use super::reading::of_degrees;
use super::{Declared, Doubt, DoubtRules, Places, Question, Reading};
use crate::{Bounds, Datum, M2_PER_HA, Position, RawGeometryRef};
use std::borrow::Cow;

/// What is doubtful about a plot, in the order of the codes.
///
/// `raw` is the geometry as the reader found it, also where it cannot be measured because its numbers are off the globe;
/// `area_m2` is the ellipsoidal area of its polygons, `None` for points and where nothing can be measured.
///
/// Of where a plot lies at most one thing is asked, the one that explains most. A plot lies where any of its positions does: one
/// over a border is in both countries.
///
/// # Limits
///
/// Of a plot of several parts, a part that went astray alone is not found by its place. Lakes and rivers are land.
pub fn doubts(
    raw: RawGeometryRef<'_>,
    area_m2: Option<f64>,
    declared: &Declared,
    places: &dyn Places,
    rules: &DoubtRules,
) -> Vec<Doubt> {
    let ground =
        Ground { places, border_tolerance_m: rules.border_tolerance_m, coast_tolerance_m: rules.coast_tolerance_m };
    let positions = positions(raw);
    let mut found: Vec<Doubt> = of_place(raw, &positions, declared, &ground).into_iter().collect();
    // An area of numbers that are to be read another way is none.
    let area_m2 = area_m2.filter(|_| found.iter().all(|doubt| doubt.proposals.is_empty()));
    let points = matches!(raw, RawGeometryRef::Points(_)).then_some(positions.len());
    found.extend(of_size(points, area_m2, declared, rules));
    let error_m = declared.position_error_m.filter(|&error_m| error_m > rules.position_error_m);
    found.extend(
        error_m.map(|error_m| Doubt::plain(Question::ImprecisePosition { error_m }, positions.first().copied())),
    );
    found
}

/// All positions of a geometry that are numbers.
pub(super) fn positions(raw: RawGeometryRef<'_>) -> Cow<'_, [Position]> {
    let all = match raw {
        RawGeometryRef::Points(points) => Cow::Borrowed(points),
        RawGeometryRef::Polygons(polygons) => Cow::Borrowed(polygons.positions()),
        RawGeometryRef::Mixed(members) => {
            Cow::Owned(members.iter().flat_map(|it| positions(it).into_owned()).collect())
        }
        RawGeometryRef::Missing | RawGeometryRef::Unsupported(_) | RawGeometryRef::Unreadable(_) => {
            Cow::Borrowed(&[][..])
        }
    };
    let is_number = |position: &Position| position.iter().all(|value| value.is_finite());
    if all.iter().all(is_number) { all } else { all.iter().copied().filter(is_number).collect() }
}

/// The question about where the plot is, if there is one.
fn of_place(
    raw: RawGeometryRef<'_>,
    positions: &[Position],
    declared: &Declared,
    ground: &Ground<'_>,
) -> Option<Doubt> {
    let &place = positions.first()?;
    let bounds = Bounds::of(positions);
    let propose = |question: Question, readings: Vec<(Reading, Position)>| {
        let proposals = readings.into_iter().map(|(reading, place)| {
            let countries = ground.places.countries(place);
            reading.propose(raw, place, countries)
        });
        Some(Doubt { question, place: Some(place), proposals: proposals.collect() })
    };
    let on_globe = positions.iter().all(|&at| is_on_globe(at));
    if !on_globe && look_like_metres(&bounds) {
        return propose(Question::MetresAsDegrees, of_metres(&bounds, declared, ground));
    }
    let country = declared.country;
    if on_globe && is_any(positions, |at| ground.is_at_home(at, country), |at| ground.is_near_home(at, country)) {
        if declared.datum == Datum::Wgs84 {
            return None;
        }
        let reading = Reading::OtherDatum(declared.datum);
        let question = Question::OldDatum { datum: declared.datum };
        return propose(question, vec![(reading, reading.apply(bounds.center()))]);
    }
    for reading in of_degrees(&bounds, declared) {
        let there = reading.apply(bounds.center());
        if ground.is_near_home(there, country) {
            let question = if reading == Reading::Swapped { Question::SwappedAxes } else { Question::LostSign };
            return propose(question, vec![(reading, there)]);
        }
    }
    if !on_globe {
        // A defect of the geometry says so already, and nobody knows what is meant.
        return None;
    }
    let is_sea = |at| ground.places.is_land(at) == Some(false);
    let question = if positions.iter().all(|&at| is_sea(at)) && positions.iter().all(|&at| ground.is_far_at_sea(at)) {
        Question::InTheSea
    } else {
        let mut countries = positions.iter().map(|&at| ground.places.countries(at));
        let found = countries.find(|countries| !countries.is_empty()).unwrap_or_default();
        match country {
            Some(declared) if !is_any(positions, |_| false, |at| ground.is_near_country(at, country)) => {
                Question::OtherCountry { declared, found }
            }
            None if found.is_empty() => Question::InNoCountry,
            // Parts of what makes a home were found, each at another position.
            _ => return None,
        }
    };
    Some(Doubt::plain(question, Some(place)))
}

/// Whether something holds for any position: all are asked the cheap way first.
pub(super) fn is_any(
    positions: &[Position],
    cheaply: impl Fn(Position) -> bool,
    fully: impl Fn(Position) -> bool,
) -> bool {
    positions.iter().any(|&at| cheaply(at)) || positions.iter().any(|&at| fully(at))
}

/// The questions about how large the plot is. `points`: how many, if it is nothing else.
fn of_size(points: Option<usize>, area_m2: Option<f64>, declared: &Declared, rules: &DoubtRules) -> Vec<Doubt> {
    let declared_ha = declared.area_ha.filter(|ha| ha.is_finite() && *ha > 0.0);
    let drawn_m2 = area_m2.filter(|_| points.is_none());
    let mut questions = Vec::new();
    if let (Some(declared_ha), Some(drawn_m2)) = (declared_ha, drawn_m2) {
        let apart_ha = (drawn_m2 / M2_PER_HA - declared_ha).abs();
        if apart_ha > rules.area_share * declared_ha && apart_ha > rules.area_ha {
            questions.push(Question::AreaDiffers { declared_ha, drawn_m2 });
        }
    }
    if let (Some(declared_ha), Some(points)) = (declared_ha, points) {
        let most_ha = rules.point_ha * points as f64;
        if declared_ha > most_ha {
            questions.push(Question::PointForLargePlot { declared_ha, points, most_ha });
        }
    }
    let area_ha = drawn_m2.map(|m2| m2 / M2_PER_HA).or(declared_ha);
    if let Some(area_ha) = area_ha.filter(|&ha| ha > rules.largest_ha) {
        questions.push(Question::VeryLarge { area_ha, largest_ha: rules.largest_ha });
    }
    questions.into_iter().map(|question| Doubt::plain(question, None)).collect()
}
