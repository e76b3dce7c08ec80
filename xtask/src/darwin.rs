//! What compiling C for Apple's systems needs where there is no Xcode: the headers of their C library, and the list of
//! what it gives to a program that links it. Zig carries both, and the package registry of Python carries Zig.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bindings::succeed;
use crate::{need, target};

const VERSION: &str = "0.17.1";
/// Of the wheel for `PLATFORM`; pip refuses any other. The headers are the same in all wheels, whatever this machine is.
const SHA256: &str = "ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54";
const PLATFORM: &str = "manylinux_2_12_x86_64";
/// Says that the folder is complete, and of what.
const STAMP: &str = "hongqi-sdk";

/// Unpacks of the wheel `$1` into `$2` the headers and the list, laid out as in Apple's SDKs; nothing of the compiler.
const UNPACK: &str = r#"
import os, sys, zipfile
wheel, out = sys.argv[1:]
kept = {"ziglang/lib/libc/include/any-darwin-any/": "usr/include/", "ziglang/lib/libc/darwin/libSystem.tbd": "usr/lib/libSystem.tbd"}
with zipfile.ZipFile(wheel) as files:
    for name in files.namelist():
        for start, place in kept.items():
            if name.startswith(start) and not name.endswith("/"):
                path = os.path.join(out, place + name[len(start):])
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as file:
                    file.write(files.read(name))
"#;

/// Below the SDK, what libSystem gives. It is macOS's; of iOS's there is none in the wheel.
pub const SYSTEM: &str = "usr/lib/libSystem.tbd";

/// The folder for `SDKROOT`; fetched if it is not there yet.
pub fn sdk() -> Result<PathBuf, String> {
    let folder = target().join("darwin-sdk");
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    let stamp = format!("ziglang {VERSION} {SHA256}\n");
    if fs::read_to_string(folder.join(STAMP)).is_ok_and(|kept| kept == stamp) {
        return Ok(folder);
    }
    need("python3", &["-m", "pip", "--version"], "pip is missing: apt-get install python3-pip")?;
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(told)?;
    }
    let fetched = folder.join("wheel");
    fs::create_dir_all(&fetched).map_err(told)?;
    let pinned = folder.join("requirements.txt");
    fs::write(&pinned, format!("ziglang=={VERSION} --hash=sha256:{SHA256}\n")).map_err(told)?;
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps", "--require-hashes"]);
    pip.args(["--only-binary", ":all:", "--platform", PLATFORM, "--dest"]).arg(&fetched).arg("-r").arg(&pinned);
    let line = format!("python3 -m pip download --require-hashes ziglang=={VERSION}");
    eprintln!("$ {line}");
    succeed(&mut pip, &line)?;
    unpack(&fetched, &folder)?;
    // 90 MB, of which 8 are used.
    fs::remove_dir_all(&fetched).map_err(told)?;
    fs::write(folder.join(STAMP), stamp).map_err(told)?;
    Ok(folder)
}

fn unpack(fetched: &Path, folder: &Path) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", fetched.display());
    let wheel = fs::read_dir(fetched).map_err(told)?.next();
    let wheel = wheel.ok_or_else(|| format!("{}: pip left no wheel", fetched.display()))?.map_err(told)?.path();
    succeed(Command::new("python3").args(["-c", UNPACK]).arg(wheel).arg(folder), "unpacking ziglang's headers")?;
    for part in ["usr/include/stdio.h", "usr/include/TargetConditionals.h", SYSTEM] {
        if !folder.join(part).exists() {
            return Err(format!("the wheel ziglang {VERSION} has no {part}"));
        }
    }
    Ok(())
}
