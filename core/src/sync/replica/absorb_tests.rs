use super::super::fake::{AT, Li, Server, answer};
use super::*;
use crate::feed::{Category, NewArticle};
use crate::ids::OrgId;
use crate::outbox::Delivery;
use crate::role::Role;
use crate::sync::session::Session;

/// Li, an editor who has published an article and its batch-mate and written below the article, with no network; and
/// what was then given to the server: the board's batch, and the discussion's.
struct Published {
    li: Li,
    article: DocId,
    mate: DocId,
    comment: DocId,
}

fn board() -> SpaceId {
    SpaceId::board(OrgId::from_number("B1"))
}

impl Published {
    fn new() -> Self {
        let li = Li::new(&Server::new());
        let org = OrgId::from_number("B1");
        li.core
            .store
            .write(|write| {
                let role = "INSERT INTO role (org, role, path, until) VALUES (?1, ?2, ?1, NULL)";
                write.tx.execute(role, (org, Role::Editor as i64))?;
                directory::follow_again(write)
            })
            .unwrap();
        let publish = |title| {
            let article =
                NewArticle { title, body: "正文", category: Category::Circular, must_read: false, due: None };
            li.core.feed().publish(org, &article).unwrap()
        };
        let (article, mate) = (publish("通知"), publish("另一篇"));
        let thread = SpaceId::thread(article);
        li.core.talk().open(thread).unwrap();
        let comment = li.core.talk().post(thread, "收到", None).unwrap();
        Self { li, article, mate, comment }
    }

    fn thread(&self) -> SpaceId {
        SpaceId::thread(self.article)
    }

    /// Gives what waits; the server judges the board's batch so, and knows of no such discussion.
    fn gives(&self, board_is: PushOutcome) {
        let request = self.li.core.prepare().unwrap().unwrap();
        let batches: Vec<Batch> = request.push.iter().map(|given| given.batch().unwrap()).collect();
        assert_eq!(batches.iter().map(|batch| batch.space).collect::<Vec<_>>(), [board(), self.thread()]);
        let no_space = PushOutcome::Refused(vec![Refused { doc: self.comment, reason: Refusal::NoSpace }]);
        let pushed = batches.iter().zip([board_is, no_space]);
        let pushed = pushed.map(|(batch, outcome)| Pushed { dev_seq: batch.dev_seq, outcome }).collect();
        let denied = vec![(self.thread(), PageOutcome::Denied)];
        self.li.core.absorb(&request, answer(pushed, denied)).unwrap();
    }

    fn delivery(&self, doc: DocId) -> Option<Delivery> {
        let items = self.li.core.outbox().items().unwrap();
        items.into_iter().find(|item| item.doc == doc).map(|item| item.delivery)
    }

    /// What the next exchange gives, by space.
    fn gives_next(&self) -> Vec<SpaceId> {
        let request = self.li.core.prepare().unwrap().unwrap();
        request.push.iter().map(|given| given.batch().unwrap().space).collect()
    }

    /// Whether the discussion is still asked for, or was taken for one that this member may not read.
    fn is_followed(&self) -> bool {
        let here = "SELECT 1 FROM space WHERE id = ?1 AND NOT denied";
        self.li.core.store.read(|connection| Ok(connection.prepare(here)?.exists([self.thread()])?)).unwrap()
    }
}

#[test]
fn what_is_said_below_an_article_waits_with_it_while_that_is_given_once_more() {
    let it = Published::new();
    it.gives(PushOutcome::Refused(vec![Refused { doc: it.mate, reason: Refusal::NotAllowed }]));
    assert_eq!(it.delivery(it.mate), Some(Delivery::Refused(Refusal::NotAllowed)));
    assert_eq!(it.delivery(it.article), Some(Delivery::OnDevice), "only its batch-mate was refused");
    assert_eq!(it.delivery(it.comment), Some(Delivery::OnDevice), "it came too early, and was not refused for good");
    assert!(it.is_followed());
    assert_eq!(it.gives_next(), [board(), it.thread()], "both once more, and the article first");
}

#[test]
fn what_is_said_below_what_was_refused_itself_is_refused_with_it() {
    let it = Published::new();
    let both = [it.article, it.mate].map(|doc| Refused { doc, reason: Refusal::NotAllowed });
    it.gives(PushOutcome::Refused(both.to_vec()));
    assert_eq!(it.delivery(it.comment), Some(Delivery::Refused(Refusal::NoSpace)));
    assert!(!it.is_followed(), "there is no such discussion");
    assert_eq!(it.gives_next(), []);
}

#[test]
fn what_is_said_below_an_article_that_the_server_has_is_judged_by_itself() {
    let it = Published::new();
    it.gives(PushOutcome::Accepted { seq: 1, received_at: AT.0 });
    assert_eq!(it.delivery(it.article), None);
    assert_eq!(it.delivery(it.comment), Some(Delivery::Refused(Refusal::NoSpace)));
}
