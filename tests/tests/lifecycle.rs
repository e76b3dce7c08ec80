//! Apps against the real server over a real socket: what happens by itself, and what a pause keeps away.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use hongqi_core::clock::SystemClock;
use hongqi_core::ids::SpaceId;
use hongqi_core::key::SoftwareKey;
use hongqi_core::lifecycle::{AppState, EnrolError, RunError, runtime};
use hongqi_core::sync::transport::HttpTransport;
use hongqi_core::{App, Config, Core, Error};
use hongqi_server::Server;
use hongqi_tests::world::{MEMBERS, ORGANISATIONS, org};
use tempfile::TempDir;

const LONG: Duration = Duration::from_secs(30);

fn talk() -> SpaceId {
    SpaceId::standing(org("B1"))
}

struct Phone {
    app: App,
    _home: TempDir,
}

impl Phone {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let core = Core::open(Config::new(home.path(), Arc::new(SoftwareKey::generate().unwrap().0))).unwrap();
        let app = App::start(runtime().unwrap(), core, Arc::new(HttpTransport::new().unwrap()));
        Self { app, _home: home }
    }

    fn post(&self, text: &str) {
        self.app.core().talk().post(talk(), text, None).unwrap();
    }

    fn texts(&self) -> Vec<String> {
        let page = self.app.core().talk().page(talk(), None, 50).unwrap();
        page.messages.into_iter().map(|message| message.body).collect()
    }

    /// Waits until the screen shows so many messages.
    fn shows(&self, count: usize) {
        let (news, began) = (self.app.core().subscribe(), Instant::now());
        while self.texts().len() < count {
            assert!(began.elapsed() < LONG, "{:?}", self.texts());
            let _ = news.wait(Duration::from_millis(100));
        }
    }
}

#[test]
fn a_day_of_two_apps() {
    let server = Arc::new(Server::in_memory(Arc::new(SystemClock)).unwrap());
    server.import(ORGANISATIONS.as_bytes(), MEMBERS.as_bytes()).unwrap();
    let runtime = runtime().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    runtime.spawn(hongqi_server::http::serve(Arc::clone(&server), listener, std::future::pending()));

    // Two new phones, each a member's after one call.
    let (li, wang) = (Phone::new(), Phone::new());
    for (phone, number) in [(&li, "1001"), (&wang, "1002")] {
        runtime.block_on(phone.app.resume()).unwrap();
        runtime.block_on(phone.app.enrol(&url, &server.invite(number, 1).unwrap())).unwrap();
    }
    let used = runtime.block_on(li.app.enrol(&url, "ABCD-EFGH-JKMN-PQRS"));
    assert_eq!(used, Err(EnrolError::InvalidCode));

    // Both in the foreground: nobody asks for anything.
    let live = |phone: &Phone| {
        let mut state = phone.app.state();
        let stands = runtime.block_on(async {
            tokio::time::timeout(LONG, state.wait_for(|state| *state == AppState::Idle { live: true })).await.is_ok()
        });
        assert!(stands, "{:?}", phone.app.state().borrow());
    };
    live(&li);
    live(&wang);
    li.post("我在路上");
    wang.shows(1);
    wang.post("好的");
    li.shows(2);

    // Wang's phone is in the pocket. What Li writes waits for its background run, which reads no screen.
    runtime.block_on(wang.app.pause()).unwrap();
    assert_eq!(wang.app.core().talk().page(talk(), None, 1).map(drop), Err(Error::Paused));
    li.post("到了");
    assert!(runtime.block_on(li.app.background_run(LONG)).is_ok_and(|report| report.waiting == 0));
    assert!(runtime.block_on(wang.app.background_run(LONG)).is_ok());
    assert_eq!(*wang.app.state().borrow(), AppState::Paused);
    wang.app.network(false);
    runtime.block_on(wang.app.resume()).unwrap();
    assert_eq!(wang.texts().len(), 3, "offline, and all is there");

    // Li's phone is lost.
    let device = li.app.core().me().unwrap().device;
    server.revoke_device(device).unwrap();
    server.registry_changed();
    let revoked = runtime.block_on(li.app.background_run(LONG));
    assert!(matches!(revoked, Err(RunError::Failed(_))), "{revoked:?}");
    assert_eq!(*li.app.state().borrow(), AppState::Revoked);
    assert_eq!(li.texts().len(), 3, "what is there stays");
}
