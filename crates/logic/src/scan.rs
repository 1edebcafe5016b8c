//! Cuts a source text into tokens, and says what to write instead of the habits of other languages.
//!
//! CEL's own lexer runs after this one. This one comes first because it knows dates, and because a message such as
//! `write && for "and"` needs the word that was typed, not the token that was expected.

use crate::Day;
use crate::error::ExprError;
use crate::name::{HABITS, KEPT_BY_CEL};

/// Longest source text, in characters.
const LONGEST: usize = 10_000;
/// Most digits of a number: all such whole numbers are exact in an `f64`.
const MOST_DIGITS: usize = 15;

/// A word, value or sign.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    /// Its first character in the source, counted from 0.
    pub(crate) at: usize,
    pub(crate) kind: Kind,
    /// As written; for text, what is between the quotes.
    pub(crate) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Name,
    Number,
    /// `true` or `false`.
    Truth,
    Text,
    Date(Day),
    /// An operator, including `in`, a bracket or a comma.
    Sign,
}

impl Token {
    /// As it was written, for messages.
    pub(crate) fn written(&self) -> String {
        match self.kind {
            Kind::Text => format!("'{}'", self.text),
            _ => self.text.clone(),
        }
    }

    pub(crate) fn is(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }
}

/// Signs of the language; longer ones first.
const SIGNS: [&str; 20] =
    ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "?", ":", "(", ")", "[", "]", ","];

/// Signs of other languages, longer ones first, and what to write for them.
const FOREIGN_SIGNS: [(&str, &str); 26] = [
    ("===", "write =="),
    ("!==", "write !="),
    ("<>", "write !="),
    ("=<", "write <="),
    ("=>", "write >="),
    ("=~", "write == or in"),
    ("**", "write a product, such as x * x"),
    ("//", "divide with a single /; comments go outside the expression"),
    ("=", "compare with =="),
    ("&", "write &&"),
    ("|", "write ||"),
    ("≤", "write <="),
    ("≥", "write >="),
    ("≠", "write !="),
    ("×", "write *"),
    ("÷", "write /"),
    ("−", "write -"),
    ("–", "write -"),
    ("“", "write straight quotes"),
    ("”", "write straight quotes"),
    ("‘", "write straight quotes"),
    ("’", "write straight quotes"),
    ("%", "there is no remainder, and shares are columns of their own, such as cover_pct"),
    ("{", "lists are written [1, 2]"),
    ("}", "lists are written [1, 2]"),
    ("#", "comments go outside the expression"),
];

