use std::collections::BTreeSet;
use std::fs;

use super::{called, check, judge};
use crate::{bindings, build, root, target};

/// The library of this machine, which is linked as Android's are, and the Kotlin that calls it.
#[cfg(target_os = "linux")]
fn library() -> (Vec<u8>, String) {
    build(false).unwrap();
    let library = fs::read(target().join("debug/libhongqi_ffi.so")).unwrap();
    (library, fs::read_to_string(root().join("bindings").join(bindings::KOTLIN)).unwrap())
}

#[test]
#[cfg(target_os = "linux")]
fn our_library_exports_what_kotlin_calls_and_nothing_else() {
    let (library, kotlin) = library();
    let called = called(&kotlin);
    assert!(called.contains("ffi_hongqi_ffi_uniffi_contract_version"), "{called:?}");
    assert_eq!(check(&library, 4096, &called), Ok(()));

    let more: BTreeSet<&str> = called.iter().copied().chain(["uniffi_hongqi_ffi_fn_func_newer"]).collect();
    let refused = check(&library, 4096, &more).unwrap_err();
    assert_eq!(refused, "does not export what Kotlin calls: uniffi_hongqi_ffi_fn_func_newer");

    // No linker aligns to that.
    let refused = check(&library, 1 << 30, &called).unwrap_err();
    assert!(refused.contains("aligned to"), "{refused}");
}

#[test]
fn a_symbol_of_somebody_else_is_named() {
    let called = BTreeSet::from(["uniffi_hongqi_ffi_fn_func_one"]);
    let exported = BTreeSet::from(["UNIFFI_META_HONGQI_FFI_FUNC_ONE", "uniffi_hongqi_ffi_fn_func_one"]);
    assert_eq!(judge(&exported, &called), Ok(()));
    let exported = &exported | &BTreeSet::from(["sqlite3_open"]);
    assert_eq!(judge(&exported, &called), Err("exports what is not UniFFI's: sqlite3_open".to_owned()));
}

#[test]
fn only_declared_functions_of_this_component_count() {
    let kotlin =
        "  external fun uniffi_hongqi_ffi_a(\n    a: Int,\n external fun other()\n fun uniffi_hongqi_ffi_b(x: Int)\n";
    assert_eq!(called(kotlin), BTreeSet::from(["uniffi_hongqi_ffi_a"]));
}

#[test]
fn what_is_no_library_is_refused() {
    let called = BTreeSet::from(["uniffi_hongqi_ffi_a"]);
    assert!(check(b"", 4096, &called).unwrap_err().starts_with("not an ELF"));
    assert!(check(b"#!/bin/sh\n", 4096, &called).unwrap_err().starts_with("not an ELF"));
}
