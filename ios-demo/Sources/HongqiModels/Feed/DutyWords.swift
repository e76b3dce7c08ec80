import Foundation
import Hongqi

/// The texts of what is to be acknowledged, and of corrections.
public enum DutyWords: String, Wording {
    case reminders, overdue, nothingToDo, outstanding, byName, inNumbers, allDone, notForYou, corrections, present, earlier
    case due, information, zoneNews, circular

    public var both: (chinese: String, english: String) {
        switch self {
        case .reminders: ("待确认", "To be acknowledged")
        case .overdue: ("%@项已过期", "%@ overdue")
        case .nothingToDo: ("没有待确认的内容", "Nothing is to be acknowledged")
        case .outstanding: ("谁还没有确认", "Who has not acknowledged")
        case .byName: ("本支部", "By name")
        case .inNumbers: ("各组织", "In numbers")
        case .allDone: ("全部已确认", "Everybody has")
        case .notForYou: ("您没有可查看的名单", "There is nobody whom you may see here")
        case .corrections: ("修改记录", "Corrections")
        case .present: ("现在", "Now")
        case .earlier: ("此前", "Before")
        case .due: ("请在%@前确认", "To be acknowledged by %@")
        case .information: ("学习资讯", "Information")
        case .zoneNews: ("园区动态", "Zone news")
        case .circular: ("通知", "Circular")
        }
    }

    public static func of(_ category: ArticleCategory) -> DutyWords {
        switch category {
        case .information: .information
        case .zoneNews: .zoneNews
        case .circular: .circular
        }
    }
}
