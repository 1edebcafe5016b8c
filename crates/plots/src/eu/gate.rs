//! The gate: a geometry as it was read goes in, features that the EU file takes come out, or the reason why not.

use super::holes::without_holes;
use super::refusal::{EuRefusal, RefusedBecause};
use super::sphere::sphere_area_m2;
use super::truncate::{truncated_position, truncated_ring};
use crate::{
    Checked, Checker, Defect, DefectCode, DefectEffect, Fault, Lang, M2_PER_HA, PlotGeometryRef, Position,
    RawGeometries, RawGeometryRef, RepairRules, Shape, ShapeRef, area_m2,
};

/// Hectares that a point may stand for.
const POINT_HA: std::ops::RangeInclusive<f64> = 0.0001..=4.0;

/// Over this many hectares a plot needs a polygon.
const POLYGON_FROM_HA: f64 = 4.0;

/// Within these hectares both areas are told: what is 4 depends on how it is measured.
const NEAR_POLYGON_HA: std::ops::RangeInclusive<f64> = 3.9..=4.1;

/// What the plot's own column says of its area.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum DeclaredArea {
    /// Nothing: a point then stands for 4 hectares.
    #[default]
    None,
    /// So many hectares.
    Hectares(f64),
    /// Something that is no number.
    Text(String),
}

/// The geometry of a feature: positions have six decimals at most.
#[derive(Clone, Debug, PartialEq)]
pub enum EuGeometry {
    /// A point.
    Point(Position),
    /// Closed counter-clockwise rings, each a polygon of its own without holes, that touch in points only.
    Polygons(Vec<Vec<Position>>),
}

/// A feature of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct EuFeature {
    /// Where it is.
    pub geometry: EuGeometry,
    /// Its area: of a polygon on the ellipsoid, of a point what was declared.
    pub area_ha: Option<f64>,
}

/// Something people should know of a plot that passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EuNote {
    /// The areas are near 4 hectares, from where on a point is not enough.
    NearFourHectares {
        /// On the ellipsoid.
        ellipsoid_ha: f64,
        /// On the sphere that the Commission's examples follow.
        sphere_ha: f64,
    },
    /// A collection's lines or points were left out beside its polygons.
    LeftOut,
    /// An open ring was closed.
    Closed,
    /// A small and certain fault of the boundary was repaired.
    Repaired,
    /// So many holes were too narrow for six decimals and are gone.
    HolesGone(usize),
}

/// A plot that passes.
#[derive(Clone, Debug, PartialEq)]
pub struct EuPlot {
    /// One feature, unless holes were cut open or there are several points: polygons that share a side make no
    /// valid multipolygon, so each of them is a feature.
    pub features: Vec<EuFeature>,
    /// Whether holes were cut open.
    pub holes_cut: bool,
    /// How many polygons or points there are in all features.
    pub parts: usize,
    /// Area on the ellipsoid of what is written; `None` for points.
    pub ellipsoid_m2: Option<f64>,
    /// Area on the sphere of what is written ([`sphere_area_m2`]); `None` for points.
    pub sphere_m2: Option<f64>,
    /// What cutting the coordinates to six decimals changed of the area on the ellipsoid; `None` for points.
    pub truncation_m2: Option<f64>,
    /// What people should know.
    pub notes: Vec<EuNote>,
}

impl EuNote {
    /// One sentence for people.
    pub fn sentence(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::NearFourHectares { ellipsoid_ha, sphere_ha }, Lang::En) => format!(
                "near 4 ha: {ellipsoid_ha:.4} ha on the ellipsoid, {sphere_ha:.4} ha as the Commission's examples measure"
            ),
            (Self::NearFourHectares { ellipsoid_ha, sphere_ha }, Lang::Es) => format!(
                "cerca de 4 ha: {ellipsoid_ha:.4} ha en el elipsoide, {sphere_ha:.4} ha como miden los ejemplos de la Comisión"
            ),
            (Self::LeftOut, Lang::En) => "lines or points beside the polygons were left out".to_owned(),
            (Self::LeftOut, Lang::Es) => "se omitieron líneas o puntos junto a los polígonos".to_owned(),
            (Self::Closed, Lang::En) => "an open ring was closed".to_owned(),
            (Self::Closed, Lang::Es) => "se cerró un anillo abierto".to_owned(),
            (Self::Repaired, Lang::En) => "the boundary was repaired: `lindero check` says how".to_owned(),
            (Self::Repaired, Lang::Es) => "se reparó el lindero: `lindero check` dice cómo".to_owned(),
            (Self::HolesGone(count), Lang::En) => format!("holes too narrow for six decimals, now gone: {count}"),
            (Self::HolesGone(count), Lang::Es) => {
                format!("huecos demasiado angostos para seis decimales, ya omitidos: {count}")
            }
        }
    }
}

