//! Reading TOML that people edit: every complaint names the file, the line and what would be right.

use lindero_logic::{Day, ExprError, nearest};
use std::fmt;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong with a catalog or policy file, and where.
///
/// Reads as one line: `lindero.toml, line 12: layer.lossyear.band must be a whole number, not "two"`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {message}")]
pub struct ConfigError {
    /// The file as the user named it.
    pub file: String,
    /// The line, the first is 1.
    pub line: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

/// A TOML file with its text, so that every value has a line.
pub struct ConfigFile<'t> {
    name: &'t str,
    text: &'t str,
    root: Spanned<DeTable<'t>>,
}

impl<'t> ConfigFile<'t> {
    /// Parses the text of a file called `name`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if it is not TOML.
    pub fn parse(name: &'t str, text: &'t str) -> Result<Self, ConfigError> {
        let root = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            ConfigError { file: name.to_owned(), line: line_of(text, at), message: error.message().to_owned() }
        })?;
        Ok(Self { name, text, root })
    }

    /// The whole file as a section without a name.
    #[must_use]
    pub fn root(&self) -> Section<'_> {
        Section { file: self, path: String::new(), table: self.root.get_ref(), span: 0..0 }
    }
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.as_bytes()[..at.min(text.len())].iter().filter(|b| **b == b'\n').count()
}

/// A table of the file.
#[derive(Clone)]
pub struct Section<'f> {
    file: &'f ConfigFile<'f>,
    path: String,
    table: &'f DeTable<'f>,
    span: Range<usize>,
}

impl<'f> Section<'f> {
    /// Every key with its value, in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = (&'f str, Entry<'f>)> {
        let mut entries: Vec<_> = self.table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let (file, path) = (self.file, self.path.clone());
        entries.into_iter().map(move |(key, value)| {
            let entry = Entry { file, path: joined(&path, key.get_ref()), key: key.span(), value };
            (key.get_ref().as_ref(), entry)
        })
    }

    /// The value of a key, if it is there.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Entry<'f>> {
        let (found, value) = self.table.iter().find(|(k, _)| k.get_ref() == key)?;
        Some(Entry { file: self.file, path: joined(&self.path, key), key: found.span(), value })
    }

    /// The value of a key that must be there.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if it is not.
    pub fn require(&self, key: &str) -> Result<Entry<'f>, ConfigError> {
        self.get(key).ok_or_else(|| self.error(format!("{} is missing", joined(&self.path, key))))
    }

    /// Checks that no key but these is there.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first other key, with the one that was probably meant.
    pub fn only(&self, allowed: &[&str]) -> Result<(), ConfigError> {
        for (key, entry) in self.entries() {
            if !allowed.contains(&key) {
                let meant = match nearest(key, allowed.iter().copied()) {
                    Some(near) => format!("did you mean {near:?}?"),
                    None => format!("known here: {}", allowed.join(", ")),
                };
                return Err(entry.error_at_key(format!("unknown key {:?}; {meant}", entry.path)));
            }
        }
        Ok(())
    }

    /// An error about the section as a whole.
    #[must_use]
    pub fn error(&self, message: String) -> ConfigError {
        at(self.file, self.span.start, message)
    }
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn at(file: &ConfigFile<'_>, place: usize, message: String) -> ConfigError {
    ConfigError { file: file.name.to_owned(), line: line_of(file.text, place), message }
}

/// One value of the file.
#[derive(Clone)]
pub struct Entry<'f> {
    file: &'f ConfigFile<'f>,
    path: String,
    key: Range<usize>,
    value: &'f Spanned<DeValue<'f>>,
}

