import Foundation
import HongqiCore

extension Language {
    /// The one that the device's owner prefers of those that the core speaks.
    public static var preferred: Language { among(Locale.preferredLanguages) }

    /// The first of `tags` (BCP 47) that the core speaks; English if there is none.
    public static func among(_ tags: [String]) -> Language {
        for tag in tags {
            if tag.hasPrefix("zh") { return .chinese }
            if tag.hasPrefix("en") { return .english }
        }
        return .english
    }
}

extension SpeechContext {
    /// Speaks to this device's owner, at `now`.
    public static func here(
        in language: Language = .preferred, now: Date = Date(), timeZone: TimeZone = .current
    ) -> SpeechContext {
        SpeechContext(language: language, now: now, utcOffsetMinutes: Int32(timeZone.secondsFromGMT(for: now) / 60))
    }

    /// The sentence that a screen reader says of it; empty for a view that did not come from the core.
    public func say(_ item: FeedItem) -> String { (try? speakFeedItem(view: item, speech: self)) ?? "" }
    public func say(_ reminder: Reminder) -> String { (try? speakReminder(view: reminder, speech: self)) ?? "" }
    public func say(_ branch: BranchOutstanding) -> String { (try? speakBranchOutstanding(view: branch, speech: self)) ?? "" }
    public func say(_ progress: OrgProgress) -> String { (try? speakOrgProgress(view: progress, speech: self)) ?? "" }
    public func say(_ revision: ArticleRevision) -> String { (try? speakRevision(view: revision, speech: self)) ?? "" }
    public func say(_ talk: TalkView) -> String { (try? speakTalk(view: talk, speech: self)) ?? "" }
    public func say(_ message: MessageView) -> String { (try? speakMessage(view: message, speech: self)) ?? "" }
    public func say(_ gathering: GatheringView) -> String { (try? speakGathering(view: gathering, speech: self)) ?? "" }
    public func say(_ participant: ParticipantView) -> String { (try? speakParticipant(view: participant, speech: self)) ?? "" }
    public func say(_ group: LeftGroup) -> String { (try? speakLeftGroup(view: group, speech: self)) ?? "" }
    public func say(_ consultation: CaseView) -> String { (try? speakCase(view: consultation, speech: self)) ?? "" }
    public func say(_ reader: CaseReader) -> String { (try? speakCaseReader(view: reader, speech: self)) ?? "" }
    public func say(_ proposal: LeaveOut) -> String { (try? speakLeaveOut(view: proposal, speech: self)) ?? "" }
    public func say(_ activity: ActivityView) -> String { (try? speakActivity(view: activity, speech: self)) ?? "" }
    public func say(_ row: AttendanceRow) -> String { (try? speakAttendance(view: row, speech: self)) ?? "" }
    public func say(_ past: PastAttendance) -> String { (try? speakPastAttendance(view: past, speech: self)) ?? "" }
    public func say(_ entry: EvidenceView) -> String { (try? speakEvidence(view: entry, speech: self)) ?? "" }
    public func say(_ org: OrgAttendance) -> String { (try? speakOrgAttendance(view: org, speech: self)) ?? "" }
    public func say(_ numbers: AttendanceNumbers) -> String { (try? speakAttendanceNumbers(view: numbers, speech: self)) ?? "" }
    public func say(_ check: ReadyCheck) -> String { (try? speakReadyCheck(view: check, speech: self)) ?? "" }
    public func say(_ checks: [ReadyCheck]) -> String { (try? speakReady(view: checks, speech: self)) ?? "" }
    public func say(_ resolution: ResolutionView) -> String { (try? speakResolution(view: resolution, speech: self)) ?? "" }
    public func say(_ quorum: Quorum) -> String { (try? speakQuorum(view: quorum, speech: self)) ?? "" }
    public func say(_ door: DoorView) -> String { (try? speakDoor(view: door, speech: self)) ?? "" }
    public func say(_ scan: CodeScan) -> String { (try? speakCodeScan(view: scan, speech: self)) ?? "" }
    public func say(_ scan: CodeScanOut) -> String { (try? speakCodeScanOut(view: scan, speech: self)) ?? "" }
    public func say(_ scan: CardScan) -> String { (try? speakCardScan(view: scan, speech: self)) ?? "" }
    public func say(_ reason: ScanRefusal) -> String { (try? speakScanRefusal(view: reason, speech: self)) ?? "" }
    public func say(_ found: ExpectedView) -> String { (try? speakExpected(view: found, speech: self)) ?? "" }
    public func say(_ item: OutboxItem) -> String { (try? speakOutboxItem(view: item, speech: self)) ?? "" }
    public func say(_ hit: SearchHit) -> String { (try? speakHit(view: hit, speech: self)) ?? "" }

    /// How many have acknowledged an article.
    public func say(acknowledged count: PeopleCount) -> String { (try? speakAcknowledged(view: count, speech: self)) ?? "" }

    /// A moment: the day, in words if it is near, and the time.
    public func say(_ time: Date) -> String { (try? speakTime(time: time, speech: self)) ?? "" }
}

// What these are called where they stand by themselves, in the core's words. Empty for a value that did not come from it.

extension Role {
    public func name(in language: Language = .preferred) -> String { shown(try? roleName(value: self, language: language)) }
}
extension ArticleCategory {
    public func name(in language: Language = .preferred) -> String { shown(try? articleCategoryName(value: self, language: language)) }
}
extension CaseCategory {
    public func name(in language: Language = .preferred) -> String { shown(try? caseCategoryName(value: self, language: language)) }
}
extension CasePhase {
    public func name(in language: Language = .preferred) -> String { shown(try? casePhaseName(value: self, language: language)) }
}
extension LeaveOutReason {
    public func name(in language: Language = .preferred) -> String { shown(try? leaveOutReasonName(value: self, language: language)) }
}
extension GatheringState {
    public func name(in language: Language = .preferred) -> String { shown(try? gatheringStateName(value: self, language: language)) }
}
extension AttendanceStatus {
    public func name(in language: Language = .preferred) -> String { shown(try? attendanceName(status: self, language: language)) }
}
extension Leave {
    public func name(in language: Language = .preferred) -> String { shown(try? leaveName(value: self, language: language)) }
}
extension Mark {
    public func name(in language: Language = .preferred) -> String { shown(try? markName(value: self, language: language)) }
}
extension Place {
    public func name(in language: Language = .preferred) -> String { shown(try? placeName(value: self, language: language)) }
}
extension Doubt {
    public func name(in language: Language = .preferred) -> String { shown(try? doubtName(value: self, language: language)) }
}
extension VoteChoice {
    public func name(in language: Language = .preferred) -> String { shown(try? voteChoiceName(value: self, language: language)) }
}
extension DocumentKind {
    public func name(in language: Language = .preferred) -> String { shown(try? documentKindName(value: self, language: language)) }
}
extension HitKind {
    public func name(in language: Language = .preferred) -> String { shown(try? hitKindName(value: self, language: language)) }
}

private func shown(_ name: String?) -> String {
    guard let name else { return "" }
    return name.prefix(1).uppercased() + name.dropFirst()
}
