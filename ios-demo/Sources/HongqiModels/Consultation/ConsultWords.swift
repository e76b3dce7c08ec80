import Foundation
import Hongqi

/// The texts of consultations.
public enum ConsultWords: String, Wording {
    case consultations, ask, desk, subject, category, question, leaveOut, leaveOutHint, whoReads, whoWillRead, send
    case answered, handOver, inHandsOf, close, reopen, closedNow
    case other, policy, membership, enterprise, complaint

    public var both: (chinese: String, english: String) {
        switch self {
        case .consultations: ("咨询", "Consultations")
        case .ask: ("提出咨询", "Ask in private")
        case .desk: ("向哪个组织", "Whom to ask")
        case .subject: ("主题", "Subject")
        case .category: ("类别", "Category")
        case .question: ("问题", "Question")
        case .leaveOut: ("不让其看到", "Leave out")
        case .leaveOutHint: ("建议绕开以下人员，可自行更改。", "We propose to leave these out; you decide.")
        case .whoReads: ("谁能看到", "Who can read it")
        case .whoWillRead: ("提交后谁能看到", "Who will be able to read it")
        case .send: ("提交", "Ask")
        case .answered: ("已答复", "It is answered")
        case .handOver: ("转交", "Hand over")
        case .inHandsOf: ("由%@处理", "In the hands of %@")
        case .close: ("结束咨询", "Close it")
        case .reopen: ("继续咨询", "Reopen it")
        case .closedNow: ("咨询已结束", "It is closed")
        case .other: ("其他", "Other")
        case .policy: ("政策解读", "How a rule is meant")
        case .membership: ("党籍、党费与组织关系", "Standing, dues, transfer")
        case .enterprise: ("企业事务", "The enterprise")
        case .complaint: ("反映问题", "Somebody did wrong")
        }
    }

    public static let categories: [CaseCategory] = [.other, .policy, .membership, .enterprise, .complaint]

    public static func of(_ category: CaseCategory) -> ConsultWords {
        switch category {
        case .other: .other
        case .policy: .policy
        case .membership: .membership
        case .enterprise: .enterprise
        case .complaint: .complaint
        }
    }
}
