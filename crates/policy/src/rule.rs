//! A rule, as written.

use lindero_layers::{ConfigError, Entry, Expression};

/// One `[[rule]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its code, such as `L1`; never reused.
    pub code: String,
    /// Its name, such as `natural-forest-cleared`.
    pub name: String,
    /// What it is about.
    pub about: About,
    /// What follows if it is true.
    pub outcome: Outcome,
    /// Who can answer its question; a rule without a question has none.
    pub ask: Option<Ask>,
    /// When it is true.
    pub when: When,
    /// Whether nothing else can be said of a plot of which it is true: other findings are then left out.
    pub alone: bool,
    /// The sentence it prints, with placeholders such as `{loss_ha}`.
    pub reason: Expression,
    /// The same sentence in Spanish, for questions that are asked on paper.
    pub spanish: Option<Expression>,
    /// The source of its threshold.
    pub source: String,
    /// What it cannot see.
    pub limits: String,
}

/// What a rule is about: a run writes a verdict for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum About {
    /// Forest turned into farmland.
    Forest,
    /// The boundary and the maps.
    Data,
    /// The right to farm there.
    Law,
}

/// What follows if a rule is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The verdict is high.
    High,
    /// The verdict is more_info, unless another rule makes it high.
    MoreInfo,
    /// The sentence is printed and the verdict stays.
    Note,
}

/// How the question of a rule can be answered: the work queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ask {
    /// By looking at pictures.
    Desk,
    /// By a document.
    Document,
    /// By a visit to the producer.
    Visit,
    /// By walking the boundary.
    Walk,
}

/// When a rule is true.
#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// When a condition over measurements and attributes is.
    True(Expression),
    /// For a plot known only as a point, unless both its discs are low: see
    /// [`Bound::decide_point`](crate::Bound::decide_point).
    PointNotLow,
    /// For a plot that is not low while too few of its copies that were moved by its position error have its verdict: see
    /// [`Bound::told_if_unsteady`](crate::Bound::told_if_unsteady).
    Unsteady,
}

impl About {
    /// All of them, in the order of the output's columns.
    pub const ALL: [Self; 3] = [Self::Forest, Self::Data, Self::Law];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Forest => "forest",
            Self::Data => "data",
            Self::Law => "law",
        }
    }
}

impl Outcome {
    const ALL: [Self; 3] = [Self::High, Self::MoreInfo, Self::Note];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::MoreInfo => "more_info",
            Self::Note => "note",
        }
    }
}

impl Ask {
    const ALL: [Self; 4] = [Self::Desk, Self::Document, Self::Visit, Self::Walk];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Document => "document",
            Self::Visit => "visit",
            Self::Walk => "walk",
        }
    }
}

const KEYS: [&str; 13] = [
    "code",
    "name",
    "about",
    "verdict",
    "ask",
    "when",
    "point",
    "stability",
    "alone",
    "reason",
    "spanish",
    "source",
    "limits",
];

impl Rule {
    pub(crate) fn read(entry: &Entry<'_>) -> Result<Self, ConfigError> {
        let section = entry.section()?;
        section.only(&KEYS)?;
        let required = |key: &str| section.require(key)?.text().map(str::to_owned);
        let code = section.require("code")?;
        if !is_code(code.text()?) {
            return Err(code.wrong("a capital letter and a number, such as \"L1\""));
        }
        let name = section.require("name")?;
        if !is_rule_name(name.text()?) {
            return Err(name.wrong("small letters and hyphens, such as \"natural-forest-cleared\""));
        }
        let outcome = word(&section.require("verdict")?, &Outcome::ALL, Outcome::as_str)?;
        let ask = section.get("ask").map(|ask| word(&ask, &Ask::ALL, Ask::as_str)).transpose()?;
        match (outcome, ask) {
            (Outcome::MoreInfo, None) => {
                return Err(section.error(format!("{} says more_info and needs ask: who can answer", entry.path())));
            }
            (Outcome::High | Outcome::Note, Some(_)) => {
                let message =
                    format!("{} asks nothing as its verdict is {}: leave ask out", entry.path(), outcome.as_str());
                return Err(section.error(message));
            }
            _ => {}
        }
        let flag = |key: &str| section.get(key).map_or(Ok(false), |flag| flag.flag());
        let when = match (section.get("when"), flag("point")?, flag("stability")?) {
            (Some(when), false, false) => When::True(when.expression()?),
            (None, true, false) if outcome == Outcome::MoreInfo => When::PointNotLow,
            (None, false, true) if outcome == Outcome::Note => When::Unsteady,
            (None, false, true) => {
                let message = format!("{}: stability never changes a verdict: write verdict = \"note\"", entry.path());
                return Err(section.error(message));
            }
            (None, true, false) => {
                let message =
                    format!("{}: a point is never {}: write verdict = \"more_info\"", entry.path(), outcome.as_str());
                return Err(section.error(message));
            }
            _ => {
                let message =
                    format!("{} needs one of when, a condition, point = true, or stability = true", entry.path());
                return Err(section.error(message));
            }
        };
        let alone = flag("alone")?;
        if alone && (outcome == Outcome::Note || when == When::PointNotLow) {
            let message = format!("{}: alone goes only with when and verdict high or more_info", entry.path());
            return Err(section.error(message));
        }
        Ok(Self {
            code: code.text()?.to_owned(),
            name: name.text()?.to_owned(),
            about: word(&section.require("about")?, &About::ALL, About::as_str)?,
            outcome,
            ask,
            when,
            alone,
            reason: section.require("reason")?.expression()?,
            spanish: section.get("spanish").map(|text| text.expression()).transpose()?,
            source: required("source")?,
            limits: required("limits")?,
        })
    }
}

/// The value whose word the entry holds.
fn word<T: Copy>(entry: &Entry<'_>, all: &[T], as_str: impl Fn(T) -> &'static str) -> Result<T, ConfigError> {
    let text = entry.text()?;
    all.iter().copied().find(|value| as_str(*value) == text).ok_or_else(|| {
        let words: Vec<String> = all.iter().map(|value| format!("{:?}", as_str(*value))).collect();
        entry.wrong(&format!("one of {}", words.join(", ")))
    })
}

fn is_code(text: &str) -> bool {
    let digits = text.strip_prefix(|c: char| c.is_ascii_uppercase());
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn is_rule_name(text: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.split('-').all(is_part)
}
