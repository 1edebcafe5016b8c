//! What of a geometry the formats can hold.

use lindero_plots::{Part, Position, RawGeometryRef};

/// A geometry every format takes: finite, rings of at least three places.
#[derive(Debug)]
pub(super) enum Drawable<'a> {
    Points(&'a [Position]),
    Polygons(Vec<Part<'a>>),
    Collection(Vec<Drawable<'a>>),
}

impl<'a> Drawable<'a> {
    /// `None` where there is nothing to draw. Readers of GEOS refuse a whole file for one ring that is
    /// open or too short, so such a geometry is left out as a whole.
    pub(super) fn new(geometry: RawGeometryRef<'a>) -> Option<Self> {
        match geometry {
            RawGeometryRef::Points(points) => {
                (!points.is_empty() && points.iter().all(finite)).then_some(Self::Points(points))
            }
            RawGeometryRef::Polygons(polygons) => {
                let parts: Vec<Part<'_>> = polygons.parts().filter(|part| part.rings().len() > 0).collect();
                let rings = || polygons.rings();
                let sound = rings().all(|ring| ring.iter().all(finite) && closed(ring).count() >= 4);
                (!parts.is_empty() && sound).then_some(Self::Polygons(parts))
            }
            RawGeometryRef::Mixed(members) => {
                let members: Vec<_> = members.iter().filter_map(Self::new).collect();
                (!members.is_empty()).then_some(Self::Collection(members))
            }
            RawGeometryRef::Missing | RawGeometryRef::Unsupported(_) | RawGeometryRef::Unreadable(_) => None,
        }
    }

    /// The name all formats give it.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Points([_]) => "Point",
            Self::Points(_) => "MultiPoint",
            Self::Polygons(parts) if parts.len() == 1 => "Polygon",
            Self::Polygons(_) => "MultiPolygon",
            Self::Collection(_) => "GeometryCollection",
        }
    }

    /// Calls back with each position.
    pub(super) fn each_position(&self, visit: &mut impl FnMut(&Position)) {
        match self {
            Self::Points(points) => points.iter().for_each(visit),
            Self::Polygons(parts) => parts.iter().flat_map(|part| part.rings()).flatten().for_each(visit),
            Self::Collection(members) => members.iter().for_each(|member| member.each_position(visit)),
        }
    }
}

fn finite(position: &Position) -> bool {
    position.iter().all(|value| value.is_finite())
}

/// A ring's positions, the first once more at the end if it is not there already.
pub(super) fn closed(ring: &[Position]) -> impl DoubleEndedIterator<Item = &Position> {
    let closing = if ring.first() == ring.last() && ring.len() > 1 { None } else { ring.first() };
    ring.iter().chain(closing)
}

/// A ring's positions, closed, and turned as RFC 7946 and KML have it: outer rings counter-clockwise, holes clockwise.
pub(super) fn turned(ring: &[Position], is_outer: bool) -> impl Iterator<Item = &Position> {
    let is_backwards = (twice_area(ring) < 0.0) == is_outer;
    let mut positions = closed(ring);
    std::iter::from_fn(move || if is_backwards { positions.next_back() } else { positions.next() })
}

/// Twice the signed area of a ring in square degrees, positive if it runs counter-clockwise. Taken from
/// its first corner, as a small ring far from 0 would cancel.
fn twice_area(ring: &[Position]) -> f64 {
    let Some(&[x, y]) = ring.first() else { return 0.0 };
    ring.windows(2)
        .map(|edge| {
            let ([ax, ay], [bx, by]) = (edge[0], edge[1]);
            (ax - x) * (by - y) - (bx - x) * (ay - y)
        })
        .sum()
}
