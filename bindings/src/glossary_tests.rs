use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

use hongqi_core::Error;
use hongqi_core::lifecycle::EnrolError;
use hongqi_core::speech::Language::{Chinese, English};

use super::*;

fn written() -> String {
    let mut out = String::from(
        "# Errors\n\n\
         Written from `src/glossary.rs` by `HONGQI_UPDATE=1 cargo test -p hongqi-ffi glossary`; do not edit.\n\n\
         Every call fails with one type, `HongqiError` (Kotlin: `HongqiException`), which carries a code. *Again* says\n\
         whether the same call may succeed later without the caller changing anything in it (`retryable`). Apps show\n\
         `error_text(code, language)`, or texts of their own by the key.\n\n\
         ## Codes\n\n\
         | key | again | what happened | what to do |\n|---|---|---|---|\n",
    );
    for code in ErrorCode::ALL {
        let Entry { retryable, what, advice } = entry(*code);
        let again = if retryable { "yes" } else { "no" };
        let line =
            format!("| `{}` | {again} | {}<br>{} | {}<br>{} |", code.key(), what.zh, what.en, advice.zh, advice.en);
        writeln!(out, "{line}").unwrap();
    }
    out += "\n## Refusals\n\nWhy the server did not take a document: `refusal_text(reason, language)`.\n\n\
            | reason | Chinese | English |\n|---|---|---|\n";
    for reason in Refusal::ALL {
        let [zh, en] = [Chinese, English].map(|language| refusal_text(reason, language).unwrap());
        writeln!(out, "| `{reason:?}` | {zh} | {en} |").unwrap();
    }
    out
}

#[test]
fn the_written_glossary_is_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/ERRORS.md");
    if std::env::var_os("HONGQI_UPDATE").is_some() {
        std::fs::write(path, written()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), written(), "see the first lines of the file");
}

#[test]
fn every_code_has_its_own_key_and_its_own_words_in_both_languages() {
    let keys: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.key()).collect();
    assert_eq!(keys.len(), ErrorCode::ALL.len());
    for language in [Chinese, English] {
        let texts = ErrorCode::ALL.iter().map(|code| error_text(*code, language).unwrap());
        let what: BTreeSet<_> = texts.map(|text| text.what).collect();
        assert_eq!(what.len(), ErrorCode::ALL.len());
    }
    for code in ErrorCode::ALL {
        let text = error_text(*code, Chinese).unwrap();
        assert!(text.what.ends_with('。') && text.advice.ends_with('。'), "{}", text.key);
        let text = error_text(*code, English).unwrap();
        assert!(text.what.ends_with('.') && text.advice.ends_with('.'), "{}", text.key);
    }
}

#[test]
fn codes_and_whether_to_try_again_are_those_of_the_core() {
    let core = [
        Error::Paused,
        Error::NotEnrolled,
        Error::NotFound,
        Error::NotAllowed,
        Error::NoVote,
        Error::Invalid { field: "title", reason: "empty" },
        Error::TooLate,
        Error::DiskFull,
        Error::NewerDatabase,
        Error::ForeignDatabase,
        Error::Corrupt,
        Error::Storage("busy"),
        Error::Key,
        Error::Damaged,
        Error::OtherMember,
    ];
    for error in core {
        let (key, retryable) = (error.code(), error.retryable());
        let shown = HongqiError::from(error);
        assert_eq!((shown.code().key(), shown.code().retryable()), (key, retryable));
    }
    let retry_after = Some(Duration::from_secs(9));
    let enrolling = [
        EnrolError::BadUrl,
        EnrolError::Offline,
        EnrolError::Tls,
        EnrolError::Protocol,
        EnrolError::Busy { retry_after },
        EnrolError::Outdated,
        EnrolError::InvalidCode,
        EnrolError::Revoked,
        EnrolError::OtherMember,
        EnrolError::Key,
        EnrolError::Store(Error::DiskFull),
    ];
    for error in enrolling {
        let (key, retryable) = (error.code(), error.retryable());
        let shown = HongqiError::from(error);
        assert_eq!((shown.code().key(), shown.code().retryable()), (key, retryable));
    }
    let busy = HongqiError::from(EnrolError::Busy { retry_after });
    assert!(matches!(busy, HongqiError::Failed { retry_after: Some(wait), .. } if wait.as_secs() == 9));
}
