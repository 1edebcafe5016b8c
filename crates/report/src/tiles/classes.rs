//! The classes of the products that are known by name: what each is called, and its colour.

use crate::picture::Colour;

/// A class of a product.
pub(super) struct Class {
    pub(super) value: u8,
    pub(super) name: &'static str,
    pub(super) colour: Colour,
}

const fn class(value: u8, name: &'static str, colour: Colour) -> Class {
    Class { value, name, colour }
}

/// Parts of file names, in small letters, and the classes of what is called so.
const KNOWN: [(&str, &[Class]); 7] = [
    ("jrc_gfc2020", &[class(0, "no forest", [246, 241, 228]), class(1, "forest", [90, 150, 90])]),
    (
        "jrc_tmf_annualchange",
        &[
            class(1, "undisturbed forest", [0, 90, 0]),
            class(2, "degraded forest", [100, 155, 35]),
            class(3, "deforested", [255, 135, 15]),
            class(4, "regrowth", [210, 250, 60]),
            class(5, "water", [0, 140, 190]),
            class(6, "other ground", [250, 250, 240]),
        ],
    ),
    ("_primary", &[class(0, "not primary", [246, 241, 228]), class(1, "primary forest", [0, 90, 0])]),
    (
        "_datamask",
        &[class(0, "no data", [217, 217, 217]), class(1, "land", [246, 241, 228]), class(2, "water", [90, 150, 200])],
    ),
    (
        "radd",
        &[
            class(0, "no alert", [246, 241, 228]),
            class(2, "unconfirmed alert", [253, 174, 97]),
            class(3, "confirmed alert", [165, 15, 21]),
        ],
    ),
    // Colours of the product's own legend.
    (
        "worldcover",
        &[
            class(10, "tree cover", [0, 100, 0]),
            class(20, "shrubland", [255, 187, 34]),
            class(30, "grassland", [255, 255, 76]),
            class(40, "cropland", [240, 150, 255]),
            class(50, "built-up", [250, 0, 0]),
            class(60, "bare or sparse", [180, 180, 180]),
            class(70, "snow and ice", [240, 240, 240]),
            class(80, "water", [0, 100, 200]),
            class(90, "herbaceous wetland", [0, 150, 160]),
            class(95, "mangroves", [0, 207, 117]),
            class(100, "moss and lichen", [250, 230, 160]),
        ],
    ),
    // Codes and colours of the project's legend; a collection relabels nothing of these.
    (
        "mapbiomas",
        &[
            class(3, "forest formation", [31, 141, 73]),
            class(4, "savanna or dry forest", [125, 201, 117]),
            class(5, "mangrove", [4, 56, 29]),
            class(6, "floodable forest", [2, 105, 117]),
            class(9, "forest plantation", [122, 89, 0]),
            class(11, "wetland", [81, 151, 153]),
            class(12, "grassland", [214, 188, 116]),
            class(13, "other natural, not forest", [216, 159, 92]),
            class(15, "pasture", [237, 222, 142]),
            class(18, "agriculture", [233, 116, 237]),
            class(21, "mosaic of uses", [255, 239, 195]),
            class(24, "built-up", [212, 39, 30]),
            class(25, "other without vegetation", [219, 77, 79]),
            class(29, "rocky outcrop", [255, 170, 95]),
            class(30, "mining", [156, 0, 39]),
            class(33, "water", [37, 50, 228]),
            class(34, "glacier", [147, 223, 230]),
            class(35, "oil palm", [144, 101, 208]),
            class(40, "rice", [199, 16, 136]),
            class(72, "other crops", [145, 7, 125]),
        ],
    ),
];

/// The classes of a layer whose files have such a path, if it is known.
pub(super) fn classes_of(path: &str) -> Option<&'static [Class]> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase();
    KNOWN.iter().find(|(part, _)| name.contains(part)).map(|(_, classes)| *classes)
}

/// Twelve colours that eyes tell apart, also colour-blind ones, for classes that nobody has named (Paul Tol's "muted" and
/// three more).
const OTHERS: [Colour; 12] = [
    [51, 34, 136],
    [136, 204, 238],
    [68, 170, 153],
    [17, 119, 51],
    [153, 153, 51],
    [221, 204, 119],
    [204, 102, 119],
    [136, 34, 85],
    [170, 68, 153],
    [119, 119, 119],
    [187, 119, 51],
    [102, 153, 204],
];

/// The colour of a class that nobody has named.
pub(super) fn other_colour(value: u32) -> Colour {
    OTHERS[value as usize % OTHERS.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_found_by_the_name_of_the_file_and_not_of_its_folder() {
        let has = |path| classes_of(path).map(<[Class]>::len);
        assert_eq!(has("layers/JRC_GFC2020_V4_*.tif"), Some(2));
        assert_eq!(has("mapbiomas/heights.tif"), None);
        assert_eq!(has("mapbiomas_peru_collection3_integration_v1.tif"), Some(20));
    }

    #[test]
    fn no_product_has_a_class_twice_or_out_of_order() {
        for (product, classes) in KNOWN {
            assert!(classes.windows(2).all(|pair| pair[0].value < pair[1].value), "{product}");
        }
    }
}
