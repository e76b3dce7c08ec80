//! Articles of the own and all superior organisations, and their acknowledgement.

use hongqi_core::clock::Timestamp;
use hongqi_core::count::Count as PeopleCount;
use hongqi_core::directory::{MemberView, OrgView};
use hongqi_core::feed::{
    ArticleEdit, ArticleView, BranchOutstanding, Category as ArticleCategory, DraftArticle, DueEdit, FeedCursor,
    FeedItem, FeedPage, NewArticle, OrgProgress, Outstanding, Reminder, Revision as ArticleRevision,
};
use hongqi_core::ids::{DocId, OrgId, SpaceId};
use hongqi_core::outbox::Delivery;

use crate::call::{call, capability};
use crate::error::HongqiError;

/// What sort of article it is.
#[uniffi::remote(Enum)]
pub enum ArticleCategory {
    /// The day's information.
    Information,
    /// News of the zone.
    ZoneNews,
    /// A circular: something members are asked to act on.
    Circular,
}

/// What becomes of the date by which to acknowledge an article.
#[uniffi::remote(Enum)]
pub enum DueEdit {
    /// It is this one.
    By(Timestamp),
    /// There is none any more, and nobody is reminded of one.
    Removed,
}

/// An article as one row of the feed.
#[uniffi::remote(Record)]
pub struct FeedItem {
    /// The article.
    pub id: DocId,
    /// The organisation that published it.
    pub org: OrgId,
    /// That organisation's name; empty until its card is here.
    pub org_name: String,
    /// Title.
    pub title: String,
    /// What sort it is.
    pub category: ArticleCategory,
    /// When it was published.
    pub published_at: Timestamp,
    /// Whether it is on top.
    pub pinned: bool,
    /// Whether it was changed after publication.
    pub edited: bool,
    /// Whether readers are asked to acknowledge it.
    pub must_read: bool,
    /// Until when.
    pub due: Option<Timestamp>,
    /// Whether this member has acknowledged it, and where that has got to.
    pub acknowledged: Option<Delivery>,
    /// Whether this member has opened or acknowledged it, on any device, or published it.
    pub read: bool,
    /// Whether this member keeps it at hand.
    pub bookmarked: bool,
    /// Where the article itself has got to (of interest to its author).
    pub delivery: Delivery,
}

/// An article with its text.
#[uniffi::remote(Record)]
pub struct ArticleView {
    /// As in the feed.
    pub item: FeedItem,
    /// The text.
    pub body: String,
    /// How many members have acknowledged it, of those this phone may know of; what the server refused does not count.
    /// For who reads more than the own branches no few people are a number, nor what would tell of a few.
    pub acknowledgements: PeopleCount,
    /// The discussion below it.
    pub thread: SpaceId,
}

/// A page of the feed.
#[uniffi::remote(Record)]
pub struct FeedPage {
    /// Pinned first, then newest first.
    pub items: Vec<FeedItem>,
    /// What to pass for the next page; none at the end.
    pub next: Option<FeedCursor>,
}

/// A place in the feed. It stays one when the article there changes, moves or goes: articles that come in between are
/// above it, and one that was unpinned in between shows once more in its place.
#[uniffi::remote(Record)]
pub struct FeedCursor {
    /// Whether it is among the pinned.
    pub pinned: bool,
    /// When the article there was published.
    pub published_at: Timestamp,
    /// The article: between equals.
    pub id: DocId,
}

/// What an article that is being written will be, beside its title and text.
#[uniffi::remote(Record)]
pub struct DraftArticle {
    /// The organisation that publishes it.
    pub org: OrgId,
    /// What sort it is.
    pub category: ArticleCategory,
    /// Whether every reader is asked to acknowledge it; of a correction without meaning, that stays as it is.
    pub must_read: bool,
    /// Until when; none in a correction takes the date away.
    pub due: Option<Timestamp>,
    /// The published article that it corrects; none of a new one.
    pub corrects: Option<DocId>,
}

