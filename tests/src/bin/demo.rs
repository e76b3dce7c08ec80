//! A day of three phones against the real server; see [`hongqi_tests::demo`].

use std::process::ExitCode;

fn main() -> ExitCode {
    hongqi_tests::demo::main()
}
