//! ZIP archives and the spreadsheets in them, built for tests.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;

/// An archive of these files.
pub(crate) fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A cell of a sheet.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shown<'a> {
    Blank,
    Text(&'a str),
    Number(f64),
    Truth(bool),
    /// Days as spreadsheets count them, shown as a date.
    Day(f64),
    Error(&'a str),
}

/// A spreadsheet of sheets with a name and rows of cells. Texts stand in the cells, as small writers have it.
pub(crate) fn xlsx(sheets: &[(&str, &[&[Shown<'_>]])]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const DOCUMENT: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut files: Vec<(String, String)> = Vec::new();
    let (mut listed, mut related) = (String::new(), String::new());
    for (index, (name, rows)) in sheets.iter().enumerate() {
        let number = index + 1;
        write!(listed, r#"<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>"#).unwrap();
        write!(
            related,
            r#"<Relationship Id="rId{number}" Type="{DOCUMENT}/worksheet" Target="worksheets/sheet{number}.xml"/>"#
        )
        .unwrap();
        let mut data = String::new();
        for (row, cells) in rows.iter().enumerate() {
            write!(data, r#"<row r="{}">"#, row + 1).unwrap();
            for (column, cell) in cells.iter().enumerate() {
                let at = format!("{}{}", char::from(b'A' + column as u8), row + 1);
                match cell {
                    Shown::Blank => Ok(()),
                    Shown::Text(text) => {
                        let text = text.replace('&', "&amp;").replace('<', "&lt;");
                        write!(data, r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
                    }
                    Shown::Number(number) => write!(data, r#"<c r="{at}"><v>{number}</v></c>"#),
                    Shown::Truth(truth) => write!(data, r#"<c r="{at}" t="b"><v>{}</v></c>"#, u8::from(*truth)),
                    Shown::Day(number) => write!(data, r#"<c r="{at}" s="1"><v>{number}</v></c>"#),
                    Shown::Error(error) => write!(data, r#"<c r="{at}" t="e"><v>{error}</v></c>"#),
                }
                .unwrap();
            }
            data.push_str("</row>");
        }
        let sheet = format!(r#"<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>"#);
        files.push((format!("xl/worksheets/sheet{number}.xml"), sheet));
    }
    write!(related, r#"<Relationship Id="rIdS" Type="{DOCUMENT}/styles" Target="styles.xml"/>"#).unwrap();
    files.push((
        "xl/workbook.xml".to_owned(),
        format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>{listed}</sheets></workbook>"#),
    ));
    files.push((
        "xl/_rels/workbook.xml.rels".to_owned(),
        format!(r#"<Relationships xmlns="{RELATIONS}">{related}</Relationships>"#),
    ));
    // The second format is the short date of every spreadsheet.
    files.push((
        "xl/styles.xml".to_owned(),
        format!(
            r#"<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>"#
        ),
    ));
    files.push((
        "_rels/.rels".to_owned(),
        format!(
            r#"<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
        ),
    ));
    let mut types = String::from(
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>"#,
    );
    for number in 1..=sheets.len() {
        write!(types, r#"<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#).unwrap();
    }
    files.push(("[Content_Types].xml".to_owned(), format!("{types}</Types>")));
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    zipped(&files)
}
