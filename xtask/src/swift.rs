//! Swift: the package in `bindings/swift` and the app in `ios-demo`, built and tested.
//!
//! On a Mac with the toolchain that is there. On Linux with Debian trixie's `swiftlang` in a root of its own, as bookworm
//! has none: a folder with another Debian in it, into which only this command's children look. What they see of this
//! machine (the sources, `target`, /dev) is mounted in a namespace that ends with them, under /run, where no `cargo clean`
//! comes by: on the disk the root's own mount points are always empty folders.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{need, root, run as cargo_run, target};

const SUITE: &str = "trixie";
const MIRROR: &str = "http://deb.debian.org/debian";
const PACKAGES: &str = "swiftlang,libc6-dev";
/// Of the toolchain, what neither build nor test looks at: 1 GB.
const LEFT_OUT: [&str; 6] = [
    "/usr/libexec/swift/bin/*lldb*",
    "/usr/libexec/swift/bin/clangd",
    "/usr/libexec/swift/bin/docc",
    "/usr/libexec/swift/bin/sourcekit-lsp",
    "/usr/libexec/swift/lib/*lldb*",
    "/usr/libexec/swift/lib/swift_static/*",
];
/// libswiftObservation.so of Debian's Swift 6.0.3 wants `swift::threading::fatal`, which reports a broken lock and aborts and
/// which no library there exports: GNU ld refuses the tests of the app's models, which observe. Defined as null, for this
/// root alone, it would crash where it should abort; whatever else is missing is still an error. Goes with that Swift.
const MISSING: [&str; 2] = ["-Xlinker", "--defsym=_ZN5swift9threading5fatalEPKcz=0"];
/// Says that a root is complete, and of what.
const STAMP: &str = "hongqi-swift-root";

/// Mounts `$2` and what is needed over the root `$1` and goes on inside with the rest. A process namespace too: whatever
/// a test leaves running ends with it.
const ENTER: &str = r#"set -e
root=$1; sources=$2; target=$3; shift 3
here=/run/hongqi-swift; mkdir -p "$here"
mount --bind "$root" "$here"
mount -t proc proc "$here/proc"
mount --bind /dev "$here/dev"
mount -t tmpfs tmp "$here/tmp"
mount -t tmpfs mnt "$here/mnt"
mkdir "$here/mnt/hongqi" "$here/mnt/target"
mount --bind -o ro "$sources" "$here/mnt/hongqi"
mount --bind "$target" "$here/mnt/target"
exec chroot "$here" /bin/sh -c 'cd "$0" && exec "$@"' "$@""#;

/// What of it is wanted.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Builds and tests both packages.
    Test,
    /// Plays the day of three phones through the Swift package.
    Demo,
    /// Measures what the border costs, beside the same calls in Rust.
    Cost,
}

/// Runs it.
pub fn run(part: Part) -> Result<(), String> {
    let swift = Swift::find()?;
    let root = root();
    let release = part == Part::Cost;
    let profile = if release { "release" } else { "debug" };
    let build = ["build", "--package", "hongqi-ffi", "--package", "hongqi-server", "--lib", "--bins"];
    let build = if release { [&build[..], &["--examples", "--release"]].concat() } else { build.to_vec() };
    cargo_run(&build, Some(&root))?;
    let fixtures = target().join("swift-fixtures");
    cargo_run(
        &["run", "--quiet", "--package", "hongqi-tests", "--bin", "fixtures", "--", "S", &fixtures.to_string_lossy()],
        Some(&root),
    )?;
    match part {
        Part::Test => {
            swift.call("bindings/swift", profile, &["build", "--build-tests"])?;
            // One after the other: they start servers and stop them, and a tool that hangs names one test.
            swift.call("bindings/swift", profile, &["test", "--no-parallel", "--disable-xctest"])?;
            swift.call("ios-demo", profile, &["build", "--build-tests"])?;
            swift.call("ios-demo", profile, &["test", "--no-parallel", "--disable-xctest"])?;
            swift.call("ios-demo", profile, &["run", "hongqi-demo"])
        }
        Part::Demo => swift.call("ios-demo", profile, &["run", "hongqi-demo"]),
        Part::Cost => swift.call("bindings/swift", profile, &["run", "-c", "release", "hongqi-cost"]),
    }
}

enum Swift {
    /// The toolchain of this machine.
    Own,
    /// The one in this root.
    Root(PathBuf),
}

