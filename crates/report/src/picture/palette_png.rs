//! A picture in few colours as a PNG file.

use super::Colour;

/// Pixels as indices into a palette, row by row.
pub(crate) struct PalettePng<'p> {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) pixels: &'p [u8],
    pub(crate) palette: &'p [Colour],
    /// Whether the first colour of the palette is none.
    pub(crate) first_is_none: bool,
    pub(crate) compression: png::Compression,
}

impl PalettePng<'_> {
    /// The file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        const TO_MEMORY: &str = "memory takes every byte, and there are as many pixels as the size says";
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(self.palette.concat());
        if self.first_is_none {
            encoder.set_trns(vec![0]);
        }
        encoder.set_compression(self.compression);
        // Of indices into a palette no neighbour foretells another.
        encoder.set_filter(png::Filter::NoFilter);
        let mut writer = encoder.write_header().expect(TO_MEMORY);
        writer.write_image_data(self.pixels).expect(TO_MEMORY);
        writer.finish().expect(TO_MEMORY);
        bytes
    }
}
