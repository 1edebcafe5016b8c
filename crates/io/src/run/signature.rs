//! `manifest.sig`: who vouches for a run, by an Ed25519 signature (RFC 8032) over the root.
//!
//! What is signed are the 64 characters of the root, as `manifest.json` has them, so that other programs can check it too.

use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

const ALGORITHM: &str = "Ed25519";

/// A private key with which runs are signed.
#[derive(Debug)]
pub struct RunKey(SigningKey);

/// The public key of whom a run must be signed by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum KeyError {
    /// The file cannot be read.
    #[error("cannot read the key {path:?}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    /// Not what signs.
    #[error(
        "{path:?} is no Ed25519 private key in PEM (PKCS#8, without a password): `openssl genpkey -algorithm ed25519 -out KEY.pem` writes one"
    )]
    NotPrivate { path: PathBuf },
    /// Not what checks a signature.
    #[error(
        "{path:?} is no Ed25519 public key in PEM: `openssl pkey -in KEY.pem -pubout -out PUB.pem` writes the one of a private key"
    )]
    NotPublic { path: PathBuf },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignatureFile {
    algorithm: String,
    public_key: String,
    signature: String,
}

impl RunKey {
    /// Reads a private key.
    ///
    /// # Errors
    ///
    /// [`KeyError`].
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let text = text_of(path)?;
        SigningKey::from_pkcs8_pem(&text).map(Self).map_err(|_| KeyError::NotPrivate { path: path.to_owned() })
    }

    /// Its public key, in hex.
    #[must_use]
    pub fn public_hex(&self) -> String {
        hex(&self.0.verifying_key())
    }

    /// The text of `manifest.sig` for a root.
    #[must_use]
    pub(super) fn sign(&self, root: &str) -> String {
        let signature = self.0.sign(root.as_bytes());
        written(&SignatureFile {
            algorithm: ALGORITHM.to_owned(),
            public_key: self.public_hex(),
            signature: format!("{signature:x}"),
        })
    }
}

impl PublicKey {
    /// Reads a public key.
    ///
    /// # Errors
    ///
    /// [`KeyError`].
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let text = text_of(path)?;
        let key = VerifyingKey::from_public_key_pem(&text);
        key.map(Self).map_err(|_| KeyError::NotPublic { path: path.to_owned() })
    }

    /// In hex.
    #[must_use]
    pub fn hex(&self) -> String {
        hex(&self.0)
    }
}

/// Whose signature of the root a `manifest.sig` is: the public key in hex.
///
/// # Errors
///
/// What is wrong with it, in words.
pub(super) fn check(bytes: &[u8], root: &str) -> Result<String, String> {
    let file: SignatureFile = serde_json::from_slice(bytes).map_err(|error| format!("it is damaged: {error}"))?;
    if file.algorithm != ALGORITHM {
        return Err(format!("its algorithm is {:?}, not {ALGORITHM:?}", file.algorithm));
    }
    if written(&file).as_bytes() != bytes {
        return Err("it is not written as lindero writes it".to_owned());
    }
    let key = key_of_hex(&file.public_key).ok_or("its public key is none")?;
    let signature: Signature = file.signature.parse().map_err(|_| "its signature is none".to_owned())?;
    key.verify_strict(root.as_bytes(), &signature)
        .map_err(|_| "the signature is not one of this root by this key".to_owned())?;
    Ok(file.public_key)
}

fn written(file: &SignatureFile) -> String {
    let text = serde_json::to_string_pretty(file).expect("three texts have a place in JSON");
    format!("{text}\n")
}

fn text_of(path: &Path) -> Result<String, KeyError> {
    let bytes = std::fs::read(path).map_err(|source| KeyError::Read { path: path.to_owned(), source })?;
    // What is no text is no PEM, and is told as that.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn hex(key: &VerifyingKey) -> String {
    key.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn key_of_hex(text: &str) -> Option<VerifyingKey> {
    let digits: Vec<u32> = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect();
    VerifyingKey::from_bytes(bytes.as_slice().try_into().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second test of RFC 8032, section 7.1: secret key, public key, and the signature of the byte 0x72.
    const SECRET: &str = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
    const PUBLIC: &str = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    const OF_72: &str = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                         085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

    #[test]
    fn signatures_are_those_of_the_standard() {
        let digits: Vec<u8> = SECRET.bytes().map(|digit| (digit as char).to_digit(16).unwrap() as u8).collect();
        let secret: Vec<u8> = digits.chunks(2).map(|pair| pair[0] * 16 + pair[1]).collect();
        let key = RunKey(SigningKey::from_bytes(secret.as_slice().try_into().unwrap()));
        assert_eq!(key.public_hex(), PUBLIC);
        let text = key.sign("\u{72}");
        assert!(text.contains(OF_72), "{text}");
        assert_eq!(check(text.as_bytes(), "\u{72}").unwrap(), PUBLIC);
        assert!(check(text.as_bytes(), "\u{73}").is_err());
    }
}