/// A must-read article that this member has not acknowledged.
#[uniffi::remote(Record)]
pub struct Reminder {
    /// The article.
    pub item: FeedItem,
    /// Whether its time is over.
    pub overdue: bool,
    /// When to remind of it, the soonest first: a day before it is due, two hours before, and when it is; moments that
    /// are over are left out, and all of an article without a date.
    ///
    /// By the phone's own wall clock, as an alarm wants them: the phone's distance to the server's time is taken out.
    pub remind_at: Vec<Timestamp>,
}

/// Who of one branch has not acknowledged an article.
#[uniffi::remote(Record)]
pub struct BranchOutstanding {
    /// The branch.
    pub org: OrgView,
    /// Its members who have not, by number.
    pub members: Vec<MemberView>,
    /// How many have.
    pub acknowledged: u64,
}

/// How far an organisation is.
#[uniffi::remote(Record)]
pub struct OrgProgress {
    /// The organisation.
    pub org: OrgId,
    /// Its name; empty if its card is not on this phone.
    pub name: String,
    /// How many of its members have acknowledged.
    pub acknowledged: PeopleCount,
    /// How many members it has; none if its board is not on this phone.
    pub members: Option<PeopleCount>,
}

/// What this member may know of who has acknowledged an article.
#[uniffi::remote(Record)]
pub struct Outstanding {
    /// By name: the branches that this member leads.
    pub branches: Vec<BranchOutstanding>,
    /// In numbers: the other organisations, by name; only for whom the article's organisation has given a role that
    /// reads its whole desk.
    pub orgs: Vec<OrgProgress>,
}

/// An article's wording from some moment on.
#[uniffi::remote(Record)]
pub struct ArticleRevision {
    /// When it was written, by its author's clock.
    pub written_at: Timestamp,
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
    /// What sort it was.
    pub category: ArticleCategory,
    /// Until when it was to be acknowledged.
    pub due: Option<Timestamp>,
}

capability! {
    /// The feed.
    Feed
}

#[uniffi::export]
impl Feed {
    /// A page of at most `limit` (1 to 100) articles below `after`, or from the top; of one `category`, or of all.
    ///
    /// # Errors
    /// `not_enrolled`, `paused`, `storage`.
    #[uniffi::method(default(after = None, limit = 30, category = None))]
    pub async fn page(
        &self,
        after: Option<FeedCursor>,
        limit: u32,
        category: Option<ArticleCategory>,
    ) -> Result<FeedPage, HongqiError> {
        call(&self.0, move |core| core.feed().page_of(category, after, limit as usize)).await
    }

    /// One article; none if it was withdrawn or is not here.
    ///
    /// # Errors
    /// `not_enrolled`, `paused`, `storage`.
    pub async fn article(&self, id: DocId) -> Result<Option<ArticleView>, HongqiError> {
        call(&self.0, move |core| core.feed().article(id)).await
    }

    /// How many articles of others the member has neither opened nor acknowledged, on any device.
    ///
    /// # Errors
    /// `not_enrolled`, `paused`, `storage`.
    pub async fn unread(&self) -> Result<u64, HongqiError> {
        call(&self.0, |core| core.feed().unread()).await
    }

    /// What this member has still to acknowledge: overdue first, then the soonest due, then without a date, the newest
    /// first. An acknowledgement that only waits to be sent is one. At most 200.
    ///
    /// An app sets its alarms anew from this whenever the topic `Feed` changes.
    ///
    /// # Errors
    /// `not_enrolled`, `paused`, `storage`.
    pub async fn reminders(&self) -> Result<Vec<Reminder>, HongqiError> {
        call(&self.0, |core| core.feed().reminders()).await
    }

    /// Who has not acknowledged a must-read article, as far as this member may know: by name in the branches that this
    /// member leads (the role is held there, not inherited), in numbers everywhere else, and there fewer than five
    /// people are not shown as a number.
    ///
    /// # Errors
    /// `not_found`; `invalid` if the article asks for no acknowledgement.
    pub async fn outstanding(&self, article: DocId) -> Result<Outstanding, HongqiError> {
        call(&self.0, move |core| core.feed().outstanding(article)).await
    }

