//! A picture in few colours as a PNG that stands in the page itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Colour, PalettePng};

/// One index into the palette per pixel, row by row.
pub(super) struct Canvas {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixels: Vec<u8>,
    pub(super) palette: Vec<Colour>,
}

impl Canvas {
    /// The picture as a `data:` address.
    pub(super) fn data_uri(&self) -> String {
        format!("data:image/png;base64,{}", STANDARD.encode(self.png()))
    }

    fn png(&self) -> Vec<u8> {
        let Self { width, height, pixels, palette } = self;
        let (width, height, compression) = (*width, *height, png::Compression::High);
        PalettePng { width, height, pixels, palette, first_is_none: false, compression }.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_reads_back_as_it_was_drawn() {
        let palette = vec![[255, 0, 0], [0, 128, 255], [9, 9, 9]];
        let canvas = Canvas { width: 3, height: 2, pixels: vec![0, 1, 2, 2, 1, 0], palette };
        let png = canvas.png();
        let mut decoder = png::Decoder::new(std::io::Cursor::new(&png));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        let (red, blue, grey) = ([255, 0, 0], [0, 128, 255], [9, 9, 9]);
        assert_eq!(pixels, [red, blue, grey, grey, blue, red].concat());
        assert!(canvas.data_uri().starts_with("data:image/png;base64,iVBORw0KGgo"));
    }
}
