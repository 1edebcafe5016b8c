//! Classes of plots as bytes, and back in the order of the rows.

use crate::{
    EngineError,
    bucket_classes::BucketClasses,
    buckets::Bucket,
    pod::{push, take, take_count},
    results::{PageRows, PagedBytes},
};
use arrow_array::StringArray;

/// One line for each class of each layer of some plots: by row, then by layer, then by class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClassPage {
    /// Rows of the lines.
    pub rows: Vec<u64>,
    /// Indices of the layers.
    pub layers: Vec<u32>,
    /// Classes; not a number for what is no data or outside the layer.
    pub values: Vec<f64>,
    /// Ground areas, square metres.
    pub areas_m2: Vec<f64>,
    /// Shares of the plot.
    pub shares: Vec<f64>,
}

/// Lines of one page with the ids of its plots.
#[derive(Debug)]
pub struct NamedPage {
    /// The first row of the page.
    pub first_row: u64,
    /// Ids of the plots from that row on.
    pub ids: StringArray,
    /// The lines.
    pub classes: ClassPage,
}

/// Stands for no class in a piece whose classes are bytes.
const NO_CLASS: u8 = u8::MAX;

/// Bytes of most lines: a class that is a byte, an area and a share.
const LINE_BYTES: usize = 17;
/// Bytes of a piece beside those of its plots and lines: how many plots there are, and how classes are written.
const PIECE_BYTES: usize = 5;

/// Brings a bucket's classes into bytes.
pub(crate) fn to_bytes(bucket: &Bucket, classes: &BucketClasses, layers: usize, pages_of: PageRows) -> PagedBytes {
    let mut order: Vec<usize> = (0..bucket.plots.len()).collect();
    order.sort_unstable_by_key(|&plot| bucket.plots[plot].row);
    let mut pages = Vec::new();
    let one_page =
        |&a: &usize, &b: &usize| pages_of.page_of(bucket.plots[a].row) == pages_of.page_of(bucket.plots[b].row);
    let of_plots = bucket.plots.len() * (layers + 1) * size_of::<u32>();
    let pieces = order.chunk_by(one_page).count();
    let mut bytes = Vec::with_capacity(classes.lines() * LINE_BYTES + of_plots + pieces * PIECE_BYTES);
    for plots in order.chunk_by(one_page) {
        let of_layers = || plots.iter().flat_map(|&plot| (0..layers).map(move |layer| classes.of(plot, layer)));
        push(&mut bytes, &[plots.len() as u32]);
        push(&mut bytes, &plots.iter().map(|&plot| bucket.plots[plot].row).collect::<Vec<u32>>());
        let counts: Vec<u32> = of_layers().map(|classes| classes.len() as u32).collect();
        push(&mut bytes, &counts);
        let lines = counts.iter().map(|&count| count as usize).sum();
        let mut small = Vec::with_capacity(lines);
        let (mut areas_m2, mut shares) = (Vec::with_capacity(lines), Vec::with_capacity(lines));
        for class in of_layers().flatten() {
            // Classes of most products are small numbers.
            match class.value {
                None => small.push(NO_CLASS),
                Some(value) if f64::from(value as u8) == value && value as u8 != NO_CLASS => small.push(value as u8),
                Some(_) => {}
            }
            areas_m2.push(class.area_m2);
            shares.push(class.share);
        }
        if small.len() == lines {
            push(&mut bytes, &[1u8]);
            push(&mut bytes, &small);
        } else {
            push(&mut bytes, &[0u8]);
            push(&mut bytes, &of_layers().flatten().map(|class| class.value.unwrap_or(f64::NAN)).collect::<Vec<f64>>());
        }
        push(&mut bytes, &areas_m2);
        push(&mut bytes, &shares);
        pages.push((pages_of.page_of(bucket.plots[plots[0]].row), bytes.len()));
    }
    PagedBytes { bytes, pages }
}

/// What one bucket has on a page.
struct Piece {
    rows: Vec<u32>,
    /// For each plot and layer: how many classes.
    counts: Vec<u32>,
    values: Vec<f64>,
    areas_m2: Vec<f64>,
    shares: Vec<f64>,
}

impl Piece {
    fn from_bytes(bytes: &[u8], layers: usize) -> Option<Self> {
        let mut rest = bytes;
        let plots = take_count(&mut rest)?;
        let (rows, counts) = (take(&mut rest, plots)?, take::<u32>(&mut rest, plots * layers)?);
        let lines = counts.iter().map(|&count| count as usize).sum();
        let values = match take::<u8>(&mut rest, 1)?[0] {
            0 => take(&mut rest, lines)?,
            _ => take(&mut rest, lines)?.into_iter().map(value_of_byte).collect(),
        };
        Some(Self { rows, counts, values, areas_m2: take(&mut rest, lines)?, shares: take(&mut rest, lines)? })
    }
}

fn value_of_byte(byte: u8) -> f64 {
    if byte == NO_CLASS { f64::NAN } else { byte.into() }
}

impl ClassPage {
    /// The lines of one page, from what the buckets have on it, in the order of the rows.
    pub(crate) fn join(pieces: &[Vec<u8>], layers: usize) -> Result<Self, EngineError> {
        let broken = || EngineError::Scratch { message: "the results of a page break off".into() };
        let pieces = pieces.iter().map(|piece| Piece::from_bytes(piece, layers).ok_or_else(broken));
        let pieces: Vec<Piece> = pieces.collect::<Result<_, _>>()?;
        // Each plot is in one piece: which, which of its plots, and where its lines begin there.
        let mut plots: Vec<(u32, usize, usize, usize)> = Vec::new();
        for (index, piece) in pieces.iter().enumerate() {
            let mut start = 0;
            for (plot, (&row, counts)) in piece.rows.iter().zip(piece.counts.chunks_exact(layers)).enumerate() {
                plots.push((row, index, plot, start));
                start += counts.iter().sum::<u32>() as usize;
            }
        }
        plots.sort_unstable();
        let count = pieces.iter().map(|piece| piece.values.len()).sum();
        let mut page = Self {
            rows: Vec::with_capacity(count),
            layers: Vec::with_capacity(count),
            values: Vec::with_capacity(count),
            areas_m2: Vec::with_capacity(count),
            shares: Vec::with_capacity(count),
        };
        for (row, piece, plot, start) in plots {
            let piece = &pieces[piece];
            for (layer, &count) in (0..).zip(&piece.counts[plot * layers..(plot + 1) * layers]) {
                page.layers.extend(std::iter::repeat_n(layer, count as usize));
            }
            let lines = page.layers.len() - page.rows.len();
            page.rows.extend(std::iter::repeat_n(u64::from(row), lines));
            page.values.extend_from_slice(&piece.values[start..start + lines]);
            page.areas_m2.extend_from_slice(&piece.areas_m2[start..start + lines]);
            page.shares.extend_from_slice(&piece.shares[start..start + lines]);
        }
        Ok(page)
    }
}
