//! Many short runs of bytes in one.

/// Runs of bytes, by index.
#[derive(Clone, Debug, Default)]
pub(crate) struct ByteStore {
    bytes: Vec<u8>,
    /// Where each run ends.
    ends: Vec<u32>,
}

impl ByteStore {
    /// Keeps a run, and says its index.
    pub(crate) fn push(&mut self, run: &[u8]) -> u32 {
        self.bytes.extend_from_slice(run);
        self.ends.push(self.bytes.len() as u32);
        self.ends.len() as u32 - 1
    }

    /// A run that was kept.
    pub(crate) fn get(&self, index: u32) -> &[u8] {
        let index = index as usize;
        let from = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[from as usize..self.ends[index] as usize]
    }

    /// Forgets all, and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }
}
