//! The products whose files are known by name: what they hold, and what a catalog says of them.
//!
//! Only data and the rules to read it; `lindero init` walks the folder. A name alone proves nothing: the
//! values found in the files must be among those the product has ([`Values::fits`]).

mod file_name;
mod list;

use crate::meaning::{Coding, Confidence, Meaning, NoData};
use crate::{Conditions, Reading};
use lindero_logic::{Day, Value};
use std::collections::BTreeSet;

pub use file_name::NameParts;
pub use list::PRODUCTS;

/// A product whose files are known by name.
#[derive(Debug)]
pub struct Product {
    /// What people call it.
    pub title: &'static str,
    /// Patterns of the files' names without their ending.
    names: &'static [&'static str],
    /// Editions of this year and before are of no use for its layers.
    after: i32,
    /// What its files hold.
    pub holds: Holds,
    /// The layers that are made of one edition.
    layers: &'static [LayerText],
    /// Licence and credit.
    licence: Option<&'static str>,
}

/// What the files of a product hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Cells.
    Cells {
        /// How many bands.
        bands: Bands,
        /// What each band holds; the last entry is for all further bands too.
        values: &'static [Values],
    },
    /// Features that have these columns.
    Features(&'static [&'static str]),
}

/// How many bands the files of a product have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bands {
    /// So many.
    Exactly(u32),
    /// Two or more: one a year.
    Yearly,
}

impl Bands {
    /// Whether a file may have so many.
    #[must_use]
    pub fn fits(self, bands: u32) -> bool {
        match self {
            Self::Exactly(expected) => bands == expected,
            Self::Yearly => bands > 1,
        }
    }
}

/// Which numbers a band holds, other than what its file tags as no data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// These.
    Only(&'static [u8]),
    /// Whole numbers from 0 to 100.
    Percent,
    /// Codes of classes, 0 to 99.
    Classes,
    /// 0, or a year stored as the difference to `base`.
    Years {
        /// What is added to the stored number.
        base: i32,
        /// The first year there is.
        first: i32,
    },
    /// 0, or two digits of the year and three of the day in it.
    YearAndDay,
    /// 0, or a digit of confidence and the days since 2014-12-31.
    GradedDay,
}

impl Values {
    /// Whether the number is one of them; `last` is the last year, where the name tells it.
    #[must_use]
    pub fn fits(self, number: f64, last: Option<i32>) -> bool {
        let whole_up_to = |most: f64| number.fract() == 0.0 && (0.0..=most).contains(&number);
        match self {
            Self::Only(values) => values.iter().any(|value| f64::from(*value) == number),
            Self::Percent => whole_up_to(100.0),
            Self::Classes => whole_up_to(99.0),
            Self::Years { first, .. } => {
                number == 0.0 || self.year(number).is_some_and(|year| year >= first && last.is_none_or(|l| year <= l))
            }
            Self::YearAndDay | Self::GradedDay => number == 0.0 || self.day(number).is_some(),
        }
    }

    /// The year a number says.
    #[must_use]
    pub fn year(self, number: f64) -> Option<i32> {
        match self {
            Self::Years { base, .. } if number.fract() == 0.0 && (1.0..=9999.0).contains(&number) => {
                Some(base + number as i32)
            }
            _ => None,
        }
    }

    /// The day a number says.
    #[must_use]
    pub fn day(self, number: f64) -> Option<Day> {
        let coding = match self {
            Self::YearAndDay => Coding::Yyddd,
            Self::GradedDay => Coding::Graded { confidence: Confidence::ANY },
            _ => return None,
        };
        let meaning = Meaning {
            coding,
            never: Some(0.0),
            no_data: NoData::None,
            scale: 1.0,
            offset: 0.0,
            period: None,
            until: None,
            says_yes_only: false,
        };
        match meaning.value(Reading::of(number), Conditions::default()) {
            Value::Number(day) => Some(Day::from_number(day as i32)),
            _ => None,
        }
    }

    /// Them in words, for "expected …".
    #[must_use]
    pub fn expected(self, last: Option<i32>) -> String {
        match self {
            Self::Only(values) => values.iter().map(u8::to_string).collect::<Vec<_>>().join(" "),
            Self::Percent => "0 to 100".to_owned(),
            Self::Classes => "classes from 0 to 99".to_owned(),
            Self::Years { base, first } => {
                let last = last.map_or_else(|| "on".to_owned(), |last| format!("to {}", last - base));
                format!("0, or {} {last}", first - base)
            }
            Self::YearAndDay => "0, or days such as 20366".to_owned(),
            Self::GradedDay => "0, or days such as 32193".to_owned(),
        }
    }
}

/// One `[layer.*]` of the catalog.
#[derive(Debug)]
struct LayerText {
    /// Its id; `{year}` stands for the year in the files' names.
    id: &'static str,
    /// Its lines after the path, with `{first}`, `{year}`, `{day}` and `{tags}` for what was found.
    lines: &'static [(When, &'static str)],
    /// What to tell the user besides.
    warnings: &'static [(When, &'static str)],
}

