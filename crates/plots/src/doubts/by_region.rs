//! Whether an old datum explains that a plot lies beside the region in which it is declared to be.

use super::ask::positions;
use super::places::is_on_globe;
use super::{Doubt, Places, Question, Reading};
use crate::{Bounds, Datum, Position, RawGeometryRef};

/// The question whether a plot's coordinates are of PSAD56: asked where no position of it lies in the region in which it is
/// declared to be, and all do once they are read as PSAD56, some 300 m on.
///
/// `is_in` says whether a position lies in that region. Nothing else in the numbers tells an old datum.
///
/// # Limits
///
/// Only a plot near a border of its region can be found out, and a map of regions that is off by as much gives the same
/// picture: the sentence says so.
#[must_use]
pub fn old_datum_by_region(
    raw: RawGeometryRef<'_>,
    region: &str,
    is_in: &dyn Fn(Position) -> bool,
    places: &dyn Places,
) -> Option<Doubt> {
    let positions = positions(raw);
    let &place = positions.first()?;
    if !positions.iter().all(|&at| is_on_globe(at)) || positions.iter().any(|&at| is_in(at)) {
        return None;
    }
    let reading = Reading::OtherDatum(Datum::Psad56);
    if !positions.iter().all(|&at| is_in(reading.apply(at))) {
        return None;
    }
    let middle = reading.apply(Bounds::of(&positions).center());
    let question = Question::OldDatumByRegion { datum: Datum::Psad56, region: region.to_owned() };
    let proposal = reading.propose(raw, middle, places.countries(middle));
    Some(Doubt { question, place: Some(place), proposals: vec![proposal] })
}
