import Foundation
import Hongqi
import Observation

/// Attendance in numbers, by organisation, and as files to share.
@MainActor @Observable
public final class NumbersModel: Screen {
    public let hongqi: Hongqi
    public let activity: DocId
    public var failure: Failure?
    /// Nil for who may not see everybody's.
    public private(set) var numbers: AttendanceNumbers?
    /// Names only of the own branch.
    public private(set) var orgs: [OrgAttendance] = []
    public private(set) var guests: UInt64 = 0
    /// What is shared now.
    public private(set) var file: URL?

    private static let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hongqi-share")

    public init(_ hongqi: Hongqi, _ activity: DocId) { (self.hongqi, self.activity) = (hongqi, activity) }

    public func run() async {
        let (hongqi, id) = (hongqi, activity)
        // Of an app that was ended while it shared.
        try? FileManager.default.removeItem(at: Self.folder)
        await follow([.activity(id), .directory]) {
            let activities = try hongqi.activities()
            let orgs = try await activities.attendanceByOrg(activity: id)
            let guests = try await activities.guests(activity: id)
            do {
                return (Optional(try await activities.attendanceNumbers(activity: id)), orgs, guests)
            } catch let error as HongqiError where error.code == .notAllowed {
                return (nil, orgs, guests)
            }
        } show: {
            (numbers, orgs, guests) = $0
        }
    }

    /// Everybody by name, as far as this member may see.
    public func exportPeople(in language: Language = .preferred, timeZone: TimeZone = .current) async {
        await export("attendance") {
            try await $0.attendanceCsv(
                activity: activity, language: language, utcOffsetMinutes: Int32(timeZone.secondsFromGMT() / 60))
        }
    }

    /// Organisations in numbers.
    public func exportOrgs(in language: Language = .preferred) async {
        await export("organisations") { try await $0.attendanceByOrgCsv(activity: activity, language: language) }
    }

    /// The share sheet has closed: names do not stay in a file.
    public func shared() {
        if let file { try? FileManager.default.removeItem(at: file) }
        file = nil
    }

    private func export(_ name: String, _ csv: (Activities) async throws -> String) async {
        await act {
            let text = try await csv(try hongqi.activities())
            shared()
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            let file = Self.folder.appendingPathComponent("\(name).csv")
            try Data(text.utf8).write(to: file, options: .protected)
            self.file = file
        }
    }
}

extension Data.WritingOptions {
    /// Not to be read while the phone is locked.
    fileprivate static var protected: Data.WritingOptions {
        #if os(iOS)
            [.atomic, .completeFileProtection]
        #else
            .atomic
        #endif
    }
}
