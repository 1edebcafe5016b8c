//! Cuts GeoJSON text into features without holding more than one of them.
//!
//! The scanner knows just enough JSON to find where a value ends; each piece is then parsed, and so
//! checked, by `serde_json`.

use std::io::{self, Read};

/// Deepest nesting of brackets; GeoJSON needs about ten.
const MAX_DEPTH: u32 = 64;

/// Bytes of one feature. The largest polygons people publish take tens of megabytes.
const MAX_PIECE: usize = 1 << 29;

/// Bytes read at once.
const BUFFER: usize = 1 << 16;

/// Why scanning ended early.
#[derive(Debug)]
pub(super) enum ScanError {
    Io(io::Error),
    Syntax { line: u64, column: u64, reason: String },
}

impl From<io::Error> for ScanError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A line and a column, from 1; columns count bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) column: u64,
}

impl Place {
    /// What is wrong here.
    pub(super) fn error(self, reason: impl Into<String>) -> ScanError {
        ScanError::Syntax { line: self.line, column: self.column, reason: reason.into() }
    }

    /// What `serde_json` found wrong in the text that starts here.
    pub(super) fn json_error(self, error: &serde_json::Error) -> ScanError {
        let line = self.line + (error.line().max(1) as u64 - 1);
        let before = if error.line() <= 1 { self.column - 1 } else { 0 };
        let column = before + error.column().max(1) as u64;
        let text = error.to_string();
        let reason = text.rfind(" at line ").map_or(text.as_str(), |end| &text[..end]);
        ScanError::Syntax { line, column, reason: reason.to_owned() }
    }
}

/// A piece of the text; the scanner holds its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// An element of `features`.
    Feature,
    /// The end of a root object: its text, with the elements of `features` left out.
    Root { had_features: bool, is_empty: bool },
}

/// Where the scanner stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    BetweenRoots,
    InRoot { first: bool },
    InFeatures { first: bool },
}

/// Cuts a file of GeoJSON, or of one GeoJSON object after the other, into [`Piece`]s.
pub(super) struct Scanner<R> {
    text: Source<R>,
    state: State,
    root: Vec<u8>,
    root_place: Place,
    had_features: bool,
    /// Whether the features of this root, if any, were none.
    is_empty: bool,
    feature: Vec<u8>,
    feature_place: Place,
    roots: u64,
}

impl<R: Read> Scanner<R> {
    pub(super) fn new(input: R) -> Self {
        let start = Place { line: 1, column: 1 };
        Self {
            text: Source { input, buffer: vec![0; BUFFER].into(), at: 0, end: 0, place: start },
            state: State::BetweenRoots,
            root: Vec::new(),
            root_place: start,
            had_features: false,
            is_empty: true,
            feature: Vec::new(),
            feature_place: start,
            roots: 0,
        }
    }

    /// Text and place of the piece just returned.
    pub(super) fn piece(&self, piece: Piece) -> (&[u8], Place) {
        match piece {
            Piece::Feature => (&self.feature, self.feature_place),
            Piece::Root { .. } => (&self.root, self.root_place),
        }
    }

    /// The next piece, or `None` after the end of the last root.
    pub(super) fn next(&mut self) -> Result<Option<Piece>, ScanError> {
        loop {
            match self.state {
                State::BetweenRoots => {
                    if !self.begin_root()? {
                        return Ok(None);
                    }
                }
                State::InRoot { first } => {
                    if self.text.skip_space()? == Some(b'}') {
                        self.text.bump();
                        self.root.push(b'}');
                        self.state = State::BetweenRoots;
                        return Ok(Some(Piece::Root { had_features: self.had_features, is_empty: self.is_empty }));
                    }
                    if !first {
                        self.text.expect(b',', "a comma or the end of the object")?;
                        self.root.push(b',');
                    }
                    self.member()?;
                }
                State::InFeatures { first } => {
                    if self.text.skip_space()? == Some(b']') {
                        self.text.bump();
                        self.state = State::InRoot { first: false };
                        continue;
                    }
                    if !first {
                        self.text.expect(b',', "a comma or the end of the features")?;
                    }
                    self.text.skip_space()?;
                    self.feature.clear();
                    self.feature_place = self.text.place;
                    self.text.value(&mut self.feature, MAX_DEPTH - 2)?;
                    self.state = State::InFeatures { first: false };
                    self.is_empty = false;
                    return Ok(Some(Piece::Feature));
                }
            }
        }
    }

    /// Steps into the next root object; false at the end of the text.
    fn begin_root(&mut self) -> Result<bool, ScanError> {
        if self.roots == 0 {
            self.text.skip_byte_order_mark()?;
        }
        // RFC 8142 puts a record separator before each text.
        while self.text.skip_space()? == Some(0x1e) {
            self.text.bump();
        }
        self.root_place = self.text.place;
        match self.text.peek()? {
            None if self.roots == 0 => Err(self.text.place.error("the file is empty, and no GeoJSON")),
            None => Ok(false),
            Some(b'{') => {
                self.text.bump();
                self.root.clear();
                self.root.push(b'{');
                self.had_features = false;
                self.is_empty = true;
                self.roots += 1;
                self.state = State::InRoot { first: true };
                Ok(true)
            }
            Some(other) => Err(self.text.place.error(format!("{} where a GeoJSON object should begin", shown(other)))),
        }
    }

