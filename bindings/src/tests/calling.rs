//! Calls: errors, wrong input, cancelled callers, panics.

use std::future::Future;
use std::pin::pin;
use std::sync::mpsc::channel;
use std::task::{Context, Waker};

use hongqi_core::ids::{DocId, SpaceId};
use hongqi_core::live::Topic;
use uniffi::{Lift, Lower, LowerReturn};

use super::{SOON, phone};
use crate::listen::TopicListener;
use crate::{ErrorCode, Hongqi, HongqiError, SoftwareKey, UniFfiTag, probe_panic, probe_panic_async};

#[tokio::test]
async fn a_closed_core_says_so_and_an_open_one_answers() {
    let phone = phone().await;
    let talk = phone.hongqi.talk().unwrap();
    let id = talk.post(phone.talk, "到齐了吗".to_owned(), None, Vec::new(), Vec::new()).await.unwrap();
    let page = talk.page(phone.talk, None, 50).await.unwrap();
    assert_eq!(page.messages.iter().map(|message| message.id).collect::<Vec<_>>(), [id]);
    phone.hongqi.pause().await.unwrap();
    let paused = talk.page(phone.talk, None, 50).await.unwrap_err();
    assert_eq!(paused.code(), ErrorCode::Paused);
    phone.hongqi.resume().await.unwrap();
    assert_eq!(talk.page(phone.talk, None, 50).await.unwrap().messages.len(), 1);
}

#[tokio::test]
async fn an_invalid_input_is_named_and_its_text_is_not_repeated() {
    let phone = phone().await;
    let text = "秘密".repeat(4096);
    let error = phone.hongqi.talk().unwrap().post(phone.talk, text, None, Vec::new(), Vec::new()).await.unwrap_err();
    let HongqiError::Failed { code, field, reason, retryable, .. } = &error;
    assert_eq!((*code, *retryable), (ErrorCode::Invalid, false));
    assert_eq!((field.as_deref(), reason.as_deref()), (Some("body"), Some("too long")));
    assert!(!format!("{error} {error:?}").contains('秘'));
}

#[tokio::test]
async fn a_folder_that_is_none_does_not_open() {
    let key = SoftwareKey::generate().unwrap();
    let error = Hongqi::open("/nowhere/at/all".to_owned(), key, None, None).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Storage);
}

#[tokio::test]
async fn what_must_be_in_no_backup_stands_in_the_folder_for_it() {
    let phone = phone().await;
    let has = |folder: &tempfile::TempDir| folder.path().join("hongqi.generation").exists();
    assert_eq!((has(&phone.home), has(&phone.no_backup)), (false, true));
}

#[tokio::test]
async fn a_damaged_database_is_told_of_until_the_member_knows() {
    let phone = phone().await;
    assert_eq!(phone.hongqi.recovered().await, Ok(None));
    phone.hongqi.pause().await.unwrap();
    std::fs::write(phone.home.path().join("hongqi.db"), "not a database at all. ".repeat(500)).unwrap();
    phone.hongqi.resume().await.unwrap();
    let recovery = phone.hongqi.recovered().await.unwrap().expect("nothing is said of the damage");
    assert_eq!((recovery.acts, recovery.incomplete, recovery.enrol_again), (0, true, true));
    phone.hongqi.recovery_seen().await.unwrap();
    assert_eq!(phone.hongqi.recovered().await, Ok(None));
}

#[test]
fn a_text_that_is_no_id_is_our_own_error_wherever_it_is_passed() {
    for text in ["", "zz", &"é".repeat(16)] {
        let lowered = <String as Lower<UniFfiTag>>::lower(text.to_owned());
        let error = <DocId as Lift<UniFfiTag>>::try_lift(lowered).unwrap_err();
        // What the generated code does with it, for a function that returns our `Result`.
        let error = uniffi::LiftArgsError { arg_name: "id", error };
        let handled = <Result<(), HongqiError> as LowerReturn<UniFfiTag>>::handle_failed_lift(error);
        let Err(uniffi::RustCallError::Error(buffer)) = handled else { panic!("not our error: {text}") };
        let error = <HongqiError as Lift<UniFfiTag>>::try_lift(buffer).unwrap();
        assert_eq!(error, ErrorCode::InvalidId.into(), "{text}");
    }
    let lowered = <String as Lower<UniFfiTag>>::lower("shelf:00".to_owned());
    assert!(<SpaceId as Lift<UniFfiTag>>::try_lift(lowered).unwrap_err().downcast_ref::<HongqiError>().is_some());
}

struct Ticks(std::sync::Mutex<std::sync::mpsc::Sender<()>>);

impl TopicListener for Ticks {
    fn on_change(&self, _: Vec<Topic>) -> Result<(), HongqiError> {
        let _ = self.0.lock().unwrap().send(());
        Ok(())
    }
}

#[tokio::test]
async fn what_a_cancelled_caller_has_begun_is_ended() {
    let phone = phone().await;
    let talk = phone.hongqi.talk().unwrap();
    let (ticks, changed) = channel();
    let _handle = phone.hongqi.listen_to_topics(std::sync::Arc::new(Ticks(ticks.into()))).unwrap();
    changed.recv_timeout(SOON).unwrap();
    for n in 0..20 {
        // As Kotlin does it: polled once, then dropped.
        let mut post = Box::pin(talk.post(phone.talk, format!("第{n}条"), None, Vec::new(), Vec::new()));
        let _ = pin!(&mut post).poll(&mut Context::from_waker(Waker::noop()));
        drop(post);
    }
    while talk.page(phone.talk, None, 50).await.unwrap().messages.len() < 20 {
        changed.recv_timeout(SOON).expect("a post was lost");
    }
}

#[tokio::test]
async fn a_panic_is_an_error_without_its_text() {
    for error in [probe_panic_async().await.unwrap_err(), probe_panic().unwrap_err()] {
        assert_eq!(error, ErrorCode::Internal.into());
    }
}
