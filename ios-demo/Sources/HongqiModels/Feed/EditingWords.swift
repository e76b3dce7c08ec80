import Foundation
import Hongqi

/// The texts of writing articles.
public enum EditingWords: String, Wording {
    case write, drafts, noDrafts, draftsHint, untitled, correction, publisher, title, text, category, mustRead, setDate, due
    case publish, publishCorrection, discard, correct, correctHint, withdraw, pin, unpin

    public var both: (chinese: String, english: String) {
        switch self {
        case .write: ("写文章", "Write an article")
        case .drafts: ("文章草稿", "Drafts of articles")
        case .noDrafts: ("没有正在写的文章。", "You are writing no article.")
        case .draftsHint: ("写的时候自动存为草稿，您的各部手机上都能接着写。", "Kept as a draft while you write; you can go on with it on any of your phones.")
        case .untitled: ("（还没有标题）", "(no title yet)")
        case .correction: ("修改已发布的文章", "Correction of a published article")
        case .publisher: ("由哪个组织发布", "Who publishes it")
        case .title: ("标题", "Title")
        case .text: ("正文", "Text")
        case .category: ("类别", "Category")
        case .mustRead: ("必读，请读者确认", "Must read: readers are asked to acknowledge it")
        case .setDate: ("定一个截止时间", "Set a date by when")
        case .due: ("截止", "Due")
        case .publish: ("发布", "Publish")
        case .publishCorrection: ("发布修改", "Publish the correction")
        case .discard: ("删除草稿", "Throw the draft away")
        case .correct: ("修改文章", "Correct the article")
        case .correctHint: ("读者能看到修改记录。", "Readers can see what was corrected.")
        case .withdraw: ("撤回文章", "Withdraw the article")
        case .pin: ("置顶", "Put on top")
        case .unpin: ("取消置顶", "Take off the top")
        }
    }

    public static let categories: [ArticleCategory] = [.information, .zoneNews, .circular]
}
