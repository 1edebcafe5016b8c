//! The door: geometry as a reader found it goes in, what can be measured of it comes out.

use crate::notes::{few_decimals, notes};
use crate::plain_ring::PlainRing;
use crate::repair::{Outcome, mend};
use crate::rings::check_polygons;
use crate::{
    Defect, DefectEffect, Fault, Nesting, Part, Position, RawGeometries, RawGeometryRef, Repair, RepairCode,
    RepairRules, Shape, ShapeRef, area_m2,
};

/// A feature's geometry as a reader found it, in WGS 84 longitude and latitude, before anything is trusted.
///
/// Readers drop third ordinates.
#[derive(Clone, Debug, PartialEq)]
pub enum RawGeometry {
    /// Null, or an empty geometry.
    Missing,
    /// A point or several.
    Points(Vec<Position>),
    /// Polygons of rings, first ring outer; rings as found: maybe open, in any direction, any nonsense.
    Polygons(Vec<Vec<Vec<Position>>>),
    /// Polygons whose lists of coordinates were nested as those of another type.
    Misnested(Nesting, Vec<Vec<Vec<Position>>>),
    /// A collection of geometries.
    Mixed(Vec<RawGeometry>),
    /// A kind of geometry that is not measured (LineString, CurvePolygon): the type's name.
    Unsupported(String),
    /// What the reader could not make sense of: the reason.
    Unreadable(String),
}

/// What can be measured of a geometry.
#[derive(Clone, Debug, PartialEq)]
pub enum PlotGeometry {
    /// Polygons: closed, oriented, valid by the OGC simple features rules.
    Area(Shape),
    /// Points, each on the globe, as many and in the order they were found.
    Points(Vec<Position>),
    /// Nothing; the defects say why.
    Unusable,
}

/// A borrowed [`PlotGeometry`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PlotGeometryRef<'a> {
    /// Polygons: closed, oriented, valid by the OGC simple features rules.
    Area(ShapeRef<'a>),
    /// Points, each on the globe, as many and in the order they were found.
    Points(&'a [Position]),
    /// Nothing; the defects say why.
    Unusable,
}

impl PlotGeometryRef<'_> {
    /// A copy that owns what it holds.
    pub fn to_owned(self) -> PlotGeometry {
        match self {
            Self::Area(shape) => PlotGeometry::Area(shape.to_owned()),
            Self::Points(points) => PlotGeometry::Points(points.to_vec()),
            Self::Unusable => PlotGeometry::Unusable,
        }
    }
}

impl PlotGeometry {
    /// The view of this geometry.
    pub fn as_ref(&self) -> PlotGeometryRef<'_> {
        match self {
            Self::Area(shape) => PlotGeometryRef::Area(shape.as_ref()),
            Self::Points(points) => PlotGeometryRef::Points(points),
            Self::Unusable => PlotGeometryRef::Unusable,
        }
    }
}

/// What became of a geometry at the door.
#[derive(Clone, Debug, PartialEq)]
pub struct Intake {
    /// What can be measured.
    pub geometry: PlotGeometry,
    /// Whether the geometry that is measured was changed beyond the silent normalisation.
    pub repaired: bool,
    /// Everything that was found wrong; of sides that cross, the first pair that was found.
    pub defects: Vec<Defect>,
    /// What was done about it, or what could be.
    pub repairs: Vec<Repair>,
}

/// Normalises and checks a geometry.
///
/// Silently, because it changes nothing that could be measured: rings are turned (outer
/// counter-clockwise, holes clockwise), exact consecutive duplicates and empty rings are dropped.
/// An open ring of at least three distinct positions is closed, and the defect says so.
/// Everything else that is wrong makes the geometry unusable: a [`Checker`] with [`RepairRules`] repairs more.
///
/// # Method
///
/// Polygons must be valid by OGC 06-103r4, 6.1.11 and 6.1.14, as the JTS and GEOS libraries read it: rings
/// do not cross or touch themselves; different rings touch in points only; holes lie in their
/// outer ring and not in each other; the inside of a part is in one piece; parts do not overlap and
/// share no side. All of these are decided exactly on the coordinates as they are.
///
/// # Examples
///
/// ```
/// use lindero_plots::{PlotGeometry, RawGeometry, take_in};
///
/// let bow_tie = vec![[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0], [0.0, 0.0]];
/// let intake = take_in(&RawGeometry::Polygons(vec![vec![bow_tie]]));
/// assert_eq!(intake.geometry, PlotGeometry::Unusable);
/// assert_eq!(
///     intake.defects[0].to_string(),
///     "sides 0 and 2 of the outer ring cross at 1, 1; a boundary may not cross itself (part 0, ring 0, vertex 0)"
/// );
/// ```
pub fn take_in(raw: &RawGeometry) -> Intake {
    Checker::new(RepairRules::none()).take_in(raw)
}

