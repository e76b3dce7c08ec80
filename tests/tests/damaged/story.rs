//! A phone with unsent work of every sort, and what is done to its files.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hongqi_core::feed::{Category, NewArticle};
use hongqi_core::ids::SpaceId;
use hongqi_core::outbox::Delivery;
use hongqi_core::sync::session::{Session, SessionError};
use hongqi_core::{Core, Error, Recovery};
use hongqi_server::Server;
use hongqi_tests::world::{Phone, World, copy, org};

pub const PAGE: u64 = 4096;

pub fn talk() -> SpaceId {
    SpaceId::standing(org("B1"))
}

pub fn database(home: &Path) -> PathBuf {
    home.join("hongqi.db")
}

/// Files of the folder with this in their names.
pub fn named(home: &Path, part: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(home).unwrap().flatten().map(|file| file.path());
    files.filter(|file| file.to_string_lossy().contains(part)).collect()
}

pub fn database_is_marked(home: &Path) -> bool {
    home.join("hongqi.db-damaged").exists()
}

pub fn overwrite(file: &Path, at: u64, bytes: &[u8]) {
    let mut file = fs::File::options().write(true).open(file).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

pub fn noise(rng: &mut fastrand::Rng, len: usize) -> Vec<u8> {
    (0..len).map(|_| rng.u8(..)).collect()
}

/// The pages that hold rows of a table: without those that only lead to them.
pub fn pages_of(file: &Path, table: &str) -> BTreeSet<i64> {
    let connection = rusqlite::Connection::open(file).unwrap();
    let sql = "SELECT pageno FROM dbstat WHERE name = ?1 AND pagetype <> 'internal'";
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([table], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// A phone with unsent work of every sort, and the world it lives in, both on disk, to be damaged again and again.
pub struct Story {
    pub world: World,
    server: tempfile::TempDir,
    pub sun: Phone,
    pub files: tempfile::TempDir,
}

pub const UNSENT: [&str; 4] = ["第一条没有发出", "第二条没有发出", "已经交出去，没有回音", "最后一条"];
/// So many more that they fill several pages.
pub const MANY: usize = 60;
pub const EDITED: &str = "改过的通知";

impl Story {
    pub fn new(seed: u64) -> Self {
        let server = tempfile::tempdir().unwrap();
        let mut world = World::park_in(seed, server.path());
        // The secretary of a branch above it, who edits, discusses and writes drafts.
        let (mut sun, mut wang) = (world.phone("1002"), world.phone("3001"));
        world.settle(&mut [&mut sun, &mut wang]);
        let core = wang.core();
        for index in 0..60 {
            let title = format!("通知 {index}");
            let body = "车间安全检查与班前会安排。".repeat(20);
            let article =
                NewArticle { title: &title, body: &body, category: Category::Circular, must_read: false, due: None };
            core.feed().publish(org("C1"), &article).unwrap();
            sun.core().talk().post(talk(), &format!("消息 {index}"), None).unwrap();
            world.clock.advance(1_000);
        }
        world.settle(&mut [&mut sun, &mut wang]);
        sun.core().talk().post(talk(), UNSENT[2], None).unwrap();
        let lost = sun.core().prepare().unwrap().unwrap();
        world.server.sync(sun.device(), lost).unwrap();
        sun.core().talk().post(talk(), UNSENT[0], None).unwrap();
        sun.core().talk().post(talk(), UNSENT[1], None).unwrap();
        let page = sun.core().talk().page(talk(), None, 200).unwrap();
        let own = page.messages.iter().find(|message| message.body == "消息 5").unwrap().id;
        sun.core().talk().edit(own, EDITED).unwrap();
        sun.core().talk().react(own, Some("👍")).unwrap();
        sun.core().personal().new_draft("草稿", "只在这部手机上", None).unwrap();
        let article = sun.core().feed().page(None, 1).unwrap().items[0].id;
        sun.core().personal().bookmark(article, true).unwrap();
        for index in 0..MANY {
            sun.core().talk().post(talk(), &format!("未发 {index}"), None).unwrap();
        }
        sun.core().talk().post(talk(), UNSENT[3], None).unwrap();
        world.clock.advance(60_000);
        let files = sun.backup();
        Self { world, server, sun, files }
    }

    /// As it was, the server too; with the phone's files changed by `change`.
    pub fn again(&mut self, change: impl FnOnce(&Path)) {
        let (server, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        copy(self.files.path(), files.path());
        change(files.path());
        copy(self.server.path(), server.path());
        self.world.server = Arc::new(Server::open(server.path(), Arc::new(self.world.clock.clone())).unwrap());
        self.sun.restore(files);
    }

    /// Syncs and reads everything, opening again wherever damage shows.
    pub fn live_on(&mut self) {
        for _ in 0..6 {
            if !self.sun.core().recovered().is_ok_and(|recovery| recovery.is_none_or(|recovery| !recovery.enrol_again))
            {
                self.sun.enrol_again(&self.world, "1002");
            }
            let lives = sync(&self.sun, &self.world).is_ok() && read_all(self.sun.core()).is_ok();
            // Damage that only the search index met is noted too.
            if lives && !database_is_marked(self.sun.home()) {
                return;
            }
            self.sun.restart();
        }
        panic!("damage without end");
    }

    /// Everything that was unsent is at the server, once, and the phone shows what another of the same member shows.
    pub fn check_all(&mut self) {
        let mut other = self.world.phone("1002");
        other.sync(&self.world);
        for phone in [&self.sun, &other] {
            let page = phone.core().talk().page(talk(), None, 200).unwrap();
            for text in UNSENT.into_iter().chain([EDITED]) {
                let found: Vec<_> = page.messages.iter().filter(|message| message.body == text).collect();
                assert_eq!(found.len(), 1, "{text}: {:?}", phone.core().outbox().items());
                assert_eq!(found[0].delivery, Delivery::AtServer);
            }
            assert_eq!(page.messages.iter().filter(|message| message.body.starts_with("未发")).count(), MANY);
            let edited = page.messages.iter().find(|message| message.body == EDITED).unwrap();
            assert_eq!(edited.reactions.len(), 1);
            let drafts = phone.core().personal().drafts().unwrap();
            assert_eq!(drafts.len(), 1);
            assert_eq!(phone.core().personal().bookmarks().unwrap().len(), 1);
        }
        assert_same(self.sun.core(), other.core());
        assert_eq!(self.sun.core().outbox().items().unwrap(), []);
        assert_eq!(
            named(self.sun.home(), "salvaged-"),
            Vec::<PathBuf>::new(),
            "nothing is left that a purge would miss"
        );
        assert_eq!(named(self.sun.home(), "damaged"), Vec::<PathBuf>::new());
    }
}

pub fn assert_same(one: &Core, other: &Core) {
    let texts = |core: &Core| -> Vec<_> {
        let messages = core.talk().page(talk(), None, 200).unwrap().messages;
        messages.into_iter().map(|message| (message.id, message.body)).collect()
    };
    assert_eq!(texts(one), texts(other));
    let feed = |core: &Core| -> Vec<_> {
        core.feed().page(None, 200).unwrap().items.into_iter().map(|item| item.id).collect()
    };
    assert_eq!(feed(one), feed(other));
}

pub fn sync(phone: &Phone, world: &World) -> Result<(), SessionError> {
    for _ in 0..100 {
        let Some(request) = phone.core().prepare()? else { return Ok(()) };
        let response = world.server.sync(phone.device(), request.clone()).unwrap();
        if !phone.core().absorb(&request, response)?.more {
            phone.core().tidy_up();
            return Ok(());
        }
    }
    panic!("the phone wants more for ever");
}

pub fn read_all(core: &Core) -> Result<(), Error> {
    core.talk().page(talk(), None, 200)?;
    core.talk().list()?;
    for item in core.feed().page(None, 200)?.items {
        core.feed().article(item.id)?;
    }
    core.search().find("安全", 100)?;
    core.personal().drafts()?;
    core.personal().bookmarks()?;
    core.outbox().items()?;
    Ok(())
}

pub fn recovery(phone: &Phone) -> Recovery {
    phone.core().recovered().unwrap().unwrap()
}

/// Documents of the story with unsent changes: messages, an edit, a reaction sheet, a draft, a bookmark.
pub const ACTS: u64 = UNSENT.len() as u64 + MANY as u64 + 4;
