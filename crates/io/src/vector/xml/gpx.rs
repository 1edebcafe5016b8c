//! GPX: waypoints are points, and what was walked, a track or a route, is the boundary of a plot.
//!
//! GPX has no areas, so who measures a plot with a handheld receiver walks around it. The ring is the walk as it was recorded,
//! mostly left open. The pieces of a track are one walk with pauses, unless each ends where it began.

use super::super::error::VectorError;
use super::nodes::{Node, Nodes, XmlFile};
use super::{Walk, XmlFeature};
use lindero_plots::{Position, RawGeometry};

/// Elements of a waypoint, a route or a track that become columns; heights and the state of satellites do not.
const TEXTS: [&str; 8] = ["name", "cmt", "desc", "src", "number", "type", "sym", "time"];

/// A walk over waypoints, routes and tracks, in the order of the file.
pub(super) struct Records {
    nodes: Nodes,
    walked: u64,
    open: u64,
}

impl Walk for Records {
    fn new(file: &XmlFile) -> Result<Self, VectorError> {
        Ok(Self { nodes: Nodes::new(file)?, walked: 0, open: 0 })
    }

    fn next(&mut self) -> Result<Option<XmlFeature>, VectorError> {
        loop {
            match self.nodes.next()? {
                Node::Open { name, attributes } if name == "wpt" => {
                    let mut feature = record(&mut self.nodes)?.0;
                    feature.geometry = match position(&attributes) {
                        Ok(position) => RawGeometry::Points(vec![position]),
                        Err(reason) => RawGeometry::Unreadable(format!("waypoint: {reason}")),
                    };
                    return Ok(Some(feature));
                }
                Node::Open { name, .. } if name == "trk" || name == "rte" => {
                    let (mut feature, pieces) = record(&mut self.nodes)?;
                    feature.geometry = match pieces {
                        Ok(pieces) => self.boundary(pieces),
                        Err(reason) => RawGeometry::Unreadable(format!("{name}: {reason}")),
                    };
                    return Ok(Some(feature));
                }
                Node::Open { .. } | Node::Close | Node::Text(_) => {}
                Node::End => return Ok(None),
            }
        }
    }

    fn notes(&self) -> Vec<String> {
        if self.walked == 0 {
            return Vec::new();
        }
        vec![format!(
            "{} track(s) or route(s) are read as the boundaries of plots that were walked; {} of them end elsewhere than \
             they began and are closed by a straight side",
            self.walked, self.open
        )]
    }
}

impl Records {
    /// A ring for each piece if all are closed, else one ring of all.
    fn boundary(&mut self, pieces: Vec<Vec<Position>>) -> RawGeometry {
        let pieces: Vec<_> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
        if pieces.is_empty() {
            return RawGeometry::Missing;
        }
        let is_closed = |piece: &Vec<Position>| piece.len() >= 4 && piece.first() == piece.last();
        let rings = if pieces.iter().all(is_closed) { pieces } else { vec![pieces.concat()] };
        self.walked += 1;
        self.open += u64::from(!rings.iter().all(is_closed));
        RawGeometry::Polygons(rings.into_iter().map(|ring| vec![ring]).collect())
    }
}

/// Pieces of positions, or why one of them is none.
type Pieces = Result<Vec<Vec<Position>>, String>;

/// A record to its end: its texts, and its positions by pieces.
fn record(nodes: &mut Nodes) -> Result<(XmlFeature, Pieces), VectorError> {
    let mut texts = Vec::new();
    let mut pieces: Vec<Vec<Position>> = vec![Vec::new()];
    let mut wrong = None;
    nodes.each_child(|nodes, name, attributes| {
        match name {
            "rtept" => add(attributes, &mut pieces, &mut wrong),
            "trkseg" => {
                pieces.push(Vec::new());
                return nodes.each_child(|nodes, name, attributes| {
                    if name == "trkpt" {
                        add(attributes, &mut pieces, &mut wrong);
                    }
                    nodes.skip()
                });
            }
            _ => {
                if let Some(column) = TEXTS.iter().find(|column| **column == name) {
                    texts.push((*column, nodes.text()?));
                    return Ok(());
                }
            }
        }
        nodes.skip()
    })?;
    let feature = XmlFeature { texts, data: Vec::new(), geometry: RawGeometry::Missing };
    Ok((feature, wrong.map_or(Ok(pieces), Err)))
}

/// Adds a position to the last piece, or the reason why it is none.
fn add(attributes: &[(String, String)], pieces: &mut [Vec<Position>], wrong: &mut Option<String>) {
    let (Some(piece), true) = (pieces.last_mut(), wrong.is_none()) else { return };
    match position(attributes) {
        Ok(position) => piece.push(position),
        Err(reason) => *wrong = Some(reason),
    }
}

fn position(attributes: &[(String, String)]) -> Result<Position, String> {
    let read = |name: &str| {
        let text = Node::attribute(attributes, name).ok_or_else(|| format!("a position has no attribute {name}"))?;
        let number = text.trim().parse().ok().filter(|value: &f64| value.is_finite());
        number.ok_or_else(|| format!("a position has {name}={text:?}, expected decimal degrees"))
    };
    Ok([read("lon")?, read("lat")?])
}
