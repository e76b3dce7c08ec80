//! What the codes mean, in Chinese and English, and what to do: the one table behind [`error_text`] and `ERRORS.md`.
//! `HONGQI_UPDATE=1 cargo test -p hongqi-ffi glossary` writes the latter; without, the test fails if it differs.

use hongqi_core::speech::{self, Language};
use hongqi_core::sync::wire::Refusal;

use crate::call::guarded;
use crate::error::{ErrorCode, HongqiError};

/// What an error is called in front of a member.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ErrorText {
    /// The stable name of the code, for texts of the app's own.
    pub key: String,
    /// What happened, one sentence.
    pub what: String,
    /// What the member can do, one sentence.
    pub advice: String,
}

/// A sentence in both languages.
pub(crate) struct Text {
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
}

impl Text {
    fn in_language(&self, language: Language) -> String {
        language.pick(self.zh, self.en).to_owned()
    }
}

pub(crate) struct Entry {
    pub(crate) retryable: bool,
    pub(crate) what: Text,
    pub(crate) advice: Text,
}

const fn entry_of(retryable: bool, zh: [&'static str; 2], en: [&'static str; 2]) -> Entry {
    Entry { retryable, what: Text { zh: zh[0], en: en[0] }, advice: Text { zh: zh[1], en: en[1] } }
}

const RETRY: bool = true;
const NO_RETRY: bool = false;

