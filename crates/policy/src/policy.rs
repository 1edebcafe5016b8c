//! A policy file, read and checked.

use crate::evidence::Evidence;
use crate::names::{LayerNames, RuleNames, is_special};
use crate::sentence::{Sentence, Told};
use crate::{Requirement, Rule, TableNames, When};
use lindero_indicators::{Definitions, IndicatorKind};
use lindero_layers::{ConfigError, ConfigFile, Entry, Expression, Section};
use lindero_logic::{ValueKind, check_name, compile_condition, compile_number};
use std::collections::BTreeSet;

/// Rules over measurements, and the definitions of what is measured for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) version: String,
    pub(crate) about: String,
    pub(crate) source: String,
    pub(crate) thresholds: Vec<Threshold>,
    pub(crate) requirements: Vec<Requirement>,
    pub(crate) attributes: Vec<Attribute>,
    /// Conditions that rules use by name, in the order of the file.
    pub(crate) conditions: Vec<(String, Expression)>,
    pub(crate) rules: Vec<Rule>,
    /// Up to which day a plot was watched.
    pub(crate) evidence: Option<Evidence>,
    /// The sentence of a plot that is low.
    pub(crate) low: Option<Expression>,
    pub(crate) definitions: Definitions,
    pub(crate) table: TableNames,
    layers: BTreeSet<String>,
}

/// A named number that rules use.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// Its name, which tells its unit.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// Where it comes from, if the file says so.
    pub source: Option<String>,
}

/// A declared column of the plot file that rules may read. Where nobody declares it, it is unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: ValueKind,
    /// Its place in the file.
    pub(crate) at: Expression,
}

const KEYS: [&str; 16] = [
    "name",
    "title",
    "version",
    "about",
    "source",
    "table",
    "threshold",
    "requires",
    "attribute",
    "list",
    "term",
    "indicator",
    "condition",
    "rule",
    "evidence",
    "low",
];

