//! What Android asks of the library, and what Kotlin looks for in it, read in the ELF.

use std::collections::BTreeSet;

use goblin::elf::Elf;
use goblin::elf::program_header::PT_LOAD;

/// Prefixes of what UniFFI exports of this component: functions, and descriptions that its generator reads.
const OURS: [&str; 4] =
    ["uniffi_hongqi_ffi_", "ffi_hongqi_ffi_", "UNIFFI_META_HONGQI_FFI_", "UNIFFI_META_NAMESPACE_HONGQI"];

/// The functions that the generated Kotlin calls.
pub fn called(kotlin: &str) -> BTreeSet<&str> {
    let declared = kotlin.lines().filter_map(|line| line.trim_start().strip_prefix("external fun "));
    declared.filter_map(|rest| rest.split('(').next()).filter(|name| ours(name)).collect()
}

/// A library that loads with memory pages of `page` bytes, exports all that is `called`, and nothing but UniFFI's own.
pub fn check(bytes: &[u8], page: u64, called: &BTreeSet<&str>) -> Result<(), String> {
    let elf = Elf::parse(bytes).map_err(|error| format!("not an ELF: {error}"))?;
    let mut segments = elf.program_headers.iter().filter(|segment| segment.p_type == PT_LOAD).peekable();
    if segments.peek().is_none() {
        return Err("has no LOAD segment".to_owned());
    }
    for segment in segments {
        let apart = segment.p_vaddr.wrapping_sub(segment.p_offset) % page;
        if segment.p_align < page || apart != 0 {
            let (at, align) = (segment.p_vaddr, segment.p_align);
            return Err(format!("the LOAD segment at {at:#x} is aligned to {align:#x}, not to pages of {page:#x}"));
        }
    }
    let exported = elf.dynsyms.iter().filter(|symbol| !symbol.is_import() && symbol.st_bind() != 0);
    let exported: BTreeSet<&str> = exported.filter_map(|symbol| elf.dynstrtab.get_at(symbol.st_name)).collect();
    judge(&exported, called)
}

/// Whether what is exported is what should be.
fn judge(exported: &BTreeSet<&str>, called: &BTreeSet<&str>) -> Result<(), String> {
    if called.is_empty() {
        return Err("the generated Kotlin calls nothing: cargo xtask bindings".to_owned());
    }
    let missing: Vec<&str> = called.difference(exported).copied().collect();
    let others: Vec<&str> = exported.iter().copied().filter(|name| !ours(name)).collect();
    match (&missing[..], &others[..]) {
        ([], []) => Ok(()),
        ([], _) => Err(format!("exports what is not UniFFI's: {}", others.join(", "))),
        _ => Err(format!("does not export what Kotlin calls: {}", missing.join(", "))),
    }
}

/// Whether UniFFI exports it of this component.
pub fn ours(name: &str) -> bool {
    OURS.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
#[path = "elf_tests.rs"]
mod tests;
