use crate::{Polygons, SplitMix64, random_shapes::random_star, wkt::Ring};

/// The unit of the lattice on which some boundaries lie: 0.85 m, exact in binary, so that what is meant to lie on a
/// side lies on it.
const LATTICE_DEG: f64 = 1.0 / 131_072.0;

/// The seed of the boundaries whose verdicts are stored in `fixtures/reference/boundaries.txt`.
pub const BOUNDARIES_SEED: u64 = 20_201_231;

/// A boundary of a farm, between 10 and 250 m in radius, as sound or broken as boundaries in files are: closed, with
/// at least four positions in each ring, and often with sides that cross, spikes, repeated positions, rings that touch
/// themselves, holes and parts where none may be.
pub fn random_boundary(rng: &mut SplitMix64) -> Polygons {
    let on_lattice = |value: f64| (value / LATTICE_DEG).round() * LATTICE_DEG;
    let centre = [on_lattice(rng.between(-78.0, -72.0)), on_lattice(rng.between(-12.0, 0.0))];
    let radius = rng.between(1e-4, 2.2e-3);
    let mut polygons = match rng.below(8) {
        0 | 1 => vec![vec![star(rng, centre, radius)]],
        2 => vec![vec![star(rng, centre, radius), hole(rng, centre, radius)]],
        3 => vec![vec![star(rng, centre, radius), hole(rng, centre, radius), hole(rng, centre, radius)]],
        4 => {
            let neighbour = beside(rng, centre, radius);
            vec![vec![star(rng, centre, radius)], vec![star(rng, neighbour, radius)]]
        }
        5 => vec![vec![star(rng, centre, radius), hole(rng, centre, radius)], vec![hole(rng, centre, radius)]],
        6 => vec![vec![scribble(rng, centre)]],
        _ => vec![vec![scribble(rng, centre), scribble(rng, centre)], vec![scribble(rng, centre)]],
    };
    match rng.below(3) {
        0 => {}
        1 => move_to(&mut polygons, |value| (value * 1e6).round() / 1e6),
        _ => move_to(&mut polygons, |value| (value / (LATTICE_DEG * 8.0)).round() * LATTICE_DEG * 8.0),
    }
    for ring in polygons.iter_mut().flatten() {
        if rng.chance(0.6) {
            ring.pop();
            spoil(rng, ring, radius);
            ring.push(ring[0]);
        }
    }
    polygons
}

fn star(rng: &mut SplitMix64, centre: [f64; 2], radius: f64) -> Ring {
    let vertices = 4 + rng.below(20);
    let mut ring = random_star(rng, centre, radius, vertices);
    if rng.chance(0.5) {
        ring.reverse();
    }
    ring
}

/// A small star somewhere in or around the plot.
fn hole(rng: &mut SplitMix64, centre: [f64; 2], radius: f64) -> Ring {
    let at = beside(rng, centre, radius * 0.4);
    let size = radius * rng.between(0.02, 0.4);
    star(rng, at, size)
}

fn beside(rng: &mut SplitMix64, centre: [f64; 2], radius: f64) -> [f64; 2] {
    centre.map(|value| value + rng.between(-2.0, 2.0) * radius)
}

/// Corners anywhere on a lattice of six by six.
fn scribble(rng: &mut SplitMix64, centre: [f64; 2]) -> Ring {
    let corners = 3 + rng.below(6);
    let mut ring: Ring =
        (0..corners).map(|_| centre.map(|value| value + rng.below(6) as f64 * 16.0 * LATTICE_DEG)).collect();
    ring.push(ring[0]);
    ring
}

fn move_to(polygons: &mut Polygons, place: impl Fn(f64) -> f64) {
    for position in polygons.iter_mut().flatten().flatten() {
        *position = position.map(&place);
    }
}

/// Does one thing to an open ring that goes wrong between the walk and the file.
fn spoil(rng: &mut SplitMix64, ring: &mut Ring, radius: f64) {
    let (at, other) = (rng.below(ring.len()), rng.below(ring.len()));
    let (corner, next) = (ring[at], (at + 1) % ring.len());
    match rng.below(6) {
        0 => ring.swap(at, next),
        1 => {
            let tip = [corner[0] + radius * rng.between(-1.0, 1.0), corner[1] + radius * rng.between(-1.0, 1.0)];
            ring.splice(at..=at, [corner, tip, corner]);
        }
        2 => ring.insert(at, corner),
        // The walk ends a few metres beyond its beginning.
        3 => ring.push([ring[0][0] + rng.between(-5e-5, 5e-5), ring[0][1] + rng.between(-5e-5, 5e-5)]),
        4 => ring.insert(at, ring[other]),
        // A corner in the middle of a side, where the ring comes by again.
        _ => {
            let (a, b) = (ring[other], ring[(other + 1) % ring.len()]);
            ring.insert(at, [f64::midpoint(a[0], b[0]), f64::midpoint(a[1], b[1])]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_are_closed_and_the_same_every_time() {
        let draw = || {
            let mut rng = SplitMix64::new(7);
            (0..500).map(|_| random_boundary(&mut rng)).collect::<Vec<_>>()
        };
        let drawn = draw();
        assert_eq!(drawn, draw());
        for ring in drawn.iter().flatten().flatten() {
            assert!(ring.len() >= 4 && ring.first() == ring.last(), "{ring:?}");
        }
    }
}
