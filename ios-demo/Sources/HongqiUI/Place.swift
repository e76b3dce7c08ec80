import Hongqi
import HongqiModels
import SwiftUI

/// Where a tap leads.
enum Place: Hashable {
    case article(DocId)
    case reminders, outstanding(DocId), revisions(DocId), drafts, write(WriteModel.Start)
    case discussion(SpaceId, String)
    case gatherings, consultations
    case activity(DocId), card, history
    case doors(DocId), door(DocId)
    case plan(DocId), roll(DocId), person(DocId, MemberId, String), ballot(DocId), minutes(DocId), numbers(DocId)
    case outbox

    @MainActor @ViewBuilder
    func view(_ hongqi: Hongqi) -> some View {
        switch self {
        case .article, .reminders, .outstanding, .revisions, .drafts, .write: reading(hongqi)
        case .discussion, .gatherings, .consultations: talking(hongqi)
        case .activity, .card, .history, .doors, .door: presence(hongqi)
        case .plan, .roll, .person, .ballot, .minutes, .numbers: organising(hongqi)
        case .outbox: OutboxView(hongqi)
        }
    }

    @MainActor @ViewBuilder
    private func reading(_ hongqi: Hongqi) -> some View {
        switch self {
        // Another one, touched in a notification, may take its place.
        case .article(let id): ArticleScreen(hongqi, id).id(id)
        case .reminders: RemindersView(hongqi)
        case .outstanding(let id): OutstandingView(hongqi, id)
        case .revisions(let id): RevisionsView(hongqi, id)
        case .drafts: DraftsView(hongqi)
        case .write(let start): WriteView(hongqi, start)
        default: EmptyView()
        }
    }

    @MainActor @ViewBuilder
    private func talking(_ hongqi: Hongqi) -> some View {
        switch self {
        case .discussion(let space, let name): DiscussionScreen(hongqi, space, name)
        case .gatherings: GatheringsView(hongqi)
        case .consultations: ConsultationsView(hongqi)
        default: EmptyView()
        }
    }

    @MainActor @ViewBuilder
    private func presence(_ hongqi: Hongqi) -> some View {
        switch self {
        case .activity(let id): CheckInView(hongqi, id)
        case .card: CardView(hongqi)
        case .history: HistoryView(hongqi)
        case .doors(let id): DoorsView(hongqi, id)
        case .door(let id): DoorScreen(hongqi, id)
        default: EmptyView()
        }
    }

    @MainActor @ViewBuilder
    private func organising(_ hongqi: Hongqi) -> some View {
        switch self {
        case .plan(let id): PlanView(hongqi, id)
        case .roll(let id): RollView(hongqi, id)
        case .person(let id, let member, let name): PersonView(hongqi, id, member, name)
        case .ballot(let id): BallotView(hongqi, id)
        case .minutes(let id): MinutesView(hongqi, id)
        case .numbers(let id): NumbersView(hongqi, id)
        default: EmptyView()
        }
    }
}