/// All tokens of a source text.
pub(crate) fn scan(source: &str) -> Result<Vec<Token>, ExprError> {
    let characters: Vec<char> = source.chars().collect();
    if characters.len() > LONGEST {
        let message = format!("the expression has {} characters, at most {LONGEST} are read", characters.len());
        return Err(ExprError::at(source, 0, message).hint("name parts of it as terms"));
    }
    let mut scanner = Scanner { source, characters, at: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = scanner.next()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Scanner<'a> {
    source: &'a str,
    characters: Vec<char>,
    at: usize,
}

impl Scanner<'_> {
    fn next(&mut self) -> Result<Option<Token>, ExprError> {
        while matches!(self.peek(0), Some(' ' | '\t' | '\r' | '\n')) {
            self.at += 1;
        }
        let Some(first) = self.peek(0) else {
            return Ok(None);
        };
        let token = match first {
            '0'..='9' => self.number()?,
            '"' | '\'' => self.text(first)?,
            _ if starts_word(first) => self.word()?,
            _ => self.sign()?,
        };
        Ok(Some(token))
    }

    fn number(&mut self) -> Result<Token, ExprError> {
        let start = self.at;
        if let Some(length) = self.date_length() {
            let written = self.written(start, start + length);
            let after = self.peek(length);
            let Ok(day) = written.parse::<Day>() else {
                let message = format!("{written:?} is not a day of the calendar");
                return Err(self.error(start, message).hint("write year-month-day, such as 2020-12-31"));
            };
            if after.is_some_and(|c| starts_word(c) || c.is_ascii_digit() || c == '.') {
                let message = format!("{written:?} is followed by {:?}", after.map_or(String::new(), String::from));
                return Err(self.error(start, message).hint("a day has no time: write year-month-day"));
            }
            return Ok(self.token(start, length, Kind::Date(day)));
        }
        let mut length = self.digits(0);
        if self.peek(length) == Some('.') {
            let decimals = self.digits(length + 1);
            if decimals == 0 {
                let whole = self.written(start, start + length);
                return Err(self
                    .error(start, format!("\"{whole}.\" has no digits after the point"))
                    .hint(format!("write {whole}")));
            }
            length += 1 + decimals;
        }
        if matches!(self.peek(length), Some('e' | 'E')) {
            let sign = usize::from(matches!(self.peek(length + 1), Some('+' | '-')));
            let exponent = self.digits(length + 1 + sign);
            if exponent > 0 {
                length += 1 + sign + exponent;
            }
        }
        let written = self.written(start, start + length);
        if self.peek(length).is_some_and(|c| starts_word(c) || c == '.') {
            let end = (length..).find(|i| !self.peek(*i).is_some_and(|c| continues_word(c) || c == '.'));
            let whole = self.written(start, start + end.unwrap_or(length));
            let message = format!("{whole:?} is neither a number nor a name");
            return Err(self.error(start, message).hint("names begin with a letter"));
        }
        let digits = written.chars().filter(char::is_ascii_digit).count();
        if digits > MOST_DIGITS || !written.parse::<f64>().is_ok_and(f64::is_finite) {
            let message = format!("{written:?} is too long a number");
            return Err(self.error(start, message).hint(format!("at most {MOST_DIGITS} digits are exact")));
        }
        Ok(self.token(start, length, Kind::Number))
    }

    /// The length of digits 4-1..2-1..2 without spaces, which nobody writes to subtract.
    fn date_length(&self) -> Option<usize> {
        let year = self.digits(0);
        let month = self.digits(year + 1);
        let day = self.digits(year + month + 2);
        let is_date = year == 4
            && self.peek(year) == Some('-')
            && (1..=2).contains(&month)
            && self.peek(year + month + 1) == Some('-')
            && (1..=2).contains(&day);
        is_date.then_some(year + month + day + 2)
    }

    fn text(&mut self, quote: char) -> Result<Token, ExprError> {
        let start = self.at;
        let mut length = 1;
        loop {
            match self.peek(length) {
                None | Some('\n' | '\r') => {
                    let message = format!("the text that starts with {quote} never ends");
                    return Err(self.error(start, message).hint(format!("close it with {quote}")));
                }
                Some('\\') => {
                    let message = "a backslash has no meaning in text";
                    return Err(self
                        .error(start + length, message)
                        .hint("put text with ' between \", and with \" between '"));
                }
                Some(c) if c == quote => break,
                Some(_) => length += 1,
            }
        }
        if matches!(self.peek(length + 1), Some('"' | '\'')) {
            let message = "two texts follow each other";
            return Err(self
                .error(start + length + 1, message)
                .hint("put text with ' between \", and with \" between '"));
        }
        self.at = start + length + 1;
        Ok(Token { at: start, kind: Kind::Text, text: self.written(start + 1, start + length) })
    }

    fn word(&mut self) -> Result<Token, ExprError> {
        let start = self.at;
        let length = (0..).find(|i| !self.peek(*i).is_some_and(continues_word)).unwrap_or(0);
        let word = self.written(start, start + length);
        let lower = word.to_lowercase();
        if let Some((_, hint)) = HABITS.iter().find(|(foreign, _)| *foreign == lower) {
            return Err(self.error(start, format!("{word:?} is not understood")).hint(*hint));
        }
        if matches!(self.peek(length), Some('"' | '\'')) {
            let message = format!("{word:?} stands right before a text");
            return Err(self.error(start, message).hint("write the text alone, between quotes"));
        }
        if matches!(lower.as_str(), "true" | "false" | "in") && word != lower {
            return Err(self.error(start, format!("{word:?} is not understood")).hint(format!("write {lower}")));
        }
        if KEPT_BY_CEL.contains(&word.as_str()) {
            return Err(self.error(start, format!("{word:?} is a reserved word and cannot be a name")));
        }
        if let Some(odd) = word.chars().find(|c| !c.is_ascii()) {
            let message = format!("{word:?} is not a name: it has {odd:?}");
            return Err(self.error(start, message).hint("put text between quotes"));
        }
        let kind = match word.as_str() {
            "true" | "false" => Kind::Truth,
            "in" => Kind::Sign,
            _ => Kind::Name,
        };
        Ok(self.token(start, length, kind))
    }

    fn sign(&mut self) -> Result<Token, ExprError> {
        let start = self.at;
        let starts_here = |sign: &str| sign.chars().enumerate().all(|(i, c)| self.peek(i) == Some(c));
        let foreign = FOREIGN_SIGNS.iter().find(|(sign, _)| starts_here(sign));
        let ours = SIGNS.iter().find(|sign| starts_here(sign));
        let length = |sign: &str| sign.chars().count();
        match (ours, foreign) {
            (Some(ours), foreign) if foreign.is_none_or(|(sign, _)| length(sign) <= length(ours)) => {
                Ok(self.token(start, length(ours), Kind::Sign))
            }
            (_, Some((sign, hint))) => Err(self.error(start, format!("{sign:?} is not understood")).hint(*hint)),
            _ => {
                let odd = self.peek(0).map_or_else(String::new, String::from);
                Err(self.error(start, format!("{odd:?} is not understood")))
            }
        }
    }

    fn token(&mut self, start: usize, length: usize, kind: Kind) -> Token {
        self.at = start + length;
        Token { at: start, kind, text: self.written(start, start + length) }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.at + ahead).copied()
    }

    fn digits(&self, ahead: usize) -> usize {
        (ahead..).take_while(|i| self.peek(*i).is_some_and(|c| c.is_ascii_digit())).count()
    }

    fn written(&self, from: usize, to: usize) -> String {
        self.characters[from..to].iter().collect()
    }

    fn error(&self, at: usize, message: impl Into<String>) -> ExprError {
        ExprError::at(self.source, at, message)
    }
}

