//! The encoding of a Shapefile's text: `.cpg`, the language byte of the `.dbf`, or the text itself.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::borrow::Cow;

/// How bytes become text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextEncoding {
    /// An encoding of the web's standard.
    Standard(&'static Encoding),
    /// A code page of DOS, which that standard leaves out: the upper 128 characters.
    Dos(&'static str),
}

impl TextEncoding {
    pub(super) const UTF_8: Self = Self::Standard(UTF_8);

    /// The encoding people mean who write nothing, west of Warsaw.
    pub(super) const WESTERN: Self = Self::Standard(WINDOWS_1252);

    /// The encoding a `.cpg` names: `UTF-8`, `ISO 8859-1`, `88591`, `1251`, `ANSI 1252`, `CP850`, `big5`…
    pub(super) fn of_cpg(text: &str) -> Option<Self> {
        let name = text.trim().trim_start_matches('\u{feff}').to_ascii_lowercase();
        let squeezed = name.replace(['-', '_', ' '], "");
        for label in [&name, &squeezed] {
            if let Some(encoding) = Encoding::for_label(label.as_bytes()) {
                return Some(Self::Standard(encoding));
            }
        }
        let digits: String = name.chars().filter(char::is_ascii_digit).collect();
        if let Some(part) = digits.strip_prefix("8859") {
            return Encoding::for_label(format!("iso-8859-{part}").as_bytes()).map(Self::Standard);
        }
        match digits.as_str() {
            "8" | "65001" => Some(Self::UTF_8),
            "437" => Some(Self::Dos(CODE_PAGE_437)),
            "850" => Some(Self::Dos(CODE_PAGE_850)),
            "932" => Encoding::for_label(b"shift_jis").map(Self::Standard),
            "936" => Encoding::for_label(b"gbk").map(Self::Standard),
            "949" => Encoding::for_label(b"euc-kr").map(Self::Standard),
            "950" => Encoding::for_label(b"big5").map(Self::Standard),
            other => Encoding::for_label(format!("windows-{other}").as_bytes()).map(Self::Standard),
        }
    }

    /// The encoding the language byte (29) of a `.dbf` stands for.
    pub(super) fn of_language_byte(byte: u8) -> Option<Self> {
        let page = match byte {
            0x01 => "437",
            0x02 => "850",
            0x03 | 0x57 | 0x58 | 0x59 => "1252",
            0x13 | 0x7b => "932",
            0x4d | 0x7a => "936",
            0x4e | 0x79 => "949",
            0x4f | 0x78 => "950",
            0x65 | 0x26 => "866",
            0x7c => "874",
            0xc8 => "1250",
            0xc9 => "1251",
            0xca => "1254",
            0xcb => "1253",
            _ => return None,
        };
        if page == "866" { Encoding::for_label(b"ibm866").map(Self::Standard) } else { Self::of_cpg(page) }
    }

    /// The name, for a note.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Standard(encoding) => encoding.name(),
            Self::Dos(page) if page == CODE_PAGE_437 => "code page 437",
            Self::Dos(_) => "code page 850",
        }
    }

    /// Text of bytes; what is no text in the encoding becomes U+FFFD.
    pub(super) fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Standard(encoding) => encoding.decode_without_bom_handling(bytes).0,
            Self::Dos(_) if bytes.is_ascii() => String::from_utf8_lossy(bytes),
            Self::Dos(upper) => bytes
                .iter()
                .map(|&byte| match byte.checked_sub(0x80) {
                    None => char::from(byte),
                    Some(index) => upper.chars().nth(index.into()).expect("a code page has 128 upper characters"),
                })
                .collect::<String>()
                .into(),
        }
    }
}

/// Bytes 0x80 to 0xff of the code page of the first IBM PC.
const CODE_PAGE_437: &str = concat!(
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ",
    "áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
    "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀",
    "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
);

/// Bytes 0x80 to 0xff of the code page of DOS in Western Europe and Latin America.
const CODE_PAGE_850: &str = concat!(
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ",
    "áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐",
    "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀",
    "ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}",
);

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cpg: &str, bytes: &[u8], expected: &str) {
        let encoding = TextEncoding::of_cpg(cpg).unwrap_or_else(|| panic!("{cpg:?} is not known"));
        assert_eq!(encoding.decode(bytes), expected, "{cpg}");
    }

    #[test]
    fn a_cpg_may_name_its_encoding_in_many_ways() {
        for utf_8 in ["UTF-8", "utf8", "65001", " UTF-8\r\n"] {
            check(utf_8, "ñandú".as_bytes(), "ñandú");
        }
        for latin in ["ISO-8859-1", "ISO 8859-1", "88591", "latin1", "1252", "ANSI 1252", "CP1252"] {
            check(latin, b"\xf1and\xfa", "ñandú");
        }
        for dos in ["850", "cp850", "IBM850"] {
            check(dos, b"\xa4and\xa3", "ñandú");
        }
        check("437", b"\xa4and\xa3", "ñandú");
        check("1251", b"\xcc\xee\xf1\xea\xe2\xe0", "Москва");
        check("big5", b"\xa5\x78\xa5\x5f", "台北");
        check("Big-5", b"\xa5\x78\xa5\x5f", "台北");
        assert_eq!(TextEncoding::of_cpg("klingon"), None);
        assert_eq!(TextEncoding::of_cpg(""), None);
    }

    #[test]
    fn every_code_page_has_128_upper_characters() {
        for page in [CODE_PAGE_437, CODE_PAGE_850] {
            assert_eq!(page.chars().count(), 128);
        }
    }
}
