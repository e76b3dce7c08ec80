//! The server with the park's books, on a loopback socket in this process.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hongqi_core::clock::SystemClock;
use hongqi_core::ids::{DocId, OrgId};
use hongqi_core::role::Role;
use hongqi_server::Server;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use super::phone::Phone;
use super::story::Story;
use crate::fixtures::{Fixture, Set};
use crate::phone::Failure;

/// The running server and who is who.
pub struct Park {
    server: Arc<Server>,
    data: PathBuf,
    url: String,
    runtime: Runtime,
    stop: oneshot::Sender<()>,
    /// The cluster committee on top.
    pub top: OrgId,
    /// The branch that all three belong to.
    pub branch: OrgId,
    /// Two more members of that branch: number and name.
    pub others: Vec<(String, String)>,
    cast: [(&'static str, String, String); 3],
}

impl Park {
    /// Starts a server in `folder` and imports the set S from its CSV files.
    pub fn open(folder: &Path, story: &mut Story) -> Result<Self, Failure> {
        let fixture = Fixture::generate(Set::S);
        let books = folder.join("books");
        std::fs::create_dir_all(&books)?;
        fixture.write_csv(&books)?;
        let data = folder.join("server");
        let server = Server::open(&data, Arc::new(SystemClock)).map_err(of_server)?;
        let server = Arc::new(server);
        let (orgs, members) =
            (std::fs::read(books.join("organisations.csv"))?, std::fs::read(books.join("members.csv"))?);
        server.import(&orgs, &members).map_err(of_server)?;

        let top = fixture.orgs.first().ok_or_else(incomplete)?;
        let leads = |org: &str| fixture.holder(Role::Secretary, org);
        let (branch, secretary, organiser) = fixture
            .orgs
            .iter()
            .filter(|org| !org.kind.is_upper())
            .find_map(|org| Some((org, leads(&org.number)?, fixture.holder(Role::Organiser, &org.number)?)))
            .ok_or_else(incomplete)?;
        let mut plain = fixture.members.iter().filter(|member| member.home == branch.number && member.roles.is_empty());
        let li = plain.next().ok_or_else(incomplete)?;
        let others: Vec<_> = plain.take(3).map(|member| (member.number.clone(), member.name.clone())).collect();
        if others.len() < 3 {
            return Err(incomplete());
        }
        // The circulars of the whole cluster are this secretary's task.
        server.grant(&secretary.number, &top.number, Role::Editor, None).map_err(of_server)?;

        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let url = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = hongqi_server::http::serve(server.clone(), listener, async move { _ = stopped.await });
        runtime.spawn(serving);

        story.part("The server 服务器");
        story.say(&format!("  runs at {url} on its embedded database and has read the member books:"));
        story.say(&format!("  {}: {} organisations, {} members.", top.name, fixture.orgs.len(), fixture.members.len()));
        Ok(Self {
            cast: [
                ("@li", li.number.clone(), li.name.clone()),
                ("@sec", secretary.number.clone(), secretary.name.clone()),
                ("@org", organiser.number.clone(), organiser.name.clone()),
            ],
            top: OrgId::from_number(&top.number),
            branch: OrgId::from_number(&branch.number),
            others,
            server,
            data,
            url,
            runtime,
            stop,
        })
    }

    /// Three new phones, each enrolled with an invitation over HTTP.
    pub fn phones(&self, folder: &Path, story: &mut Story) -> Result<[Phone; 3], Failure> {
        let [li, sec, org] = &self.cast;
        let phone = |(name, number, _): &(&'static str, String, String)| {
            let code = self.server.invite(number, 24).map_err(of_server)?;
            Phone::new(folder, name, number, &self.url, &code)
        };
        let phones = [phone(li)?, phone(sec)?, phone(org)?];
        story.part("Three phones of one branch 一个支部，三部手机");
        for ((name, number, called), task) in self.cast.iter().zip(["member", "secretary", "organiser"]) {
            story.say(&format!("  {name:5} {called}, {task}, number {number}, enrolled with a one-time code"));
        }
        Ok(phones)
    }

    /// Whether any file of the server holds this document's id: its tables, its logs or their journal.
    pub fn holds(&self, doc: DocId) -> Result<bool, Failure> {
        for file in std::fs::read_dir(&self.data)? {
            let bytes = std::fs::read(file?.path())?;
            if bytes.windows(doc.as_bytes().len()).any(|window| window == doc.as_bytes()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Says how to join, and never returns unless that cannot be said.
    pub fn stay(&self, folder: &Path, story: &mut Story) -> Result<(), Failure> {
        let (number, name) = self.others.first().ok_or_else(incomplete)?;
        let code = self.server.invite(number, 24).map_err(of_server)?;
        let home = folder.join("guest");
        let command = format!("cargo run -q -p hongqi-tests --bin phone -- --home {}", home.display());
        story.part("The server stays 服务器继续运行");
        story.say(&format!("  {} until Ctrl-C; everything is in {}", self.url, folder.display()));
        story.say(&format!("  Join as {name} ({number}); the code holds once and for 24 hours:"));
        story.say("");
        for rest in [format!("enrol {} {code}", self.url), "sync".into(), "feed".into(), "talks".into()] {
            story.say(&format!("    {command} {rest}"));
        }
        story.say("");
        story.say("  The phones of the day can go on too, for instance:");
        let li = folder.join("li");
        story.say(&format!("    cargo run -q -p hongqi-tests --bin phone -- --home {} status", li.display()));
        loop {
            std::thread::park();
        }
    }

    /// Ends the server in good order.
    pub fn close(self) -> Result<(), Failure> {
        _ = self.stop.send(());
        self.runtime.shutdown_timeout(std::time::Duration::from_secs(5));
        Ok(())
    }
}

fn of_server(error: hongqi_server::Error) -> Failure {
    Failure::new("server", error.to_string())
}

fn incomplete() -> Failure {
    Failure::new("fixture", "the set S has not everybody whom the demo needs")
}
