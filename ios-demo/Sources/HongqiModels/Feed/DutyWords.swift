import Foundation
import Hongqi

/// The texts of what is to be acknowledged, and of corrections.
public enum DutyWords: String, Wording {
    case reminders, overdue, nothingToDo, outstanding, inNumbers, allDone, notForYou, corrections, present, earlier
    case due

    public var both: (chinese: String, english: String) {
        switch self {
        case .reminders: ("待确认", "To acknowledge")
        case .overdue: ("%@ 项已超期", "%@ overdue")
        case .nothingToDo: ("没有待确认的必读文章。", "Nothing is left to acknowledge.")
        case .outstanding: ("谁还没确认", "Who has not acknowledged")
        case .inNumbers: ("各组织", "In numbers")
        case .allDone: ("全部已确认", "All have acknowledged")
        case .notForYou: ("没有您可以查看的内容。", "There is nothing here that you may see.")
        case .corrections: ("修改记录", "Corrections")
        case .present: ("现在的内容", "As it reads now")
        case .earlier: ("此前的内容", "As it read before")
        case .due: ("截止 %@", "Due %@")
        }
    }
}
