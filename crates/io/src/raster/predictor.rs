//! Undoes what was done to the cells of a row before they were packed (TIFF 6.0, section 14; Adobe's
//! technical note 3 for floating point numbers).

use super::tags::Order;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Predictor {
    None,
    /// Each cell less the one before.
    Horizontal,
    /// The bytes of numbers sorted by weight, then each less the one before.
    FloatingPoint,
}

/// Undoes the predictor in all rows; afterwards numbers have the order that is returned.
///
/// `samples` cells of `bytes` bytes lie side by side, one of each band. The last row may end early, after whole cells, unless
/// the predictor is that of floating point numbers.
pub(crate) fn undo(
    predictor: Predictor,
    block: &mut [u8],
    row_bytes: usize,
    samples: usize,
    bytes: usize,
    order: Order,
) -> Order {
    match predictor {
        Predictor::None => order,
        Predictor::Horizontal => {
            for row in block.chunks_mut(row_bytes) {
                match (bytes, order) {
                    (1, _) => add_bytes(row, samples),
                    (2, Order::Little) => add(row, samples, u16::from_le_bytes, u16::wrapping_add, u16::to_le_bytes),
                    (2, Order::Big) => add(row, samples, u16::from_be_bytes, u16::wrapping_add, u16::to_be_bytes),
                    (4, Order::Little) => add(row, samples, u32::from_le_bytes, u32::wrapping_add, u32::to_le_bytes),
                    (4, Order::Big) => add(row, samples, u32::from_be_bytes, u32::wrapping_add, u32::to_be_bytes),
                    (_, Order::Little) => add(row, samples, u64::from_le_bytes, u64::wrapping_add, u64::to_le_bytes),
                    (_, Order::Big) => add(row, samples, u64::from_be_bytes, u64::wrapping_add, u64::to_be_bytes),
                }
            }
            order
        }
        Predictor::FloatingPoint => {
            let mut sorted = vec![0; row_bytes];
            let cells = row_bytes / bytes;
            for row in block.chunks_exact_mut(row_bytes) {
                add_bytes(row, samples);
                sorted.copy_from_slice(row);
                for (cell, number) in row.chunks_exact_mut(bytes).enumerate() {
                    for (weight, byte) in number.iter_mut().enumerate() {
                        *byte = sorted[weight * cells + cell];
                    }
                }
            }
            Order::Big
        }
    }
}

fn add_bytes(row: &mut [u8], samples: usize) {
    if samples == 1 {
        let mut sum = 0_u8;
        for byte in row {
            sum = sum.wrapping_add(*byte);
            *byte = sum;
        }
    } else {
        for index in samples..row.len() {
            row[index] = row[index].wrapping_add(row[index - samples]);
        }
    }
}

fn add<T: Copy, const N: usize>(
    row: &mut [u8],
    samples: usize,
    read: impl Fn([u8; N]) -> T,
    sum: impl Fn(T, T) -> T,
    write: impl Fn(T) -> [u8; N],
) {
    let (cells, _) = row.as_chunks_mut::<N>();
    if samples == 1 {
        let mut cells = cells.iter_mut();
        let Some(mut before) = cells.next().map(|cell| read(*cell)) else { return };
        for cell in cells {
            before = sum(before, read(*cell));
            *cell = write(before);
        }
    } else {
        for index in samples..cells.len() {
            cells[index] = write(sum(read(cells[index]), read(cells[index - samples])));
        }
    }
}
