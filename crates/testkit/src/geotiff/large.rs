//! Files too big to be held in memory.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Seek, SeekFrom, Write},
    ops::Range,
    path::Path,
};

use ndarray::Array2;

use super::{Blocks, GeoTiff, blocks, directory::Growing};

impl GeoTiff {
    /// Writes a file of other cells in this layout: as many bands, but so many rows and columns, and `cells` gives all bands of some
    /// rows, from north to south; it is asked again for each band where bands lie apart. Only a row of blocks is held at a time.
    /// The bytes are those of [`Self::write`].
    ///
    /// # Errors
    ///
    /// What the file system says.
    ///
    /// # Panics
    ///
    /// If the file lies south up.
    pub fn write_large(
        &self,
        path: &Path,
        size: (usize, usize),
        cells: &mut dyn FnMut(Range<usize>) -> Vec<Array2<f64>>,
    ) -> io::Result<()> {
        assert!(!self.south_up, "large files have their northernmost row first");
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let (height, width) = size;
        let (block_height, across) = match self.blocks {
            Blocks::Strips { rows } => (rows, 1),
            Blocks::Tiles { width: block_width, height } => (height, width.div_ceil(block_width)),
        };
        let down = height.div_ceil(block_height);
        let planes = if self.planar { self.bands.len() } else { 1 };
        let mut growing = Growing::new(self, planes * down * across);
        let mut out = BufWriter::new(File::create(path)?);
        for (plane, row) in (0..planes).flat_map(|plane| (0..down).map(move |row| (plane, row))) {
            let rows = row * block_height..height.min((row + 1) * block_height);
            let size = (rows.len(), width);
            let mut bands = cells(rows);
            if self.planar {
                bands = vec![bands.swap_remove(plane)];
            }
            for (col, block) in blocks::blocks(&Self { size, bands, ..self.clone() }).iter().enumerate() {
                growing.put((plane * down + row) * across + col, block);
            }
            out.write_all(&growing.take())?;
        }
        let finished = growing.finish(&Self { size, ..self.clone() });
        out.write_all(&finished.rest)?;
        out.seek(SeekFrom::Start(finished.pointer_at as u64))?;
        out.write_all(&finished.pointer)?;
        out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Compression, Predictor, Sample};
    use super::*;

    /// A file written piece by piece is the file written at once.
    fn check(layout: fn(GeoTiff) -> GeoTiff) {
        let bands: Vec<_> = (0..3)
            .map(|band| Array2::from_shape_fn((70, 45), |(row, col)| ((row * band + col / 3) % 7) as f64))
            .collect();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("large.tif");
        let small = layout(GeoTiff::new(Sample::U8, vec![Array2::zeros((1, 1)); 3]));
        let mut pieces = |rows: Range<usize>| {
            bands.iter().map(|band| band.slice(ndarray::s![rows.clone(), ..]).to_owned()).collect::<Vec<_>>()
        };
        small.write_large(&path, (70, 45), &mut pieces).expect("the file is written");
        let whole = layout(GeoTiff::new(Sample::U8, bands.clone())).to_bytes();
        assert!(fs::read(&path).expect("the file is read") == whole);
    }

    #[test]
    fn a_file_written_in_pieces_is_the_file_written_at_once() {
        check(|tiff| tiff.tiles(32, 16).packed(Compression::Deflate, Predictor::None));
        check(|tiff| {
            tiff.tiles(16, 16).big_tiff().sparse().packed(Compression::Zstd, Predictor::Horizontal).nodata("0")
        });
    }
}