/// [`take_in`] for many geometries, in memory that is used again from one to the next, with repairs.
///
/// ```
/// use lindero_plots::{Checker, PlotGeometryRef, RawGeometries, RawGeometry, RepairRules};
///
/// let mut found = RawGeometries::new();
/// found.push(RawGeometry::Polygons(vec![vec![vec![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]]]));
/// found.push(RawGeometry::Missing);
/// let mut checker = Checker::new(RepairRules::default());
/// assert!(matches!(checker.check(found.get(0)).geometry, PlotGeometryRef::Area(_)));
/// assert!(matches!(checker.check(found.get(1)).geometry, PlotGeometryRef::Unusable));
/// ```
#[derive(Clone, Debug)]
pub struct Checker {
    rules: RepairRules,
    plain: PlainRing,
    shape: Shape,
    points: Vec<Position>,
}

/// An [`Intake`] in the memory of a [`Checker`].
#[derive(Clone, Debug, PartialEq)]
pub struct Checked<'c> {
    /// What can be measured.
    pub geometry: PlotGeometryRef<'c>,
    /// Whether the geometry that is measured was changed beyond the silent normalisation.
    pub repaired: bool,
    /// Everything that was found wrong.
    pub defects: Vec<Defect>,
    /// What was done about it, or what could be.
    pub repairs: Vec<Repair>,
}

impl Checker {
    /// A checker that repairs by these rules. By [`RepairRules::none`] it does what [`take_in`] does.
    pub fn new(rules: RepairRules) -> Self {
        Self { rules, plain: PlainRing::default(), shape: Shape::default(), points: Vec::new() }
    }

