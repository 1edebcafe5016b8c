//! XML as a stream of elements and text, with the line of what is wrong with it.

use super::super::error::VectorError;
use super::super::text_file::{TextFile, Utf8Reader};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

/// Elements within elements; folders nest, but not so deep.
const MAX_DEPTH: u32 = 256;

/// A file of XML whose encoding is known.
#[derive(Clone, Debug)]
pub(super) struct XmlFile {
    path: PathBuf,
    text: TextFile,
}

impl XmlFile {
    /// Finds the encoding.
    pub(super) fn open(path: &Path, notes: &mut Vec<String>) -> Result<Self, VectorError> {
        let read = |source| VectorError::Read { path: path.to_owned(), source };
        let mut start = Vec::new();
        File::open(path).map_err(read)?.take(256).read_to_end(&mut start).map_err(read)?;
        let start = String::from_utf8_lossy(&start);
        let text = TextFile::open(path, declared_encoding(&start), notes).map_err(read)?;
        Ok(Self { path: path.to_owned(), text })
    }

    fn read(&self) -> Result<Utf8Reader<File>, VectorError> {
        self.text.read().map_err(|source| VectorError::Read { path: self.path.clone(), source })
    }

    /// What is wrong at this byte of the text.
    fn error(&self, byte: u64, reason: String) -> VectorError {
        let mut before = Vec::new();
        let read = self.read().and_then(|text| {
            let read = text.take(byte).read_to_end(&mut before);
            read.map_err(|source| VectorError::Read { path: self.path.clone(), source })
        });
        if let Err(error) = read {
            return error;
        }
        let line = before.iter().filter(|&&byte| byte == b'\n').count() as u64 + 1;
        let column = before.iter().rev().take_while(|&&byte| byte != b'\n').count() as u64 + 1;
        VectorError::Syntax { path: self.path.clone(), line, column, reason }
    }
}

/// The encoding that the first line declares.
fn declared_encoding(start: &str) -> Option<&str> {
    let declaration = start.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split(quote).next()
}

/// What comes next. Prefixes of names are dropped: phones write `kml:` and `gx:` as they please.
#[derive(Debug, PartialEq)]
pub(super) enum Node {
    Open { name: String, attributes: Vec<(String, String)> },
    Close,
    Text(String),
    End,
}

impl Node {
    /// The value of an attribute of an element that opens.
    pub(super) fn attribute<'a>(attributes: &'a [(String, String)], wanted: &str) -> Option<&'a str> {
        attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }
}

/// A walk over the nodes of a file.
pub(super) struct Nodes {
    file: XmlFile,
    reader: Reader<BufReader<Utf8Reader<File>>>,
    buffer: Vec<u8>,
    depth: u32,
    any: bool,
    /// Whether the last text was a reference.
    is_reference: bool,
}

impl Nodes {
    pub(super) fn new(file: &XmlFile) -> Result<Self, VectorError> {
        let mut reader = Reader::from_reader(BufReader::new(file.read()?));
        let config = reader.config_mut();
        // `<a/>` is `<a></a>`; a bare `&` in a name is text, as on every web page.
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Ok(Self { file: file.clone(), reader, buffer: Vec::new(), depth: 0, any: false, is_reference: false })
    }

