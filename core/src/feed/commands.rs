//! What a member does with the feed.

use rusqlite::OptionalExtension;
use serde::Serialize;

use crate::clock::Timestamp;
use crate::directory::require_role;
use crate::document::{About, Edit, Header, Kind, MAX_TEXT, MAX_TITLE, Nonce, PUBLISH, Value};
use crate::error::{Error, Result};
use crate::ids::{DocId, OrgId, SpaceId};
use crate::input::{block, line, new_header};
use crate::store::{Store, Write};

/// The feed; see [`crate::Core::feed`].
pub struct Feed<'a>(pub(crate) &'a Store);

/// What sort of article it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// The day's information.
    Information,
    /// News of the zone.
    ZoneNews,
    /// A circular: something members are asked to act on.
    Circular,
}

impl Category {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::ZoneNews => "zone_news",
            Self::Circular => "circular",
        }
    }

    /// The category with this name; what a later version wrote reads as information.
    pub(crate) fn from_name(name: &str) -> Self {
        [Self::ZoneNews, Self::Circular].into_iter().find(|known| known.name() == name).unwrap_or(Self::Information)
    }
}

/// An article to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewArticle<'a> {
    /// One line, at most 600 bytes.
    pub title: &'a str,
    /// At most 128 KiB.
    pub body: &'a str,
    /// What sort it is.
    pub category: Category,
    /// Whether every reader is asked to acknowledge it, and until when at best.
    pub must_read: bool,
    /// When a must-read should have been acknowledged.
    pub due: Option<Timestamp>,
}

/// What becomes of the date by which to acknowledge an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueEdit {
    /// It is this one.
    By(Timestamp),
    /// There is none any more, and nobody is reminded of one.
    Removed,
}

impl From<DueEdit> for Value {
    fn from(due: DueEdit) -> Self {
        match due {
            DueEdit::By(at) => at.into(),
            DueEdit::Removed => Self::Null,
        }
    }
}

/// What to change of an article; `None` leaves a part as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArticleEdit<'a> {
    /// A new title.
    pub title: Option<&'a str>,
    /// A new body; what others change elsewhere at the same time merges with it.
    pub body: Option<&'a str>,
    /// Another category.
    pub category: Option<Category>,
    /// Another date by which to acknowledge it, or none.
    pub due: Option<DueEdit>,
}

impl Feed<'_> {
    /// Publishes an article on the board of `org`.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] without an editor's role there or above; [`Error::Invalid`].
    pub fn publish(&self, org: OrgId, article: &NewArticle<'_>) -> Result<DocId> {
        self.0.write(|write| publish(write, org, article))
    }

    /// Changes an article. Before it was ever sent this leaves no trace.
    ///
    /// # Errors
    /// As [`Feed::publish`]; [`Error::NotFound`], also for a withdrawn one.
    pub fn edit(&self, article: DocId, edit: &ArticleEdit<'_>) -> Result<()> {
        self.0.write(|write| correct(write, article, edit))
    }

    /// Withdraws an article: it leaves every feed. One that was never sent is gone as if it had not been written.
    /// Withdrawing it twice is withdrawing it once.
    ///
    /// # Errors
    /// As [`Feed::publish`]; [`Error::NotFound`].
    pub fn withdraw(&self, article: DocId) -> Result<()> {
        self.0.write(|write| {
            require_role(write, board_of(write, article)?, PUBLISH)?;
            if write.cancel(article)? {
                return Ok(());
            }
            write.edit(article, &[Edit::Put("withdrawn", true.into())])
        })
    }

    /// Puts an article on top of the feed, or back in its place.
    ///
    /// # Errors
    /// As [`Feed::edit`].
    pub fn pin(&self, article: DocId, pinned: bool) -> Result<()> {
        self.0.write(|write| {
            require_role(write, shown_on(write, article)?, PUBLISH)?;
            let is_so = "SELECT 1 FROM article WHERE doc = ?1 AND pinned = ?2";
            if write.tx.prepare_cached(is_so)?.exists((article, pinned))? {
                return Ok(());
            }
            write.edit(article, &[Edit::Put("pinned", pinned.into())])
        })
    }

    /// Says that the member has read a must-read article. Saying it twice is saying it once.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for a withdrawn article; [`Error::Invalid`] if the article asks for no acknowledgement.
    pub fn acknowledge(&self, article: DocId) -> Result<()> {
        self.0.write(|write| {
            let org = shown_on(write, article)?;
            let asked: bool =
                write.tx.query_row("SELECT must_read FROM article WHERE doc = ?1", [article], |row| row.get(0))?;
            if !asked {
                return Err(Error::Invalid { field: "article", reason: "asks for no acknowledgement" });
            }
            let header = Header {
                kind: Kind::Acknowledgement,
                space: SpaceId::desk(org),
                owner: write.me()?.member,
                about: Some(About::Doc(article)),
                nonce: Nonce::EMPTY,
            };
            if write.document(header.id())?.is_none() {
                let at = write.wall();
                write.create(&header, &[("at", at.into())])?;
            }
            Ok(())
        })
    }
}

pub(super) fn publish(write: &mut Write<'_>, org: OrgId, article: &NewArticle<'_>) -> Result<DocId> {
    line("title", article.title, MAX_TITLE)?;
    block("body", article.body, MAX_TEXT)?;
    require_role(write, org, PUBLISH)?;
    let header = new_header(write, Kind::Article, SpaceId::board(org))?;
    let mut fields: Vec<(&str, Value)> = vec![
        ("title", article.title.into()),
        ("body", Value::Text(article.body.to_owned())),
        ("category", article.category.name().into()),
    ];
    if article.must_read {
        fields.push(("must_read", true.into()));
    }
    fields.extend(article.due.map(|due| ("due", due.into())));
    write.create(&header, &fields)
}

pub(super) fn correct(write: &mut Write<'_>, article: DocId, edit: &ArticleEdit<'_>) -> Result<()> {
    edit.title.map_or(Ok(()), |title| line("title", title, MAX_TITLE))?;
    edit.body.map_or(Ok(()), |body| block("body", body, MAX_TEXT))?;
    let mut edits = Vec::new();
    edits.extend(edit.title.map(|title| Edit::Put("title", title.into())));
    edits.extend(edit.body.map(|body| Edit::SetText("body", body)));
    edits.extend(edit.category.map(|category| Edit::Put("category", category.name().into())));
    edits.extend(edit.due.map(|due| Edit::Put("due", due.into())));
    require_role(write, shown_on(write, article)?, PUBLISH)?;
    write.revise(article, &edits)
}

/// As [`board_of`], for what only an article that is still shown allows.
fn shown_on(write: &Write<'_>, article: DocId) -> Result<OrgId> {
    let withdrawn = "SELECT 1 FROM article WHERE doc = ?1 AND withdrawn";
    if write.tx.prepare_cached(withdrawn)?.exists([article])? {
        return Err(Error::NotFound);
    }
    board_of(write, article)
}

fn board_of(write: &Write<'_>, article: DocId) -> Result<OrgId> {
    let mut statement = write.tx.prepare_cached("SELECT space FROM article WHERE doc = ?1")?;
    let space: Option<SpaceId> = statement.query_row([article], |row| row.get(0)).optional()?;
    Ok(space.ok_or(Error::NotFound)?.org())
}