/// Checks plots one after the other, in memory that is used again.
///
/// ```
/// use lindero_plots::eu::{DeclaredArea, EuCode, EuGate, EuGeometry};
/// use lindero_plots::{RawGeometries, RawGeometry, RepairRules};
///
/// let mut plots = RawGeometries::new();
/// plots.push(RawGeometry::Points(vec![[-76.123_456_7, -9.3]]));
/// let mut gate = EuGate::new(RepairRules::none());
/// let passed = gate.pass(plots.get(0), &DeclaredArea::Hectares(2.5)).expect("a point of 2.5 ha");
/// assert_eq!(passed.features[0].geometry, EuGeometry::Point([-76.123_456, -9.3]));
/// let refused = gate.pass(plots.get(0), &DeclaredArea::Hectares(5.0)).unwrap_err();
/// assert_eq!(refused.code, EuCode::AreaInvalid);
/// ```
#[derive(Clone, Debug)]
pub struct EuGate {
    checker: Checker,
    again: Again,
}

/// Checks what cutting made of a sound shape.
#[derive(Clone, Debug)]
struct Again {
    checker: Checker,
    cut: RawGeometries,
}

impl EuGate {
    /// A gate before which boundaries are repaired by these rules.
    #[must_use]
    pub fn new(repairs: RepairRules) -> Self {
        let again = Again { checker: Checker::new(RepairRules::none()), cut: RawGeometries::new() };
        Self { checker: Checker::new(repairs), again }
    }

    /// The plot as features.
    ///
    /// # Errors
    ///
    /// The first reason why it does not pass.
    pub fn pass(&mut self, raw: RawGeometryRef<'_>, declared: &DeclaredArea) -> Result<EuPlot, EuRefusal> {
        let Checked { geometry, defects, .. } = self.checker.check(raw);
        self.again.pass(geometry, &defects, declared)
    }

    /// The same for a plot with polygons that somebody has checked already: its shape and its defects.
    ///
    /// # Errors
    ///
    /// The first reason why it does not pass.
    pub fn pass_checked(&mut self, shape: ShapeRef<'_>, defects: &[Defect]) -> Result<EuPlot, EuRefusal> {
        self.again.pass(PlotGeometryRef::Area(shape), defects, &DeclaredArea::None)
    }

    /// Why a plot with these defects does not pass, whatever its geometry; `None` where they do not spoil it.
    #[must_use]
    pub fn refusal_of(defects: &[Defect]) -> Option<EuRefusal> {
        first_fatal(defects).map(|defect| EuRefusal::of_defect(defect.clone(), false))
    }
}

impl Again {
    /// A plot as it was checked.
    fn pass(
        &mut self,
        geometry: PlotGeometryRef<'_>,
        defects: &[Defect],
        declared: &DeclaredArea,
    ) -> Result<EuPlot, EuRefusal> {
        if let Some(refusal) = EuGate::refusal_of(defects) {
            return Err(refusal);
        }
        let mut plot = match geometry {
            PlotGeometryRef::Area(shape) => self.polygons(shape)?,
            PlotGeometryRef::Points(points) => points_of(points, declared)?,
            PlotGeometryRef::Unusable => unreachable!("a fatal defect says why"),
        };
        plot.notes.extend(notes_of(defects));
        Ok(plot)
    }

