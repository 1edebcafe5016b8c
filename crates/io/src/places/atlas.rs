//! The maps of the world, read once.

use super::land::Land;
use super::topology::{borders_of, land_of};
use country_boundaries::{BOUNDARIES_ODBL_360X180, CountryBoundaries, LatLon};
use lindero_plots::doubts::{Country, Places};
use lindero_plots::{Bounds, Position, Shape, ShapeRef};
use std::sync::LazyLock;

/// The map of the land, if this program was built with it.
#[cfg(has_land)]
const LAND: Option<&str> = Some(include_str!("../../maps/land-10m.json"));
#[cfg(not(has_land))]
const LAND: Option<&str> = None;

/// The map of the countries, likewise.
#[cfg(has_borders)]
const COUNTRIES: Option<&str> = Some(include_str!("../../maps/countries-50m.json"));
#[cfg(not(has_borders))]
const COUNTRIES: Option<&str> = None;

/// Knows which country a position is in and whether it is on land.
///
/// # Limits
///
/// Borders may be off by kilometres where nobody lives (up to 8 in the forest between Peru and Brazil), coasts by one or two; islands of
/// less than some square kilometres may be missing (Ilhéu das Rolas off São Tomé). Lakes and rivers are land.
#[derive(Debug)]
pub struct Atlas {
    borders: CountryBoundaries,
    land: Option<Land>,
}

impl Atlas {
    /// The atlas of this program. Whoever asks first waits until it is open, a fifth of a second; threads share it.
    #[must_use]
    pub fn get() -> &'static Self {
        static ATLAS: LazyLock<Atlas> = LazyLock::new(Atlas::open);
        &ATLAS
    }

    fn open() -> Self {
        Self {
            borders: CountryBoundaries::from_reader(BOUNDARIES_ODBL_360X180)
                .expect("the borders in the program are readable, as its tests say"),
            land: land_shape().map(|land| Land::of(land.as_ref())),
        }
    }

    /// Whether this program was built with the map of the land; without it no place is known to be land or sea.
    #[must_use]
    pub fn knows_the_sea(&self) -> bool {
        self.land.is_some()
    }
}

/// The land of the world as polygons, if this program was built with the map of the land; read anew for whoever asks.
#[must_use]
pub fn land_shape() -> Option<Shape> {
    LAND.map(|topology| {
        let land = land_of(topology).expect("the land in the program is readable, as its tests say");
        without_null_island(land.as_ref())
    })
}

/// The borders between countries as lines, for the eye alone, if this program was built with their map; read anew for whoever
/// asks.
///
/// # Limits
///
/// Natural Earth at 1 : 50,000,000: off by kilometres, and where borders are disputed one of the views.
#[must_use]
pub fn border_lines() -> Option<Vec<Vec<Position>>> {
    COUNTRIES.map(|topology| borders_of(topology).expect("the countries in the program are readable, as its tests say"))
}

/// Natural Earth draws an island where longitudes and latitudes count from, for what has no coordinates.
const NULL_ISLAND: Bounds = Bounds::new(-0.1, -0.1, 0.1, 0.1);

/// The land without the island that is not there: what lies on it has no position.
fn without_null_island(land: ShapeRef<'_>) -> Shape {
    let mut real = Shape::default();
    for part in land.parts().filter(|part| !NULL_ISLAND.contains(&Bounds::of(part.outer()))) {
        part.rings().for_each(|ring| real.push_ring(ring));
        real.end_part();
    }
    real
}

impl Places for Atlas {
    fn countries(&self, [x, y]: Position) -> Vec<Country> {
        let Ok(position) = LatLon::new(y, x) else { return Vec::new() };
        // Parts of countries have longer codes, such as US-TX.
        self.borders.ids(position).into_iter().filter_map(Country::new).collect()
    }

    fn is_land(&self, at: Position) -> Option<bool> {
        self.land.as_ref().map(|land| land.contains(at))
    }
}
