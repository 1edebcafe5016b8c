//! Presets: named ways to count trees on farms, each with what it counts and what it cannot tell.

use crate::height::Height;
use crate::{Definitions, IndicatorKind, IndicatorSpec, LayerFacts, Remainder, TreeCover};
use lindero_layers::{ConfigError, ConfigFile, Entry, Expression};
use std::collections::BTreeSet;

/// Name, file name and text of each preset that comes with the program.
const FILES: [(&str, &str, &str); 4] = [
    ("zomer", "zomer.toml", include_str!("../presets/zomer.toml")),
    ("shade-cocoa", "shade-cocoa.toml", include_str!("../presets/shade-cocoa.toml")),
    ("cusaf", "cusaf.toml", include_str!("../presets/cusaf.toml")),
    ("canopy-height", "canopy-height.toml", include_str!("../presets/canopy-height.toml")),
];

/// The names of the presets that come with the program.
pub const PRESETS: [&str; 4] = [FILES[0].0, FILES[1].0, FILES[2].0, FILES[3].0];

/// File name and text of a preset that comes with the program, ready for [`Preset::parse`].
#[must_use]
pub fn builtin_preset(name: &str) -> Option<(&'static str, &'static str)> {
    FILES.iter().find(|(known, ..)| *known == name).map(|(_, file, text)| (*file, *text))
}

/// A preset file: indicators in the language of catalogs, where `{tree_cover}` stands for the layer of tree cover of 2019 or
/// later, and `{height}`, `{height_over5}`, `{height_under5}` and `{height_chance5}` for the layer of heights with a stated error,
/// its surest limits, and the chance that a canopy exceeds 5 m.
#[derive(Clone, Debug, PartialEq)]
pub struct Preset {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it counts, in one sentence.
    pub counts: String,
    /// Where its limits come from.
    pub source: String,
    /// Terms of a policy that it stands on.
    pub needs: Vec<String>,
    /// Layers on the grid of one of which its indicators are measured, unless they name their own: the first that is there.
    pub grid: Vec<String>,
    /// What would tell where it is undecided.
    pub would_tell: String,
    /// What is left of a plot beside its parts.
    pub undecided: Remainder,
    definitions: Definitions,
}

/// A preset as a catalog can measure it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FilledPreset {
    /// Its indicators, with the names of layers in them.
    pub definitions: Definitions,
    /// What cannot be measured, and which layer would tell.
    pub notes: Vec<String>,
}

const KEYS: [&str; 11] =
    ["name", "version", "counts", "source", "needs", "grid", "would_tell", "list", "term", "indicator", "parts"];

impl Preset {
    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first thing that is wrong.
    pub fn parse(file: &str, text: &str) -> Result<Self, ConfigError> {
        let file = ConfigFile::parse(file, text)?;
        let root = file.root();
        root.only(&KEYS)?;
        let text = |key: &str| root.require(key)?.text().map(str::to_owned);
        let texts = |entry: Entry<'_>| -> Result<Vec<String>, ConfigError> {
            entry.list()?.iter().map(|item| item.text().map(str::to_owned)).collect()
        };
        let definitions = Definitions::read(&root)?;
        let section = root.require("parts")?.section()?;
        section.only(&["of", "undecided"])?;
        let of = section.require("of")?;
        let parts = texts(of.clone())?;
        let known = |id: &&String| definitions.indicators.iter().any(|indicator| indicator.id == **id);
        if let Some(unknown) = parts.iter().find(|id| !known(id)) {
            return Err(of.error(format!("{} names {unknown:?}, which is no [indicator.*] of the file", of.path())));
        }
        let id = section.require("undecided")?.text()?.to_owned();
        Ok(Self {
            name: text("name")?,
            version: text("version")?,
            counts: text("counts")?,
            source: text("source")?,
            needs: texts(root.require("needs")?)?,
            grid: root.get("grid").map(texts).transpose()?.unwrap_or_default(),
            would_tell: text("would_tell")?,
            undecided: Remainder { id, parts, needs_all: false },
            definitions,
        })
    }

    /// The preset on these layers; `known` are the terms that a policy and a catalog define.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if a term that it stands on is not defined, or a placeholder is not known.
    pub fn filled(
        &self,
        layers: &[LayerFacts<'_>],
        tree_cover: &TreeCover,
        known: &Definitions,
    ) -> Result<FilledPreset, ConfigError> {
        let lacking: Vec<&str> =
            self.needs.iter().map(String::as_str).filter(|term| !known.terms.contains_key(*term)).collect();
        if let (false, Some(first)) = (lacking.is_empty(), self.definitions.indicators.first()) {
            return Err(first.at.error_text(&format!(
                "preset {} stands on terms that neither policy nor catalog define: {}; policy eudr-2020 has them",
                self.name,
                lacking.join(", ")
            )));
        }
        let places = Places::of(layers, tree_cover);
        let mut filled = FilledPreset {
            definitions: Definitions { indicators: Vec::new(), ..self.definitions.clone() },
            notes: Vec::new(),
        };
        let is_there = |id: &&String| layers.iter().any(|facts| facts.spec.id == **id && facts.spec.raster().is_some());
        let grid = self.grid.iter().find(is_there);
        let mut missing = BTreeSet::new();
        for indicator in &self.definitions.indicators {
            match places.fill(indicator)? {
                Ok(mut indicator) => {
                    let at = Expression { source: grid.cloned().unwrap_or_default(), ..indicator.at.clone() };
                    if let (IndicatorKind::Cells(cells), Some(_)) = (&mut indicator.kind, grid) {
                        cells.grid.get_or_insert(at);
                    }
                    filled.definitions.indicators.push(indicator);
                }
                Err(why) => {
                    missing.insert(why);
                }
            }
        }
        filled
            .notes
            .extend(missing.into_iter().map(|why| format!("not all of preset {} is measured: {why}", self.name)));
        Ok(filled)
    }
}

