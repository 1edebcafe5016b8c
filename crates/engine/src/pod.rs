//! Numbers as bytes, in this machine's order: what is kept on reels is read by the same machine.

use bytemuck::Pod;

/// Appends numbers.
pub(crate) fn push<T: Pod>(bytes: &mut Vec<u8>, numbers: &[T]) {
    bytes.extend_from_slice(bytemuck::cast_slice(numbers));
}

/// Takes so many numbers off the front; `None` if there are fewer.
pub(crate) fn take<T: Pod>(rest: &mut &[u8], count: usize) -> Option<Vec<T>> {
    let (bytes, after) = rest.split_at_checked(count.checked_mul(size_of::<T>())?)?;
    *rest = after;
    Some(bytemuck::allocation::pod_collect_to_vec(bytes))
}

/// Takes one number off the front.
pub(crate) fn take_count(rest: &mut &[u8]) -> Option<usize> {
    Some(*take::<u32>(rest, 1)?.first()? as usize)
}
