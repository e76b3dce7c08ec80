import Foundation
import Hongqi
import Observation

/// The form that plans an activity, or changes one: what, where, when, agenda, who is expected, what is voted on.
@MainActor @Observable
public final class PlanModel: Screen {
    /// What may be expected of somebody.
    public static let places: [Place] = [.voter, .expected, .none]

    public let hongqi: Hongqi
    public var failure: Failure?
    /// Nil until it was planned.
    public private(set) var id: DocId?
    /// Where this member may plan; empty once it was planned.
    public private(set) var orgs: [OrgView] = []
    public var org: OrgId?
    public var title = ""
    public var place = ""
    public var note = ""
    public var agenda = ""
    public var starts: Date
    public var ends: Date
    /// Who is expected, in the order of names.
    public private(set) var roster: [AttendanceRow] = []
    /// The organisations that can be expected as a whole: the activity's own and those below it.
    public private(set) var invitable: [OrgView] = []
    /// Members of the own branch who are not expected yet.
    public private(set) var others: [MemberView] = []
    public private(set) var resolutions: [ResolutionView] = []
    private var shown: ActivityView?

    /// A new one that begins in an hour, or the one with this id.
    public init(_ hongqi: Hongqi, _ id: DocId? = nil, now: Date = Date()) {
        (self.hongqi, self.id) = (hongqi, id)
        (starts, ends) = (now.addingTimeInterval(3600), now.addingTimeInterval(7200))
    }

    /// To be run anew once `id` is there (`.task(id:)`): what is followed then is that activity.
    public func run() async {
        let hongqi = hongqi
        if id == nil {
            await act {
                let rights = try await Rights(of: hongqi)
                orgs = try await hongqi.directory().orgs().filter { !$0.closed && rights.hold(.organiser, at: $0.id) }
                org = orgs.last?.id
            }
        }
        let own = id.map { Set([Topic.activity($0)]) } ?? []
        await follow(own.union([.activities, .directory, .outbox]), { try await self.load() }, show: show)
    }

    public var canSave: Bool {
        (id != nil || org != nil) && ends >= starts && [title, place].allSatisfy { $0.contains { !$0.isWhitespace } }
    }

    /// Plans it, or says what was changed; what others change of note and agenda meanwhile merges with it.
    public func save() async {
        guard canSave else { return }
        let time = Period(starts: starts, ends: ends)
        await act {
            let activities = try hongqi.activities()
            if let id, let old = shown {
                try await activities.edit(
                    activity: id, title: title == old.title ? nil : title, place: place == old.place ? nil : place,
                    note: note == old.note ? nil : note,
                    time: starts == old.starts && ends == old.ends ? nil : time,
                    agenda: agenda == old.agenda ? nil : agenda)
            } else if let org {
                id = try await activities.plan(
                    org: org, title: title, place: place, time: time, note: note, agenda: agenda)
            }
            show(try await load())
        }
    }

    /// Expects everybody of an organisation: full members vote, probationary ones do not.
    public func expectAll(of org: OrgId) async {
        await change { _ = try await $0.expectMembers(activity: $1, orgs: [org]) }
    }

    public func expect(_ member: MemberId, _ place: Place) async {
        await change { try await $0.expectPeople(activity: $1, people: [member: place]) }
    }

    public func move(_ title: String, election: Bool) async {
        await change { _ = try await $0.moveResolution(activity: $1, title: title, election: election) }
    }

    public func withdraw(_ resolution: ResolutionView) async {
        await change { activities, _ in try await activities.withdrawResolution(resolution: resolution.id) }
    }

    public func cancel() async { await change { try await $0.cancel(activity: $1) } }

    private func change(_ work: (Activities, DocId) async throws -> Void) async {
        guard let id else { return }
        await act {
            try await work(try hongqi.activities(), id)
            show(try await load())
        }
    }

    private typealias Loaded = (
        activity: ActivityView?, roster: [AttendanceRow], invitable: [OrgView], others: [MemberView],
        resolutions: [ResolutionView]
    )

    private func load() async throws -> Loaded {
        guard let id else { return (nil, [], [], [], []) }
        let activities = try hongqi.activities()
        let activity = try await activities.activity(id: id)
        let rows = try await activities.attendance(activity: id).filter { $0.place != .none }
        let expected = Set(rows.map(\.member))
        let members = try await hongqi.directory().members(home: try await hongqi.me().home)
        let tree = try await Rights(of: hongqi)
        let orgs = try await hongqi.directory().orgs()
        return (
            activity, rows, orgs.filter { org in activity.map { tree.path(of: org.id).contains($0.org) } ?? false },
            members.filter { !expected.contains($0.id) }, try await activities.resolutions(activity: id)
        )
    }

    /// The form keeps what was typed: only what nobody has touched here follows what others change.
    private func show(_ loaded: Loaded) {
        (roster, invitable, others) = (loaded.roster, loaded.invitable, loaded.others)
        resolutions = loaded.resolutions
        guard let new = loaded.activity else { return }
        let old = shown
        if old == nil || title == old?.title { title = new.title }
        if old == nil || place == old?.place { place = new.place }
        if old == nil || note == old?.note { note = new.note }
        if old == nil || agenda == old?.agenda { agenda = new.agenda }
        if old == nil || starts == old?.starts { starts = new.starts }
        if old == nil || ends == old?.ends { ends = new.ends }
        shown = new
        orgs = []
    }
}
