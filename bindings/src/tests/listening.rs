//! Observers.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::{self, ThreadId};

use hongqi_core::lifecycle::AppState;
use hongqi_core::live::Topic;
use tokio::runtime::Handle;

use super::{Phone, SOON, phone};
use crate::listen::{ListenerHandle, StateListener, TopicListener};
use crate::{ErrorCode, HongqiError, probe_callbacks};

type Act = Box<dyn FnMut(Vec<Topic>) -> Result<(), HongqiError> + Send>;

struct Listener(Mutex<Act>);

impl TopicListener for Listener {
    fn on_change(&self, topics: Vec<Topic>) -> Result<(), HongqiError> {
        (self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))(topics)
    }
}

fn listener(act: impl FnMut(Vec<Topic>) -> Result<(), HongqiError> + Send + 'static) -> Arc<Listener> {
    Arc::new(Listener(Mutex::new(Box::new(act))))
}

fn hear(phone: &Phone) -> (Receiver<(ThreadId, Vec<Topic>)>, Arc<ListenerHandle>) {
    let (heard, receiver) = channel();
    let listener = listener(move |topics| {
        let _ = heard.send((thread::current().id(), topics));
        Ok(())
    });
    (receiver, phone.hongqi.listen_to_topics(listener).unwrap())
}

async fn post(phone: &Phone) {
    phone.hongqi.talk().unwrap().post(phone.talk, "在".to_owned(), None, Vec::new(), Vec::new()).await.unwrap();
}

#[tokio::test]
async fn the_first_call_says_all_and_the_next_what_changed() {
    let phone = phone().await;
    let (heard, _handle) = hear(&phone);
    assert_eq!(heard.recv_timeout(SOON).unwrap().1, [Topic::All]);
    post(&phone).await;
    let mut topics = Vec::new();
    while !topics.contains(&Topic::Talk(phone.talk)) {
        let batch = heard.recv_timeout(SOON).unwrap().1;
        assert!(batch.is_sorted() && !batch.is_empty(), "{batch:?}");
        topics.extend(batch);
    }
    assert!(topics.contains(&Topic::Talks) && topics.contains(&Topic::Outbox), "{topics:?}");
}

struct States(Mutex<Sender<(ThreadId, AppState)>>);

impl StateListener for States {
    fn on_state(&self, state: AppState) -> Result<(), HongqiError> {
        let _ = self.0.lock().unwrap().send((thread::current().id(), state));
        Ok(())
    }
}

#[tokio::test]
async fn one_thread_calls_all_listeners_of_the_process() {
    let (one, other) = (phone().await, phone().await);
    let ((heard_one, _one), (heard_other, _other)) = (hear(&one), hear(&other));
    let (sender, states) = channel();
    let _state = one.hongqi.listen_to_state(Arc::new(States(sender.into()))).unwrap();
    let by = states.recv_timeout(SOON).unwrap().0;
    assert_eq!(heard_one.recv_timeout(SOON).unwrap().0, by);
    assert_eq!(heard_other.recv_timeout(SOON).unwrap().0, by);
    assert_ne!(by, thread::current().id());
}

#[tokio::test]
async fn a_state_is_told_at_once_and_its_changes_to_the_last() {
    let phone = phone().await;
    let (sender, states) = channel();
    let _handle = phone.hongqi.listen_to_state(Arc::new(States(sender.into()))).unwrap();
    assert_ne!(states.recv_timeout(SOON).unwrap().1, AppState::Paused);
    phone.hongqi.pause().await.unwrap();
    while states.recv_timeout(SOON).unwrap().1 != AppState::Paused {}
    assert_eq!(phone.hongqi.state().unwrap(), AppState::Paused);
}

#[tokio::test]
async fn a_listener_that_throws_or_panics_is_contained() {
    let phone = phone().await;
    let _throws = phone.hongqi.listen_to_topics(listener(|_| Err(ErrorCode::Internal.into()))).unwrap();
    let _panics = phone.hongqi.listen_to_topics(listener(|_| panic!("on purpose"))).unwrap();
    let (heard, _handle) = hear(&phone);
    for _ in 0..3 {
        heard.recv_timeout(SOON).unwrap();
        post(&phone).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_may_call_back_in_and_wait_for_the_answer() {
    let phone = phone().await;
    let (talk, space, runtime) = (phone.hongqi.talk().unwrap(), phone.talk, Handle::current());
    let (read, receiver) = channel();
    let handle = phone.hongqi.listen_to_topics(listener(move |_| {
        let page = runtime.block_on(talk.page(space, None, 50))?;
        let _ = read.send(page.messages.len());
        Ok(())
    }));
    assert_eq!(receiver.recv_timeout(SOON), Ok(0));
    post(&phone).await;
    while receiver.recv_timeout(SOON).unwrap() == 0 {}
    drop(handle);
}

#[tokio::test]
async fn no_call_begins_after_a_cancel_has_returned() {
    let phone = phone().await;
    for drops in [false, true] {
        let (heard, handle) = hear(&phone);
        heard.recv_timeout(SOON).unwrap();
        if drops {
            drop(handle);
        } else {
            handle.cancel().unwrap();
            handle.cancel().unwrap();
        }
        post(&phone).await;
        // Whoever listens after it hears of it: the one before would have, too.
        let (later, _handle) = hear(&phone);
        post(&phone).await;
        while later.recv_timeout(SOON).unwrap().1 == [Topic::All] {}
        assert!(heard.try_recv().is_err(), "heard after it was cancelled");
    }
}

#[tokio::test]
async fn a_cancel_waits_for_the_call_under_way_and_not_for_its_own() {
    let phone = phone().await;
    let (entered, has_entered) = channel();
    let (leave, may_leave) = channel::<()>();
    let left = Arc::new(Mutex::new(false));
    let leaving = Arc::clone(&left);
    let slow = phone.hongqi.listen_to_topics(listener(move |_| {
        let _ = entered.send(());
        let _ = may_leave.recv_timeout(SOON);
        *leaving.lock().unwrap() = true;
        Ok(())
    }));
    let slow = slow.unwrap();
    has_entered.recv_timeout(SOON).unwrap();
    let cancelling = thread::spawn(move || slow.cancel().unwrap());
    leave.send(()).unwrap();
    cancelling.join().unwrap();
    assert!(*left.lock().unwrap());

    let own: Arc<OnceLock<Arc<ListenerHandle>>> = Arc::default();
    let (mine, (done, is_done)) = (Arc::clone(&own), channel());
    let handle = phone.hongqi.listen_to_topics(listener(move |_| {
        // The first call may come before the handle is known here.
        if let Some(handle) = mine.get() {
            handle.cancel()?;
            let _ = done.send(());
        }
        Ok(())
    }));
    let _ = own.set(handle.unwrap());
    post(&phone).await;
    is_done.recv_timeout(SOON).expect("a cancel from within its own call hangs");
}

#[test]
fn many_calls_come_one_by_one_from_one_thread() {
    let (call, calls) = channel();
    let listener = listener(move |_| {
        let _ = call.send(thread::current().id());
        Ok(())
    });
    let _handle = probe_callbacks(listener, 10_000).unwrap();
    let by: Vec<ThreadId> = (0..10_000).map(|_| calls.recv_timeout(SOON).unwrap()).collect();
    assert!(by.iter().all(|thread| *thread == by[0]));
}
