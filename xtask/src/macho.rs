//! What an app for iOS asks of the static library, read in its Mach-O objects: what a linker would otherwise find out.

use std::collections::BTreeSet;

use goblin::archive::Archive;
use goblin::mach::MachO;
use goblin::mach::constants::cputype::CPU_TYPE_ARM64;
use goblin::mach::load_command::CommandVariant;

use crate::elf;

/// In LC_BUILD_VERSION: the phone, neither its simulator nor a Mac.
const PLATFORM_IOS: u32 = 2;
/// What a panic calls that unwinds, and that one that aborts does not need.
const UNWIND: &str = "__Unwind_RaiseException";
/// How the names begin that Security and CoreFoundation give; of these there is no list without Xcode.
const FRAMEWORKS: [&str; 4] = ["_Sec", "_kSec", "_CF", "_kCF"];

/// What was found in a library with which all is well.
#[derive(Debug, PartialEq)]
pub struct Found {
    /// Mach-O objects for an arm64 iPhone; there is nothing else in it.
    pub objects: usize,
    /// What an app has to link from the frameworks.
    pub frameworks: BTreeSet<String>,
}

/// The functions that the header for Swift declares.
pub fn declared(header: &str) -> BTreeSet<&str> {
    let calls = header.match_indices('(').filter_map(|(at, _)| header.get(..at));
    let names = calls.filter_map(|before| before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next());
    names.filter(|name| elf::ours(name)).collect()
}

/// The symbols in the list `tbd` of a system library: YAML, of which only its names matter.
pub fn listed(tbd: &str) -> BTreeSet<&str> {
    tbd.split(|c: char| c.is_whitespace() || ",[]'\"".contains(c)).filter(|word| word.starts_with('_')).collect()
}

/// A static library of nothing but objects for an arm64 iPhone, which defines all that is `called`, unwinds, and needs
/// only what the `system` gives or one of two frameworks.
pub fn check(bytes: &[u8], called: &BTreeSet<&str>, system: &BTreeSet<&str>) -> Result<Found, String> {
    if called.is_empty() {
        return Err("the header for Swift declares nothing: cargo xtask bindings".to_owned());
    }
    let archive = Archive::parse(bytes).map_err(|error| format!("not an archive: {error}"))?;
    let (mut defined, mut needed) = (BTreeSet::new(), BTreeSet::new());
    for at in 0..archive.len() {
        let member = archive.get_at(at).ok_or("its table of members is damaged")?;
        let told = |why: String| format!("{}: {why}", member.extended_name());
        let start = usize::try_from(member.offset).map_err(|error| told(error.to_string()))?;
        let end = start.checked_add(member.size()).ok_or_else(|| told("ends nowhere".to_owned()))?;
        let object = bytes.get(start..end).ok_or_else(|| told("is cut off".to_owned()))?;
        read(object, &mut defined, &mut needed).map_err(told)?;
    }
    let missing: Vec<&str> = called.iter().copied().filter(|name| !defined.contains(&format!("_{name}"))).collect();
    if !missing.is_empty() {
        return Err(format!("does not define what Swift calls: {}", missing.join(", ")));
    }
    if !needed.contains(UNWIND) {
        return Err("a panic in it would not become an exception: it does not unwind".to_owned());
    }
    let given = |name: &String| defined.contains(name) || system.contains(name.as_str());
    let others: BTreeSet<String> = needed.iter().filter(|name| !given(name)).cloned().collect();
    let (frameworks, lost): (BTreeSet<String>, BTreeSet<String>) =
        others.into_iter().partition(|name| FRAMEWORKS.iter().any(|prefix| name.starts_with(prefix)));
    if !lost.is_empty() {
        let lost: Vec<String> = lost.into_iter().collect();
        return Err(format!("needs what neither libSystem nor a framework gives: {}", lost.join(", ")));
    }
    Ok(Found { objects: archive.len(), frameworks })
}

/// Adds the names of one object: what it gives to others, and what it wants of them.
fn read(object: &[u8], defined: &mut BTreeSet<String>, needed: &mut BTreeSet<String>) -> Result<(), String> {
    let macho = MachO::parse(object, 0).map_err(|error| format!("not a Mach-O: {error}"))?;
    if !macho.is_object_file() || macho.header.cputype() != CPU_TYPE_ARM64 {
        return Err("not an object for arm64".to_owned());
    }
    let built = macho.load_commands.iter().find_map(|command| match command.command {
        CommandVariant::BuildVersion(built) => Some(built.platform),
        _ => None,
    });
    if built != Some(PLATFORM_IOS) {
        return Err(format!("not for iOS: its platform is {built:?}"));
    }
    for symbol in macho.symbols() {
        let (name, symbol) = symbol.map_err(|error| format!("its symbols: {error}"))?;
        if symbol.is_stab() || !symbol.is_global() {
            continue;
        }
        // One that is undefined and has a value is common: room that the linker makes for it.
        let names = if symbol.is_undefined() && symbol.n_value == 0 { &mut *needed } else { &mut *defined };
        names.insert(name.to_owned());
    }
    Ok(())
}

#[cfg(test)]
#[path = "macho_tests.rs"]
mod tests;
