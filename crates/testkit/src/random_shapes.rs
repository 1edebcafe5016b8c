use std::f64::consts::TAU;

use crate::{Polygons, SplitMix64, wkt::Ring};

/// A simple, closed, counter-clockwise ring of `vertices` corners seen from `centre` in increasing direction.
///
/// No corner is farther from the centre than `radius` or nearer than a third of it. Fewer than 3 vertices count as 3.
pub fn random_star(rng: &mut SplitMix64, centre: [f64; 2], radius: f64, vertices: usize) -> Ring {
    let vertices = vertices.max(3);
    let turn = rng.between(0.0, TAU);
    let step = TAU / vertices as f64;
    let mut ring: Ring = (0..vertices)
        .map(|i| {
            // A jitter under half a step either way keeps the corners in order, and for three of them
            // keeps every gap under half a turn, so that the centre stays inside.
            let angle = turn + step * (i as f64 + rng.between(-0.2, 0.2));
            let distance = radius * rng.between(1.0 / 3.0, 1.0);
            [centre[0] + distance * libm::cos(angle), centre[1] + distance * libm::sin(angle)]
        })
        .collect();
    ring.push(ring[0]);
    ring
}

/// A closed ring around a centre with a corner for each length, a share of the radius, in directions equally far apart: it
/// never crosses itself.
#[must_use]
pub fn star(centre: [f64; 2], radius: f64, lengths: &[f64]) -> Ring {
    let step = TAU / lengths.len() as f64;
    let corner = |(i, length): (usize, &f64)| {
        let (sin, cos) = libm::sincos(step * i as f64 + 0.1);
        [centre[0] + radius * length * cos, centre[1] + radius * length * sin]
    };
    let mut ring: Ring = lengths.iter().enumerate().map(corner).collect();
    ring.push(ring[0]);
    ring
}

/// A star with a hole in it that keeps clear of the outer ring: see [`random_star`].
pub fn random_star_with_hole(rng: &mut SplitMix64, centre: [f64; 2], radius: f64, vertices: usize) -> Polygons {
    let outer = random_star(rng, centre, radius, vertices.max(5));
    // With five corners a gap is at most 1.4 * 72 degrees, so no edge comes nearer than cos(50.4 deg) / 3 = 0.21.
    let mut hole = random_star(rng, centre, radius * 0.15, vertices);
    hole.reverse();
    vec![vec![outer, hole]]
}

/// A closed ring with only level and upright edges on multiples of `step`, between one and `most` steps a side.
///
/// Its shares of cells are exact in binary when `step` is.
pub fn random_rectangle(rng: &mut SplitMix64, south_west: [f64; 2], step: f64, most: usize) -> Ring {
    let [x, y] = south_west;
    let (width, height) = ((1 + rng.below(most)) as f64 * step, (1 + rng.below(most)) as f64 * step);
    vec![[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ring_area;

    fn crosses(a: [f64; 2], b: [f64; 2], c: [f64; 2], d: [f64; 2]) -> bool {
        let side = |p: [f64; 2], q: [f64; 2], r: [f64; 2]| ring_area(&[p, q, r]) > 0.0;
        side(a, b, c) != side(a, b, d) && side(c, d, a) != side(c, d, b)
    }

    proptest! {
        #[test]
        fn stars_turn_left_and_never_cross_themselves_or_their_hole(seed: u64, vertices in 3usize..40) {
            let mut rng = SplitMix64::new(seed);
            let star = random_star_with_hole(&mut rng, [-76.0, -10.0], 0.01, vertices).remove(0);
            prop_assert!(ring_area(&star[0]) > 0.0 && ring_area(&star[1]) < 0.0);
            let edges: Vec<_> = star.iter().flat_map(|ring| ring.windows(2).map(|e| (e[0], e[1]))).collect();
            for (i, (a, b)) in edges.iter().enumerate() {
                for (c, d) in &edges[..i] {
                    let shared = a == c || a == d || b == c || b == d;
                    prop_assert!(shared || !crosses(*a, *b, *c, *d));
                }
            }
        }
    }
}
