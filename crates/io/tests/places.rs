//! The atlas that the program carries, against places everybody knows and against other maps.

mod vector_support;

use lindero_io::places::Atlas;
use lindero_plots::doubts::{Country, Declared, DoubtCode, DoubtRules, Places, Reading, doubts};
use lindero_plots::{Lang, Position, RawGeometries, RawGeometry};

fn country(code: &str) -> Country {
    Country::new(code).expect("two letters")
}

fn ask(geometry: RawGeometry, declared: &str) -> Vec<lindero_plots::doubts::Doubt> {
    let one: RawGeometries = [geometry].into_iter().collect();
    let declared = Declared { country: Country::new(declared), ..Declared::default() };
    doubts(one.get(0), None, &declared, Atlas::get(), &DoubtRules::default())
}

/// Whether the sea can be asked about in this build; says so if not.
fn knows_the_sea() -> bool {
    let knows = Atlas::get().knows_the_sea();
    if !knows {
        println!("SKIPPED: this build is without the map of the land (scripts/land)");
    }
    knows
}

fn check(place: &str, at: Position, countries: &[&str], is_land: bool) {
    let found: Vec<String> = Atlas::get().countries(at).iter().map(ToString::to_string).collect();
    assert_eq!(found, countries, "{place}");
    assert_eq!(Atlas::get().is_land(at), Atlas::get().knows_the_sea().then_some(is_land), "{place}");
}

#[test]
fn well_known_places_lie_where_they_do() {
    check("Pucallpa", [-74.55, -8.38], &["PE"], true);
    check("Iquitos", [-73.25, -3.75], &["PE"], true);
    check("Tocache", [-76.51, -8.19], &["PE"], true);
    check("the sea off Lima, which is Peru's", [-77.5, -12.2], &["PE"], false);
    check("Lake Titicaca, which is land to us", [-69.4, -15.9], &["PE"], true);
    check("Cruzeiro do Sul", [-72.67, -7.63], &["BR"], true);
    check("Leticia", [-69.95, -4.20], &["CO"], true);
    check("Daloa", [-6.45, 6.88], &["CI"], true);
    check("Kumasi", [-1.62, 6.69], &["GH"], true);
    check("Santo Domingo de los Tsáchilas", [-79.17, -0.25], &["EC"], true);
    check("Martinique, with a code of its own", [-61.0, 14.65], &["MQ", "FR"], true);
    check("Príncipe", [7.4, 1.6], &["ST"], true);
    check("where devices without a position are", [0.0, 0.0], &[], false);
    check("the Pacific", [-120.0, -20.0], &[], false);
    check("Hargeisa", [44.06, 9.56], &["SO"], true);
    check("Taichung", [120.7, 24.15], &["TW"], true);
    check("Antarctica", [-8.38, -74.55], &[], true);
}

#[test]
fn positions_off_the_globe_are_nowhere() {
    for at in [[500_000.0, 8_900_000.0], [f64::NAN, 0.0], [0.0, f64::INFINITY], [-200.0, 0.0]] {
        assert_eq!(Atlas::get().countries(at), [], "{at:?}");
        assert_ne!(Atlas::get().is_land(at), Some(true), "{at:?}");
    }
}

#[test]
fn a_plot_of_ucayali_with_latitude_first_would_lie_in_peru() {
    for declared in ["PE", ""] {
        let found = ask(RawGeometry::Points(vec![[-8.38, -74.55]]), declared);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].code(), DoubtCode::SwappedAxes);
        assert_eq!(found[0].proposals[0].countries, [country("PE")]);
        assert!(found[0].sentence(Lang::En).contains("the plot lies at -74.55, -8.38 in Peru (PE)"), "{found:?}");
    }
}

#[test]
fn metres_of_ucayali_are_of_zone_18_south() {
    // In zone 17 they would be in the sea off Peru, which is Peru's.
    if !knows_the_sea() {
        return;
    }
    let found = ask(RawGeometry::Points(vec![[549_543.122_6, 9_073_663.814_7]]), "PE");
    let [proposal] = &found[0].proposals[..] else { panic!("{found:?}") };
    assert_eq!(proposal.reading.epsg(), Some(32_718));
    let [x, y] = proposal.place;
    assert!((x + 74.55).abs() < 1e-8 && (y + 8.38).abs() < 1e-8, "{x} {y}");
    // The example of every manual: 500,000 east, 8,900,000 north.
    let found = ask(RawGeometry::Points(vec![[500_000.0, 8_900_000.0]]), "PE");
    let readings: Vec<Reading> = found[0].proposals.iter().map(|it| it.reading).collect();
    assert_eq!(readings.iter().filter_map(|it| it.epsg()).collect::<Vec<_>>(), [32_718]);
}