    /// The wordings that an article has had, the present one first and the first one last; at most 50 of the newest.
    /// Changes that leave title, text, category and date as they are (pinning) are none. A wording that never left its author's phone is
    /// not among them.
    ///
    /// # Errors
    /// `not_found`, also for a withdrawn article: what was withdrawn is not to be read.
    pub async fn revisions(&self, article: DocId) -> Result<Vec<ArticleRevision>, HongqiError> {
        call(&self.0, move |core| core.feed().revisions(article)).await
    }

    /// Publishes an article on the board of `org`: a title of one line and at most 600 bytes, a body of at most 128 KiB;
    /// `must_read` asks every reader to acknowledge it, by `due` at best.
    ///
    /// # Errors
    /// `not_allowed` without an editor's role there or above; `invalid`, `disk_full`.
    #[uniffi::method(default(must_read = false, due = None))]
    pub async fn publish(
        &self,
        org: OrgId,
        title: String,
        body: String,
        category: ArticleCategory,
        must_read: bool,
        due: Option<Timestamp>,
    ) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| {
            core.feed().publish(org, &NewArticle { title: &title, body: &body, category, must_read, due })
        })
        .await
    }

    /// Changes an article; what is left out stays, and a date by which to acknowledge it can be taken away. Before it was ever sent this leaves no trace. What others change of
    /// the body at the same time merges with it.
    ///
    /// # Errors
    /// As `publish`; `not_found`, also for a withdrawn one.
    #[uniffi::method(default(title = None, body = None, category = None, due = None))]
    pub async fn edit(
        &self,
        article: DocId,
        title: Option<String>,
        body: Option<String>,
        category: Option<ArticleCategory>,
        due: Option<DueEdit>,
    ) -> Result<(), HongqiError> {
        call(&self.0, move |core| {
            core.feed().edit(article, &ArticleEdit { title: title.as_deref(), body: body.as_deref(), category, due })
        })
        .await
    }

    /// Keeps an article that is being written: as a new draft, or in place of what `draft` holds. Title and text may be
    /// empty still. What is the same already leaves no trace. What `draft` corrects was said when it was begun.
    ///
    /// # Errors
    /// `invalid`; `not_found` if `draft` was thrown away or published, on another device perhaps; `disk_full`.
    pub async fn keep_draft(
        &self,
        draft: Option<DocId>,
        title: String,
        text: String,
        article: DraftArticle,
    ) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| core.feed().keep_draft(draft, &title, &text, &article)).await
    }

    /// Publishes a draft, or corrects the article that it corrects, and the draft is gone: both or neither, so that an
    /// app that is killed in between publishes nothing twice. Says which article it is.
    ///
    /// # Errors
    /// As `publish` and `edit`; `not_found` if the draft is gone; `invalid` if it is none of an article. On every error
    /// the draft stays as it is.
    pub async fn publish_draft(&self, draft: DocId) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| core.feed().publish_draft(draft)).await
    }

    /// Withdraws an article: it leaves every feed. One that was never sent is gone as if it had not been written.
    /// Withdrawing it twice is withdrawing it once.
    ///
    /// # Errors
    /// As `publish`; `not_found`.
    pub async fn withdraw(&self, article: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.feed().withdraw(article)).await
    }

    /// Puts an article on top of the feed, or back in its place.
    ///
    /// # Errors
    /// As `edit`.
    pub async fn pin(&self, article: DocId, pinned: bool) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.feed().pin(article, pinned)).await
    }

    /// Says that the member has read a must-read article. Saying it twice is saying it once.
    ///
    /// # Errors
    /// `not_found`, also for a withdrawn article; `invalid` if the article asks for no acknowledgement.
    pub async fn acknowledge(&self, article: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.feed().acknowledge(article)).await
    }
}
