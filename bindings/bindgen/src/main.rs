//! Writes the Kotlin and Swift sources, with UniFFI's generator of the very version that the library was built with:
//! `hongqi-bindgen LIBRARY KOTLIN_DIR SWIFT_DIR HEADER_DIR`. `cargo xtask bindings` calls it.

#![allow(clippy::print_stderr, reason = "a command says what is wrong")]

use std::process::ExitCode;

use uniffi::{GenerateOptions, SwiftBindingsOptions, TargetLanguage};

fn main() -> ExitCode {
    let Ok([library, kotlin, swift, header]) = <[String; 4]>::try_from(std::env::args().skip(1).collect::<Vec<_>>())
    else {
        eprintln!("usage: hongqi-bindgen LIBRARY KOTLIN_DIR SWIFT_DIR HEADER_DIR");
        return ExitCode::FAILURE;
    };
    let kotlin = uniffi::generate(GenerateOptions {
        languages: vec![TargetLanguage::Kotlin],
        source: library.clone().into(),
        out_dir: kotlin.into(),
        // What is committed must not depend on which formatters a machine has.
        format: false,
        ..GenerateOptions::default()
    });
    let to = |out_dir: String, is_header: bool| SwiftBindingsOptions {
        generate_swift_sources: !is_header,
        generate_headers: is_header,
        generate_modulemap: false,
        source: library.clone().into(),
        out_dir: out_dir.into(),
        ..SwiftBindingsOptions::default()
    };
    let done = kotlin
        .and_then(|()| uniffi::generate_swift_bindings(to(swift, false)))
        .and_then(|()| uniffi::generate_swift_bindings(to(header, true)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hongqi-bindgen: {error:#}");
            ExitCode::FAILURE
        }
    }
}
