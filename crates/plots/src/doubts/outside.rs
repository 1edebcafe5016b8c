//! Whether a plot lies in the country that is declared.

use super::ask::{is_any, positions};
use super::places::{Ground, is_on_globe};
use super::{Country, DoubtRules, Places};
use crate::RawGeometryRef;

/// Whether all of a plot lies farther from a country than maps of borders are off, as
/// [`Question::OtherCountry`](super::Question::OtherCountry) asks; a country's sea counts as the country. `None` where there
/// is no position, or one that is not on the globe.
///
/// ```
/// use lindero_plots::doubts::{Country, DoubtRules, Places, lies_outside};
/// use lindero_plots::{Position, RawGeometries, RawGeometry};
///
/// /// All west of 70 degrees west.
/// struct Peru;
/// impl Places for Peru {
///     fn countries(&self, [x, _]: Position) -> Vec<Country> {
///         Country::new(if x < -70.0 { "PE" } else { "BR" }).into_iter().collect()
///     }
///     fn is_land(&self, _: Position) -> Option<bool> {
///         None
///     }
/// }
///
/// let points = [-74.5, -69.99, -60.0].map(|x| RawGeometry::Points(vec![[x, -8.4]]));
/// let plots: RawGeometries = points.into_iter().chain([RawGeometry::Missing]).collect();
/// let peru = Country::new("PE").expect("a code");
/// let is_outside = |row| lies_outside(plots.get(row), peru, &Peru, &DoubtRules::default());
/// // A kilometre over the border is nearer than borders are known.
/// assert_eq!([0, 1, 2, 3].map(is_outside), [Some(false), Some(false), Some(true), None]);
/// ```
pub fn lies_outside(
    raw: RawGeometryRef<'_>,
    country: Country,
    places: &dyn Places,
    rules: &DoubtRules,
) -> Option<bool> {
    let DoubtRules { border_tolerance_m, coast_tolerance_m, .. } = *rules;
    let ground = Ground { places, border_tolerance_m, coast_tolerance_m };
    let positions = positions(raw);
    if positions.is_empty() || !positions.iter().all(|&at| is_on_globe(at)) {
        return None;
    }
    let country = Some(country);
    Some(!is_any(&positions, |at| ground.is_in(at, country), |at| ground.is_near_country(at, country)))
}