/// What the table says of `code`.
pub(crate) const fn entry(code: ErrorCode) -> Entry {
    match code {
        ErrorCode::Paused => entry_of(
            RETRY,
            ["应用在后台，数据已关闭。", "回到应用后再试。"],
            ["The app is in the background and its data is closed.", "Come back to the app and try again."],
        ),
        ErrorCode::NotEnrolled => entry_of(
            NO_RETRY,
            ["这部手机尚未登记。", "请用组织发给您的登记码登记。"],
            ["This phone is not enrolled yet.", "Enrol with the code that your organisation gave you."],
        ),
        ErrorCode::NotFound => entry_of(
            NO_RETRY,
            ["内容不在这部手机上。", "可能已被撤回，请刷新后再看。"],
            ["This is not on the phone.", "It may have been withdrawn; reload and look again."],
        ),
        ErrorCode::NotAllowed => entry_of(
            NO_RETRY,
            ["您没有权限进行此操作。", "如需权限，请联系所在组织的书记。"],
            ["You may not do this.", "Ask your organisation's secretary if you need to."],
        ),
        ErrorCode::NoVote => entry_of(
            NO_RETRY,
            ["您在此处没有表决权。", "只有列入名单的正式党员可以表决。"],
            ["You have no vote here.", "Only full members who are on the roster as voters have one."],
        ),
        ErrorCode::Invalid => entry_of(
            NO_RETRY,
            ["填写的内容不符合要求。", "请检查是否为空、过长或格式不对。"],
            ["What was entered is not accepted.", "See whether it is empty, too long or of the wrong form."],
        ),
        ErrorCode::InvalidId => entry_of(
            NO_RETRY,
            ["链接或编号无效。", "请从应用内重新打开。"],
            ["The link or number is not valid.", "Open it again from within the app."],
        ),
        ErrorCode::Ended => entry_of(
            NO_RETRY,
            ["讨论已结束。", "内容仍可查看和搜索。"],
            ["The discussion has ended.", "It can still be read and searched."],
        ),
        ErrorCode::TooLate => entry_of(
            NO_RETRY,
            ["内容已经发出，无法取消。", "可以撤回或修改它。"],
            ["It has been sent and cannot be cancelled.", "Withdraw or edit it instead."],
        ),
        ErrorCode::DiskFull => entry_of(
            RETRY,
            ["手机存储空间已满。", "请清理空间后再试，已写的内容不会丢失。"],
            ["The phone's storage is full.", "Free some space and try again; nothing is lost."],
        ),
        ErrorCode::NewerDatabase => entry_of(
            NO_RETRY,
            ["数据由更新版本的应用写入。", "请更新应用。"],
            ["The data was written by a later version of the app.", "Update the app."],
        ),
        ErrorCode::ForeignDatabase => entry_of(
            NO_RETRY,
            ["数据文件属于另一个应用，未作改动。", "请联系管理员。"],
            ["The data file belongs to another app and was left alone.", "Tell the administrator."],
        ),
        ErrorCode::Corrupt => entry_of(
            NO_RETRY,
            ["数据文件已损坏。", "请重新打开应用，能读出的内容会自动恢复。"],
            ["The data file is damaged.", "Open the app again; what can be read of it is restored by itself."],
        ),
        ErrorCode::Storage => entry_of(
            NO_RETRY,
            ["数据无法读写。", "请重启应用；若仍如此，请联系管理员。"],
            ["The data cannot be read or written.", "Restart the app; if that does not help, tell the administrator."],
        ),
        ErrorCode::Key => entry_of(
            RETRY,
            ["手机的密钥暂时无法使用。", "请解锁手机后再试。"],
            ["The phone's key cannot be used at the moment.", "Unlock the phone and try again."],
        ),
        ErrorCode::Damaged => entry_of(
            NO_RETRY,
            ["这条内容已损坏，其余内容不受影响。", "请联系管理员。"],
            ["This item is damaged; everything else can be read.", "Tell the administrator."],
        ),
        ErrorCode::OtherMember => entry_of(
            NO_RETRY,
            ["这部手机上的数据属于另一位成员。", "请使用其本人的登记码，或清除应用数据后再登记。"],
            ["The data on this phone is another member's.", "Use that member's code, or clear the app's data first."],
        ),
        ErrorCode::BadUrl => entry_of(
            NO_RETRY,
            ["服务器地址不正确。", "请核对地址，须以 https:// 开头。"],
            ["The server's address is not right.", "Check it; it begins with https://."],
        ),
        ErrorCode::Offline => entry_of(
            RETRY,
            ["连接不上服务器。", "请检查网络；内容会在联网后自动发送。"],
            ["The server cannot be reached.", "Check the network; what you wrote is sent when it is back."],
        ),
        ErrorCode::Tls => entry_of(
            RETRY,
            ["无法确认服务器的身份。", "请检查网络和手机的日期时间。"],
            ["The server cannot prove who it is.", "Check the network and the phone's date and time."],
        ),
        ErrorCode::Protocol => entry_of(
            RETRY,
            ["收到的不是服务器的应答。", "所连网络可能需要先登录；请核对地址。"],
            ["The answer is not the server's.", "The network may ask for a login first; check the address too."],
        ),
        ErrorCode::Busy => entry_of(
            RETRY,
            ["服务器繁忙。", "稍后会自动重试。"],
            ["The server is busy.", "It is tried again by itself in a while."],
        ),
        ErrorCode::Outdated => entry_of(
            NO_RETRY,
            ["应用版本过旧，服务器不再支持。", "请更新应用；已写的内容不会丢失。"],
            ["The server no longer supports this version of the app.", "Update the app; nothing is lost."],
        ),
        ErrorCode::InvalidCode => entry_of(
            NO_RETRY,
            ["登记码不正确、已使用或已过期。", "请核对，或向组织索取新的登记码。"],
            ["The code is wrong, used or out of date.", "Check it, or ask your organisation for a new one."],
        ),
        ErrorCode::Revoked => entry_of(
            NO_RETRY,
            ["这部手机的登记已被注销。", "如有疑问，请联系所在组织。"],
            ["This phone's enrolment was revoked.", "Ask your organisation if you do not know why."],
        ),
        ErrorCode::Unauthenticated => entry_of(
            RETRY,
            ["登录凭证已过期。", "稍后会自动重新取得。"],
            ["The session has run out.", "A new one is fetched by itself."],
        ),
        ErrorCode::Abandoned => entry_of(
            RETRY,
            ["操作被中断。", "请再试一次。"],
            ["The call was given up for something else.", "Try again."],
        ),
        ErrorCode::Deadline => entry_of(
            RETRY,
            ["同步时间已到，尚未完成。", "下次会接着同步。"],
            ["Time was up before all was exchanged.", "The next run goes on from there."],
        ),
        ErrorCode::Stopped => entry_of(
            RETRY,
            ["应用转入后台，同步已停止。", "下次会接着同步。"],
            ["The app went to the background and sync stopped.", "The next run goes on from there."],
        ),
        ErrorCode::Internal => entry_of(
            NO_RETRY,
            ["应用内部出错。", "请重启应用；若仍如此，请联系管理员。"],
            ["Something went wrong inside the app.", "Restart the app; if that does not help, tell the administrator."],
        ),
    }
}

/// What `code` means and what to do about it.
///
/// # Errors
/// None; as all exports.
#[uniffi::export]
pub fn error_text(code: ErrorCode, language: Language) -> Result<ErrorText, HongqiError> {
    guarded(|| {
        let Entry { what, advice, .. } = entry(code);
        let (what, advice) = (what.in_language(language), advice.in_language(language));
        Ok(ErrorText { key: code.key().to_owned(), what, advice })
    })
}

/// Why the server did not take something, as the end of a sentence ("refused: …", "未被接收：…").
///
/// # Errors
/// None; as all exports.
#[uniffi::export]
pub fn refusal_text(reason: Refusal, language: Language) -> Result<String, HongqiError> {
    guarded(|| Ok(speech::refusal(reason, language).to_owned()))
}

#[cfg(test)]
#[path = "glossary_tests.rs"]
mod tests;
