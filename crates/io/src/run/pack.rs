//! A run as one file: a ZIP archive that stores its members one after the other.
//!
//! The layout is written here and not by a library, so that equal runs make equal bytes whatever the version of anything, and every
//! byte that is not a member's can be checked: members in the order of their names, stored, dated 1980-01-01, sizes as ZIP64.

use super::stored_run::{StoredFile, StoredRun};
use crate::run::{MANIFEST, RUN_RECORD, SIGNATURE, seal};
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// From a member's header to its first byte, without its name: the fixed fields and the sizes.
pub(super) const MEMBER_START: u64 = 30 + 20;

const VERSION: u16 = 45;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
/// 1980-01-01, the first day that a ZIP file can name.
const DATE: u16 = (1 << 5) | 1;
/// Where the extra field has the number.
const ELSEWHERE: u32 = u32::MAX;

/// Why a run cannot be packed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum PackError {
    /// The run cannot be read.
    #[error(transparent)]
    Run(#[from] super::stored_run::StoredRunError),
    /// Its manifest cannot be read.
    #[error(transparent)]
    Manifest(#[from] seal::ManifestError),
    /// A file cannot be read or written.
    #[error("cannot pack {path:?}: {source}")]
    File { path: PathBuf, source: io::Error },
}

struct Member<'f> {
    name: &'f str,
    bytes: u64,
    crc: u32,
}

/// Writes the run as one file: what its manifest lists, the manifest, its signature and `run.json`. Gives the names of what lies in
/// the folder and is no part of the run.
///
/// # Errors
///
/// [`PackError`]: also if the run lacks a file.
pub fn pack(run: &StoredRun, out: &Path) -> Result<Vec<String>, PackError> {
    let manifest = seal::open(&run.read(MANIFEST)?)?.manifest;
    let mut names: Vec<&str> = manifest.files.iter().map(|file| file.name.as_str()).collect();
    names.push(MANIFEST);
    names.extend([RUN_RECORD, SIGNATURE].into_iter().filter(|name| run.get(name).is_some()));
    names.sort_unstable();
    names.dedup();
    let files: Vec<&StoredFile> = names.iter().map(|name| run.file(name)).collect::<Result<_, _>>()?;
    let failed = |source| PackError::File { path: run.place().to_owned(), source };
    let members = members(names.iter().copied().zip(files.iter().copied())).map_err(failed)?;
    let write = |source| PackError::File { path: out.to_owned(), source };
    let mut packed = BufWriter::new(File::create(out).map_err(write)?);
    let layout = Layout::of(&members);
    for (header, file) in layout.headers.iter().zip(&files) {
        packed.write_all(header).map_err(write)?;
        let mut reader = file.open().map_err(failed)?.reader(0);
        io::copy(&mut reader, &mut packed).map_err(write)?;
    }
    packed.write_all(&layout.directory).and_then(|()| packed.flush()).map_err(write)?;
    let others = run.files().map(|(name, _)| name).filter(|name| !names.contains(name)).map(str::to_owned);
    Ok(others.chain(run.folders().iter().cloned()).collect())
}

/// What of a packed run is not as [`pack`] would write it with these members, in words.
pub(super) fn check_layout(run: &StoredRun) -> io::Result<Option<String>> {
    let members = members(run.files())?;
    let layout = Layout::of(&members);
    let mut file = io::BufReader::new(File::open(run.place())?);
    let mut at = 0u64;
    for (header, member) in layout.headers.iter().zip(&members) {
        if let Some(fault) = differs(&mut file, header, at)? {
            return Ok(Some(format!("{fault}, in the header of {}", member.name)));
        }
        io::copy(&mut (&mut file).take(member.bytes), &mut io::sink())?;
        at += header.len() as u64 + member.bytes;
    }
    if let Some(fault) = differs(&mut file, &layout.directory, at)? {
        return Ok(Some(format!("{fault}, in the list of its members")));
    }
    let more = io::copy(&mut file, &mut io::sink())?;
    Ok((more > 0).then(|| format!("{more} bytes follow after its end")))
}