    /// Normalises, checks and repairs a geometry. A valid one is never changed.
    pub fn check(&mut self, raw: RawGeometryRef<'_>) -> Checked<'_> {
        if let RawGeometryRef::Polygons(polygons) = raw
            && let Some(ring) = polygons.only_ring()
            && let Some(is_odd) = self.plain.take_in(ring, &mut self.shape)
        {
            let shape = self.shape.as_ref();
            let defects = if is_odd { notes(&polygons.parts().collect::<Vec<_>>(), shape) } else { Vec::new() };
            return Checked { geometry: PlotGeometryRef::Area(shape), repaired: false, defects, repairs: Vec::new() };
        }
        let Intake { geometry, repaired, defects, repairs } = examined(raw, self.rules);
        let geometry = match geometry {
            PlotGeometry::Area(shape) => {
                self.shape = shape;
                PlotGeometryRef::Area(self.shape.as_ref())
            }
            PlotGeometry::Points(points) => {
                self.points = points;
                PlotGeometryRef::Points(&self.points)
            }
            PlotGeometry::Unusable => PlotGeometryRef::Unusable,
        };
        Checked { geometry, repaired, defects, repairs }
    }

    /// [`Checker::check`] for one geometry that is not in an arena.
    pub fn take_in(&mut self, raw: &RawGeometry) -> Intake {
        let mut one = RawGeometries::new();
        one.push(raw.clone());
        let Checked { geometry, repaired, defects, repairs } = self.check(one.get(0));
        Intake { geometry: geometry.to_owned(), repaired, defects, repairs }
    }
}

/// Looks a geometry of any kind through.
pub(crate) fn examined(raw: RawGeometryRef<'_>, rules: RepairRules) -> Intake {
    let mut found = Found::default();
    found.gather(raw, false);
    let Found { polygons, points, mut defects, nesting } = found;

    let (mut geometry, mut repairs) = (PlotGeometry::Unusable, Vec::new());
    if polygons.iter().flat_map(|part| part.rings()).any(|ring| !ring.is_empty()) {
        if !points.is_empty() {
            defects.push(Defect::of_geometry(Fault::MixedPointsAndPolygons { points: points.len() as u32 }));
        }
        if let Some(nesting) = nesting {
            let effect = if rules.is_enabled() { DefectEffect::Repaired } else { DefectEffect::Unusable };
            defects.push(Defect { effect, ..Defect::of_geometry(Fault::NestedWrongly { nesting }) });
        }
        // What else the collection holds may spoil it anyway.
        let is_spoilt = defects.iter().any(is_fatal);
        let mut of_polygons = Vec::new();
        let mut shape = check_polygons(&polygons, &mut of_polygons);
        if !is_spoilt && of_polygons.iter().any(|defect| defect.effect != DefectEffect::Note) {
            repair(&polygons, rules, &mut shape, &mut of_polygons, &mut repairs);
        }
        if let (Some(shape), Some(nesting)) = (&shape, nesting)
            && !is_spoilt
        {
            let drawn_m2 = repairs.first().map_or_else(|| area_m2(shape.as_ref()), |repair| repair.before_m2);
            let defect = Defect::of_geometry(Fault::NestedWrongly { nesting });
            repairs.insert(0, Repair::of(RepairCode::Renested, &defect, drawn_m2, drawn_m2));
        }
        if let Some(shape) = &shape {
            of_polygons.extend(notes(&polygons, shape.as_ref()));
        }
        geometry = shape.map_or(PlotGeometry::Unusable, PlotGeometry::Area);
        defects.append(&mut of_polygons);
    } else if !points.is_empty() {
        defects.extend(points.iter().zip(0..).filter_map(|(&point, vertex)| {
            let fault = coordinate_fault(point)?;
            let place = point.iter().all(|value| value.is_finite()).then_some(point);
            Some(Defect { vertex: Some(vertex), place, ..Defect::of_geometry(fault) })
        }));
        defects.extend(few_decimals(&points).filter(|_| !defects.iter().any(is_fatal)));
        geometry = PlotGeometry::Points(points.iter().map(|&point| without_minus_zero(point)).collect());
    } else if !defects.iter().any(is_fatal) {
        defects.push(Defect::of_geometry(match raw {
            RawGeometryRef::Mixed(_) => Fault::EmptyCollection,
            _ => Fault::MissingGeometry,
        }));
    }

    if defects.iter().any(is_fatal) {
        geometry = PlotGeometry::Unusable;
    }
    let repaired =
        geometry != PlotGeometry::Unusable && defects.iter().any(|defect| defect.effect == DefectEffect::Repaired);
    Intake { geometry, repaired, defects, repairs }
}

/// Repairs polygons with defects, or says how they could be.
fn repair(
    polygons: &[Part<'_>],
    rules: RepairRules,
    shape: &mut Option<Shape>,
    defects: &mut Vec<Defect>,
    repairs: &mut Vec<Repair>,
) {
    // A plot that is only open is closed under any rules.
    if !rules.is_enabled() && shape.is_none() {
        return;
    }
    match mend(polygons, rules) {
        Outcome::Repaired { shape: repaired, defects: told, repairs: done } => {
            // What could be used has been closed, and stays as it is to the digit.
            shape.get_or_insert(repaired);
            (*defects, *repairs) = (told, done);
        }
        Outcome::Proposed(proposals) => {
            defects.iter_mut().filter(|defect| is_fatal(defect)).for_each(|defect| {
                defect.effect = DefectEffect::Proposed;
            });
            *repairs = proposals;
        }
        Outcome::Nothing => {}
    }
}

fn is_fatal(defect: &Defect) -> bool {
    !defect.effect.is_usable()
}

/// What a geometry and the collections in it hold.
#[derive(Default)]
struct Found<'a> {
    polygons: Vec<Part<'a>>,
    points: Vec<Position>,
    defects: Vec<Defect>,
    /// How the first polygons that were not nested as their type says are nested.
    nesting: Option<Nesting>,
}

impl<'a> Found<'a> {
    fn gather(&mut self, raw: RawGeometryRef<'a>, in_collection: bool) {
        match raw {
            RawGeometryRef::Missing => {}
            RawGeometryRef::Points(points) => self.points.extend_from_slice(points),
            RawGeometryRef::Polygons(polygons) => {
                let bare =
                    polygons.parts().next().filter(|_| polygons.nesting() == Some(Nesting::PolygonInMultiPolygon));
                match bare {
                    Some(rings) if are_parts(rings) => self.polygons.extend(rings.split()),
                    _ => self.polygons.extend(polygons.parts()),
                }
                self.nesting = self.nesting.or(polygons.nesting());
            }
            RawGeometryRef::Mixed(members) => {
                for member in members.iter() {
                    self.gather(member, true);
                }
            }
            RawGeometryRef::Unsupported(kind) if in_collection && is_line(kind) => {
                self.defects.push(Defect::of_geometry(Fault::LineInCollection { kind: kind.into() }));
            }
            RawGeometryRef::Unsupported(kind) => {
                self.defects.push(Defect::of_geometry(Fault::UnsupportedGeometry { kind: kind.into() }));
            }
            RawGeometryRef::Unreadable(reason) => {
                self.defects.push(Defect::of_geometry(Fault::UnreadableGeometry { reason: reason.into() }));
            }
        }
    }
}

/// Whether bare rings can only be parts of their own: as an outer ring and its holes they are wrong, as parts they are not.
/// No rings are right as both, for a hole lies within its outer ring and a part within none.
fn are_parts(rings: Part<'_>) -> bool {
    let is_sound = |parts: &[Part<'_>]| check_polygons(parts, &mut Vec::new()).is_some();
    rings.rings().len() > 1 && !is_sound(&[rings]) && is_sound(&rings.split().collect::<Vec<_>>())
}

/// Whether a type's name is that of a kind of line, in any of the spellings of WKT and GeoJSON.
fn is_line(kind: &str) -> bool {
    const LINES: [&str; 7] =
        ["LineString", "MultiLineString", "LinearRing", "CircularString", "CompoundCurve", "Curve", "MultiCurve"];
    // WKT appends the dimensions: "LINESTRING Z".
    let name = kind.split_whitespace().next().unwrap_or_default();
    LINES.iter().any(|line| line.eq_ignore_ascii_case(name))
}

/// What is wrong with a position, if anything.
pub(crate) fn coordinate_fault([x, y]: Position) -> Option<Fault> {
    if x.abs() <= 180.0 && y.abs() <= 90.0 {
        None
    } else if x.is_finite() && y.is_finite() {
        Some(Fault::OutOfRange { x, y })
    } else {
        Some(Fault::NonFiniteCoordinate { x, y })
    }
}

/// Minus zero would make equal positions differ in their bits.
pub(crate) fn without_minus_zero([x, y]: Position) -> Position {
    [x + 0.0, y + 0.0]
}
