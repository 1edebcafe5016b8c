//! Which ground each tile answers for, where tiles do not share one grid.
//!
//! Tiles of different grids overlap or part by a share of a cell at their seams. Each seam is cut down
//! its middle, and every tile at one seam is cut along the same line, so that the domains meet without
//! gap or overlap, also where four tiles meet. Only at the outer border, where a tile juts out by a share
//! of a cell beside a seam, up to one cell at its corner is no tile's: it counts as outside the layer.

use lindero_plots::Bounds;

/// Tiles that part or overlap by more cells than this have no seam; the rest is rounding.
const SEAM_CELLS: f64 = 1.0 + 1e-6;
/// All edges at one seam lie within this many cells: none is then moved by over a cell.
const WIDEST_SEAM_CELLS: f64 = 2.0;
/// Domains may fail to meet by this share of all ground: rounding of a sum of areas.
const SAME_AREA: f64 = 1e-9;
/// Cells at the corners of a tile that may be no tile's, at the outer border.
const LOST_CORNER_CELLS: f64 = 1.0;

/// A tile's own cells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// Which grid it is on.
    pub(crate) sheet: usize,
    /// The ground of its cells.
    pub(crate) bounds: Bounds,
}

/// Two tiles that cannot lie side by side.
#[derive(Debug)]
pub(crate) struct Clash {
    pub(crate) a: usize,
    pub(crate) b: usize,
    pub(crate) reason: String,
}

/// The edges of a tile, in one direction: `[low, high]`.
type Edges = [f64; 2];

/// One direction: edges of all tiles, in cells, and which of them lie at a seam.
struct Direction {
    edges: Vec<Edges>,
    at_seam: Vec<[bool; 2]>,
}

impl Direction {
    fn new(edges: Vec<Edges>) -> Self {
        let at_seam = vec![[false; 2]; edges.len()];
        Self { edges, at_seam }
    }

    /// By how many cells two tiles overlap; negative: by how many they part.
    fn overlap(&self, a: usize, b: usize) -> f64 {
        self.edges[a][1].min(self.edges[b][1]) - self.edges[a][0].max(self.edges[b][0])
    }

    /// The tile that begins first.
    fn in_order(&self, a: usize, b: usize) -> (usize, usize) {
        let middle = |tile: usize| self.edges[tile][0] + self.edges[tile][1];
        if middle(a) <= middle(b) { (a, b) } else { (b, a) }
    }

    fn mark(&mut self, a: usize, b: usize) {
        let (low, high) = self.in_order(a, b);
        self.at_seam[low][1] = true;
        self.at_seam[high][0] = true;
    }

    /// Moves each edge at a seam to the middle of all edges at that seam.
    fn cut(&self) -> Result<Vec<Edges>, Clash> {
        let mut seam: Vec<(f64, usize, usize)> = Vec::new();
        for (tile, sides) in self.at_seam.iter().enumerate() {
            seam.extend((0..2).filter(|side| sides[*side]).map(|side| (self.edges[tile][side], tile, side)));
        }
        seam.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut cut = self.edges.clone();
        for edges in seam.chunk_by(|a, b| b.0 - a.0 <= SEAM_CELLS) {
            let (first, last) = (edges[0], edges[edges.len() - 1]);
            if last.0 - first.0 > WIDEST_SEAM_CELLS {
                let reason = format!("the tiles at one seam end over {:.1} cells", last.0 - first.0);
                return Err(Clash { a: first.1, b: last.1, reason });
            }
            for (_, tile, side) in edges {
                cut[*tile][*side] = f64::midpoint(first.0, last.0);
            }
        }
        Ok(cut)
    }
}

