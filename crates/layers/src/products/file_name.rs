//! Reading a file's name: which product, which year, which tile.

use std::ops::Range;

/// What a file's name says beyond the product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameParts {
    /// The first year of a period.
    pub first: Option<i32>,
    /// The year, or the last year of a period.
    pub year: Option<i32>,
    /// Numbers of the version: `v1.12` is `[1, 12]`.
    pub version: Vec<u32>,
    /// Which bytes of the name are the tile's, and the pattern that fits any tile there.
    tile: Option<(Range<usize>, &'static str)>,
}

impl NameParts {
    /// The name with a pattern in place of the tile: all files of one layer have the same. `None` if
    /// the name has no tile in it, so that the file is the whole layer.
    #[must_use]
    pub fn tiles(&self, stem: &str) -> Option<String> {
        let (range, pattern) = self.tile.as_ref()?;
        Some(format!("{}{pattern}{}", &stem[..range.start], &stem[range.end..]))
    }
}

/// What fits any tile of one product beside nothing else.
const ANY_TILE: &str = "*";
/// A name that is nothing but a tile must not fit every file of its folder.
const DEGREES_TILE: &str = "[0-9][0-9][NS]_[0-9][0-9][0-9][EW]";

/// Matches the whole of `stem` (a file's name without its ending), in either case, against a pattern:
/// `{year}` and `{first}` are four digits, `{version}` is `V4` or `v1.12`, `{area}` letters, `{tile}` the
/// name of a tile, `{degrees}` a tile such as `00N_080W`, `*` anything.
pub(super) fn match_name(pattern: &str, stem: &str) -> Option<NameParts> {
    go(pattern, stem, 0, NameParts::default())
}

fn go(pattern: &str, stem: &str, at: usize, parts: NameParts) -> Option<NameParts> {
    let rest = &stem[at..];
    let Some(next) = pattern.chars().next() else { return rest.is_empty().then_some(parts) };
    let (piece, after) = match next {
        '{' => pattern.split_at(pattern.find('}').map_or(pattern.len(), |end| end + 1)),
        _ => pattern.split_at(next.len_utf8()),
    };
    let longest = match piece {
        "{year}" | "{first}" => return four_digits(piece, after, stem, at, parts),
        "{version}" => run(rest, |c| c.is_ascii_alphanumeric() || c == '.'),
        "{area}" => run(rest, |c| c.is_ascii_alphabetic()),
        "{tile}" => run(rest, |c| c.is_ascii_alphanumeric() || c == '_' || c == '-'),
        "{degrees}" => rest.get(..8).filter(|tile| is_degrees(tile.as_bytes())).map_or(0, str::len),
        "*" => rest.len(),
        _ => {
            let found = rest.chars().next().filter(|c| c.eq_ignore_ascii_case(&next))?;
            return go(after, stem, at + found.len_utf8(), parts);
        }
    };
    let shortest = usize::from(piece != "*");
    let ends = (shortest..=longest).rev().filter(|end| rest.is_char_boundary(*end));
    ends.into_iter().find_map(|end| {
        let mut parts = parts.clone();
        match piece {
            "{version}" => parts.version = version(&rest[..end])?,
            "{tile}" => parts.tile = Some((at..at + end, ANY_TILE)),
            "{degrees}" => parts.tile = Some((at..at + end, DEGREES_TILE)),
            _ => {}
        }
        go(after, stem, at + end, parts)
    })
}

fn four_digits(piece: &str, after: &str, stem: &str, at: usize, mut parts: NameParts) -> Option<NameParts> {
    let digits = stem.get(at..at + 4).filter(|text| text.bytes().all(|b| b.is_ascii_digit()))?;
    // Five digits are no year.
    let digit = |c: char| c.is_ascii_digit();
    if stem[at + 4..].starts_with(digit) || stem[..at].ends_with(digit) {
        return None;
    }
    let year = digits.parse().ok();
    if piece == "{first}" {
        parts.first = year
    } else {
        parts.year = year
    }
    go(after, stem, at + 4, parts)
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn version(text: &str) -> Option<Vec<u32>> {
    text.trim_start_matches(['v', 'V']).split('.').map(|number| number.parse().ok()).collect()
}

fn is_degrees(tile: &[u8]) -> bool {
    let digits = |range: Range<usize>| tile[range].iter().all(u8::is_ascii_digit);
    digits(0..2) && digits(4..7) && b"NS".contains(&tile[2]) && tile[3] == b'_' && b"EW".contains(&tile[7])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, stem: &str, expected: Option<(Option<i32>, &[u32], Option<&str>)>) {
        let found = match_name(pattern, stem);
        let told = found.as_ref().map(|parts| (parts.year, &parts.version[..], parts.tiles(stem)));
        assert_eq!(told, expected.map(|(y, v, t)| (y, v, t.map(str::to_owned))), "{pattern} {stem}");
    }

    #[test]
    fn years_versions_and_tiles_are_read_from_names() {
        let hansen = "Hansen_GFC-{year}-{version}_lossyear_{tile}";
        let any = Some("Hansen_GFC-2024-v1.12_lossyear_*");
        check(hansen, "Hansen_GFC-2024-v1.12_lossyear_10S_080W", Some((Some(2024), &[1, 12], any)));
        let lower = Some("hansen_gfc-2026-V1.14_lossyear_*");
        check(hansen, "hansen_gfc-2026-V1.14_lossyear_00n_080w", Some((Some(2026), &[1, 14], lower)));
        let tmf = "JRC_TMF_AnnualChange_{version}_{year}_{area}_{tile}";
        let any = Some("JRC_TMF_AnnualChange_v1_2020_SAM_*");
        check(tmf, "JRC_TMF_AnnualChange_v1_2020_SAM_ID47_N0_W80", Some((Some(2020), &[1], any)));
        check("*mapbiomas*_{year}", "my_MapBiomas_8_2020", Some((Some(2020), &[], None)));
    }

    #[test]
    fn other_names_do_not_fit() {
        let hansen = "Hansen_GFC-{year}-{version}_lossyear_{tile}";
        for stem in [
            "Hansen_GFC-2024-v1.12_gain_10S_080W",
            "Hansen_GFC-24-v1.12_lossyear_10S_080W",
            "",
            "Hansen_GFC-2024-vX_lossyear_1",
        ] {
            check(hansen, stem, None);
        }
        check("*{year}", "map_12020", None);
        check("treecover_{year}*", "treecover_2020é", Some((Some(2020), &[], None)));
    }

    #[test]
    fn a_name_that_is_only_a_tile_fits_tiles_only() {
        check("{degrees}", "00N_080W", Some((None, &[], Some(DEGREES_TILE))));
        for stem in ["00N_080", "0ON_080W", "00N_080W_1", "añño_080W"] {
            check("{degrees}", stem, None);
        }
    }
}
