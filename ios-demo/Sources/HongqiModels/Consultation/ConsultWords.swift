import Foundation
import Hongqi

/// The texts of consultations.
public enum ConsultWords: String, Wording {
    case consultations, ask, desk, subject, category, question, leaveOut, leaveOutHint, whoReads, whoWillRead, send
    case asker, answered, handOver, takeOn, inHandsOf, close, reopen, closedNow
    case keepFrom, keepFromLast, betterLeftOut

    public var both: (chinese: String, english: String) {
        switch self {
        case .consultations: ("咨询", "Consultations")
        case .ask: ("提问", "Ask")
        case .desk: ("向谁咨询", "Whom to ask")
        case .subject: ("标题", "Subject")
        case .category: ("类别", "Category")
        case .question: ("问题", "Question")
        case .leaveOut: ("不让以下的人看到", "Keep it from these people")
        case .leaveOutHint: ("建议回避；取消勾选后对方可以阅读。", "Proposed for you. Whoever you untick can read it.")
        case .whoReads: ("谁能看到", "Who can read this")
        case .whoWillRead: ("提交后谁能看到", "Who will be able to read it")
        case .send: ("提交咨询", "Send the question")
        case .answered: ("标为已答复", "Mark as answered")
        case .asker: ("提问人", "Asker")
        case .handOver: ("转交", "Hand over")
        case .takeOn: ("由我经办", "Take it on")
        case .inHandsOf: ("经办人：%@", "Handled by %@")
        case .close: ("办结", "Close")
        case .reopen: ("重新提出", "Reopen")
        case .keepFrom: ("不再让%@看到", "Keep it from %@")
        case .keepFromLast:
            ("此后暂时没有人能处理这项咨询，直到该组织有其他人任职。", "Nobody is left to answer it then, until somebody else holds an office there.")
        case .betterLeftOut: ("建议回避：%@现在能看到", "Better left out, and can read this now: %@")
        case .closedNow: ("已办结，重新提出后才能继续写", "Closed; reopen it to write more")
        }
    }

    public static let categories: [CaseCategory] = [.other, .policy, .membership, .enterprise, .complaint]
}