#[test]
fn a_field_on_the_border_of_peru_and_brazil_is_declared_in_either() {
    let atlas = Atlas::get();
    // From Peru eastwards along 7 degrees south until the map says Brazil.
    let border = (0..40_000)
        .map(|step| -74.5 + f64::from(step) * 0.0001)
        .find(|&x| atlas.countries([x, -7.0]) == [country("BR")])
        .expect("Brazil is east of Peru");
    let field = |x: f64| {
        let ring = vec![[x, -7.0], [x + 0.001, -7.0], [x + 0.001, -6.999], [x, -6.999], [x, -7.0]];
        RawGeometry::Polygons(vec![vec![ring]])
    };
    for declared in ["PE", "BR"] {
        assert!(ask(field(border - 0.0005), declared).is_empty(), "{declared} at {border}");
    }
    // 33 km beyond it.
    let found = ask(field(border + 0.3), "PE");
    assert_eq!(found[0].code(), DoubtCode::OtherCountry);
    assert!(ask(field(border + 0.3), "BR").is_empty());
}

#[test]
fn a_plot_in_the_sea_off_lima_is_asked_about() {
    if !knows_the_sea() {
        return;
    }
    let found = ask(RawGeometry::Points(vec![[-77.5, -12.2]]), "PE");
    assert_eq!(found.iter().map(|it| it.code()).collect::<Vec<_>>(), [DoubtCode::InTheSea]);
    // The quay of Callao.
    assert!(ask(RawGeometry::Points(vec![[-77.148, -12.05]]), "PE").is_empty());
}

#[cfg(feature = "proj")]
mod against_proj {
    use lindero_io::crs;
    use lindero_plots::doubts::Reading;
    use lindero_plots::{Datum, Position};

    /// A millimetre on the ground, in degrees.
    const MILLIMETRE_DEG: f64 = 1e-8;
    /// PROJ may choose a better shift than ours for a part of Peru: they differ by less than what either is good for (25 m).
    const SHIFTS_DEG: f64 = 2.5e-4;

    /// Eastings and northings all over a zone of Peru, and beyond it.
    fn grid() -> Vec<Position> {
        let eastings = (0..9).map(|step| 150_000.0 + 87_500.0 * f64::from(step));
        eastings.flat_map(|east| (0..23).map(move |step| [east, 7_900_000.0 + 91_000.0 * f64::from(step)])).collect()
    }

    fn check(definition: &str, reading: Reading, metres: &[Position], tolerance_deg: f64) {
        let mut proj = metres.to_vec();
        crs::parse(definition).unwrap().expect("not WGS 84").transform().unwrap().inverse(&mut proj);
        let mut largest: f64 = 0.0;
        for (&metres, theirs) in metres.iter().zip(proj) {
            let ours = reading.apply(metres);
            largest = largest.max((ours[0] - theirs[0]).abs()).max((ours[1] - theirs[1]).abs());
        }
        println!("{definition}: {} places, at most {largest:.1e} degrees apart", metres.len());
        assert!(largest <= tolerance_deg, "{definition}: {largest} degrees apart");
    }

    #[test]
    fn metres_are_read_as_proj_reads_them() {
        for zone in [17, 18, 19] {
            let utm = |south: bool, datum: Datum| Reading::Utm { zone, south, datum, swapped: false };
            check(&format!("EPSG:327{zone}"), utm(true, Datum::Wgs84), &grid(), MILLIMETRE_DEG);
            check(&format!("EPSG:326{zone}"), utm(false, Datum::Wgs84), &grid(), MILLIMETRE_DEG);
            let old = format!("+proj=utm +zone={zone} +south +ellps=intl +towgs84=-279,175,-379");
            check(&old, utm(true, Datum::Psad56), &grid(), MILLIMETRE_DEG);
        }
        check(
            "EPSG:24878",
            Reading::Utm { zone: 18, south: true, datum: Datum::Psad56, swapped: false },
            &grid(),
            SHIFTS_DEG,
        );
        let mercator: Vec<Position> = grid().iter().map(|[x, y]| [-x * 10.0, 5e6 - y]).collect();
        check("EPSG:3857", Reading::WebMercator, &mercator, MILLIMETRE_DEG);
    }
}

#[cfg(feature = "gdal")]
mod against_other_maps {
    use super::{ask, knows_the_sea};
    use crate::vector_support::{read, shared_data};
    use lindero_io::places::Atlas;
    use lindero_plots::doubts::{Country, Doubt, DoubtCode, Places};
    use lindero_plots::{Bounds, Position, RawGeometry};
    use std::collections::BTreeMap;

