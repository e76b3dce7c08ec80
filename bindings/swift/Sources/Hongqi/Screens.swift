import Foundation
import HongqiCore

// What the screens of an app show, each with the topics that change it. The network never stands before any of them: they
// give what is on the phone, and give it again when more has arrived. A list that grows as it is scrolled is `observe`d by
// who knows how far.

extension Hongqi {
    /// One article; nil once it is withdrawn, or while it is not here.
    public func article(_ id: DocId) throws -> AsyncThrowingStream<ArticleView?, any Error> {
        let feed = try feed()
        return try observe([.feed, .directory, .outbox, .personal]) { try await feed.article(id: id) }
    }

    /// How many articles the member has not opened.
    public func unreadArticles() throws -> AsyncThrowingStream<UInt64, any Error> {
        let feed = try feed()
        return try observe([.feed]) { try await feed.unread() }
    }

    /// What this member has still to acknowledge, overdue first, which comes about by itself; set alarms anew with each.
    public func reminders() throws -> AsyncThrowingStream<[Reminder], any Error> {
        let feed = try feed()
        let next: @Sendable () async throws -> TimeInterval? = {
            try await feed.reminders().flatMap(\.remindAt).min().map { max(0, $0.timeIntervalSinceNow) }
        }
        return try observe([.feed], holds: next) { try await feed.reminders() }
    }

    /// All discussions, those with the newest message first.
    public func discussions() throws -> AsyncThrowingStream<[TalkView], any Error> {
        let talk = try talk()
        return try observe([.talks, .directory, .feed, .outbox]) { try await talk.list() }
    }

    /// The gatherings and groups that go on, what ends first first. One whose time is over leaves the list by itself.
    public func runningGatherings() throws -> AsyncThrowingStream<[GatheringView], any Error> {
        let gatherings = try gatherings()
        return try observe([.talks, .directory, .outbox], holds: { try await gatherings.nextEnd() }) {
            try await gatherings.running()
        }
    }

    /// The gathering or group whose discussion this is; nil of any other. Over when its time is, with nothing said.
    public func gathering(of discussion: SpaceId) throws -> AsyncThrowingStream<GatheringView?, any Error> {
        let gatherings = try gatherings()
        return try observe([.talk(discussion), .talks, .directory, .outbox], holds: { try await gatherings.nextEnd() }) {
            try await gatherings.ofDiscussion(space: discussion)
        }
    }

    /// Who takes part in a group, by name; nobody of a gathering, which is for all of its organisation.
    public func participants(in group: GatheringView) throws -> AsyncThrowingStream<[ParticipantView], any Error> {
        let (gatherings, id) = (try gatherings(), group.id)
        return try observe([.talk(group.space), .directory]) { try await gatherings.participants(group: id) }
    }

    /// The consultations that this member reads: those that are not closed first.
    public func consultations() throws -> AsyncThrowingStream<[CaseView], any Error> {
        let consult = try consult()
        return try observe([.consultations, .directory, .outbox]) { try await consult.list(limit: 200) }
    }

    /// One consultation, by its discussion; nil while it is not here.
    public func consultation(in discussion: SpaceId) throws -> AsyncThrowingStream<CaseView?, any Error> {
        let consult = try consult()
        return try observe([.consultations, .directory, .outbox]) { try await consult.consultation(space: discussion) }
    }

    /// Activities that end at or after `date`, the soonest first.
    public func activities(endingAfter date: Date) throws -> AsyncThrowingStream<[ActivityView], any Error> {
        let activities = try activities()
        return try observe([.activities, .directory, .outbox]) { try await activities.list(from: date, limit: 200) }
    }

    /// The attendance of an activity, as far as this phone may know it.
    public func attendance(of activity: DocId) throws -> AsyncThrowingStream<[AttendanceRow], any Error> {
        let activities = try activities()
        return try observe([.activity(activity), .directory]) { try await activities.attendance(activity: activity) }
    }

    /// This member's own attendance over time, the latest first.
    public func ownHistory() throws -> AsyncThrowingStream<[PastAttendance], any Error> {
        let activities = try activities()
        return try observe([.activities, .outbox]) {
            try await activities.history(member: try await self.me().member, limit: 200)
        }
    }

    /// What is voted on at an activity, in the order in which it was moved.
    public func resolutions(of activity: DocId) throws -> AsyncThrowingStream<[ResolutionView], any Error> {
        let activities = try activities()
        return try observe([.activity(activity), .outbox]) { try await activities.resolutions(activity: activity) }
    }

    /// What waits to be sent or was refused, oldest first.
    public func outboxItems() throws -> AsyncThrowingStream<[OutboxItem], any Error> {
        let outbox = try outbox()
        return try observe([.outbox]) { try await outbox.items() }
    }

    /// What is found, newest arrival first; a new message that fits appears by itself.
    public func hits(for query: String) throws -> AsyncThrowingStream<[SearchHit], any Error> {
        let search = try search()
        return try observe([.feed, .talks, .activities, .outbox]) { try await search.find(query: query, limit: 50) }
    }

    /// Drafts, the last changed first.
    public func drafts() throws -> AsyncThrowingStream<[DraftView], any Error> {
        let personal = try personal()
        return try observe([.personal]) { try await personal.drafts() }
    }

    /// The roles that the member holds.
    public func ownRoles() throws -> AsyncThrowingStream<[RoleView], any Error> {
        let directory = try directory()
        return try observe([.directory]) { try await directory.roles() }
    }
}
