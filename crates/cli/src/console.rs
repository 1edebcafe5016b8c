//! What is said on the screen, also when nobody listens any more: `lindero policy show eudr-2020 | head` is no failure.
//!
//! The macros stand in for those of the standard library, which panic when whoever reads closes the pipe.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write, stderr, stdout};

macro_rules! print {
    ($($said:tt)*) => { $crate::console::say(format_args!($($said)*)) };
}

macro_rules! println {
    ($($said:tt)*) => { $crate::console::say(format_args!("{}\n", format_args!($($said)*))) };
}

macro_rules! eprintln {
    ($($said:tt)*) => { $crate::console::warn(format_args!("{}\n", format_args!($($said)*))) };
}

/// Says something on standard output. A closed pipe is no failure: the exit code still tells how the command ended. A full
/// disk is: the program ends with 2, as what it had to say is lost.
pub(crate) fn say(said: Arguments<'_>) {
    let mut out = stdout().lock();
    if let Err(error) = out.write_fmt(said).and_then(|()| out.flush())
        && error.kind() != ErrorKind::BrokenPipe
    {
        warn(format_args!("error: cannot write to standard output: {error}\n"));
        std::process::exit(i32::from(crate::failure::COULD_NOT_RUN));
    }
}

/// Says something on standard error; where that is gone, nobody is left to be told.
pub(crate) fn warn(said: Arguments<'_>) {
    let _ = stderr().lock().write_fmt(said);
}
