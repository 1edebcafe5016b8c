//! What a catalog must have for a policy to say anything.

use lindero_layers::{ConfigError, Entry, Expression};

/// One `[[requires]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    /// How many of the layers must be there.
    pub at_least: usize,
    /// The layers.
    pub of: Vec<String>,
    /// Why.
    pub why: Expression,
}

impl Requirement {
    pub(crate) fn read(entry: &Entry<'_>) -> Result<Self, ConfigError> {
        let section = entry.section()?;
        section.only(&["at_least", "of", "why"])?;
        let texts = section.require("of")?.list()?;
        let of = texts.iter().map(|text| text.text().map(str::to_owned)).collect::<Result<Vec<_>, _>>()?;
        let at_least = section.require("at_least")?;
        let count = usize::try_from(at_least.whole()?).ok().filter(|count| (1..=of.len()).contains(count));
        Ok(Self {
            at_least: count
                .ok_or_else(|| at_least.wrong(&format!("from 1 to {}, the length of its list", of.len())))?,
            of,
            why: section.require("why")?.expression()?,
        })
    }

    /// Whether enough of the layers are among `layers`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] at the place of the requirement.
    pub(crate) fn check(&self, layers: &[&str]) -> Result<(), ConfigError> {
        let there: Vec<&str> = self.of.iter().map(String::as_str).filter(|id| layers.contains(id)).collect();
        if there.len() >= self.at_least {
            return Ok(());
        }
        let has = if there.is_empty() { "none".to_owned() } else { format!("only {}", there.join(", ")) };
        let message = format!(
            "the catalog needs at least {} of the layers {}, and has {has}: {}",
            self.at_least,
            self.of.join(", "),
            self.why.source
        );
        Err(ConfigError { file: self.why.file.clone(), line: self.why.line, message })
    }
}