    /// A sound shape, cut to six decimals and into parts without holes.
    fn polygons(&mut self, shape: ShapeRef<'_>) -> Result<EuPlot, EuRefusal> {
        let mut holes_gone = 0;
        let parts: Vec<Vec<Vec<Position>>> = shape
            .parts()
            .map(|part| {
                let outer = std::iter::once(truncated_ring(part.outer()));
                let holes = part.holes().map(truncated_ring).filter(|hole| {
                    let stays = encloses_something(hole);
                    holes_gone += usize::from(!stays);
                    stays
                });
                outer.chain(holes).collect()
            })
            .collect();
        let mut sound: Vec<Shape> = Vec::with_capacity(parts.len());
        let mut rings: Vec<Vec<Vec<Position>>> = Vec::with_capacity(parts.len());
        for (index, part) in parts.iter().enumerate() {
            let (shape, pieces) = self.sound_part(index as u32, part)?;
            sound.push(shape);
            rings.push(pieces);
        }
        let uncut = rings.iter().all(|rings| rings.len() == 1);
        let together = rings.len() == 1 || self.checked(&parts).is_ok();
        let count = rings.iter().map(Vec::len).sum();
        let all = rings.into_iter().flatten();
        let features: Vec<EuFeature> = if uncut && together {
            vec![EuFeature::of_polygons(all.collect())]
        } else {
            all.map(|ring| EuFeature::of_polygons(vec![ring])).collect()
        };
        let ellipsoid_m2 = sound.iter().map(|part| area_m2(part.as_ref())).sum::<f64>();
        let sphere_m2 = sound.iter().map(|part| sphere_area_m2(part.as_ref())).sum::<f64>();
        let mut notes = near_four(ellipsoid_m2 / M2_PER_HA, sphere_m2 / M2_PER_HA);
        if holes_gone > 0 {
            notes.push(EuNote::HolesGone(holes_gone));
        }
        Ok(EuPlot {
            features,
            holes_cut: !uncut,
            parts: count,
            ellipsoid_m2: Some(ellipsoid_m2),
            sphere_m2: Some(sphere_m2),
            truncation_m2: Some(ellipsoid_m2 - area_m2(shape)),
            notes,
        })
    }

    /// A polygon that is sound with six decimals, and the polygons without holes that tile it.
    fn sound_part(&mut self, index: u32, rings: &[Vec<Position>]) -> Result<(Shape, Vec<Vec<Position>>), EuRefusal> {
        let refused =
            |defect: Defect| EuRefusal::of_defect(Defect { part: defect.part.map(|_| index), ..defect }, true);
        let alone = |rings: &[Vec<Position>]| vec![rings.to_vec()];
        let shape = self.checked(&alone(rings)).map_err(refused)?;
        // Three positions may lie on a line as decimals and beside it as the doubles nearest to them, or the other way round:
        // whoever reads the file may calculate with either.
        let decimals: Vec<Vec<Position>> = rings.iter().map(|ring| ring.iter().map(decimal).collect()).collect();
        let by_decimals = self.checked(&alone(&decimals)).map_err(|defect| refused(in_degrees(defect, rings)))?;
        let mut pieces = pieces_of(&shape);
        if pieces.len() > 1 && !self.are_sound(&pieces) {
            pieces = pieces_of(&by_decimals);
            pieces.iter_mut().flatten().for_each(|position| *position = degrees(position));
            if !self.are_sound(&pieces) {
                return Err(EuRefusal::no_cut());
            }
        }
        Ok((shape, pieces))
    }

    /// Whether each ring is a valid polygon, as doubles and as decimals.
    fn are_sound(&mut self, rings: &[Vec<Position>]) -> bool {
        rings.iter().all(|ring| {
            let decimals = ring.iter().map(decimal).collect();
            self.checked(&[vec![ring.clone()]]).is_ok() && self.checked(&[vec![decimals]]).is_ok()
        })
    }

    /// A valid shape of these polygons as they are.
    fn checked(&mut self, parts: &[Vec<Vec<Position>>]) -> Result<Shape, Defect> {
        self.cut.truncate(0);
        let mut open = self.cut.open();
        for rings in parts {
            for ring in rings {
                open.extend_from_slice(ring);
                open.end_ring();
            }
            open.end_part();
        }
        open.close_as_polygons();
        let Checked { geometry, defects, .. } = self.checker.check(self.cut.get(0));
        match geometry {
            PlotGeometryRef::Area(shape) => Ok(shape.to_owned()),
            // A ring of which cutting left one position is empty after that: nothing was missing before.
            _ => Err(first_fatal(&defects)
                .cloned()
                .unwrap_or_else(|| Defect::of_geometry(Fault::TooFewPoints { distinct: 1 }))),
        }
    }
}

