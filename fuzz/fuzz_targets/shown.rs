//! `fuzz/run shown`
#![no_main]

#[path = "../checks/shown.rs"]
mod shown;

libfuzzer_sys::fuzz_target!(|input: &[u8]| shown::check(input));
