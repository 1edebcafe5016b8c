//! The door: geometry as a reader found it goes in, what can be measured of it comes out.

use crate::plain_ring::PlainRing;
use crate::rings::check_polygons;
use crate::{Defect, DefectCode, DefectEffect, Part, Position, RawGeometries, RawGeometryRef, Shape, ShapeRef};

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
}

/// Normalises and checks a geometry.
///
/// Silently, because it changes nothing that could be measured: rings are turned (outer
/// counter-clockwise, holes clockwise), exact consecutive duplicates and empty rings are dropped.
/// An open ring of at least three distinct positions is closed, and the defect says so.
/// Everything else that is wrong makes the geometry unusable; nothing is guessed.
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
    let mut one = RawGeometries::new();
    one.push(raw.clone());
    let mut checker = Checker::default();
    let Checked { geometry, repaired, defects } = checker.check(one.get(0));
    Intake { geometry: geometry.to_owned(), repaired, defects }
}

/// [`take_in`] for many geometries, in memory that is used again from one to the next.
///
/// ```
/// use lindero_plots::{Checker, PlotGeometryRef, RawGeometries, RawGeometry};
///
/// let mut found = RawGeometries::new();
/// found.push(RawGeometry::Polygons(vec![vec![vec![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]]]));
/// found.push(RawGeometry::Missing);
/// let mut checker = Checker::default();
/// assert!(matches!(checker.check(found.get(0)).geometry, PlotGeometryRef::Area(_)));
/// assert!(matches!(checker.check(found.get(1)).geometry, PlotGeometryRef::Unusable));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Checker {
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
}

impl Checker {
    /// What [`take_in`] says of a geometry.
    pub fn check(&mut self, raw: RawGeometryRef<'_>) -> Checked<'_> {
        if let RawGeometryRef::Polygons(polygons) = raw
            && let Some(ring) = polygons.only_ring()
            && self.plain.take_in(ring, &mut self.shape)
        {
            let geometry = PlotGeometryRef::Area(self.shape.as_ref());
            return Checked { geometry, repaired: false, defects: Vec::new() };
        }
        let Intake { geometry, repaired, defects } = examined(raw);
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
        Checked { geometry, repaired, defects }
    }
}

/// Looks a geometry of any kind through.
pub(crate) fn examined(raw: RawGeometryRef<'_>) -> Intake {
    let mut found = Found::default();
    found.gather(raw, false);
    let Found { polygons, points, mut defects } = found;

    let mut geometry = PlotGeometry::Unusable;
    if polygons.iter().flat_map(|part| part.rings()).any(|ring| !ring.is_empty()) {
        if !points.is_empty() {
            let detail = format!(
                "the collection holds {} beside its polygons, which were ignored",
                counted(points.len(), "point")
            );
            defects.push(Defect::of_geometry(DefectCode::MixedPointsAndPolygons, detail));
        }
        if let Some(shape) = check_polygons(&polygons, &mut defects) {
            geometry = PlotGeometry::Area(shape);
        }
    } else if !points.is_empty() {
        defects.extend(points.iter().zip(0..).filter_map(|(&point, vertex)| {
            let (code, detail) = coordinate_fault(point)?;
            let place = point.iter().all(|value| value.is_finite()).then_some(point);
            Some(Defect { vertex: Some(vertex), place, ..Defect::of_geometry(code, detail) })
        }));
        geometry = PlotGeometry::Points(points.iter().map(|&point| without_minus_zero(point)).collect());
    } else if !defects.iter().any(is_fatal) {
        let detail = match raw {
            RawGeometryRef::Mixed(_) => "the collection holds neither a polygon nor a point",
            _ => "there is no geometry",
        };
        defects.push(Defect::of_geometry(DefectCode::MissingGeometry, detail));
    }

    if defects.iter().any(is_fatal) {
        geometry = PlotGeometry::Unusable;
    }
    let repaired = geometry != PlotGeometry::Unusable
        && defects.iter().any(|defect| defect.code.effect() == DefectEffect::Repaired);
    Intake { geometry, repaired, defects }
}

fn is_fatal(defect: &Defect) -> bool {
    defect.code.effect() == DefectEffect::Unusable
}

/// What a geometry and the collections in it hold.
#[derive(Default)]
struct Found<'a> {
    polygons: Vec<Part<'a>>,
    points: Vec<Position>,
    defects: Vec<Defect>,
}

impl<'a> Found<'a> {
    fn gather(&mut self, raw: RawGeometryRef<'a>, in_collection: bool) {
        match raw {
            RawGeometryRef::Missing => {}
            RawGeometryRef::Points(points) => self.points.extend_from_slice(points),
            RawGeometryRef::Polygons(polygons) => self.polygons.extend(polygons.parts()),
            RawGeometryRef::Mixed(members) => {
                for member in members.iter() {
                    self.gather(member, true);
                }
            }
            RawGeometryRef::Unsupported(kind) if in_collection && is_line(kind) => {
                let detail = format!("the collection holds a {kind}, which was ignored: a line has no area");
                self.defects.push(Defect::of_geometry(DefectCode::LineInCollection, detail));
            }
            RawGeometryRef::Unsupported(kind) => {
                let detail = format!("a {kind} cannot be measured; a plot is a polygon, a multipolygon or a point");
                self.defects.push(Defect::of_geometry(DefectCode::UnsupportedGeometry, detail));
            }
            RawGeometryRef::Unreadable(reason) => {
                let detail = format!("the geometry cannot be read: {reason}");
                self.defects.push(Defect::of_geometry(DefectCode::UnreadableGeometry, detail));
            }
        }
    }
}

/// Whether a type's name is that of a kind of line, in any of the spellings of WKT and GeoJSON.
fn is_line(kind: &str) -> bool {
    const LINES: [&str; 7] =
        ["LineString", "MultiLineString", "LinearRing", "CircularString", "CompoundCurve", "Curve", "MultiCurve"];
    // WKT appends the dimensions: "LINESTRING Z".
    let name = kind.split_whitespace().next().unwrap_or_default();
    LINES.iter().any(|line| line.eq_ignore_ascii_case(name))
}

/// What is wrong with a position, if anything, and in words.
pub(crate) fn coordinate_fault([x, y]: Position) -> Option<(DefectCode, String)> {
    if x.abs() <= 180.0 && y.abs() <= 90.0 {
        return None;
    }
    if !x.is_finite() || !y.is_finite() {
        let detail = format!("the position {x}, {y} is not a pair of finite numbers");
        return Some((DefectCode::NonFiniteCoordinate, detail));
    }
    let guess = if x.abs() > 360.0 || y.abs() > 360.0 {
        "; these look like metres of a projected system, not degrees"
    } else if x.abs() <= 90.0 && y.abs() <= 180.0 {
        "; latitude and longitude look swapped"
    } else {
        ""
    };
    let detail = format!(
        "the position {x}, {y} is off the globe: longitude must lie within -180 and 180, latitude within -90 and 90{guess}"
    );
    Some((DefectCode::OutOfRange, detail))
}

/// Minus zero would make equal positions differ in their bits.
pub(crate) fn without_minus_zero([x, y]: Position) -> Position {
    [x + 0.0, y + 0.0]
}

/// "1 point", "2 points".
pub(crate) fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("{number} {noun}") } else { format!("{number} {noun}s") }
}