    /// So far apart are the border to Brazil of Peru's statistics office and that of the map, in the forest of Ucayali (kilometres).
    const BORDER_KM: u32 = 9;

    #[test]
    fn the_districts_of_san_martin_huanuco_and_ucayali_are_in_peru_and_on_land() {
        let Some(folder) = shared_data("peru-admin-target") else { return };
        let districts = read(&folder.join("peru_distritos_sm_uc_hu.gpkg")).unwrap();
        assert_eq!(districts.geometries.len(), 178);
        let atlas = Atlas::get();
        let peru = Country::new("PE").unwrap();
        let (mut corners, mut elsewhere, mut asked) = (0, 0, 0);
        for district in districts.geometries {
            let RawGeometry::Polygons(parts) = &district else { panic!("{district:?}") };
            for &corner in parts.iter().flatten().flatten() {
                corners += 1;
                assert_ne!(atlas.is_land(corner), Some(false), "{corner:?}");
                let in_peru = |at: Position| atlas.countries(at).contains(&peru);
                elsewhere += u32::from(!in_peru(corner));
                asked += u32::from(!ask(RawGeometry::Points(vec![corner]), "PE").is_empty());
                assert!(in_peru(corner) || is_near(corner, BORDER_KM, in_peru), "{corner:?}");
            }
            assert_eq!(ask(district, "PE"), []);
        }
        println!("of {corners} corners {elsewhere} are beyond the map's border, {asked} of them beyond the tolerance");
        assert!(elsewhere < corners / 40 && asked < corners / 400);
    }

    /// Cells of WorldCover between those that are asked about: 440 m.
    const STEP: usize = 48;

    /// Islets that Natural Earth does not draw: a field there would be asked about, wrongly.
    const ISLETS: [Bounds; 2] = [
        // Ilhéu das Cabras.
        Bounds::new(6.70, 0.40, 6.73, 0.42),
        // Ilhéu das Rolas.
        Bounds::new(6.51, -0.01, 6.54, 0.01),
    ];

    #[test]
    fn no_field_of_sao_tome_is_in_the_sea_and_all_far_off_it_are() {
        let Some(folder) = shared_data("worldcover-saotome") else { return };
        if !knows_the_sea() {
            return;
        }
        let map = gdal::Dataset::open(folder.join("ESA_WorldCover_10m_2020_v100_N00E006_Map.tif")).unwrap();
        // 6 to 9 degrees east, 0 to 3 degrees north, 12,000 cells a degree; São Tomé is in the south-west.
        let (size, (first_col, first_row)) = ((6_000, 6_000), (4_200, 30_000));
        let cells = map.rasterband(1).unwrap().read_as::<u8>((first_col, first_row), size, size, None).unwrap();
        let degrees = |col: usize, row: usize| -> Position {
            [
                6.0 + (first_col as f64 + col as f64 + 0.5) / 12_000.0,
                3.0 - (first_row as f64 + row as f64 + 0.5) / 12_000.0,
            ]
        };
        let (mut land, mut same, mut all) = (0_u32, 0_u32, 0_u32);
        for row in (0..size.1).step_by(STEP) {
            for col in (0..size.0).step_by(STEP) {
                // 80 is water and 0 the sea far out.
                let is_land = !matches!(cells[(row, col)], 0 | 80);
                let at = degrees(col, row);
                all += 1;
                same += u32::from(Atlas::get().is_land(at) == Some(is_land));
                let asked = ask(RawGeometry::Points(vec![at]), "ST");
                if is_land {
                    land += 1;
                    let on_islet = ISLETS.iter().any(|islet| islet.contains(&Bounds::of(&[at])));
                    assert!(asked.is_empty() || on_islet, "{at:?}: {asked:?}");
                } else if is_far_from_land(&cells, (col, row)) {
                    assert_eq!(asked.iter().map(Doubt::code).collect::<Vec<_>>(), [DoubtCode::InTheSea], "{at:?}");
                }
            }
        }
        println!("{land} places on land; {same} of {all} are land or sea on both maps");
        assert!(land > 4_000 && f64::from(same) > 0.97 * f64::from(all));
    }

    /// Whether no land is within 5 km of a cell, looking at every 48th.
    fn is_far_from_land(cells: &gdal::raster::Buffer<u8>, (col, row): (usize, usize)) -> bool {
        const FAR: usize = 550;
        let (width, height) = cells.shape();
        let near = |middle: usize, end: usize| (middle.saturating_sub(FAR)..(middle + FAR).min(end)).step_by(STEP);
        near(row, height).all(|row| near(col, width).all(|col| matches!(cells[(row, col)], 0 | 80)))
    }

