//! Consultations.

use super::{Speech, words};
use crate::consult::{CaseView, Category, LeaveOut, Reader};

impl Speech {
    /// A consultation.
    #[must_use]
    pub fn case(&self, case: &CaseView) -> String {
        let mut out = self.sentence();
        out.say(words::case_phase(case.state.phase, self.language));
        match case.category {
            Category::Other => out.say_if(true, "咨询", "consultation"),
            Category::Policy => out.say_if(true, "政策咨询", "consultation on policy"),
            Category::Membership => out.say_if(true, "组织关系咨询", "consultation on membership"),
            Category::Enterprise => out.say_if(true, "企业咨询", "consultation on an enterprise"),
            Category::Complaint => out.say_if(true, "投诉", "complaint"),
        };
        out.say(&case.asker_name).say(&case.desk_name).say(&case.subject).say(self.time(case.at));
        if let Some(closed) = case.state.closed_at {
            let time = self.time(closed);
            out.either(format!("{time}办结"), format!("closed {time}"));
        } else {
            out.say_if(case.state.handler.is_some(), "已有经办人", "in somebody's hands");
        }
        out.some(case.left_out.len() as u64, "人回避", "left out").delivery(case.delivery).end()
    }

    /// Somebody who reads a consultation.
    #[must_use]
    pub fn case_reader(&self, reader: &Reader) -> String {
        let mut out = self.sentence();
        out.say(self.name(&reader.name));
        match reader.office {
            Some(office) => out.say(words::role(office.role, self.language)),
            None => out.say_if(true, "提问人", "who asks"),
        }
        .end()
    }

    /// Somebody whom the core proposes to leave out.
    #[must_use]
    pub fn leave_out(&self, proposal: &LeaveOut) -> String {
        let mut out = self.sentence();
        out.say_if(true, "建议回避", "better left out").say(self.name(&proposal.name));
        out.say(words::leave_out_reason(proposal.why, self.language)).end()
    }
}