impl<'f> Entry<'f> {
    /// Its place in the file's tree: `layer.lossyear.band`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Text.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if it is something else.
    pub fn text(&self) -> Result<&'f str, ConfigError> {
        self.value.get_ref().as_str().ok_or_else(|| self.wrong("text in quotes"))
    }

    /// Text that is an expression, with its line.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if it is no text.
    pub fn expression(&self) -> Result<Expression, ConfigError> {
        Ok(Expression { source: self.text()?.to_owned(), ..self.place() })
    }

    /// Where it stands, for messages of later.
    #[must_use]
    pub fn place(&self) -> Expression {
        Expression {
            source: String::new(),
            file: self.file.name.to_owned(),
            line: line_of(self.file.text, self.value.span().start),
            path: self.path.clone(),
        }
    }

    /// A number, whole or not.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if it is something else.
    pub fn number(&self) -> Result<f64, ConfigError> {
        let digits = match self.value.get_ref() {
            DeValue::Float(float) => float.as_str().to_owned(),
            DeValue::Integer(_) => return self.whole().map(|n| n as f64),
            _ => return Err(self.wrong("a number")),
        };
        digits.parse().ok().filter(|n: &f64| n.is_finite()).ok_or_else(|| self.wrong("a finite number"))
    }

    /// A whole number.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if it is something else.
    pub fn whole(&self) -> Result<i64, ConfigError> {
        let wrong = || self.wrong("a whole number");
        let integer = self.value.get_ref().as_integer().ok_or_else(wrong)?;
        i64::from_str_radix(integer.as_str(), integer.radix()).map_err(|_| wrong())
    }

    /// A calendar year.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if it is no whole number of four digits.
    pub fn year(&self) -> Result<i32, ConfigError> {
        match self.whole() {
            Ok(year @ 1000..=9999) => Ok(year as i32),
            _ => Err(self.wrong("a year such as 2020")),
        }
    }

    /// A day: a TOML date, or text of the form `2020-12-31`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if it is no day of the calendar.
    pub fn day(&self) -> Result<Day, ConfigError> {
        let day = match self.value.get_ref() {
            DeValue::Datetime(datetime) if datetime.time.is_none() => {
                datetime.date.and_then(|d| Day::from_ymd(i32::from(d.year), u32::from(d.month), u32::from(d.day)))
            }
            DeValue::String(text) => text.parse().ok(),
            _ => None,
        };
        day.ok_or_else(|| self.wrong("a day such as 2020-12-31"))
    }

    /// Yes or no.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if it is something else.
    pub fn flag(&self) -> Result<bool, ConfigError> {
        self.value.get_ref().as_bool().ok_or_else(|| self.wrong("true or false"))
    }

    /// A list of values.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if it is something else.
    pub fn list(&self) -> Result<Vec<Self>, ConfigError> {
        let array = self.value.get_ref().as_array().ok_or_else(|| self.wrong("a list in [ ]"))?;
        let item = |(index, value): (usize, &'f Spanned<DeValue<'f>>)| Self {
            file: self.file,
            path: format!("{}[{index}]", self.path),
            key: value.span(),
            value,
        };
        Ok(array.iter().enumerate().map(item).collect())
    }

    /// One value or a list of them, as a list.
    ///
    /// # Errors
    ///
    /// None of its own.
    pub fn one_or_more(&self) -> Result<Vec<Self>, ConfigError> {
        if self.value.get_ref().is_array() { self.list() } else { Ok(vec![self.clone()]) }
    }

    /// A table.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if it is something else.
    pub fn section(&self) -> Result<Section<'f>, ConfigError> {
        let table = self.value.get_ref().as_table().ok_or_else(|| self.wrong("a table"))?;
        Ok(Section { file: self.file, path: self.path.clone(), table, span: self.key.clone() })
    }

    /// Whether it is a table.
    #[must_use]
    pub fn is_section(&self) -> bool {
        self.value.get_ref().is_table()
    }

    /// An error about the value.
    #[must_use]
    pub fn error(&self, message: String) -> ConfigError {
        at(self.file, self.value.span().start, message)
    }

    /// An error about the key.
    #[must_use]
    pub fn error_at_key(&self, message: String) -> ConfigError {
        at(self.file, self.key.start, message)
    }

    /// "must be …, not …"
    #[must_use]
    pub fn wrong(&self, expected: &str) -> ConfigError {
        let found = self.file.text.get(self.value.span()).unwrap_or_default().lines().next().unwrap_or_default();
        self.error(format!("{} must be {expected}, not {found}", self.path))
    }
}