/// What placeholders stand for, or why for nothing.
struct Places<'a> {
    tree_cover: Result<&'a str, String>,
    height: Result<Height<'a>, String>,
}

impl<'a> Places<'a> {
    fn of(layers: &[LayerFacts<'a>], tree_cover: &'a TreeCover) -> Self {
        let cover = tree_cover.layer.as_deref();
        let mut heights = layers.iter().filter_map(|facts| {
            let error_m = facts.spec.raster()?.height_error_m?;
            Some(Height { layer: &facts.spec.id, error_m })
        });
        Self {
            tree_cover: cover.ok_or_else(|| tree_cover.refused.clone().unwrap_or_default()),
            height: heights
                .next_back()
                .ok_or_else(|| "the catalog has no layer of heights with a stated error (error_m = METRES)".to_owned()),
        }
    }

    /// The indicator with its placeholders filled, or why one of them stands for nothing.
    fn fill(&self, indicator: &IndicatorSpec) -> Result<Result<IndicatorSpec, String>, ConfigError> {
        let mut filled = indicator.clone();
        let IndicatorKind::Cells(cells) = &mut filled.kind else { return Ok(Ok(filled)) };
        for expression in cells.condition.iter_mut().chain(&mut cells.mean).chain(&mut cells.by).chain(&mut cells.grid)
        {
            match self.fill_expression(expression)? {
                Ok(source) => expression.source = source,
                Err(why) => return Ok(Err(why)),
            }
        }
        Ok(Ok(filled))
    }

    fn fill_expression(&self, at: &Expression) -> Result<Result<String, String>, ConfigError> {
        let mut filled = String::new();
        let mut rest = at.source.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let Some((place, after)) = after.split_once('}') else {
                return Err(at.error_text("a { has no }"));
            };
            let height = || self.height.clone();
            let stands_for = match place {
                "tree_cover" => self.tree_cover.clone().map(str::to_owned),
                "height" => height().map(|height| height.layer.to_owned()),
                "height_over5" => height().map(|height| format!("({:.6})", height.surely_over_m())),
                "height_under5" => height().map(|height| format!("({:.6})", height.surely_under_m())),
                "height_chance5" => height().map(|height| height.chance()),
                _ => {
                    let known = "{tree_cover}, {height}, {height_over5}, {height_under5}, {height_chance5}";
                    return Err(at.error_text(&format!("unknown placeholder {{{place}}}; known: {known}")));
                }
            };
            filled.push_str(before);
            match stands_for {
                Ok(text) => filled.push_str(&text),
                Err(why) => return Ok(Err(why)),
            }
            rest = after;
        }
        filled.push_str(rest);
        Ok(Ok(filled))
    }
}

#[cfg(test)]
mod tests {
    use super::{PRESETS, Preset, builtin_preset};
    use crate::{Definitions, TreeCover};

    const SMALL: &str = "name = 'p'\nversion = '1'\ncounts = ''\nsource = ''\nneeds = []\nwould_tell = ''\n\
                         [indicator.a]\nwhere = '{tree_cover} > 10'\n[parts]\nof = ['a']\nundecided = 'rest'\n";

    #[test]
    fn every_shipped_preset_is_read_by_its_own_name() {
        for name in PRESETS {
            let (file, text) = builtin_preset(name).unwrap();
            assert_eq!(Preset::parse(file, text).unwrap().name, name);
        }
        assert!(builtin_preset("zommer").is_none());
    }

    #[test]
    fn without_the_layer_an_indicator_drops_out_and_the_reason_is_told() {
        let preset = Preset::parse("p.toml", SMALL).unwrap();
        let none = TreeCover { refused: Some("cover is of 2000".into()), ..TreeCover::default() };
        let filled = preset.filled(&[], &none, &Definitions::default()).unwrap();
        assert_eq!(filled.definitions.indicators, []);
        assert_eq!(filled.notes, ["not all of preset p is measured: cover is of 2000"]);
        let some = TreeCover { layer: Some("tc2020".into()), ..TreeCover::default() };
        let filled = preset.filled(&[], &some, &Definitions::default()).unwrap();
        let crate::IndicatorKind::Cells(cells) = &filled.definitions.indicators[0].kind else { panic!() };
        assert_eq!(cells.condition.as_ref().unwrap().source, "tc2020 > 10");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let check = |from: &str, to: &str, expected: &str| {
            let filled = Preset::parse("p.toml", &SMALL.replace(from, to))
                .and_then(|preset| preset.filled(&[], &TreeCover::default(), &Definitions::default()));
            assert_eq!(filled.unwrap_err().to_string(), expected);
        };
        check(
            "of = ['a']",
            "of = ['b']",
            "p.toml, line 10: parts.of names \"b\", which is no [indicator.*] of the file",
        );
        check(
            "{tree_cover}",
            "{trees}",
            "p.toml, line 8: in indicator.a.where: unknown placeholder {trees}; known: {tree_cover}, \
               {height}, {height_over5}, {height_under5}, {height_chance5}",
        );
        check(
            "needs = []",
            "needs = ['farmed_ground']",
            "p.toml, line 8: in indicator.a: preset p stands on terms that neither \
               policy nor catalog define: farmed_ground; policy eudr-2020 has them",
        );
    }
}
