//! The server of a bench, its devices, and what they write.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hongqi_core::clock::{Clock, SystemClock};
use hongqi_core::document::{Change, Kind, Nonce};
use hongqi_core::ids::{ActorId, Generation, OrgId, SpaceId};
use hongqi_core::key::{DeviceKey, Purpose, SoftwareKey, sign};
use hongqi_core::sync::session::Session;
use hongqi_core::sync::wire::{
    self, Ask, Batch, EnrolRequest, EnrolResponse, Entry, Follow, PushOutcome, SignedBatch, SyncRequest, SyncResponse,
    Target,
};
use hongqi_core::{Config, Core};
use hongqi_server::Server;
use tempfile::TempDir;

use crate::report::{Outcome, thread_seconds};

/// A folder on the disk of the target folder: `/tmp` may be memory.
pub fn folder() -> Outcome<TempDir> {
    let base = cache()?.join("tmp");
    std::fs::create_dir_all(&base)?;
    Ok(TempDir::new_in(base)?)
}

/// Where databases that take long to make are kept.
pub fn cache() -> Outcome<std::path::PathBuf> {
    let exe = std::env::current_exe()?;
    let target = exe.parent().and_then(Path::parent).ok_or("no target folder")?;
    let cache = target.join("bench");
    std::fs::create_dir_all(&cache)?;
    Ok(cache)
}

/// Loads a committee with so many branches below it, and so many secretaries who may write in all of them.
pub fn import(server: &Server, branches: usize, secretaries: usize) -> Outcome<()> {
    let mut orgs = String::from("number,name,type,parent\nC1,滨江园区集群党委,cluster_committee,\n");
    (0..branches).for_each(|n| orgs.push_str(&format!("B{n},第{n}支部,branch,C1\n")));
    let mut members = String::from("number,name,standing,home,joined,roles\n");
    (0..secretaries).for_each(|n| members.push_str(&format!("{n},李{n},full,C1,2015-07-01,secretary@C1\n")));
    server.import(orgs.as_bytes(), members.as_bytes())?;
    Ok(())
}

/// The discussion of a branch.
pub fn talk(branch: usize) -> SpaceId {
    SpaceId::standing(OrgId::from_number(&format!("B{branch}")))
}

/// A device of a secretary.
pub struct Device {
    /// Its key.
    pub key: Arc<SoftwareKey>,
    /// Its enrolment.
    pub enrolled: EnrolResponse,
    /// The life of what it writes.
    pub generation: Generation,
    /// The number of its last batch.
    pub dev_seq: u64,
}

impl Device {
    /// Enrols one.
    pub fn enrol(server: &Server, secretary: usize) -> Outcome<Self> {
        let key = SoftwareKey::generate()?.0;
        let code = server.invite(&secretary.to_string(), 24)?;
        let signature = sign(&key, Purpose::Enrol, code.as_bytes())?;
        let request = EnrolRequest { version: wire::VERSION, code, public_key: key.public_key(), signature };
        let enrolled = server.enrol(&request)?;
        let generation = Generation::from_bytes(fastrand::u128(..).to_be_bytes());
        Ok(Self { key: Arc::new(key), enrolled, generation, dev_seq: 0 })
    }

    /// A core on its files in `home`.
    pub fn core(&self, home: &Path) -> Outcome<Core> {
        let core = Core::open(Config::new(home, self.key.clone()))?;
        core.enrolled("sim://server", &self.enrolled)?;
        Ok(core)
    }

    /// A signed batch with one message for each text.
    pub fn batch(&mut self, space: SpaceId, texts: &[String]) -> Outcome<SignedBatch> {
        let device = self.enrolled.card.device;
        let entry = |text: &String| {
            let fields = [("body", text.as_str().into())];
            let change = Change::first(ActorId::of(device, self.generation), SystemClock.now(), &fields)?;
            let nonce = Nonce::from_bytes(fastrand::u64(..).to_be_bytes());
            let target = Target::New { kind: Kind::Message.into(), about: None, nonce };
            Ok(Entry { target, change: change.into_bytes() })
        };
        let entries = texts.iter().map(entry).collect::<Outcome<Vec<_>>>()?;
        self.dev_seq += 1;
        let batch = Batch { space, device, generation: self.generation, dev_seq: self.dev_seq, entries };
        Ok(batch.sign(&*self.key)?)
    }

    /// Gives `batches` to the server in one request.
    pub fn push(&self, server: &Server, batches: Vec<SignedBatch>) -> Outcome<()> {
        let request = self.request(batches, Vec::new());
        let response = server.sync(self.enrolled.card.device, request)?;
        let refused = |outcome: &PushOutcome| !matches!(outcome, PushOutcome::Accepted { .. });
        match response.pushed.into_iter().find(|pushed| refused(&pushed.outcome)) {
            Some(pushed) => Err(format!("the server does not accept: {pushed:?}").into()),
            None => Ok(()),
        }
    }

    fn request(&self, push: Vec<SignedBatch>, asks: Vec<Ask>) -> SyncRequest {
        let generation = Some(self.generation);
        SyncRequest { version: wire::VERSION, generation, follow: Follow::Asks(asks), push, budget: wire::MAX_BUDGET }
    }
}

/// An in-memory server with the clock of the machine.
pub fn server() -> Outcome<Server> {
    Ok(Server::in_memory(Arc::new(SystemClock))?)
}

/// What one exchange was.
pub struct Exchange {
    /// What the phone asked.
    pub request: SyncRequest,
    /// What it got.
    pub response: SyncResponse,
    /// Bytes of the bodies, up and down.
    pub bytes: (usize, usize),
}

/// An exchange up to the answer, both bodies encoded and decoded as on the wire.
pub fn ask(server: &Server, core: &Core) -> Outcome<Exchange> {
    let request = core.prepare()?.ok_or("not enrolled")?;
    let device = core.device().ok_or("not enrolled")?;
    let up = wire::encode(&request);
    let down = wire::encode_response(&server.sync(device, wire::decode(&up)?)?);
    Ok(Exchange { request, response: wire::decode(&down)?, bytes: (up.len(), down.len()) })
}

/// Exchanges until the phone wants no more.
pub fn settle(server: &Server, core: &Core) -> Outcome<()> {
    loop {
        let exchange = ask(server, core)?;
        if !core.absorb(&exchange.request, exchange.response)?.more {
            return Ok(());
        }
    }
}

/// What taking in all that is there has cost.
pub struct Absorbed {
    /// On the wall.
    pub time: Duration,
    /// Of this thread, in seconds.
    pub processor: f64,
    /// How many pages.
    pub pages: usize,
}

/// Lets a phone take in all that the server has for it.
pub fn take_in(server: &Server, core: &Core) -> Outcome<Absorbed> {
    let mut out = Absorbed { time: Duration::ZERO, processor: 0.0, pages: 0 };
    loop {
        let exchange = ask(server, core)?;
        out.pages += exchange.response.pages.len();
        let (start, before) = (Instant::now(), thread_seconds());
        let more = core.absorb(&exchange.request, exchange.response)?.more;
        out.time += start.elapsed();
        out.processor += thread_seconds() - before;
        if !more {
            return Ok(out);
        }
    }
}