/// An expression as it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// The text.
    pub source: String,
    /// The file it stands in.
    pub file: String,
    /// The line it begins on.
    pub line: usize,
    /// Its place in the file's tree.
    pub path: String,
}

impl Expression {
    /// Puts an error of the expression at its place in the file.
    #[must_use]
    pub fn error(&self, error: &ExprError) -> ConfigError {
        let message = format!("in {}: {}", self.path, At(error));
        ConfigError { file: self.file.clone(), line: self.line + error.line - 1, message }
    }

    /// An error that is not about one place in the expression.
    #[must_use]
    pub fn error_text(&self, message: &str) -> ConfigError {
        ConfigError { file: self.file.clone(), line: self.line, message: format!("in {}: {message}", self.path) }
    }
}

/// An expression's error without its line, which the file's line replaces.
struct At<'e>(&'e ExprError);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ExprError { message, column, hint, term, .. } = self.0;
        match term {
            Some(term) => write!(f, "in term {term:?}, column {column}: {message}")?,
            None => write!(f, "column {column}: {message}")?,
        }
        hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: fmt::Debug>(text: &str, read: impl Fn(Section<'_>) -> Result<T, ConfigError>, expected: &str) {
        let file = ConfigFile::parse("lindero.toml", text).unwrap();
        assert_eq!(read(file.root()).unwrap_err().to_string(), expected);
    }

    #[test]
    fn complaints_name_the_line_and_what_would_be_right() {
        check(
            "a = 1\nb = 'two'",
            |s| s.require("b")?.whole(),
            "lindero.toml, line 2: b must be a whole number, not 'two'",
        );
        check(
            "a = 2021-02-28",
            |s| s.require("a")?.text().map(str::len),
            "lindero.toml, line 1: a must be text in quotes, not 2021-02-28",
        );
        check(
            "a = '2021-02-29'",
            |s| s.require("a")?.day(),
            "lindero.toml, line 1: a must be a day such as 2020-12-31, not '2021-02-29'",
        );
        check(
            "\n[layer]\npth = 1",
            |s| s.require("layer")?.section()?.only(&["path", "nodata"]),
            "lindero.toml, line 3: unknown key \"layer.pth\"; did you mean \"path\"?",
        );
        check(
            "[layer.a]\nx = 1",
            |s| s.require("layer")?.section()?.require("a")?.section()?.require("path").map(|_| ()),
            "lindero.toml, line 1: layer.a.path is missing",
        );
    }

    #[test]
    fn broken_toml_names_its_line() {
        let error = ConfigFile::parse("lindero.toml", "a = 1\nb = \n").err().unwrap();
        assert_eq!(error.line, 2, "{error}");
    }

    #[test]
    fn numbers_days_and_lists_are_read() {
        let file =
            ConfigFile::parse("f", "n = 1_000\nh = 0x1F\nx = -3.5e2\nd = 2020-12-31\nl = [1, 2]\nf = true").unwrap();
        let root = file.root();
        assert_eq!(root.require("n").unwrap().number(), Ok(1000.0));
        assert_eq!(root.require("h").unwrap().whole(), Ok(31));
        assert_eq!(root.require("x").unwrap().number(), Ok(-350.0));
        assert_eq!(root.require("d").unwrap().day(), Ok(Day::from_ymd(2020, 12, 31).unwrap()));
        assert_eq!(root.require("l").unwrap().list().unwrap().len(), 2);
        assert_eq!(root.require("n").unwrap().one_or_more().unwrap().len(), 1);
        assert_eq!(root.require("f").unwrap().flag(), Ok(true));
    }
}