    /// Takes one member of the root into `root`, or steps into its features.
    fn member(&mut self) -> Result<(), ScanError> {
        if self.text.skip_space()? != Some(b'"') {
            return Err(self.text.unexpected("a key in quotes")?);
        }
        let place = self.text.place;
        let start = self.root.len();
        self.text.value(&mut self.root, 0)?;
        let key: String = serde_json::from_slice(&self.root[start..]).map_err(|error| place.json_error(&error))?;
        self.text.skip_space()?;
        self.text.expect(b':', "a colon")?;
        self.root.push(b':');
        let next = self.text.skip_space()?;
        if key == "features" && next == Some(b'[') {
            if self.had_features {
                return Err(place.error("a second \"features\" in one collection"));
            }
            self.text.bump();
            self.root.extend_from_slice(b"[]");
            self.had_features = true;
            self.state = State::InFeatures { first: true };
        } else {
            self.text.value(&mut self.root, MAX_DEPTH - 1)?;
            self.state = State::InRoot { first: false };
        }
        Ok(())
    }
}

/// Buffered bytes that know their line and column.
struct Source<R> {
    input: R,
    buffer: Box<[u8]>,
    at: usize,
    end: usize,
    place: Place,
}

impl<R: Read> Source<R> {
    /// The unread bytes in the buffer, after refilling an empty one; none at the end of the text.
    fn unread(&mut self) -> io::Result<&[u8]> {
        while self.at == self.end {
            match self.input.read(&mut self.buffer) {
                Ok(0) => return Ok(&[]),
                Ok(read) => (self.at, self.end) = (0, read),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(&self.buffer[self.at..self.end])
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.unread()?.first().copied())
    }

    /// Steps over the byte last peeked.
    fn bump(&mut self) {
        if self.buffer[self.at] == b'\n' {
            self.place = Place { line: self.place.line + 1, column: 1 };
        } else {
            self.place.column += 1;
        }
        self.at += 1;
    }

    /// Steps over blanks and peeks.
    fn skip_space(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.peek()? {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.bump(),
                other => return Ok(other),
            }
        }
    }

    fn skip_byte_order_mark(&mut self) -> Result<(), ScanError> {
        const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];
        for (i, byte) in MARK.into_iter().enumerate() {
            match self.peek()? {
                Some(next) if next == byte => self.at += 1,
                _ if i == 0 => break,
                _ => return Err(self.place.error("the file does not begin as UTF-8 text")),
            }
        }
        Ok(())
    }

    /// Steps over one certain byte.
    fn expect(&mut self, byte: u8, what: &str) -> Result<(), ScanError> {
        if self.peek()? == Some(byte) {
            self.bump();
            return Ok(());
        }
        Err(self.unexpected(what)?)
    }

    /// What stands here instead of what should.
    fn unexpected(&mut self, what: &str) -> io::Result<ScanError> {
        let reason = match self.peek()? {
            None => format!("the file ends where {what} should follow: it is cut short"),
            Some(byte) => format!("{} where {what} should follow", shown(byte)),
        };
        Ok(self.place.error(reason))
    }

    /// Copies one JSON value: everything up to its closing bracket or quote, or to the next delimiter.
    fn value(&mut self, into: &mut Vec<u8>, max_depth: u32) -> Result<(), ScanError> {
        let start = into.len();
        let begin = self.place;
        match self.peek()? {
            Some(b'{' | b'[' | b'"') => {}
            Some(byte) if !matches!(byte, b',' | b']' | b'}' | b':') => return self.scalar(into),
            _ => return Err(self.unexpected("a value")?),
        }
        let (mut depth, mut in_text, mut escaped) = (0_u32, false, false);
        loop {
            let mut place = self.place;
            let bytes = self.unread()?;
            if bytes.is_empty() {
                return Err(begin.error("the file ends inside the value that begins here: it is cut short"));
            }
            let mut taken = bytes.len();
            let mut done = false;
            for (i, &byte) in bytes.iter().enumerate() {
                place.column += 1;
                if in_text {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => in_text = false,
                        _ => {}
                    }
                } else {
                    match byte {
                        b'"' => in_text = true,
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                }
                if byte == b'\n' {
                    place = Place { line: place.line + 1, column: 1 };
                }
                if depth > max_depth {
                    return Err(place.error(format!("brackets nested deeper than {MAX_DEPTH}")));
                }
                if depth == 0 && !in_text {
                    taken = i + 1;
                    done = true;
                    break;
                }
            }
            into.extend_from_slice(&bytes[..taken]);
            self.at += taken;
            self.place = place;
            if done {
                return Ok(());
            }
            if into.len() - start > MAX_PIECE {
                return Err(begin.error(format!("the value that begins here takes over {MAX_PIECE} bytes")));
            }
        }
    }

    /// Copies a number, `true`, `false` or `null`, or whatever stands in its place.
    fn scalar(&mut self, into: &mut Vec<u8>) -> Result<(), ScanError> {
        /// No number is longer than this, and text that is no JSON should not be read to its end.
        const MAX_SCALAR: usize = 4096;
        let begin = self.place;
        let start = into.len();
        while let Some(byte) = self.peek()? {
            if matches!(byte, b',' | b']' | b'}' | b':' | b' ' | b'\t' | b'\r' | b'\n') {
                break;
            }
            if into.len() - start == MAX_SCALAR {
                return Err(begin.error("no JSON value begins here"));
            }
            into.push(byte);
            self.bump();
        }
        Ok(())
    }
}