impl Policy {
    /// Reads a policy from the text of a file.
    ///
    /// Names of columns are looked at when it is [bound](Policy::bind), because a catalog may define indicators too.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first thing that is wrong.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, ConfigError> {
        let file = ConfigFile::parse(file_name, text)?;
        let root = file.root();
        root.only(&KEYS)?;
        let required = |key: &str| root.require(key)?.text().map(|text| text.trim().to_owned());
        let definitions = Definitions::read(&root)?;
        let layers = layers_of(&definitions)?;
        let policy = Self {
            name: required("name")?,
            title: required("title")?,
            version: required("version")?,
            about: required("about")?,
            source: required("source")?,
            thresholds: named(&root, "threshold", Threshold::read)?,
            requirements: items(&root, "requires", Requirement::read)?,
            attributes: named(&root, "attribute", Attribute::read)?,
            conditions: named(&root, "condition", |name, entry| Ok((name.to_owned(), entry.expression()?)))?,
            rules: items(&root, "rule", Rule::read)?,
            evidence: root.get("evidence").map(|entry| Evidence::read(&entry)).transpose()?,
            low: root.get("low").map(|entry| entry.expression()).transpose()?,
            definitions,
            table: TableNames::read(&root)?,
            layers,
        };
        policy.check_codes(&root)?;
        policy.check_unique_names(&root)?;
        let conditions: Vec<&str> = policy.conditions.iter().map(|(name, _)| name.as_str()).collect();
        policy.table.check(&conditions)?;
        policy.check_expressions(&RuleNames::of_file(&policy))?;
        Ok(policy)
    }

    /// Its name, such as `eudr-2020`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The version of the policy, not of the program.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What its verdict answers, and what it does not.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// Where it comes from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What is measured for it.
    #[must_use]
    pub fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// Its rules, in the order of the file.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The declared columns its rules read.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// Its named numbers.
    #[must_use]
    pub fn thresholds(&self) -> &[Threshold] {
        &self.thresholds
    }

    /// What a catalog must have.
    #[must_use]
    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    /// Every layer its definitions name: a catalog may lack them as far as [`Policy::check_layers`] allows.
    #[must_use]
    pub fn layers(&self) -> &BTreeSet<String> {
        &self.layers
    }

    /// Checks that a catalog with `layers` has what the policy cannot do without.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first requirement that is not met.
    pub fn check_layers(&self, layers: &[&str]) -> Result<(), ConfigError> {
        self.requirements.iter().try_for_each(|requirement| requirement.check(layers))
    }

    fn check_codes(&self, root: &Section<'_>) -> Result<(), ConfigError> {
        if self.rules.is_empty() {
            return Err(root.error("a policy needs at least one [[rule]]".to_owned()));
        }
        for (index, rule) in self.rules.iter().enumerate() {
            let twice = |what: &str| rule.reason.error_text(what);
            if self.rules[..index].iter().any(|other| other.code == rule.code) {
                return Err(twice(&format!("another rule has the code {} already", rule.code)));
            }
            let other_point = self.rules[..index].iter().find(|other| other.when == When::PointNotLow);
            if let (When::PointNotLow, Some(other)) = (&rule.when, other_point) {
                return Err(twice(&format!("rule {} decides points already", other.code)));
            }
            let other_unsteady = self.rules[..index].iter().find(|other| other.when == When::Unsteady);
            if let (When::Unsteady, Some(other)) = (&rule.when, other_unsteady) {
                return Err(twice(&format!("rule {} tells unsteady verdicts already", other.code)));
            }
        }
        Ok(())
    }

    /// A name means one thing: threshold, attribute, condition or column.
    fn check_unique_names(&self, root: &Section<'_>) -> Result<(), ConfigError> {
        let mut seen: Vec<(&str, &str)> = Vec::new();
        for what in ["threshold", "attribute", "condition"] {
            let Some(table) = root.get(what) else { continue };
            for (name, entry) in table.section()?.entries() {
                let taken = seen.iter().find(|(known, _)| *known == name).map(|(_, other)| *other);
                let taken = taken.or_else(|| is_special(name).then_some("a word of policies"));
                let is_column = || crate::columns::kind_of_column(&self.definitions.indicators, name).is_some();
                if let Some(other) = taken.or_else(|| is_column().then_some("a column of an indicator")) {
                    return Err(entry.error_at_key(format!("{what} {name:?} has the name of {other}")));
                }
                seen.push((name, if what == "attribute" { "an attribute" } else { what_it_is(what) }));
            }
        }
        Ok(())
    }

    /// Compiles conditions, rules and sentences with the names of `scope`.
    pub(crate) fn check_expressions(&self, scope: &RuleNames<'_>) -> Result<(), ConfigError> {
        let conditions = self.conditions.iter().map(|(_, condition)| condition);
        let rules = self.rules.iter().filter_map(|rule| match &rule.when {
            When::True(condition) => Some(condition),
            When::PointNotLow | When::Unsteady => None,
        });
        for condition in conditions.chain(rules) {
            compile_condition(&condition.source, scope).map_err(|e| condition.error(&e))?;
        }
        let reasons = self.rules.iter().flat_map(|rule| {
            let texts = std::iter::once(&rule.reason).chain(&rule.spanish);
            texts.map(|text| (text, Told::by(&rule.when)))
        });
        for (text, told) in reasons.chain(self.low.as_ref().map(|low| (low, Told::Plot))) {
            Sentence::parse(&text.source)
                .and_then(|sentence| sentence.check(told, scope))
                .map_err(|message| text.error_text(&message))?;
        }
        let evidence = self.evidence.iter().flat_map(|evidence| {
            let watched = evidence.watched.iter().map(|(_, column)| column);
            std::iter::once(&evidence.of).chain(watched)
        });
        for column in evidence {
            if !scope.can_be_column(&column.source) {
                return Err(column.error_text("evidence is told by columns of indicators, such as \"forest_any_ha\""));
            }
        }
        Ok(())
    }
}

