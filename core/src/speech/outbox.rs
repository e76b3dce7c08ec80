//! What waits to be sent.

use super::{Speech, words};
use crate::outbox::OutboxItem;

impl Speech {
    /// What waits in the outbox, or was refused.
    #[must_use]
    pub fn outbox_item(&self, item: &OutboxItem) -> String {
        let mut out = self.sentence();
        out.say(words::document_kind(item.kind, self.language)).say(self.time(item.written_at)).delivery(item.delivery);
        out.say_if(item.cancellable, "可以取消", "can be cancelled").end()
    }
}