/// Divides the ground among the tiles. Sizes of a cell are those all grids share, to a millionth.
pub(crate) fn domains(tiles: &[Extent], size_x: f64, size_y: f64) -> Result<Vec<Bounds>, Clash> {
    let mut x = Direction::new(tiles.iter().map(|t| [t.bounds.min_x / size_x, t.bounds.max_x / size_x]).collect());
    let mut y = Direction::new(tiles.iter().map(|t| [t.bounds.min_y / size_y, t.bounds.max_y / size_y]).collect());
    let mut deep = Vec::new();
    for b in 0..tiles.len() {
        for a in 0..b {
            let (over_x, over_y) = (x.overlap(a, b), y.overlap(a, b));
            if over_x < -SEAM_CELLS || over_y < -SEAM_CELLS {
                continue;
            }
            let (beside_x, beside_y) = (over_x <= SEAM_CELLS, over_y <= SEAM_CELLS);
            if beside_x {
                x.mark(a, b);
            }
            if beside_y {
                y.mark(a, b);
            }
            if beside_x || beside_y {
                continue;
            }
            if tiles[a].sheet != tiles[b].sheet {
                let reason = format!(
                    "their cells do not lie on one grid, and they overlap by {:.1} cells: at most 1 is a seam",
                    over_x.min(over_y)
                );
                return Err(Clash { a, b, reason });
            }
            deep.push((a, b, over_x <= over_y));
        }
    }
    let (mut cut_x, mut cut_y) = (x.cut()?, y.cut()?);
    // Tiles of one grid agree where they overlap, so any line between them is right.
    for (a, b, across_x) in &deep {
        let (direction, cut) = if *across_x { (&x, &mut cut_x) } else { (&y, &mut cut_y) };
        let (low, high) = direction.in_order(*a, *b);
        let middle = f64::midpoint(direction.edges[low][1], direction.edges[high][0]);
        cut[low][1] = cut[low][1].min(middle);
        cut[high][0] = cut[high][0].max(middle);
    }
    let domains = std::iter::zip(&cut_x, &cut_y)
        .map(|(x, y)| Bounds::new(x[0] * size_x, y[0] * size_y, x[1] * size_x, y[1] * size_y))
        .zip(tiles)
        .map(|(cut, tile)| keep_own(&cut, &tile.bounds, size_x, size_y))
        .collect::<Vec<_>>();
    prove(&domains, tiles, size_x * size_y)?;
    Ok(domains)
}

/// Takes over the edges that were not moved as they are, so that they stay equal to the bit.
fn keep_own(cut: &Bounds, own: &Bounds, size_x: f64, size_y: f64) -> Bounds {
    const MOVED_CELLS: f64 = 1e-9;
    let edge = |cut: f64, own: f64, size: f64| if (cut - own).abs() <= MOVED_CELLS * size { own } else { cut };
    Bounds::new(
        edge(cut.min_x, own.min_x, size_x),
        edge(cut.min_y, own.min_y, size_y),
        edge(cut.max_x, own.max_x, size_x),
        edge(cut.max_y, own.max_y, size_y),
    )
}

/// Checks that no ground is in two domains, and none of a tile's in no domain, but for corners.
fn prove(domains: &[Bounds], tiles: &[Extent], cell_area: f64) -> Result<(), Clash> {
    let together = union_area(domains.iter());
    let each: f64 = domains.iter().map(|d| d.width().max(0.0) * d.height().max(0.0)).sum();
    let all = union_area(domains.iter().chain(tiles.iter().map(|tile| &tile.bounds)));
    let corners = LOST_CORNER_CELLS * cell_area * tiles.len() as f64;
    if each - together <= SAME_AREA * all && all - together <= SAME_AREA * all + corners {
        return Ok(());
    }
    let reason =
        "they are not on one grid and overlap in a way that cannot be divided: merge the tiles of each grid first";
    let other = tiles.iter().position(|tile| tile.sheet != tiles[0].sheet).unwrap_or(0);
    Err(Clash { a: 0, b: other, reason: reason.into() })
}

