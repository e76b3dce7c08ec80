//! `fuzz/run change`
#![no_main]

#[path = "../checks/change.rs"]
mod change;

libfuzzer_sys::fuzz_target!(|input: &[u8]| change::check(input));
