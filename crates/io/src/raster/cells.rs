//! From the bytes of an unpacked block to cells of their type.

use lindero_layers::Cells;
use ndarray::Array2;

use super::CellType;
use super::tags::Order;

/// How the cells of one band lie in an unpacked block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lie {
    /// Bytes from a row to the next; the last row may end after its last column that is taken.
    pub(crate) row_bytes: usize,
    /// Rows and columns to take, from the block's north-west corner.
    pub(crate) dim: (usize, usize),
    /// Cells side by side, one of each band.
    pub(crate) samples: usize,
    /// Which of them to take.
    pub(crate) sample: usize,
    /// Bits of a cell.
    pub(crate) bits: usize,
    pub(crate) order: Order,
}

/// Takes the cells of one band.
pub(crate) fn take(block: &[u8], lie: &Lie, cell_type: CellType) -> Cells {
    macro_rules! numbers {
        ($variant:ident, $t:ty) => {
            Cells::$variant(match lie.order {
                Order::Little => numbers(block, lie, <$t>::from_le_bytes),
                Order::Big => numbers(block, lie, <$t>::from_be_bytes),
            })
        };
    }
    match (cell_type, lie.bits) {
        (CellType::U8, 8) => numbers!(U8, u8),
        (CellType::I8, _) => numbers!(I8, i8),
        (CellType::U16, 16) => numbers!(U16, u16),
        (CellType::I16, _) => numbers!(I16, i16),
        (CellType::U32, 32) => numbers!(U32, u32),
        (CellType::I32, _) => numbers!(I32, i32),
        (CellType::F32, _) => numbers!(F32, f32),
        (CellType::F64, _) => numbers!(F64, f64),
        (CellType::U8, _) => Cells::U8(bits(block, lie, |bits| bits as u8)),
        (CellType::U16, _) => Cells::U16(bits(block, lie, |bits| bits as u16)),
        (CellType::U32, _) => Cells::U32(bits(block, lie, |bits| bits as u32)),
    }
}

fn array<T>(dim: (usize, usize), cells: Vec<T>) -> Array2<T> {
    Array2::from_shape_vec(dim, cells).expect("as many cells were taken as rows times columns")
}

fn numbers<T, const N: usize>(block: &[u8], lie: &Lie, read: impl Fn([u8; N]) -> T) -> Array2<T> {
    let (rows, cols) = lie.dim;
    let mut cells = Vec::with_capacity(rows * cols);
    for row in block.chunks(lie.row_bytes).take(rows) {
        let (row, _) = row.as_chunks::<N>();
        if lie.samples == 1 {
            cells.extend(row[..cols].iter().map(|cell| read(*cell)));
        } else {
            cells.extend(row.chunks_exact(lie.samples).take(cols).map(|cell| read(cell[lie.sample])));
        }
    }
    array(lie.dim, cells)
}

/// Cells that are no whole bytes: packed without gaps, most significant bit first, rows on whole bytes.
fn bits<T>(block: &[u8], lie: &Lie, value: impl Fn(u64) -> T) -> Array2<T> {
    let (rows, cols) = lie.dim;
    let mut cells = Vec::with_capacity(rows * cols);
    let mask = (1_u64 << lie.bits) - 1;
    for row in block.chunks(lie.row_bytes).take(rows) {
        for col in 0..cols {
            let first = (col * lie.samples + lie.sample) * lie.bits;
            let last = first + lie.bits - 1;
            // At most 31 bits, which touch at most five bytes.
            let word = row[first / 8..=last / 8].iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
            cells.push(value(word >> (7 - last % 8) & mask));
        }
    }
    array(lie.dim, cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bits: usize, block: &[u8], expected: &[u8]) {
        let lie =
            Lie { row_bytes: block.len(), dim: (1, expected.len()), samples: 1, sample: 0, bits, order: Order::Big };
        let expected = Array2::from_shape_vec((1, expected.len()), expected.to_vec()).unwrap();
        assert_eq!(take(block, &lie, CellType::U8), Cells::U8(expected));
    }

    #[test]
    fn cells_of_odd_depth_lie_without_gaps() {
        check(1, &[0b1010_0000], &[1, 0, 1]);
        check(3, &[0b0010_1001, 0b1100_0000], &[1, 2, 3, 4]);
        check(5, &[0b0000_1000, 0b1000_0110], &[1, 2, 3]);
    }
}
