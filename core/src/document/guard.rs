//! The one border at which automerge's panics end.
//!
//! Catching a panic does not keep the process's panic hook from running first, and that hook prints the panic's
//! message, which may hold what a member wrote, to stderr or a phone's log. So the hook is wrapped once: it is silent
//! about what happens in here and passes on every other panic. An app that sets a hook of its own does so before its
//! first call into the core, or wraps the one it finds as usual.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

std::thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

fn wrap_hook() {
    static WRAPPED: Once = Once::new();
    WRAPPED.call_once(|| {
        let others = take_hook();
        set_hook(Box::new(move |info| {
            // A thread that is ending has no flag any more; its panics are not ours.
            if !GUARDED.try_with(Cell::get).unwrap_or(false) {
                others(info);
            }
        }));
    });
}

/// What `act` gives, or none if it panics, with no word of the panic said anywhere. The caller drops whatever `act` may
/// have left half done.
pub(super) fn guarded<T>(act: impl FnOnce() -> T) -> Option<T> {
    wrap_hook();
    let outer = GUARDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(act));
    GUARDED.set(outer);
    done.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guarded_panic_is_silent_and_others_are_not() {
        // In a process of its own: the hook belongs to all tests, and its output is what is looked at.
        let program = std::env::current_exe().unwrap();
        let child = "document::guard::tests::panics_within_and_without";
        let output =
            std::process::Command::new(program).args(["--exact", child, "--ignored", "--nocapture"]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        assert!(!said.contains("inside"), "{said}");
        assert_eq!(said.matches("a word outside").count(), 2, "{said}");
    }

    #[test]
    #[ignore = "a_guarded_panic_is_silent_and_others_are_not runs it"]
    fn panics_within_and_without() {
        assert_eq!(guarded(|| 1), Some(1));
        assert_eq!(guarded(|| -> u8 { panic!("a word inside") }), None);
        let nested = guarded(|| {
            assert_eq!(guarded(|| -> u8 { panic!("a word inside") }), None);
            panic!("a word inside")
        });
        assert_eq!(nested.map(|_: u8| ()), None);
        let other = || panic!("a word outside");
        assert!(catch_unwind(other).is_err());
        // Another thread is not in here because this one is.
        let unguarded = guarded(|| std::thread::spawn(other).join().is_err());
        assert_eq!(unguarded, Some(true));
    }
}
