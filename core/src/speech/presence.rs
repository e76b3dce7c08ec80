//! Doors, and what a scan comes to.

use super::{Sentence, Speech, words};
use crate::presence::{Admission, CheckIn, CheckOut, DoorView, ExpectedView, Refused, Scan};

impl Speech {
    /// A door.
    #[must_use]
    pub fn door(&self, door: &DoorView) -> String {
        let DoorView { present, of_expected, expected, guests, .. } = *door;
        let mut out = self.sentence();
        out.say_if(door.revoked, "已被撤销", "revoked").say_if(door.shut && !door.revoked, "已关闭", "shut");
        out.say(&door.label).either(format!("已到{present}人"), format!("{present} present"));
        if expected > 0 {
            out.either(
                format!("应到{expected}人中已到{of_expected}人"),
                format!("{of_expected} of {expected} expected"),
            );
        }
        out.some(guests, "位来宾", "visitors").end()
    }

    /// What came of a scanned code.
    #[must_use]
    pub fn code_scan(&self, scan: &CheckIn) -> String {
        let mut out = self.sentence();
        match scan {
            CheckIn::In { .. } => out.say_if(true, "签到成功", "checked in"),
            CheckIn::Already { .. } => out.say_if(true, "您此前已签到", "you were checked in before"),
            CheckIn::Refused(reason) => {
                let why = words::scan_refusal(*reason, self.language);
                out.say_if(true, "未签到", "not checked in").say(why)
            }
        }
        .end()
    }

    /// What came of a code that was scanned on going.
    #[must_use]
    pub fn code_scan_out(&self, scan: &CheckOut) -> String {
        let mut out = self.sentence();
        match scan {
            CheckOut::Out { .. } => out.say_if(true, "签退成功", "checked out"),
            CheckOut::Already { .. } => out.say_if(true, "您此前已签退", "you were checked out before"),
            CheckOut::Refused(reason) => {
                let why = words::scan_refusal(*reason, self.language);
                out.say_if(true, "未签退", "not checked out").say(why)
            }
        }
        .end()
    }

    /// What came of a scanned card. What waits for the host's word is said first.
    #[must_use]
    pub fn card_scan(&self, scan: &Scan) -> String {
        let mut out = self.sentence();
        match scan {
            Scan::Admitted(who) => out.say_if(true, "已放行", "admitted").admission(who),
            Scan::Already(who) => out.say_if(true, "此前已放行", "admitted before").admission(who),
            Scan::Amber(amber) => out
                .say_if(true, "请核对，尚未放行", "your decision, not admitted yet")
                .say(words::doubt(amber.doubt, self.language))
                .admission(&amber.who),
            Scan::Refused(reason) => {
                let why = words::scan_refusal(*reason, self.language);
                out.say_if(true, "未放行", "not admitted").say(why)
            }
        }
        .end()
    }

    /// Why a code or a card is not taken.
    #[must_use]
    pub fn scan_refusal(&self, reason: &Refused) -> String {
        words::scan_refusal(*reason, self.language).to_owned()
    }

    /// A person found at the door.
    #[must_use]
    pub fn expected(&self, found: &ExpectedView) -> String {
        let mut out = self.sentence();
        out.say(self.name(&found.name)).say_if(found.present, "已到", "is here").say(&found.home_name).end()
    }
}

impl Sentence {
    fn admission(&mut self, who: &Admission) -> &mut Self {
        self.say(&who.name).say_if(!who.expected, "不在应到名单上", "not expected")
    }
}
