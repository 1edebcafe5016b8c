//! What is said to nobody: a reader that goes away, a disk that is full.

use std::fs::File;
use std::process::{Command, Output, Stdio};

/// `lindero policy show eudr-2020`, which says much.
fn told_to(out: Stdio) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lindero"));
    command.args(["policy", "show", "eudr-2020"]).stdout(out).stderr(Stdio::piped());
    command
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = told_to(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), errors(&output).as_str()), (Some(0), ""));
}

#[test]
fn a_full_disk_under_what_is_said_is_told_in_one_line() {
    let Ok(full) = File::options().write(true).open("/dev/full") else {
        println!("SKIPPED: there is no /dev/full here");
        return;
    };
    let output = told_to(full.into()).output().unwrap();
    let errors = errors(&output);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.starts_with("error: cannot write to standard output: ") && errors.lines().count() == 1, "{errors}");
}
