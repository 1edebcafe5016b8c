//! Which names layers, terms, columns and lists may have.

/// The functions of the language.
pub(crate) const FUNCTIONS: [&str; 5] = ["at_least", "date", "known", "patch", "whole"];

/// Constants every scope gives a meaning to.
const CONSTANTS: [&str; 2] = ["cutoff", "cutoff_year"];

/// Words of the language itself.
const WORDS: [&str; 3] = ["false", "in", "true"];

/// Words people type out of habit from other languages, and what to write for them.
pub(crate) const HABITS: [(&str, &str); 9] = [
    ("and", "write &&"),
    ("or", "write ||"),
    ("not", "write !, as in !(x in [1, 2])"),
    ("between", "write x >= a && x <= b"),
    ("is", "write =="),
    ("like", "text can only be equal: write =="),
    ("null", "to ask whether a layer has a value write known(layer)"),
    ("none", "to ask whether a layer has a value write known(layer)"),
    ("nan", "to ask whether a layer has a value write known(layer)"),
];

/// Words CEL keeps for itself.
pub(crate) const KEPT_BY_CEL: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "namespace",
    "package",
    "return",
    "var",
    "void",
    "while",
];

/// Why something cannot be a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum NameError {
    /// Not of the shape `[a-z][a-z0-9_]*`.
    #[error("{name:?} is not a name; use lower-case letters, digits and _, beginning with a letter")]
    Shape { name: String },
    /// A word the language keeps for itself.
    #[error("{name:?} is a reserved word; choose another name, such as \"{name}_1\"")]
    Reserved { name: String },
}

/// Checks that `name` can name a layer, term, column or list: `[a-z][a-z0-9_]*` and not a reserved word.
///
/// # Errors
///
/// [`NameError`] says which of the two it is.
pub fn check_name(name: &str) -> Result<(), NameError> {
    let shaped = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !shaped {
        return Err(NameError::Shape { name: name.to_owned() });
    }
    let mut reserved =
        FUNCTIONS.into_iter().chain(CONSTANTS).chain(WORDS).chain(HABITS.map(|(word, _)| word)).chain(KEPT_BY_CEL);
    if reserved.any(|word| word == name) {
        return Err(NameError::Reserved { name: name.to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check_name;

    fn check(name: &str, expected: &str) {
        assert_eq!(check_name(name).expect_err(name).to_string(), expected);
    }

    #[test]
    fn plain_names_are_accepted() {
        for name in ["a", "lossyear", "gfc2020", "loss_natural_pct", "order", "android", "mb", "map"] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn reserved_words_are_refused() {
        for name in [
            "cutoff",
            "cutoff_year",
            "date",
            "at_least",
            "whole",
            "known",
            "patch",
            "in",
            "true",
            "false",
            "null",
            "and",
            "or",
            "not",
            "between",
            "none",
            "nan",
            "loop",
        ] {
            check(name, &format!("{name:?} is a reserved word; choose another name, such as \"{name}_1\""));
        }
    }

    #[test]
    fn other_shapes_are_refused() {
        for name in ["", "2020", "_a", "Loss", "loss-year", "año", "a b", "a."] {
            check(
                name,
                &format!("{name:?} is not a name; use lower-case letters, digits and _, beginning with a letter"),
            );
        }
    }
}
