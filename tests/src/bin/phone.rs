//! A phone without a screen; see [`hongqi_tests::phone`].

use std::process::ExitCode;

fn main() -> ExitCode {
    hongqi_tests::phone::main(std::env::args_os())
}
