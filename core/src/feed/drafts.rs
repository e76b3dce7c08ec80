//! Articles that are being written: kept among the author's drafts, on all devices, until they are published.

use serde::Serialize;

use super::commands::{correct, publish};
use super::{ArticleEdit, Category, DueEdit, Feed, NewArticle};
use crate::clock::Timestamp;
use crate::document::{Edit, Fields, Kind, MAX_TEXT, MAX_TITLE, Value};
use crate::error::{Error, Result};
use crate::ids::{DocId, OrgId, SpaceId, SpaceKind};
use crate::input::{new_header, optional_block, optional_line};
use crate::personal::{change_draft, discard, draft_in};
use crate::store::Refused;

/// What an article that is being written will be, beside its title and text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DraftArticle {
    /// The organisation that publishes it.
    pub org: OrgId,
    /// What sort it is.
    pub category: Category,
    /// Whether every reader is asked to acknowledge it; of a correction without meaning, that stays as it is.
    pub must_read: bool,
    /// Until when; none in a correction takes the date away.
    pub due: Option<Timestamp>,
    /// The published article that it corrects; none of a new one.
    pub corrects: Option<DocId>,
}

impl DraftArticle {
    /// Of what the server refused, if that is an article or a correction of one.
    pub(crate) fn refused(id: DocId, refused: &Refused) -> Option<Self> {
        let is_article = |fields: &Fields| refused.space.kind() == SpaceKind::Board && fields.get("category").is_some();
        let wanted = &refused.wanted;
        is_article(wanted).then(|| Self {
            org: refused.space.org(),
            category: Category::from_name(wanted.text("category")),
            must_read: wanted.flag("must_read"),
            due: wanted.time("due"),
            corrects: is_article(&refused.before).then_some(id),
        })
    }
}

impl Feed<'_> {
    /// Keeps an article that is being written: as a new draft, or in place of what `draft` holds. Title and text may be
    /// empty still. What is the same already leaves no trace. What `draft` corrects was said when it was begun.
    ///
    /// # Errors
    /// [`Error::Invalid`]; [`Error::NotFound`] if `draft` was thrown away or published, on another device perhaps.
    pub fn keep_draft(&self, draft: Option<DocId>, title: &str, text: &str, article: &DraftArticle) -> Result<DocId> {
        optional_line("title", title, MAX_TITLE)?;
        optional_block("text", text, MAX_TEXT)?;
        let target = Value::Bytes(SpaceId::board(article.org).to_bytes().to_vec());
        let due = article.due.unwrap_or(Timestamp(0));
        let said = [
            ("title", title.into()),
            ("target", target),
            ("category", article.category.name().into()),
            ("must_read", article.must_read.into()),
            ("due", due.into()),
        ];
        self.0.write(|write| {
            let Some(id) = draft else {
                let member = write.me()?.member;
                let header = new_header(write, Kind::Draft, SpaceId::personal(member))?;
                let mut fields = said.to_vec();
                fields.push(("text", Value::Text(text.to_owned())));
                fields.extend(article.corrects.map(|id| ("corrects", Value::Bytes(id.as_bytes().to_vec()))));
                return write.create(&header, &fields);
            };
            let kept = draft_in(write.tx, id)?.ok_or(Error::NotFound)?;
            let same = |kept: &DraftArticle| DraftArticle { corrects: kept.corrects, ..article.clone() } == *kept;
            if kept.title != title || kept.text != text || !kept.article.as_ref().is_some_and(same) {
                let mut edits: Vec<_> = said.into_iter().map(|(key, value)| Edit::Put(key, value)).collect();
                edits.push(Edit::SetText("text", text));
                change_draft(write, id, edits)?;
            }
            Ok(id)
        })
    }

    /// Publishes a draft, or corrects the article that it corrects, and the draft is gone: both or neither, so that an
    /// app that is killed in between publishes nothing twice. Says which article it is.
    ///
    /// # Errors
    /// As [`Feed::publish`] and [`Feed::edit`]; [`Error::NotFound`] if the draft is gone; [`Error::Invalid`] if it is
    /// none of an article. On every error the draft stays as it is.
    pub fn publish_draft(&self, draft: DocId) -> Result<DocId> {
        self.0.write(|write| {
            let kept = draft_in(write.tx, draft)?.ok_or(Error::NotFound)?;
            let article = kept.article.ok_or(Error::Invalid { field: "draft", reason: "not an article" })?;
            let (title, body, category) = (&kept.title[..], &kept.text[..], article.category);
            let id = if let Some(id) = article.corrects {
                let due = Some(article.due.map_or(DueEdit::Removed, DueEdit::By));
                let edit = ArticleEdit { title: Some(title), body: Some(body), category: Some(category), due };
                correct(write, id, &edit)?;
                id
            } else {
                let DraftArticle { must_read, due, .. } = article;
                publish(write, article.org, &NewArticle { title, body, category, must_read, due })?
            };
            discard(write, draft)?;
            Ok(id)
        })
    }
}