    /// The next element or text.
    pub(super) fn next(&mut self) -> Result<Node, VectorError> {
        loop {
            self.buffer.clear();
            self.is_reference = false;
            let node = match self.reader.read_event_into(&mut self.buffer) {
                Err(error) => return Err(self.file.error(self.reader.error_position(), error.to_string())),
                Ok(Event::Start(start)) => Some(open(&start)),
                Ok(Event::End(_)) => Some(Node::Close),
                Ok(Event::Text(text)) => Some(Node::Text(text.xml10_content().into_owned())),
                Ok(Event::CData(text)) => Some(Node::Text(text.xml10_content().into_owned())),
                Ok(Event::GeneralRef(reference)) => {
                    self.is_reference = true;
                    Some(Node::Text(resolved(&reference)))
                }
                Ok(Event::Eof) => Some(Node::End),
                Ok(_) => None,
            };
            match &node {
                None => continue,
                Some(Node::Open { name, .. }) => {
                    (self.depth, self.any) = (self.depth + 1, true);
                    if self.depth > MAX_DEPTH {
                        let reason = format!("<{name}> is nested deeper than {MAX_DEPTH} elements");
                        return Err(self.here(reason));
                    }
                }
                Some(Node::Close) => self.depth = self.depth.saturating_sub(1),
                Some(Node::End) if self.depth > 0 => {
                    let reason = format!("the file breaks off within {} element(s)", self.depth);
                    return Err(self.here(reason));
                }
                Some(Node::End) if !self.any => return Err(self.here("there is no element".to_owned())),
                Some(Node::Text(_) | Node::End) => {}
            }
            return Ok(node.expect("looked at"));
        }
    }

    fn here(&self, reason: String) -> VectorError {
        self.file.error(self.reader.buffer_position(), reason)
    }

    /// The text of the element that was just opened, up to its end; what is nested in it gives its text alone. Blanks around it
    /// are layout and left out, but for those that somebody took the trouble to write as references.
    pub(super) fn text(&mut self) -> Result<String, VectorError> {
        let (mut text, mut depth) = (String::new(), 1_u32);
        let mut referenced: Option<[usize; 2]> = None;
        while depth > 0 {
            match self.next()? {
                Node::Open { .. } => depth += 1,
                Node::Close => depth -= 1,
                Node::Text(part) => {
                    let start = text.len();
                    text.push_str(&part);
                    if self.is_reference {
                        referenced = Some([referenced.map_or(start, |[first, _]| first), text.len()]);
                    }
                }
                Node::End => unreachable!("a file that ends within an element is an error"),
            }
        }
        let [mut start, mut end] = [text.len() - text.trim_start().len(), text.trim_end().len()];
        if let Some([first, last]) = referenced {
            (start, end) = (start.min(first), end.max(last));
        }
        Ok(if start >= end { String::new() } else { text[start..end].to_owned() })
    }

    /// Steps over the element that was just opened.
    pub(super) fn skip(&mut self) -> Result<(), VectorError> {
        self.text().map(drop)
    }

    /// Calls back with each child of the element that was just opened. Who takes a child reads it to its end.
    pub(super) fn each_child(
        &mut self,
        mut take: impl FnMut(&mut Self, &str, &[(String, String)]) -> Result<(), VectorError>,
    ) -> Result<(), VectorError> {
        loop {
            match self.next()? {
                Node::Open { name, attributes } => take(self, &name, &attributes)?,
                Node::Close => return Ok(()),
                Node::Text(_) => {}
                Node::End => unreachable!("a file that ends within an element is an error"),
            }
        }
    }
}

fn open(start: &BytesStart<'_>) -> Node {
    let mut all = start.attributes();
    let attributes = all.with_checks(false).flatten().map(|attribute| {
        let value = attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0);
        let value = value.map_or_else(|_| attribute.value.to_string(), |value| value.into_owned());
        (attribute.key.local_name().as_ref().to_owned(), value)
    });
    Node::Open { name: start.local_name().as_ref().to_owned(), attributes: attributes.collect() }
}

/// The character a reference stands for; one that nobody knows stays as it is.
fn resolved(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    let name = reference.xml10_content();
    match quick_xml::escape::resolve_predefined_entity(&name) {
        Some(text) => text.to_owned(),
        None => format!("&{name};"),
    }
}

#[cfg(test)]
mod tests {
    use super::declared_encoding;

    #[test]
    fn the_declared_encoding_is_found() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(declared_encoding(text), expected, "{text}");
        check("<?xml version='1.0' encoding='ISO-8859-1'?><kml>", Some("ISO-8859-1"));
        check("<?xml version=\"1.0\" encoding = \"UTF-8\" standalone=\"no\"?>", Some("UTF-8"));
        check("<?xml version=\"1.0\"?><a encoding=\"x\">", None);
        check("<kml>", None);
    }
}
