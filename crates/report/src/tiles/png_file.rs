//! A picture in few colours, some of whose pixels are not drawn, as a PNG file.

use crate::picture::{Colour, PalettePng};
use std::collections::BTreeMap;

/// Pixels as places in a palette, whose first colour is none.
pub(super) struct PaletteImage {
    side: u32,
    pixels: Vec<u8>,
    palette: Vec<Colour>,
}

impl PaletteImage {
    /// A square picture of these colours, row by row. The 256th colour and those after it are drawn as the 255th.
    pub(super) fn of(side: u32, colours: impl IntoIterator<Item = Option<Colour>>) -> Self {
        let (mut palette, mut places) = (vec![[0, 0, 0]], BTreeMap::new());
        let mut place = |colour: Colour| {
            *places.entry(colour).or_insert_with(|| {
                if palette.len() < 256 {
                    palette.push(colour);
                }
                (palette.len() - 1) as u8
            })
        };
        let pixels = colours.into_iter().map(|colour| colour.map_or(0, &mut place)).collect();
        Self { side, pixels, palette }
    }

    /// The file.
    pub(super) fn png(&self) -> Vec<u8> {
        let Self { side, pixels, palette } = self;
        let (width, height, compression) = (*side, *side, png::Compression::Fast);
        PalettePng { width, height, pixels, palette, first_is_none: true, compression }.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_without_a_colour_are_transparent_and_the_others_are_not() {
        let image = PaletteImage::of(2, [None, Some([1, 2, 3]), Some([9, 8, 7]), Some([1, 2, 3])]);
        let png = image.png();
        let mut decoder = png::Decoder::new(std::io::Cursor::new(&png));
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        assert_eq!(pixels, [[0, 0, 0, 0], [1, 2, 3, 255], [9, 8, 7, 255], [1, 2, 3, 255]].concat());
    }
}
