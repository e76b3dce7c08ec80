//! Another Debian in a folder: for what this machine's own Debian lacks. It never touches the machine's packages.
//!
//! Only the command's own child looks into it. What the child sees of this machine (sources, outputs, /dev) is mounted in
//! a namespace that ends with it, under /run, where no `cargo clean` comes by: on the disk the root's own mount points are
//! always empty folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::apt::{self, Tool};
use crate::target;

/// Where another Debian comes from if this machine's own does not say.
const MIRROR: &str = "http://deb.debian.org/debian";
const ENTERS: Tool =
    Tool { name: "unshare and mount", check: "unshare --version && mount --version", packages: "util-linux mount" };
const MAKES: Tool = Tool { name: "mmdebstrap", check: "mmdebstrap --version", packages: "mmdebstrap" };
/// Says that a root is complete, and of what.
const STAMP: &str = "hongqi-root";

/// Mounts the root `$1` and, up to `--`, each `ro|rw FOLDER PLACE`; then goes on inside, in the folder named next. A
/// process namespace too: whatever the command leaves running ends with it.
const ENTER: &str = r#"set -e
here=/run/hongqi-root; mkdir -p "$here"
mount --bind "$1" "$here"; shift
mount -t proc proc "$here/proc"
mount --bind /dev "$here/dev"
mount -t tmpfs tmp "$here/tmp"
mount -t tmpfs mnt "$here/mnt"
while [ "$1" != -- ]; do
  mkdir -p "$here$3"
  mount --bind -o "$1" "$2" "$here$3"; shift 3
done
shift
exec chroot "$here" /bin/sh -c 'cd "$0" && exec "$@"' "$@""#;

/// What a root is made of.
pub struct Recipe {
    /// Its folder below `target`.
    pub name: &'static str,
    /// Debian's release.
    pub suite: &'static str,
    /// Separated by commas.
    pub packages: &'static str,
    /// Paths of the packages that nobody looks at, as patterns of dpkg.
    pub left_out: &'static [&'static str],
}

/// A folder of this machine, and where below /mnt it is seen inside.
pub struct Mount<'a> {
    /// Here.
    pub folder: &'a Path,
    /// There.
    pub place: &'a str,
    /// Whether the command may write in it.
    pub writable: bool,
}

impl Recipe {
    /// Where the root is; made if it is not there yet.
    pub fn make(&self) -> Result<PathBuf, String> {
        enterable()?;
        let folder = target().join(self.name);
        let made_of = [&[self.suite, self.packages], self.left_out].concat();
        let stamp = format!("{}\n", made_of.join(" "));
        if fs::read_to_string(folder.join(STAMP)).is_ok_and(|kept| kept == stamp) {
            return Ok(folder);
        }
        apt::ensure(&[MAKES])?;
        let told = |error: std::io::Error| format!("{}: {error}", folder.display());
        // Left by a run that was interrupted, or made of something else; nothing of ours is ever mounted in it.
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(told)?;
        }
        fs::create_dir_all(target()).map_err(told)?;
        eprintln!("$ mmdebstrap {} {}: {}", self.suite, folder.display(), self.packages);
        let mut command = Command::new("unshare");
        command.args(["--mount", "--propagation", "private", "mmdebstrap", "--quiet", "--mode=root"]);
        command.arg("--variant=essential").arg(format!("--include={}", self.packages));
        command.args([r#"--aptopt=APT::Install-Recommends "false""#, r#"--aptopt=Acquire::Check-Valid-Until "false""#]);
        for unread in ["doc", "man", "locale", "info"] {
            command.arg(format!("--dpkgopt=path-exclude=/usr/share/{unread}/*"));
        }
        command.args(self.left_out.iter().map(|path| format!("--dpkgopt=path-exclude={path}")));
        let mirror = mirror();
        let status = command.arg(self.suite).arg(&folder).arg(&mirror).status().map_err(told)?;
        if !status.success() {
            return Err(format!("mmdebstrap failed ({status}); it needs {} from {mirror}", self.suite));
        }
        fs::write(folder.join(STAMP), stamp).map_err(told)?;
        Ok(folder)
    }
}

/// Whether this machine can make a root and look into it.
pub fn enterable() -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return Err("needs Linux: another Debian is made in a folder".to_owned());
    }
    if !apt::is_root() {
        return Err("needs root, to make another Debian in a folder: sudo, and the same command again".to_owned());
    }
    apt::ensure(&[ENTERS])
}

/// Where this machine's own Debian comes from: what reaches the one reaches the other.
fn mirror() -> String {
    let asked = Command::new("apt-get").args(["indextargets", "--format", "$(REPO_URI)", "Label: Debian"]).output();
    let told = asked.map(|told| String::from_utf8_lossy(&told.stdout).into_owned()).unwrap_or_default();
    told.lines().find(|line| line.starts_with("http")).unwrap_or(MIRROR).to_owned()
}

/// `args` inside `root`, in the folder `place`, with no variable of ours.
pub fn command(root: &Path, mounts: &[Mount<'_>], place: &str, args: &[&str]) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, "sh"]);
    command.arg(root);
    for mount in mounts {
        command.arg(if mount.writable { "rw" } else { "ro" }).arg(mount.folder).arg(mount.place);
    }
    command.arg("--").arg(place).args(args);
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", "/tmp");
    command
}