fn starts_word(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn continues_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::scan;

    fn check(source: &str, expected: &[&str]) {
        let tokens = scan(source).expect(source);
        let written: Vec<String> = tokens.iter().map(super::Token::written).collect();
        assert_eq!(written, expected, "{source}");
        for token in &tokens {
            let ahead: String = source.chars().skip(token.at).collect();
            let found = ahead.starts_with(&token.text) || ahead[1..].starts_with(&token.text);
            assert!(found, "{source}: {token:?} is not at its place");
        }
    }

    #[test]
    fn spaces_are_needed_only_between_words() {
        check("a&&!b||c in[1,2.5]", &["a", "&&", "!", "b", "||", "c", "in", "[", "1", ",", "2.5", "]"]);
        check(" a\n<=\t-1e-3 ", &["a", "<=", "-", "1e-3"]);
    }

    #[test]
    fn a_date_is_one_token_and_a_subtraction_three() {
        check("alert3>2020-12-31", &["alert3", ">", "2020-12-31"]);
        check("2020 - 12 - 31", &["2020", "-", "12", "-", "31"]);
        check("20201-12-31", &["20201", "-", "12", "-", "31"]);
        check("2020-12-31-7", &["2020-12-31", "-", "7"]);
    }

    #[test]
    fn text_may_hold_anything_but_its_own_quote() {
        check("m == \"sí, 'claro'\" && n == ''", &["m", "==", "'sí, 'claro''", "&&", "n", "==", "''"]);
    }
}