/// When a line is written.
#[derive(Clone, Copy, Debug)]
enum When {
    Always,
    /// The files tag 0 as no data.
    ZeroTagged,
    /// They do not.
    ZeroNotTagged,
    /// The catalog has this layer.
    Layer(&'static str),
    /// It has not.
    NoLayer(&'static str),
    /// The file has this column.
    Column(&'static str),
    /// A last day is known.
    LastDay,
    /// None is.
    NoLastDay,
}

/// What was found of an edition of a product.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Path or pattern of its files, relative to the catalog.
    pub path: String,
    /// First year of the period.
    pub first: Option<i32>,
    /// The year, or the last of the period.
    pub year: Option<i32>,
    /// The last day with an alert.
    pub last_day: Option<Day>,
    /// Whether a file tags 0 as no data.
    pub zero_tagged: bool,
    /// What else files tag as no data.
    pub other_tags: Vec<f64>,
    /// Columns of a file of features.
    pub columns: Vec<String>,
}

/// A layer as it is written into a catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerEntry {
    /// Its id.
    pub id: String,
    /// Its section, with the heading.
    pub text: String,
    /// What the user should know besides.
    pub warnings: Vec<String>,
}

impl Product {
    /// The first product, of those that hold cells or of those that hold features, whose names fit a
    /// file's name without its ending; a file of features must have the columns too.
    #[must_use]
    pub fn of_name(stem: &str, columns: Option<&[String]>) -> Option<(&'static Self, NameParts)> {
        PRODUCTS.iter().find_map(|product| {
            let fits = match (product.holds, columns) {
                (Holds::Cells { .. }, None) => true,
                (Holds::Features(needed), Some(columns)) => {
                    needed.iter().all(|column| columns.iter().any(|known| known == column))
                }
                _ => false,
            };
            let parts = fits.then(|| product.names.iter().find_map(|name| file_name::match_name(name, stem)))??;
            parts.year.is_none_or(|year| year > product.after).then_some((product, parts))
        })
    }

    /// Ids of the layers that an edition makes.
    #[must_use]
    pub fn ids(&self, found: &Found) -> Vec<String> {
        self.layers.iter().map(|layer| filled(layer.id, found)).collect()
    }

