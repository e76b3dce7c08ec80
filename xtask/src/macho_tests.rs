use std::collections::BTreeSet;

use super::{Found, check, declared, listed};

/// Of a symbol: global and defined in the first section, or global and undefined.
const DEFINED: [u8; 2] = [0x0f, 1];
const NEEDED: [u8; 2] = [0x01, 0];

fn words(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// An object with a symbol table and nothing else.
fn object(cpu: u32, platform: u32, symbols: &[(&str, [u8; 2])]) -> Vec<u8> {
    let (mut table, mut names) = (Vec::new(), vec![0]);
    for (name, [kind, section]) in symbols {
        table.extend(words(&[names.len() as u32]));
        table.extend([*kind, *section, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        names.extend(name.bytes().chain([0]));
    }
    let count = symbols.len() as u32;
    // MH_OBJECT of two commands, LC_SYMTAB and LC_BUILD_VERSION.
    let mut bytes = words(&[0xfeed_facf, cpu, 0, 1, 2, 48, 0, 0]);
    bytes.extend(words(&[0x2, 24, 80, count, 80 + 16 * count, names.len() as u32]));
    bytes.extend(words(&[0x32, 24, platform, 0x11_0000, 0x11_0000, 0]));
    [bytes, table, names].concat()
}

fn phone(symbols: &[(&str, [u8; 2])]) -> Vec<u8> {
    object(0x0100_000c, 2, symbols)
}

fn archive(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"!<arch>\n".to_vec();
    for (at, object) in objects.iter().enumerate() {
        let name = format!("{at}.o/");
        let header = format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, 644, object.len());
        bytes.extend(header.bytes().chain(object.iter().copied()));
        bytes.resize(bytes.len().next_multiple_of(2), b'\n');
    }
    bytes
}

fn judged(objects: &[Vec<u8>]) -> Result<Found, String> {
    let system = BTreeSet::from(["_malloc", "__Unwind_RaiseException"]);
    check(&archive(objects), &BTreeSet::from(["uniffi_hongqi_ffi_a"]), &system)
}

fn ours() -> Vec<u8> {
    let needed = ["__Unwind_RaiseException", "_malloc", "_sqlite3_open", "_SecTrustCreateWithCertificates"];
    let symbols: Vec<_> = needed.map(|name| (name, NEEDED)).into_iter().collect();
    phone(&[&[("_uniffi_hongqi_ffi_a", DEFINED)], &symbols[..]].concat())
}

#[test]
fn a_library_needs_the_system_the_frameworks_and_itself() {
    let sqlite = phone(&[("_sqlite3_open", DEFINED), ("_malloc", NEEDED)]);
    let found = judged(&[ours(), sqlite]).unwrap();
    assert_eq!(found.objects, 2);
    assert_eq!(found.frameworks, BTreeSet::from(["_SecTrustCreateWithCertificates".to_owned()]));
}

#[test]
fn what_nobody_gives_is_named() {
    let refused = judged(&[ours()]).unwrap_err();
    assert_eq!(refused, "needs what neither libSystem nor a framework gives: _sqlite3_open");
}

#[test]
fn what_swift_calls_must_be_defined_and_not_only_wanted() {
    let refused = judged(&[phone(&[("_uniffi_hongqi_ffi_a", NEEDED), ("__Unwind_RaiseException", NEEDED)])]);
    assert_eq!(refused, Err("does not define what Swift calls: uniffi_hongqi_ffi_a".to_owned()));
}

#[test]
fn a_library_whose_panics_abort_is_refused() {
    let refused = judged(&[phone(&[("_uniffi_hongqi_ffi_a", DEFINED)])]).unwrap_err();
    assert!(refused.contains("does not unwind"), "{refused}");
}

#[test]
fn an_object_for_another_machine_or_system_is_refused() {
    let linux = b"\x7fELF and so on, longer than the header of a Mach-O".to_vec();
    assert!(judged(&[ours(), linux]).unwrap_err().starts_with("1.o: not a Mach-O"));
    assert_eq!(judged(&[object(0x0100_0007, 2, &[])]), Err("0.o: not an object for arm64".to_owned()));
    assert_eq!(judged(&[object(0x0100_000c, 7, &[])]), Err("0.o: not for iOS: its platform is Some(7)".to_owned()));
}

#[test]
fn what_is_no_archive_is_refused() {
    let called = BTreeSet::from(["uniffi_hongqi_ffi_a"]);
    assert!(check(b"", &called, &BTreeSet::new()).unwrap_err().starts_with("not an archive"));
    let whole = archive(&[ours()]);
    for cut in 0..whole.len() {
        assert!(check(&whole[..cut], &called, &BTreeSet::new()).is_err(), "of {cut} bytes");
    }
}

#[test]
fn the_header_declares_functions_of_this_component() {
    let header = "typedef void (*UniffiCallback)(uint64_t);\nuint64_t uniffi_hongqi_ffi_a(uint64_t ptr\n);\n\
                  void ffi_hongqi_ffi_b(void\n    \n);\n#ifndef UNIFFI_FFIDEF_UNIFFI_HONGQI_FFI_C\nint other(int x);\n";
    assert_eq!(declared(header), BTreeSet::from(["uniffi_hongqi_ffi_a", "ffi_hongqi_ffi_b"]));
}

#[test]
fn a_list_of_symbols_gives_its_names() {
    let tbd = "install-name: '/usr/lib/libSystem.B.dylib'\nsymbols: [ '$ld$hide$os10.4$_old', _malloc,\n  _free ]\n";
    assert_eq!(listed(tbd), BTreeSet::from(["_malloc", "_free"]));
}
