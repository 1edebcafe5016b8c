//! Land and borders of a TopoJSON file: <https://github.com/topojson/topojson-specification>.

use lindero_plots::{Position, Shape};
use serde::Deserialize;

/// A file of lines (arcs) that polygons share.
#[derive(Deserialize)]
struct Topology {
    objects: Objects,
    transform: Transform,
    arcs: Vec<Vec<[f64; 2]>>,
}

#[derive(Deserialize)]
struct Objects {
    land: Option<Geometry>,
    countries: Option<Geometry>,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Geometry {
    #[serde(rename = "GeometryCollection")]
    Collection {
        geometries: Vec<Geometry>,
    },
    Polygon {
        arcs: Vec<Vec<i32>>,
    },
    MultiPolygon {
        arcs: Vec<Vec<Vec<i32>>>,
    },
}

/// What makes degrees of steps.
#[derive(Deserialize)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}

/// The polygons of the object `land`.
///
/// # Errors
///
/// If the text is no such TopoJSON, or a polygon has an arc that is not there.
pub(super) fn land_of(topology: &str) -> Result<Shape, String> {
    let topology: Topology = serde_json::from_str(topology).map_err(|error| error.to_string())?;
    let arcs: Vec<Vec<Position>> = topology.arcs.iter().map(|arc| degrees(arc, &topology.transform)).collect();
    let mut land = Shape::default();
    push(&topology.objects.land.ok_or("there is no land")?, &arcs, &mut land)?;
    Ok(land)
}

/// The lines that two of the object `countries` share.
///
/// # Errors
///
/// If the text is no such TopoJSON, or a country has an arc that is not there.
pub(super) fn borders_of(topology: &str) -> Result<Vec<Vec<Position>>, String> {
    let topology: Topology = serde_json::from_str(topology).map_err(|error| error.to_string())?;
    let mut sides = vec![0u32; topology.arcs.len()];
    count(&topology.objects.countries.ok_or("there are no countries")?, &mut sides)?;
    let shared = topology.arcs.iter().zip(sides).filter(|(_, sides)| *sides > 1);
    Ok(shared.map(|(arc, _)| degrees(arc, &topology.transform)).collect())
}

/// Counts how many polygons use each arc.
fn count(geometry: &Geometry, sides: &mut [u32]) -> Result<(), String> {
    let mut of_rings = |rings: &Vec<Vec<i32>>| -> Result<(), String> {
        for &number in rings.iter().flatten() {
            let index = if number < 0 { !number } else { number };
            *sides.get_mut(index as usize).ok_or_else(|| format!("there is no arc {index}"))? += 1;
        }
        Ok(())
    };
    match geometry {
        Geometry::Collection { geometries } => geometries.iter().try_for_each(|it| count(it, sides)),
        Geometry::Polygon { arcs } => of_rings(arcs),
        Geometry::MultiPolygon { arcs } => arcs.iter().try_for_each(of_rings),
    }
}

/// The positions of an arc, each given as steps from the one before.
fn degrees(arc: &[[f64; 2]], Transform { scale, translate }: &Transform) -> Vec<Position> {
    let mut at = [0.0; 2];
    arc.iter()
        .map(|steps| {
            at = std::array::from_fn(|axis| at[axis] + steps[axis]);
            std::array::from_fn(|axis| at[axis] * scale[axis] + translate[axis])
        })
        .collect()
}

fn push(geometry: &Geometry, arcs: &[Vec<Position>], land: &mut Shape) -> Result<(), String> {
    match geometry {
        Geometry::Collection { geometries } => geometries.iter().try_for_each(|it| push(it, arcs, land)),
        Geometry::Polygon { arcs: rings } => push_part(rings, arcs, land),
        Geometry::MultiPolygon { arcs: parts } => parts.iter().try_for_each(|rings| push_part(rings, arcs, land)),
    }
}

fn push_part(rings: &[Vec<i32>], arcs: &[Vec<Position>], land: &mut Shape) -> Result<(), String> {
    for ring in rings {
        let mut positions: Vec<Position> = Vec::new();
        for &number in ring {
            // -1 is arc 0 backwards, -2 arc 1.
            let (index, backwards) = if number < 0 { (!number, true) } else { (number, false) };
            let arc = arcs.get(index as usize).ok_or_else(|| format!("there is no arc {index}"))?;
            // Each arc begins where the one before it ends.
            positions.pop();
            if backwards {
                positions.extend(arc.iter().rev());
            } else {
                positions.extend(arc);
            }
        }
        land.push_ring(&positions);
    }
    land.end_part();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{borders_of, land_of};
    use lindero_plots::Shape;

    #[test]
    fn polygons_are_put_together_from_arcs_in_both_directions() {
        // Two squares with a common side, arc 0, as steps of half a degree from 10, 20.
        let text = r#"{"type": "Topology", "transform": {"scale": [0.5, 0.5], "translate": [10, 20]},
            "arcs": [[[2, 0], [0, 2]], [[2, 2], [-2, 0], [0, -2], [2, 0]], [[2, 0], [2, 0], [0, 2], [-2, 0]]],
            "objects": {"land": {"type": "GeometryCollection", "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]]}, {"type": "MultiPolygon", "arcs": [[[2, -1]]]}]}}}"#;
        let west = vec![[11.0, 20.0], [11.0, 21.0], [10.0, 21.0], [10.0, 20.0], [11.0, 20.0]];
        let east = vec![[11.0, 20.0], [12.0, 20.0], [12.0, 21.0], [11.0, 21.0], [11.0, 20.0]];
        assert_eq!(land_of(text), Ok(Shape::from_rings(vec![vec![west], vec![east]])));
    }

    #[test]
    fn what_two_countries_share_is_a_border_and_a_coast_is_none() {
        let text = r#"{"type": "Topology", "transform": {"scale": [0.5, 0.5], "translate": [10, 20]},
            "arcs": [[[2, 0], [0, 2]], [[2, 2], [-2, 0], [0, -2], [2, 0]], [[2, 0], [2, 0], [0, 2], [-2, 0]]],
            "objects": {"countries": {"type": "GeometryCollection", "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]]}, {"type": "MultiPolygon", "arcs": [[[2, -1]]]}]}}}"#;
        assert_eq!(borders_of(text), Ok(vec![vec![[11.0, 20.0], [11.0, 21.0]]]));
    }

    #[test]
    fn an_arc_that_is_not_there_is_named() {
        let text = r#"{"transform": {"scale": [1, 1], "translate": [0, 0]}, "arcs": [],
            "objects": {"land": {"type": "Polygon", "arcs": [[-8]]}}}"#;
        assert_eq!(land_of(text), Err("there is no arc 7".into()));
    }
}
