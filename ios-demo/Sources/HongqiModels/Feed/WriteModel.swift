import Foundation
import Hongqi
import Observation

/// Writes an article, or corrects one. What is being written is kept as one of the core's drafts, on all of the member's
/// phones, until it is published; publishing it and throwing the draft away are one act of the core's.
@MainActor @Observable
public final class WriteModel: Screen {
    /// What is written: a new one, what a draft holds, or a correction.
    public enum Start: Hashable, Sendable { case new, draft(DocId), correction(DocId) }

    /// What is on the form.
    public struct Form: Equatable, Sendable {
        public var org: OrgId?
        public var title = ""
        public var body = ""
        public var category = ArticleCategory.information
        public var mustRead = false
        /// By when it is to be acknowledged.
        public var due: Date?
    }

    public let hongqi: Hongqi
    public var failure: Failure?
    public var form = Form()
    /// Whether the form is filled.
    public private(set) var loaded = false
    /// For which organisations the member may publish.
    public private(set) var orgs: [OrgView] = []
    /// The published article that is corrected.
    public private(set) var corrects: DocId?
    /// Nil until it was published.
    public private(set) var published: DocId?
    /// Whether it was thrown away.
    public private(set) var discarded = false
    private let start: Start
    private var draft: DocId?
    private var kept: Form?
    /// What could not be kept: said once, not once a second.
    private var refused: Form?
    private var last: Task<Void, Never>?

    public init(_ hongqi: Hongqi, _ start: Start) { (self.hongqi, self.start) = (hongqi, start) }

    /// Fills the form, and keeps what is written on it until the screen goes. A draft is sent to the member's other
    /// phones: once a second, not once a letter.
    public func run() async {
        if !loaded { await act { try await load() } }
        while loaded, !Task.isCancelled {
            await keep()
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// A date that was published can be moved, not taken away.
    public var mayDropDate: Bool { corrects == nil }

    public func setDate(_ wanted: Bool, now: Date = Date(), in calendar: Calendar = .current) {
        let day = calendar.date(byAdding: .day, value: 3, to: now) ?? now
        form.due = wanted ? calendar.date(bySettingHour: 18, minute: 0, second: 0, of: day) ?? day : nil
    }

    public var canPublish: Bool {
        published == nil && form.org != nil && [form.title, form.body].allSatisfy { $0.contains { !$0.isWhitespace } }
    }

    /// Keeps what is written; also before the app leaves the screen.
    public func keep() async {
        await inTurn {
            let form = self.form
            guard form != self.refused else { return }
            do {
                try await self.keepNow()
            } catch let error as HongqiError where error.code == .paused {
                // Closed meanwhile: the form still has it, and it is kept when the member goes on.
            } catch {
                (self.refused, self.failure) = (form, Failure(error))
            }
        }
    }

    /// Whatever fails, what was written stays here and as a draft.
    public func publish() async {
        guard canPublish else { return }
        await inTurn {
            await self.act {
                try await self.keepNow()
                // A correction that changes nothing has no draft.
                guard let draft = self.draft else { return self.published = self.corrects }
                self.published = try await self.hongqi.feed().publishDraft(draft: draft)
            }
        }
    }

    public func discard() async {
        await inTurn {
            await self.act {
                if let draft = self.draft { try await self.hongqi.personal().discardDraft(draft: draft) }
                self.discarded = true
            }
        }
    }

    /// One after the other: of two the second finds the draft that the first has made.
    private func inTurn(_ work: @escaping @MainActor () async -> Void) async {
        let before = last
        let task = Task {
            await before?.value
            if published == nil, !discarded { await work() }
        }
        last = task
        await task.value
    }

    private func keepNow() async throws {
        guard loaded, let org = form.org else { return }
        let form = form
        if form == kept || draft == nil && (form.title + form.body).allSatisfy(\.isWhitespace) { return }
        // One line, of however many the field has made it.
        let title = form.title.replacingOccurrences(of: "\n", with: " ")
        let article = DraftArticle(
            org: org, category: form.category, mustRead: form.mustRead, due: form.mustRead ? form.due : nil,
            corrects: corrects)
        do {
            draft = try await hongqi.feed().keepDraft(draft: draft, title: title, text: form.body, article: article)
            kept = form
        } catch {
            // Published or thrown away on another phone: what goes on here is another draft.
            if (error as? HongqiError)?.code == .notFound { draft = nil }
            throw error
        }
    }

    private func load() async throws {
        let rights = try await Rights(of: hongqi)
        let home = try await hongqi.me().home
        orgs = try await hongqi.directory().orgs().filter { !$0.closed && rights.hold(.editor, at: $0.id) }
        let drafts = try await hongqi.personal().drafts()
        switch start {
        case .new: form.org = orgs.first { $0.id == home }?.id ?? orgs.first?.id
        case .draft(let id): take(drafts.first { $0.id == id })
        case .correction(let id):
            corrects = id
            // One that was begun before goes on.
            if let begun = drafts.first(where: { $0.article?.corrects == id }) {
                take(begun)
            } else if let article = try await hongqi.feed().article(id: id) {
                let item = article.item
                form = Form(
                    org: item.org, title: item.title, body: article.body, category: item.category, mustRead: item.mustRead,
                    due: item.due)
            }
        }
        kept = form
        loaded = true
    }

    private func take(_ kept: DraftView?) {
        guard let kept, let article = kept.article else { return }
        (draft, corrects) = (kept.id, article.corrects)
        form = Form(
            org: article.org, title: kept.title, body: kept.text, category: article.category, mustRead: article.mustRead,
            due: article.due)
    }
}