    /// The sections of an edition for a catalog that has these layers.
    #[must_use]
    pub fn entries(&self, found: &Found, layers: &BTreeSet<String>) -> Vec<LayerEntry> {
        let holds = |when: &When| match when {
            When::Always => true,
            When::ZeroTagged => found.zero_tagged,
            When::ZeroNotTagged => !found.zero_tagged,
            When::Layer(id) => layers.contains(*id),
            When::NoLayer(id) => !layers.contains(*id),
            When::Column(name) => found.columns.iter().any(|column| column == name),
            When::LastDay => found.last_day.is_some(),
            When::NoLastDay => found.last_day.is_none(),
        };
        let entry = |layer: &LayerText| {
            let id = filled(layer.id, found);
            let mut text = format!("[layer.{id}]\npath = {}\n", toml::Value::from(found.path.as_str()));
            for (_, line) in layer.lines.iter().filter(|(when, _)| holds(when)) {
                text.push_str(&filled(line, found));
                text.push('\n');
            }
            if let Some(licence) = self.licence {
                text.push_str(&format!("licence = {}\n", toml::Value::from(licence)));
            }
            let warnings = layer.warnings.iter().filter(|(when, _)| holds(when));
            LayerEntry { id, text, warnings: warnings.map(|(_, warning)| filled(warning, found)).collect() }
        };
        self.layers.iter().map(entry).collect()
    }
}

fn filled(template: &str, found: &Found) -> String {
    let mut text = template.to_owned();
    for (mark, year) in [("{first}", found.first), ("{year}", found.year)] {
        if let Some(year) = year {
            text = text.replace(mark, &year.to_string());
        }
    }
    if let Some(day) = found.last_day {
        text = text.replace("{day}", &day.to_string());
    }
    if text.contains("{tags}") {
        // With an exponent: a float of 39 digits written out is no number of TOML.
        let tags: String = found.other_tags.iter().map(|tag| format!(", {tag:e}")).collect();
        text = text.replace("{tags}", &tags);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ConfigFile, LayerSpec};

    #[test]
    fn names_of_the_policys_page_are_known() {
        let check = |stem: &str, title: &str| {
            let found = Product::of_name(stem, None).map(|(product, _)| product.title);
            assert_eq!(found, (!title.is_empty()).then_some(title), "{stem}");
        };
        check("JRC_GFC2020_V4_N0_W80", "JRC Global Forest Cover 2020");
        check("JRC_GFC2020_V2_S10_W80", "JRC Global Forest Cover 2020");
        check("JRC_TMF_AnnualChange_v1_2020_SAM_ID47_N0_W80", "JRC Tropical Moist Forest, 2020");
        check("JRC_TMF_AnnualChange_v1_2024_SAM_ID47_N0_W80", "JRC Tropical Moist Forest, latest year");
        check("JRC_TMF_AnnualChange_v1_2016_SAM_ID47_N0_W80", "");
        check(
            "JRC_TMF_DeforestationYear_INT_1982_2024_v1_SAM_ID47_S10_W80",
            "JRC Tropical Moist Forest, year of deforestation",
        );
        check("Hansen_GFC-2023-v1.11_lossyear_00N_080W", "Hansen Global Forest Change, year of loss");
        check("Hansen_GFC-2026-v1.14_datamask_00N_080W", "Hansen Global Forest Change, data mask");
        check("Hansen_GFC-2024-v1.12_gain_00N_080W", "");
        check("mapbiomas_peru_collection3_integration_v1", "MapBiomas, a band a year");
        check("ESA_WorldCover_10m_2020_v100_S09W078_Map", "ESA WorldCover 2020 v100");
        check("ESA_WorldCover_10m_2021_v200_S09W078_Map", "ESA WorldCover 2021 v200");
        check("SouthAmerica_2001_primary", "primary humid tropical forest 2001");
        check("RADD_alert_date_peru", "RADD alerts");
        check("00N_080W", "GFW integrated alerts");
        check("treecover_2020_30m", "tree cover in percent");
        check("elevation", "");
    }

    #[test]
    fn features_are_known_by_their_columns() {
        let columns = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let id = |stem: &str, names: &[&str]| {
            let found = Product::of_name(stem, Some(&columns(names)));
            found.map(|(product, _)| product.ids(&Found::default()).concat())
        };
        assert_eq!(id("whatever", &["anp_nomb", "anp_cate"]).as_deref(), Some("anp"));
        assert_eq!(id("ANP_privadas", &["anp_nomb"]).as_deref(), Some("anp_private"));
        assert_eq!(id("anp", &["nombre"]), None);
    }

    #[test]
    fn values_of_another_product_do_not_fit() {
        let loss = Values::Years { base: 2000, first: 2001 };
        assert!(loss.fits(24.0, Some(2024)) && loss.fits(0.0, Some(2024)));
        assert!(!loss.fits(25.0, Some(2024)) && !loss.fits(2021.0, Some(2024)) && !loss.fits(1.5, None));
        let years = Values::Years { base: 0, first: 1982 };
        assert!(years.fits(2021.0, None) && !years.fits(1981.0, None) && !years.fits(2025.0, Some(2024)));
        assert!(Values::YearAndDay.fits(20_366.0, None) && !Values::YearAndDay.fits(21_366.0, None));
        assert!(Values::GradedDay.fits(32_193.0, None) && !Values::GradedDay.fits(52_193.0, None));
        assert!(Values::Percent.fits(100.0, None) && !Values::Percent.fits(101.0, None));
        assert_eq!(Values::GradedDay.day(32_193.0).unwrap().to_string(), "2021-01-01");
        assert_eq!(loss.expected(Some(2024)), "0, or 1 to 24");
    }

    /// Whatever was found, a catalog can read what is written of it.
    #[test]
    fn every_entry_is_a_section_that_a_catalog_understands() {
        let day = Day::from_ymd(2025, 12, 31);
        for (zero_tagged, last_day, mask) in [(false, None, false), (true, day, true), (false, day, true)] {
            let mut text = String::new();
            let layers: BTreeSet<String> = ["datamask".to_owned()].into_iter().filter(|_| mask).collect();
            for product in PRODUCTS {
                let found = Found {
                    path: "a \"b\"/*.x".to_owned(),
                    first: Some(1985),
                    year: Some(2020),
                    last_day,
                    zero_tagged,
                    other_tags: vec![f64::from(f32::MIN)],
                    columns: vec!["anp_cate".to_owned()],
                };
                let vector = matches!(product.holds, Holds::Features(_));
                for LayerEntry { id, text: entry, .. } in product.entries(&found, &layers) {
                    // Two products may make one layer: then a catalog has one of them.
                    if !text.contains(&format!("[layer.{id}]")) {
                        text.push_str(&if vector { entry.replace("*.x", "*.gpkg") } else { entry });
                    }
                }
            }
            for mark in ["{first}", "{year}", "{day}", "{tags}"] {
                assert!(!text.contains(mark), "{mark} is left in\n{text}");
            }
            let file = ConfigFile::parse("lindero.toml", &text).unwrap();
            let specs = LayerSpec::read_all(&file.root()).unwrap_or_else(|e| panic!("{e}\n{text}"));
            assert!(specs.len() > 15);
            assert!(specs.iter().all(|spec| spec.path.starts_with("a \"b\"/*.")));
            let valid = specs.iter().filter_map(LayerSpec::raster).any(|raster| raster.valid_where.is_some());
            assert_eq!(valid, mask);
        }
    }
}