fn what_it_is(table: &str) -> &'static str {
    if table == "threshold" { "a threshold" } else { "a condition" }
}

fn named<T>(
    root: &Section<'_>,
    table: &str,
    read: impl Fn(&str, &Entry<'_>) -> Result<T, ConfigError>,
) -> Result<Vec<T>, ConfigError> {
    let Some(table_entry) = root.get(table) else { return Ok(Vec::new()) };
    let section = table_entry.section()?;
    let entries = section.entries().map(|(name, entry)| {
        check_name(name).map_err(|e| entry.error_at_key(format!("{table} name {e}")))?;
        read(name, &entry)
    });
    entries.collect()
}

fn items<T>(
    root: &Section<'_>,
    key: &str,
    read: impl Fn(&Entry<'_>) -> Result<T, ConfigError>,
) -> Result<Vec<T>, ConfigError> {
    let Some(entry) = root.get(key) else { return Ok(Vec::new()) };
    entry.list()?.iter().map(read).collect()
}

impl Threshold {
    fn read(name: &str, entry: &Entry<'_>) -> Result<Self, ConfigError> {
        // More than all of a plot is told by `policy check`, as rules that are never true.
        let number = |entry: &Entry<'_>| match entry.number()? {
            value if value < 0.0 && ["_ha", "_pct"].iter().any(|unit| name.ends_with(unit)) => {
                Err(entry.wrong("a number of at least 0"))
            }
            value => Ok(value),
        };
        if !entry.is_section() {
            return Ok(Self { name: name.to_owned(), value: number(entry)?, source: None });
        }
        let section = entry.section()?;
        section.only(&["value", "source"])?;
        let source = section.get("source").map(|source| source.text().map(str::to_owned)).transpose()?;
        Ok(Self { name: name.to_owned(), value: number(&section.require("value")?)?, source })
    }
}

impl Attribute {
    fn read(name: &str, entry: &Entry<'_>) -> Result<Self, ConfigError> {
        let section = entry.section()?;
        section.only(&["kind"])?;
        let kind_entry = section.require("kind")?;
        let kind = match kind_entry.text()? {
            "number" => ValueKind::Number,
            "year" => ValueKind::Year,
            "day" => ValueKind::Day,
            "text" => ValueKind::Text,
            "yes_no" => ValueKind::Bool,
            _ => return Err(kind_entry.wrong("one of \"number\", \"year\", \"day\", \"text\", \"yes_no\"")),
        };
        Ok(Self { name: name.to_owned(), kind, at: kind_entry.expression()? })
    }
}

/// Every layer that terms and indicators name. Nothing is known of layers here, so all are compiled as absent.
fn layers_of(definitions: &Definitions) -> Result<BTreeSet<String>, ConfigError> {
    let scope = LayerNames { definitions };
    let mut layers = BTreeSet::new();
    let mut add = |expression: &Expression, is_condition: bool| {
        let compile = if is_condition { compile_condition } else { compile_number };
        let compilation = compile(&expression.source, &scope).map_err(|e| expression.error(&e))?;
        layers.extend(compilation.absent_names);
        Ok(())
    };
    for term in definitions.terms.values() {
        add(term, true)?;
    }
    for indicator in &definitions.indicators {
        match &indicator.kind {
            IndicatorKind::Overlaps { layer } => add(layer, false)?,
            IndicatorKind::Cells(cells) => {
                let patch = cells.patch.as_ref().map(|patch| &patch.of);
                cells.condition.iter().chain(patch).try_for_each(|condition| add(condition, true))?;
                let values = cells.mean.iter().chain(&cells.by).chain(&cells.grid);
                values.into_iter().try_for_each(|value| add(value, false))?;
            }
        }
    }
    Ok(layers)
}