/// The area under any of the rectangles.
fn union_area<'a>(rectangles: impl Iterator<Item = &'a Bounds> + Clone) -> f64 {
    let mut borders: Vec<f64> = rectangles.clone().flat_map(|r| [r.min_x, r.max_x]).collect();
    borders.sort_by(f64::total_cmp);
    borders.dedup();
    let mut rectangles: Vec<&Bounds> = rectangles.collect();
    rectangles.sort_by(|a, b| a.min_y.total_cmp(&b.min_y));
    let slab = |pair: &[f64]| {
        let (mut covered, mut top) = (0.0, f64::NEG_INFINITY);
        for r in rectangles.iter().filter(|r| r.min_x <= pair[0] && pair[1] <= r.max_x && r.max_y > r.min_y) {
            covered += (r.max_y - r.min_y.max(top)).max(0.0);
            top = top.max(r.max_y);
        }
        covered * (pair[1] - pair[0])
    };
    borders.windows(2).map(slab).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Tiles as `[sheet, min_x, min_y, max_x, max_y]` in cells of one; domains as the four numbers.
    fn check(tiles: &[[f64; 5]], expected: &[[f64; 4]]) {
        let found = domains(&extents(tiles), 1.0, 1.0).unwrap();
        let found: Vec<_> = found.iter().map(|d| [d.min_x, d.min_y, d.max_x, d.max_y]).collect();
        assert_eq!(found, expected);
    }

    fn extents(tiles: &[[f64; 5]]) -> Vec<Extent> {
        let extent = |t: &[f64; 5]| Extent { sheet: t[0] as usize, bounds: Bounds::new(t[1], t[2], t[3], t[4]) };
        tiles.iter().map(extent).collect()
    }

    #[test]
    fn a_gap_of_half_a_cell_is_closed_in_its_middle() {
        check(&[[0., 0., 0., 10., 10.], [1., 10.5, 0., 20.5, 10.]], &[[0., 0., 10.25, 10.], [10.25, 0., 20.5, 10.]]);
    }

    #[test]
    fn an_overlap_of_half_a_cell_is_cut_in_its_middle() {
        check(&[[0., 0., 0., 10., 10.], [1., 0., 9.5, 10., 19.5]], &[[0., 0., 10., 9.75], [0., 9.75, 10., 19.5]]);
    }

    #[test]
    fn four_tiles_meet_in_one_point() {
        check(
            &[
                [0., 0., 0., 10., 10.],
                [1., 10.5, 0.25, 20.5, 10.25],
                [2., 0.25, 10.5, 10.25, 20.5],
                [3., 9.75, 9.75, 20.75, 20.75],
            ],
            &[
                [0., 0., 10.125, 10.125],
                [10.125, 0.25, 20.5, 10.125],
                [0.25, 10.125, 10.125, 20.5],
                [10.125, 10.125, 20.75, 20.75],
            ],
        );
    }

    #[test]
    fn tiles_of_one_grid_may_overlap_far_if_others_do_not() {
        check(
            &[[0., 0., 0., 10., 10.], [0., 6., 0., 20., 10.], [1., 20.5, 0., 30.5, 10.]],
            &[[0., 0., 8., 10.], [8., 0., 20.25, 10.], [20.25, 0., 30.5, 10.]],
        );
    }

    #[test]
    fn an_overlap_of_two_grids_by_over_a_cell_is_refused() {
        let clash = domains(&extents(&[[0., 0., 0., 10., 10.], [1., 7.5, 0., 20., 10.]]), 1.0, 1.0).unwrap_err();
        assert_eq!((clash.a, clash.b), (0, 1));
        assert!(clash.reason.contains("2.5 cells"), "{}", clash.reason);
    }

    #[test]
    fn a_tile_inside_another_is_refused_where_grids_differ_elsewhere() {
        let tiles = [[0., 0., 0., 30., 10.], [0., 5., 2., 15., 8.], [1., 30.5, 0., 40.5, 10.]];
        assert!(domains(&extents(&tiles), 1.0, 1.0).is_err());
    }

    proptest! {
        #[test]
        fn every_place_inside_is_the_ground_of_exactly_one_tile(
            jitter in prop::collection::vec(-0.24_f64..0.24, 36),
            places in prop::collection::vec((1.0_f64..29.0, 1.0_f64..29.0), 50),
        ) {
            // Nine tiles of about ten cells, each on its own grid, part or overlap by under half a cell.
            let tiles: Vec<Extent> = (0..9).map(|index| {
                let (col, row) = (f64::from(index % 3) * 10.0, f64::from(index / 3) * 10.0);
                let j = &jitter[index as usize * 4..][..4];
                let bounds = Bounds::new(col + j[0], row + j[1], col + 10.0 + j[2], row + 10.0 + j[3]);
                Extent { sheet: index as usize, bounds }
            }).collect();
            let domains = domains(&tiles, 1.0, 1.0).unwrap();
            for (x, y) in places {
                let owns = |d: &&Bounds| d.min_x <= x && x < d.max_x && d.min_y <= y && y < d.max_y;
                prop_assert_eq!(domains.iter().filter(owns).count(), 1, "at {}, {}", x, y);
            }
            for (domain, tile) in domains.iter().zip(&tiles) {
                let moved = [domain.min_x - tile.bounds.min_x, domain.min_y - tile.bounds.min_y,
                    domain.max_x - tile.bounds.max_x, domain.max_y - tile.bounds.max_y];
                prop_assert!(moved.iter().all(|cells| cells.abs() <= 1.0), "{moved:?}");
            }
        }
    }
}
