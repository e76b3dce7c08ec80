//! `fuzz/run evidence`
#![no_main]

#[path = "../checks/evidence.rs"]
mod evidence;

libfuzzer_sys::fuzz_target!(|input: &[u8]| evidence::check(input));
