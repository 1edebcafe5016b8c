//! What is wrong with an expression, and where.

/// Why an expression was refused.
///
/// Reads as one line: `line 1, column 14: unknown name "lossyer"; did you mean "lossyear"?`
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}line {line}, column {column}: {message}{}", in_term(term), after(hint))]
#[non_exhaustive]
pub struct ExprError {
    /// What is wrong.
    pub message: String,
    /// Line in the source text, the first is 1.
    pub line: usize,
    /// Column in that line, in characters, the first is 1.
    pub column: usize,
    /// What to write instead, where that can be guessed.
    pub hint: Option<String>,
    /// The term whose source text line and column refer to; `None` for the expression itself.
    pub term: Option<String>,
}

impl ExprError {
    /// An error at a character of `source`, counted from 0.
    pub(crate) fn at(source: &str, at: usize, message: impl Into<String>) -> Self {
        let before = || source.chars().take(at);
        Self {
            message: message.into(),
            line: 1 + before().filter(|c| *c == '\n').count(),
            column: 1 + before().fold(0, |column, c| if c == '\n' { 0 } else { column + 1 }),
            hint: None,
            term: None,
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

fn in_term(term: &Option<String>) -> String {
    term.as_ref().map_or_else(String::new, |term| format!("in term {term:?}, "))
}

fn after(hint: &Option<String>) -> String {
    hint.as_ref().map_or_else(String::new, |hint| format!("; {hint}"))
}

#[cfg(test)]
mod tests {
    use super::ExprError;

    #[test]
    fn places_are_counted_in_characters_from_one() {
        for (source, at, line, column) in
            [("", 0, 1, 1), ("a\nb", 0, 1, 1), ("a\nb", 1, 1, 2), ("a\nb", 2, 2, 1), ("\"ñandú\" == x", 11, 1, 12)]
        {
            let error = ExprError::at(source, at, "odd");
            assert_eq!((error.line, error.column), (line, column), "{source:?} at {at}");
        }
    }

    #[test]
    fn the_hint_and_the_term_are_part_of_the_sentence() {
        let mut error = ExprError::at("a b", 2, "odd").hint("write &&");
        assert_eq!(error.to_string(), "line 1, column 3: odd; write &&");
        error.term = Some("lost".to_owned());
        assert_eq!(error.to_string(), "in term \"lost\", line 1, column 3: odd; write &&");
    }
}
