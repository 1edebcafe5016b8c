//! Text files in whatever encoding: found once, then read as UTF-8.

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, WINDOWS_1252};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Bytes read at once.
const BUFFER: usize = 1 << 16;

/// A text file whose encoding is known.
#[derive(Clone, Debug)]
pub(super) struct TextFile {
    path: PathBuf,
    encoding: &'static Encoding,
}

impl TextFile {
    /// Finds the encoding: a mark at the start, else what the file declares, else UTF-8 where all of the text is
    /// (other text hardly ever is by chance), else Western, with a note.
    pub(super) fn open(path: &Path, declared: Option<&str>, notes: &mut Vec<String>) -> io::Result<Self> {
        let mut start = Vec::new();
        File::open(path)?.take(4).read_to_end(&mut start)?;
        let found = |encoding| Ok(Self { path: path.to_owned(), encoding });
        if let Some((encoding, _)) = Encoding::for_bom(&start) {
            return found(encoding);
        }
        // A file that says UTF-8 and is not gets the same look as one that says nothing.
        if let Some(encoding) = declared.and_then(|name| Encoding::for_label(name.as_bytes()))
            && encoding != UTF_8
        {
            return found(encoding);
        }
        if is_utf_8(File::open(path)?)? {
            return found(UTF_8);
        }
        notes
            .push("its text is not UTF-8 and is read as windows-1252: save it as UTF-8 if names look wrong".to_owned());
        found(WINDOWS_1252)
    }

    /// The text from the start, without a mark.
    pub(super) fn read(&self) -> io::Result<Utf8Reader<File>> {
        Ok(Utf8Reader {
            input: File::open(&self.path)?,
            decoder: self.encoding.new_decoder_with_bom_removal(),
            bytes: vec![0; BUFFER].into(),
            filled: 0..0,
            at_end: false,
            text: vec![0; BUFFER].into(),
            ready: 0..0,
            done: false,
        })
    }
}

/// Whether every byte belongs to a character of UTF-8.
fn is_utf_8(mut input: impl Read) -> io::Result<bool> {
    let mut decoder = UTF_8.new_decoder_without_bom_handling();
    let (mut bytes, mut text) = (vec![0; BUFFER], vec![0; 4 * BUFFER]);
    loop {
        let read = input.read(&mut bytes)?;
        match decoder.decode_to_utf8_without_replacement(&bytes[..read], &mut text, read == 0).0 {
            DecoderResult::Malformed(..) => return Ok(false),
            _ if read == 0 => return Ok(true),
            _ => {}
        }
    }
}

/// Text of any encoding as UTF-8; bytes that are no text become U+FFFD.
pub(super) struct Utf8Reader<R> {
    input: R,
    decoder: Decoder,
    bytes: Box<[u8]>,
    filled: std::ops::Range<usize>,
    at_end: bool,
    text: Box<[u8]>,
    ready: std::ops::Range<usize>,
    done: bool,
}

impl<R: Read> Read for Utf8Reader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.ready.is_empty() && !self.done {
            if self.filled.is_empty() && !self.at_end {
                let read = self.input.read(&mut self.bytes)?;
                self.filled = 0..read;
                self.at_end = read == 0;
            }
            let (result, used, written, _) =
                self.decoder.decode_to_utf8(&self.bytes[self.filled.clone()], &mut self.text, self.at_end);
            self.filled.start += used;
            self.ready = 0..written;
            self.done = self.at_end && result == encoding_rs::CoderResult::InputEmpty;
        }
        let count = out.len().min(self.ready.len());
        out[..count].copy_from_slice(&self.text[self.ready.start..self.ready.start + count]);
        self.ready.start += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], declared: Option<&str>, expected: &str, notes: usize) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("text");
        std::fs::write(&path, bytes).unwrap();
        let mut said = Vec::new();
        let file = TextFile::open(&path, declared, &mut said).unwrap();
        assert_eq!(io::read_to_string(file.read().unwrap()).unwrap(), expected);
        assert_eq!(said.len(), notes, "{said:?}");
    }

    #[test]
    fn encodings_are_told_apart() {
        check("ñandú".as_bytes(), None, "ñandú", 0);
        check("\u{feff}ñandú".as_bytes(), None, "ñandú", 0);
        check(b"\xf1and\xfa", None, "ñandú", 1);
        check(b"\xff\xfe\xf1\0a\0", None, "ña", 0);
        check(b"\xfe\xff\0\xf1\0a", None, "ña", 0);
        check("".as_bytes(), None, "", 0);
    }

    #[test]
    fn a_declared_encoding_is_believed_unless_it_is_utf_8_and_the_text_is_not() {
        check(b"\xf1and\xfa", Some("ISO-8859-1"), "ñandú", 0);
        check(b"\xf1and\xfa", Some("UTF-8"), "ñandú", 1);
        check(b"\xf1and\xfa", Some("klingon"), "ñandú", 1);
    }

    #[test]
    fn characters_across_the_buffers_edge_stay_whole() {
        for offset in 0..4 {
            let text = format!("{}{}", "a".repeat(BUFFER - offset), "ñ€😀".repeat(BUFFER / 3));
            check(text.as_bytes(), None, &text, 0);
        }
        // A character of Latin-1 takes more bytes in UTF-8: the text outgrows its buffer.
        check(&vec![0xf1; 3 * BUFFER], None, &"ñ".repeat(3 * BUFFER), 1);
    }
}
