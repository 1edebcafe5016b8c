//! Signatures: by whom, and checked by others.

use crate::place::Place;
use std::process::Command;

/// Keys of these tests, which sign nothing else.
pub(crate) const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIEwh5FFSex0VhKGxjAl/pJUj6Z7oHiKegbHaeWxxN7EZ\n-----END PRIVATE KEY-----\n";
pub(crate) const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAWksqh8UpDJ3IApZyBTWu+k1I9zfiul3W8Vsy+siqxKs=\n-----END PUBLIC KEY-----\n";
pub(crate) const OTHER_KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJYOFExrUN+oxKrhoIaJkQ2gh8P5yt1rWRVBQRb6rxkT\n-----END PRIVATE KEY-----\n";
const OTHER_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAbjt9b+viA3uux1AWaXIGii+SGhamdLPdcuCs1Lybhng=\n-----END PUBLIC KEY-----\n";

fn signed() -> Place {
    let place = Place::new();
    for (name, text) in [("key.pem", KEY), ("pub.pem", PUBLIC), ("other-pub.pem", OTHER_PUBLIC)] {
        place.write(name, text);
    }
    place.screen("run", &["--sign", "key.pem"]);
    place
}

#[test]
fn whoever_asks_for_a_key_gets_its_signature_or_an_answer() {
    let place = signed();
    let (code, told) = place.asked(&["verify", "run", "--key", "pub.pem"]);
    assert!(code == 0 && !told.contains("to know"), "{told}");
    let (code, told) = place.asked(&["verify", "run", "--key", "other-pub.pem"]);
    assert!(code == 1 && told.contains("not by the key that was asked for"), "{told}");
    let (code, told) = place.asked(&["verify", "run"]);
    assert!(code == 0 && told.contains("whose key it is"), "{told}");
    place.screen("unsigned", &[]);
    let (code, told) = place.asked(&["verify", "unsigned", "--key", "pub.pem"]);
    assert!(code == 1 && told.contains("nobody signed this run"), "{told}");
    let (code, told) = place.asked(&["verify", "unsigned"]);
    assert!(code == 0 && told.contains("none that holds"), "{told}");
}

#[test]
fn what_is_no_key_is_told_before_anything_is_read() {
    let place = signed();
    for (args, said) in [
        (["--sign", "pub.pem"], "no Ed25519 private key"),
        (["--sign", "plots.geojson"], "openssl genpkey"),
        (["--sign", "gone.pem"], "cannot read the key"),
    ] {
        let screen = ["screen", "plots.geojson", "--catalog", "lindero.toml", "--out", "new"];
        let (code, told) = place.asked(&[&screen[..], &args].concat());
        assert!(code == 2 && told.contains(said), "{told}");
        assert!(!place.path("new").exists());
    }
    let (code, told) = place.asked(&["verify", "run", "--key", "key.pem"]);
    assert!(code == 2 && told.contains("no Ed25519 public key"), "{told}");
}

#[test]
fn openssl_finds_the_signature_right() {
    let place = signed();
    place.write("root.txt", place.manifest("run")["root"].as_str().unwrap());
    let signature: serde_json::Value = serde_json::from_str(&place.text("run/manifest.sig")).unwrap();
    let digits = signature["signature"].as_str().unwrap();
    let bytes: Vec<u8> =
        (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect();
    std::fs::write(place.path("signature.bin"), bytes).unwrap();
    let mut command = Command::new("openssl");
    command.args(["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey"]).arg(place.path("pub.pem"));
    command.arg("-in").arg(place.path("root.txt")).arg("-sigfile").arg(place.path("signature.bin"));
    match command.output() {
        Ok(output) => assert!(output.status.success(), "{}", crate::place::told(&output)),
        Err(error) => println!("SKIPPED: openssl is not here ({error})"),
    }
}