    /// A country of Natural Earth.
    struct Other {
        name: String,
        parts: Vec<(Bounds, Vec<Vec<Position>>)>,
    }

    impl Other {
        fn contains(&self, [x, y]: Position) -> bool {
            let here = Bounds::of(&[[x, y]]);
            self.parts.iter().filter(|(bounds, _)| bounds.contains(&here)).any(|(_, rings)| {
                let sides = rings.iter().flat_map(|ring| ring.windows(2));
                let east = sides.filter(|side| {
                    let ([ax, ay], [bx, by]) = (side[0], side[1]);
                    (ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax)
                });
                east.count() % 2 == 1
            })
        }
    }

    /// Evenly spread positions between 20 degrees south and north, where cocoa grows (a Fibonacci spiral).
    fn spread(count: u32) -> impl Iterator<Item = Position> {
        const GOLDEN_DEG: f64 = 137.507_764_050_037_85;
        let highest = 20.0_f64.to_radians().sin();
        (0..count).map(move |i| {
            let height = highest * (2.0 * (f64::from(i) + 0.5) / f64::from(count) - 1.0);
            [(f64::from(i) * GOLDEN_DEG).rem_euclid(360.0) - 180.0, height.asin().to_degrees()]
        })
    }

    /// Whether something holds at a position at most this many kilometres away.
    fn is_near([x, y]: Position, km: u32, holds: impl Fn(Position) -> bool) -> bool {
        (1..=km).any(|km| {
            (0..16).any(|direction| {
                let (sin, cos) = (f64::from(direction) * std::f64::consts::TAU / 16.0).sin_cos();
                let degrees = f64::from(km) / 111.0;
                holds([x + degrees * cos, y + degrees * sin])
            })
        })
    }

    /// Natural Earth's countries of 1 : 50,000,000 are rounded by as much (kilometres).
    const OTHER_MAP_KM: u32 = 10;

    /// Claimed by Kenya, South Sudan and Ethiopia.
    const ILEMI: Bounds = Bounds::new(34.0, 4.5, 36.0, 5.6);

    #[test]
    fn countries_and_land_are_those_of_natural_earth_but_near_their_borders() {
        let Some(folder) = shared_data("natural-earth") else { return };
        let table = read(&folder.join("ne_50m_countries.gpkg")).unwrap();
        let names = table.column("name");
        let others: Vec<Other> = names
            .iter()
            .zip(&table.geometries)
            .map(|(name, geometry)| {
                let RawGeometry::Polygons(parts) = geometry else { panic!("{geometry:?}") };
                let parts = parts.iter().map(|rings| (Bounds::of(&rings[0]), rings.clone())).collect();
                Other { name: name.unwrap_or_default().to_owned(), parts }
            })
            .collect();
        let atlas = Atlas::get();
        let places: Vec<(Position, Option<usize>)> =
            spread(20_000).map(|at| (at, others.iter().position(|other| other.contains(at)))).collect();

        // Which code a country of theirs has: the one that most of its places have with us.
        let mut votes: Vec<BTreeMap<Country, u32>> = vec![BTreeMap::new(); others.len()];
        for &(at, other) in &places {
            for (country, other) in atlas.countries(at).into_iter().zip(other) {
                *votes[other].entry(country).or_default() += 1;
            }
        }
        let code = |other: usize| votes[other].iter().max_by_key(|(_, votes)| **votes).map(|(country, _)| *country);

        let (mut land, mut same_country, mut same_land) = (0_u32, 0_u32, 0_u32);
        for &(at, other) in &places {
            if let Some(other) = other {
                land += 1;
                let code = code(other);
                let agrees = |at: Position| code.is_some_and(|code| atlas.countries(at).contains(&code));
                same_country += u32::from(agrees(at));
                let is_disputed = ILEMI.contains(&Bounds::of(&[at]));
                assert!(
                    agrees(at) || is_disputed || is_near(at, OTHER_MAP_KM, agrees),
                    "{at:?} in {}",
                    others[other].name
                );
            }
            let agrees = |at: Position| atlas.is_land(at) == Some(other.is_some());
            if atlas.knows_the_sea() {
                same_land += u32::from(agrees(at));
                assert!(agrees(at) || is_near(at, OTHER_MAP_KM, agrees), "{at:?}: land is {:?}", atlas.is_land(at));
            }
        }
        println!(
            "{same_country} of {land} places on land are in the same country, {same_land} of {} the same ground",
            places.len()
        );
        assert!(f64::from(same_country) > 0.99 * f64::from(land));
        assert!(!knows_the_sea() || f64::from(same_land) > 0.99 * places.len() as f64);
    }
}