fn differs(file: &mut impl Read, expected: &[u8], at: u64) -> io::Result<Option<String>> {
    let mut found = Vec::with_capacity(expected.len());
    file.take(expected.len() as u64).read_to_end(&mut found)?;
    let same = found.iter().zip(expected).take_while(|(a, b)| a == b).count();
    Ok((same < expected.len()).then(|| format!("byte {} is not as `lindero pack` writes it", at + same as u64)))
}

fn members<'f>(files: impl Iterator<Item = (&'f str, &'f StoredFile)>) -> io::Result<Vec<Member<'f>>> {
    let member = |(name, file): (&'f str, &'f StoredFile)| {
        let mut hasher = crc32fast::Hasher::new();
        let mut reader = file.open()?.reader(0);
        let mut buffer = vec![0; super::hash::HASH_STEP];
        let mut bytes = 0;
        loop {
            let count = reader.read(&mut buffer)?;
            if count == 0 {
                return Ok(Member { name, bytes, crc: hasher.finalize() });
            }
            hasher.update(&buffer[..count]);
            bytes += count as u64;
        }
    };
    files.map(member).collect()
}

/// All bytes of a packed file but the members' own (PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.5.3).
struct Layout {
    /// What comes before each member.
    headers: Vec<Vec<u8>>,
    /// What comes after the last.
    directory: Vec<u8>,
}

impl Layout {
    fn of(members: &[Member<'_>]) -> Self {
        let mut headers = Vec::new();
        let mut directory = Vec::new();
        let mut at = 0u64;
        for member in members {
            let mut header = Vec::new();
            push(&mut header, &[b"PK\x03\x04", &VERSION.to_le_bytes()]);
            push_fields(&mut header, member);
            push(&mut header, &[&20u16.to_le_bytes(), member.name.as_bytes()]);
            push(&mut header, &[&1u16.to_le_bytes(), &16u16.to_le_bytes()]);
            push(&mut header, &[&member.bytes.to_le_bytes(), &member.bytes.to_le_bytes()]);
            push(&mut directory, &[b"PK\x01\x02", &VERSION.to_le_bytes(), &VERSION.to_le_bytes()]);
            push_fields(&mut directory, member);
            // No comment, the first disk, no attributes.
            push(&mut directory, &[&28u16.to_le_bytes(), &[0; 10], &ELSEWHERE.to_le_bytes(), member.name.as_bytes()]);
            push(&mut directory, &[&1u16.to_le_bytes(), &24u16.to_le_bytes()]);
            push(&mut directory, &[&member.bytes.to_le_bytes(), &member.bytes.to_le_bytes(), &at.to_le_bytes()]);
            at += header.len() as u64 + member.bytes;
            headers.push(header);
        }
        let (count, size) = (members.len() as u64, directory.len() as u64);
        push(&mut directory, &[b"PK\x06\x06", &44u64.to_le_bytes(), &VERSION.to_le_bytes(), &VERSION.to_le_bytes()]);
        push(&mut directory, &[&[0; 8], &count.to_le_bytes(), &count.to_le_bytes()]);
        push(&mut directory, &[&size.to_le_bytes(), &at.to_le_bytes()]);
        push(&mut directory, &[b"PK\x06\x07", &[0; 4], &(at + size).to_le_bytes(), &1u32.to_le_bytes()]);
        push(&mut directory, &[b"PK\x05\x06", &[0; 4], &[0xff; 12], &[0; 2]]);
        Self { headers, directory }
    }
}

/// What both headers of a member have in common, up to the length of its name.
fn push_fields(bytes: &mut Vec<u8>, member: &Member<'_>) {
    let name = u16::try_from(member.name.len()).unwrap_or(u16::MAX);
    // Stored, at midnight.
    push(bytes, &[&FLAGS.to_le_bytes(), &[0; 4], &DATE.to_le_bytes(), &member.crc.to_le_bytes()]);
    push(bytes, &[&ELSEWHERE.to_le_bytes(), &ELSEWHERE.to_le_bytes(), &name.to_le_bytes()]);
}

fn push(bytes: &mut Vec<u8>, parts: &[&[u8]]) {
    parts.iter().for_each(|part| bytes.extend_from_slice(part));
}