impl Swift {
    fn find() -> Result<Self, String> {
        if cfg!(target_os = "macos") {
            need("swift", &["--version"], "Swift is missing: xcode-select --install")?;
            return Ok(Self::Own);
        }
        let made = std::env::var_os("HONGQI_SWIFT_ROOT").map(PathBuf::from);
        let named = made.is_some();
        let folder = made.unwrap_or_else(|| target().join("swift-root"));
        is_root()?;
        need("unshare", &["--version"], "unshare is missing: apt-get install util-linux")?;
        // A link that means something inside only, so its end is not looked for.
        let there = folder.join("usr/bin/swift").symlink_metadata().is_ok();
        if !there || !(named || folder.join(STAMP).exists()) {
            if named {
                return Err(format!("HONGQI_SWIFT_ROOT={}: there is no usr/bin/swift in it", folder.display()));
            }
            make(&folder)?;
        }
        Ok(Self::Root(folder))
    }

    /// `swift ARGS` in the package `folder` of the sources.
    fn call(&self, folder: &str, profile: &str, args: &[&str]) -> Result<(), String> {
        let line = format!("swift {} ({folder})", args.join(" "));
        eprintln!("$ {line}");
        // The command, then the package and where it is built, then what is meant for the command: `run NAME` ends the
        // options.
        let (verb, rest) = args.split_first().ok_or("swift without a command")?;
        let (sources, built) = match self {
            Self::Own => (root(), target()),
            Self::Root(_) => (PathBuf::from("/mnt/hongqi"), PathBuf::from("/mnt/target")),
        };
        let mut swift: Vec<OsString> = vec!["swift".into(), verb.into(), "--scratch-path".into()];
        swift.push(built.join("swift").join(folder).into());
        if let (Self::Root(_), "ios-demo") = (self, folder) {
            swift.extend(MISSING.map(OsString::from));
        }
        swift.extend(rest.iter().map(OsString::from));
        let mut command = match self {
            Self::Own => {
                let mut command = Command::new("swift");
                command.args(&swift[1..]).current_dir(root().join(folder));
                command
            }
            Self::Root(of) => {
                let mut command = Command::new("unshare");
                command.args(["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"]);
                command.args(["sh", "-c", ENTER, "sh"]).arg(of).arg(root()).arg(target());
                command.arg(sources.join(folder)).args(&swift).env("HOME", built.join("swift/home"));
                command
            }
        };
        command
            .env("HONGQI_LIBRARY", built.join(profile))
            .env("HONGQI_SERVER", built.join(profile).join("hongqi-server"))
            .env("HONGQI_COST", built.join(profile).join("examples/cost"))
            .env("HONGQI_FIXTURES", built.join("swift-fixtures"))
            // A test panics on purpose.
            .env("RUST_BACKTRACE", "0");
        match command.status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("failed ({status}): {line}")),
            Err(error) => Err(format!("cannot start {line}: {error}")),
        }
    }
}

fn is_root() -> Result<(), String> {
    let id = Command::new("id").arg("-u").output().map_err(|error| format!("id -u: {error}"))?;
    if id.stdout.trim_ascii() == b"0" {
        Ok(())
    } else {
        Err("Swift needs root here: sudo cargo xtask swift".to_owned())
    }
}

/// Makes the root: about two minutes, 1.3 GB.
fn make(folder: &Path) -> Result<(), String> {
    if fs::exists("/usr/bin/mmdebstrap").is_ok_and(|there| !there) {
        return Err("mmdebstrap is missing: apt-get install mmdebstrap".to_owned());
    }
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    if folder.exists() {
        // Left by a run that was interrupted. `remove_dir_all` does not follow links; should anything be mounted there,
        // leave it to a person.
        let mounts = fs::read_to_string("/proc/mounts").map_err(told)?;
        let inside = fs::canonicalize(folder).map_err(told)?;
        if mounts.lines().filter_map(|line| line.split(' ').nth(1)).any(|at| Path::new(at).starts_with(&inside)) {
            return Err(format!("{}: something is mounted in there", folder.display()));
        }
        fs::remove_dir_all(folder).map_err(told)?;
    }
    if let Some(above) = folder.parent() {
        fs::create_dir_all(above).map_err(told)?;
    }
    eprintln!("$ mmdebstrap {SUITE} {}: Swift in a root of its own, 1.3 GB, about two minutes", folder.display());
    let mut command = Command::new("mmdebstrap");
    command.args(["--quiet", "--mode=root", "--variant=essential"]).arg(format!("--include={PACKAGES}"));
    command.arg(r#"--aptopt=APT::Install-Recommends "false""#);
    command.args(LEFT_OUT.iter().map(|path| format!("--dpkgopt=path-exclude={path}")));
    let status = command.arg(SUITE).arg(folder).arg(MIRROR).status().map_err(told)?;
    if !status.success() {
        return Err(format!("mmdebstrap failed ({status}); needs {MIRROR}"));
    }
    fs::write(folder.join(STAMP), format!("{SUITE} {PACKAGES}\n")).map_err(told)
}