impl EuFeature {
    /// A feature of closed rings, each a polygon.
    fn of_polygons(rings: Vec<Vec<Position>>) -> Self {
        let shape = Shape::from_rings(rings.iter().map(|ring| vec![ring.clone()]).collect());
        Self { area_ha: Some(area_m2(shape.as_ref()) / M2_PER_HA), geometry: EuGeometry::Polygons(rings) }
    }
}

/// Millionths of a degree in this unit are whole numbers over a power of two, so that six decimals are exact in it, and
/// the globe in this unit lies within the globe in degrees.
const DECIMAL_UNIT: f64 = (1 << 21) as f64;

/// A position with six decimals as exactly these decimals, in [`DECIMAL_UNIT`]s of millionths of a degree.
fn decimal(position: &Position) -> Position {
    position.map(|degrees| (degrees * 1e6).round() / DECIMAL_UNIT)
}

/// The doubles in degrees that are nearest to the decimals.
fn degrees(decimals: &Position) -> Position {
    decimals.map(|value| value * DECIMAL_UNIT / 1e6)
}

/// A defect of decimals, its place in degrees.
fn in_degrees(mut defect: Defect, rings: &[Vec<Position>]) -> Defect {
    let ring = defect.ring.and_then(|ring| rings.get(ring as usize));
    defect.place = ring.and_then(|ring| ring.get(defect.vertex.unwrap_or(0) as usize)).copied();
    defect
}

fn pieces_of(shape: &Shape) -> Vec<Vec<Position>> {
    shape.as_ref().parts().flat_map(without_holes).collect()
}

/// Points of which each stands for its share of the declared area.
fn points_of(points: &[Position], declared: &DeclaredArea) -> Result<EuPlot, EuRefusal> {
    let each_ha = match declared {
        DeclaredArea::None => None,
        DeclaredArea::Text(text) => return Err(EuRefusal::of_area(RefusedBecause::PointAreaText(text.clone()))),
        DeclaredArea::Hectares(ha) => {
            let each_ha = ha / points.len() as f64;
            if !POINT_HA.contains(&each_ha) {
                return Err(EuRefusal::of_area(RefusedBecause::PointArea(each_ha)));
            }
            Some(each_ha)
        }
    };
    let feature =
        |&point: &Position| EuFeature { geometry: EuGeometry::Point(truncated_position(point)), area_ha: each_ha };
    let features: Vec<EuFeature> = points.iter().map(feature).collect();
    Ok(EuPlot {
        parts: features.len(),
        features,
        holes_cut: false,
        ellipsoid_m2: None,
        sphere_m2: None,
        truncation_m2: None,
        notes: Vec::new(),
    })
}

/// Both areas, where it depends on them whether the plot has over 4 hectares.
fn near_four(ellipsoid_ha: f64, sphere_ha: f64) -> Vec<EuNote> {
    let near = NEAR_POLYGON_HA.contains(&ellipsoid_ha) || NEAR_POLYGON_HA.contains(&sphere_ha);
    let differ = (ellipsoid_ha > POLYGON_FROM_HA) != (sphere_ha > POLYGON_FROM_HA);
    if near || differ { vec![EuNote::NearFourHectares { ellipsoid_ha, sphere_ha }] } else { Vec::new() }
}

/// Whether a closed ring has three positions that do not lie on one line.
fn encloses_something(ring: &[Position]) -> bool {
    let Some((&first, others)) = ring.split_first() else { return false };
    let Some(&second) = others.iter().find(|&&position| position != first) else { return false };
    others.iter().any(|&position| crate::predicates::turn(first, second, position) != 0.0)
}

fn first_fatal(defects: &[Defect]) -> Option<&Defect> {
    defects.iter().find(|defect| !defect.effect.is_usable())
}

/// What was done to a geometry that passes.
fn notes_of(defects: &[Defect]) -> Vec<EuNote> {
    let note = |defect: &Defect| match defect.code() {
        DefectCode::OpenRing => Some(EuNote::Closed),
        _ if defect.effect == DefectEffect::Repaired => Some(EuNote::Repaired),
        DefectCode::LineInCollection | DefectCode::MixedPointsAndPolygons => Some(EuNote::LeftOut),
        _ => None,
    };
    let mut notes: Vec<EuNote> = defects.iter().filter_map(note).collect();
    notes.dedup();
    notes
}