/// A byte as people would call it.
fn shown(byte: u8) -> String {
    match byte {
        0x21..=0x7e => format!("{:?}", char::from(byte)),
        _ => format!("byte 0x{byte:02x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Gives out one byte a time, so that every token is cut by the buffer.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            buffer[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn pieces<R: Read>(input: R) -> Result<Vec<String>, String> {
        let mut scanner = Scanner::new(input);
        let mut found = Vec::new();
        loop {
            match scanner.next() {
                Ok(None) => return Ok(found),
                Ok(Some(piece)) => found.push(String::from_utf8_lossy(scanner.piece(piece).0).into_owned()),
                Err(ScanError::Syntax { line, column, reason }) => return Err(format!("{line}:{column} {reason}")),
                Err(ScanError::Io(error)) => panic!("{error}"),
            }
        }
    }

    fn check(text: &str, expected: Result<&[&str], &str>) {
        let whole = pieces(text.as_bytes());
        assert_eq!(whole, pieces(Drip(text.as_bytes())), "buffering changes {text:?}");
        match (&whole, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{text:?}"),
            (Err(found), Err(expected)) => assert!(found.starts_with(expected), "{text:?}: {found}"),
            _ => panic!("{text:?}: {whole:?}"),
        }
    }

    #[test]
    fn features_come_one_by_one_and_the_root_without_them_last() {
        check(
            r#" {"a": 1, "features" : [ {"b":[]} , 2,"]"], "c":null} "#,
            Ok(&[r#"{"b":[]}"#, "2", r#""]""#, r#"{"a":1,"features":[],"c":null}"#]),
        );
        check(r#"{"features":[]}"#, Ok(&[r#"{"features":[]}"#]));
        check("\u{feff}{}", Ok(&["{}"]));
    }

    #[test]
    fn brackets_and_quotes_inside_text_are_text() {
        check(r#"{"features":[{"a":"}]\"{\\"}]}"#, Ok(&[r#"{"a":"}]\"{\\"}"#, r#"{"features":[]}"#]));
    }

    #[test]
    fn one_object_after_the_other_is_a_sequence() {
        check("{}\n{\"a\":1}\n", Ok(&["{}", "{\"a\":1}"]));
        check("\u{1e}{}\n\u{1e}{}", Ok(&["{}", "{}"]));
    }

    #[test]
    fn a_file_cut_short_says_where() {
        check("", Err("1:1 the file is empty"));
        check("{\"features\":[{},", Err("1:17 the file ends"));
        check("{\"features\":[{}", Err("1:16 the file ends"));
        check("{\"features\":[{},\n {\"a\":", Err("2:2 the file ends inside the value"));
        check("{\"a", Err("1:2 the file ends inside"));
        check("{\"a\":1", Err("1:7 the file ends"));
    }

    #[test]
    fn what_is_no_json_object_is_refused_with_its_place() {
        check("[1]", Err("1:1 '[' where a GeoJSON object should begin"));
        check("{\"a\":1,}", Err("1:8 '}' where a key"));
        check("{\"features\":[1 2]}", Err("1:16 '2' where a comma"));
        check("{}\n,", Err("2:1 ','"));
        check("{\"features\":[],\"features\":[]}", Err("1:16 a second"));
    }

    #[test]
    fn nesting_beyond_the_limit_is_refused_before_it_costs_anything() {
        let nested = |depth: usize| format!("{{\"features\":[{}{}]}}", "[".repeat(depth), "]".repeat(depth));
        assert!(pieces(nested(62).as_bytes()).is_ok());
        assert!(pieces(nested(63).as_bytes()).unwrap_err().contains("nested deeper than 64"));
    }

    proptest! {
        #[test]
        fn any_bytes_end_in_pieces_or_an_error(bytes in proptest::collection::vec(
            prop_oneof![Just(b'{'), Just(b'}'), Just(b'['), Just(b']'), Just(b'"'), Just(b','), Just(b':'), any::<u8>()], 0..60))
        {
            let _ = pieces(&bytes[..]);
            let mut inside = b"{\"features\":[".to_vec();
            inside.extend(&bytes);
            prop_assert_eq!(pieces(&inside[..]), pieces(Drip(&inside)));
        }
    }
}
