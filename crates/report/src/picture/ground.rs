//! The ground under plots: forest at the cut-off in a pale green, loss by year from a light to a dark purple.

use super::Colour;
use lindero_io::ground_maps::{GroundCell, GroundMaps};

const OPEN: Colour = [246, 241, 228];
pub(crate) const UNKNOWN: Colour = [217, 217, 217];
pub(crate) const FOREST: Colour = [201, 220, 196];
pub(crate) const LOST_UNDATED: Colour = [120, 94, 120];
/// Of the first and the last year.
const LOST: (Colour, Colour) = ([190, 130, 205], [63, 0, 90]);
/// Where ground is not drawn.
const PAPER: Colour = [250, 250, 248];
/// Years of their own colour at most; later ones have the last.
const MOST_YEARS: i32 = 60;

/// The colours of a picture's ground.
pub(crate) struct GroundPicture {
    /// First and last year of a loss.
    years: Option<(i32, i32)>,
}

/// A colour and what it means.
pub(crate) struct LegendEntry {
    pub(crate) colour: Colour,
    pub(crate) meaning: GroundCell,
}

impl GroundPicture {
    pub(crate) fn of(maps: Option<&GroundMaps<'_>>) -> Self {
        Self { years: maps.and_then(|maps| maps.years) }
    }

    /// All colours of the ground; plots add theirs behind.
    pub(super) fn palette(&self) -> Vec<Colour> {
        let mut palette = vec![PAPER, OPEN, UNKNOWN, FOREST, LOST_UNDATED];
        let years = self.year_count();
        palette.extend((0..years).map(|year| between(LOST.0, LOST.1, year, years - 1)));
        palette
    }

    /// Where no ground is drawn.
    pub(super) const PAPER: u8 = 0;

    /// A cell's place in the palette.
    pub(super) fn index(&self, cell: GroundCell) -> u8 {
        match (cell, self.years) {
            (GroundCell::Open, _) => 1,
            (GroundCell::Unknown, _) => 2,
            (GroundCell::Forest, _) => 3,
            (GroundCell::Lost(Some(year)), Some((first, _))) => {
                5 + (year - first).clamp(0, self.year_count() - 1) as u8
            }
            (GroundCell::Lost(_), _) => 4,
        }
    }

    fn year_count(&self) -> i32 {
        self.years.map_or(0, |(first, last)| (last - first + 1).clamp(1, MOST_YEARS))
    }

    /// What is in a legend: the kinds of ground that some picture has.
    pub(crate) fn legend(&self, drawn: &Drawn) -> Vec<LegendEntry> {
        let palette = self.palette();
        let plain = [GroundCell::Forest, GroundCell::Open, GroundCell::Unknown];
        let dated =
            self.years.into_iter().flat_map(|(first, last)| first..=last).map(|year| GroundCell::Lost(Some(year)));
        let all = plain.into_iter().chain(dated).chain([GroundCell::Lost(None)]);
        all.map(|meaning| (meaning, self.index(meaning)))
            .filter(|(_, index)| drawn.0[usize::from(*index)])
            .map(|(meaning, index)| LegendEntry { colour: palette[usize::from(index)], meaning })
            .collect()
    }
}

/// Which colours of the ground some picture has.
pub(crate) struct Drawn([bool; 256]);

impl Drawn {
    pub(crate) fn nothing() -> Self {
        Self([false; 256])
    }

    pub(super) fn note(&mut self, pixels: &[u8]) {
        pixels.iter().for_each(|&index| self.0[usize::from(index)] = true);
    }
}

/// The colour of a loss in a year of a period: the later the darker.
pub(crate) fn loss_colour(year: i32, (first, last): (i32, i32)) -> Colour {
    between(LOST.0, LOST.1, (year - first).clamp(0, (last - first).max(0)), last - first)
}

pub(crate) fn between(from: Colour, to: Colour, step: i32, steps: i32) -> Colour {
    let mix = |from: u8, to: u8| {
        let (from, to) = (i32::from(from), i32::from(to));
        (from + (to - from) * step / steps.max(1)) as u8
    };
    [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2])]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance by WCAG 2, sections "relative luminance" and "contrast ratio".
    fn luminance(colour: Colour) -> f64 {
        let linear = colour.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.03928 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    #[test]
    fn every_year_is_darker_than_the_one_before_and_all_are_darker_than_forest() {
        let picture = GroundPicture { years: Some((2021, 2025)) };
        let palette = picture.palette();
        let of = |cell| luminance(palette[usize::from(picture.index(cell))]);
        let mut lighter = of(GroundCell::Forest);
        for year in 2021..=2025 {
            let this = of(GroundCell::Lost(Some(year)));
            assert!(this < 0.8 * lighter, "{year}: {this} after {lighter}");
            lighter = this;
        }
    }

    #[test]
    fn a_year_without_a_colour_of_its_own_is_still_a_loss() {
        let none = GroundPicture { years: None };
        assert_eq!(none.index(GroundCell::Lost(Some(2022))), none.index(GroundCell::Lost(None)));
        let many = GroundPicture { years: Some((1900, 2100)) };
        assert!(usize::from(many.index(GroundCell::Lost(Some(2099)))) < many.palette().len());
    }
}
