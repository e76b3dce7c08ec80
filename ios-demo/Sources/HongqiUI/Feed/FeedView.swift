import Hongqi
import HongqiModels
import SwiftUI

struct FeedView: View {
    @State private var model: FeedModel
    private let reminders: RemindersModel

    init(_ hongqi: Hongqi, _ reminders: RemindersModel) {
        _model = State(initialValue: FeedModel(hongqi))
        self.reminders = reminders
    }

    var body: some View {
        List {
            if let writing = model.writing {
                NavigationLink(value: writing == 0 ? Place.write(.new) : Place.drafts) {
                    Label(EditingWords.write.text(), systemImage: "square.and.pencil").badge(writing)
                }
            }
            if !reminders.reminders.isEmpty {
                NavigationLink(value: Place.reminders) {
                    Label(DutyWords.reminders.text(), systemImage: "bell").badge(reminders.reminders.count)
                        .foregroundStyle(reminders.overdue > 0 ? .red : .primary)
                }
            }
            ForEach(model.items, id: \.id) { item in
                NavigationLink(value: Place.article(item.id)) { FeedRow(item: item) }
                    .task { if item.id == model.items.last?.id { await model.loadMore() } }
            }
        }
        .listStyle(.plain)
        .refreshable { await model.refresh() }
        .task { await model.run() }
        .alert(for: model)
    }
}

private struct FeedRow: View {
    let item: FeedItem

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            Text(item.title).font(.headline).fontWeight(item.read ? .regular : .semibold)
            HStack {
                Text(item.orgName)
                Text(item.category.name())
                if item.pinned { Image(systemName: "pin") }
                if item.mustRead { Text(Words.mustRead.text()).foregroundStyle(.red) }
                Spacer()
                if item.bookmarked { Image(systemName: "bookmark.fill") }
                DeliveryMark(delivery: item.acknowledged ?? item.delivery)
            }
            .font(.footnote).foregroundStyle(.secondary)
        }
        .spoken(SpeechContext.here().say(item))
    }
}

struct ArticleScreen: View {
    @State private var model: ArticleModel
    @Environment(\.dismiss) private var dismiss

    init(_ hongqi: Hongqi, _ id: DocId) { _model = State(initialValue: ArticleModel(hongqi, id)) }

    var body: some View {
        ScrollView {
            if let article = model.article {
                VStack(alignment: .leading, spacing: 12) {
                    Text(article.item.title).font(.title2).accessibilityAddTraits(.isHeader)
                    Text(article.item.orgName + "  " + SpeechContext.here().say(article.item.publishedAt))
                        .font(.footnote).foregroundStyle(.secondary)
                    Text(article.body).textSelection(.enabled)
                    acknowledgement(article)
                    NavigationLink(Words.discussion.text(), value: Place.discussion(article.thread, article.item.title))
                    if model.mayEdit { editing(article) }
                }
                .padding()
            }
        }
        .toolbar {
            Button(Words.bookmark.text(), systemImage: model.article?.item.bookmarked == true ? "bookmark.fill" : "bookmark") {
                Task { await model.toggleBookmark() }
            }
        }
        .task { await model.run() }
        .alert(for: model)
    }

    @ViewBuilder
    private func editing(_ article: ArticleView) -> some View {
        NavigationLink(EditingWords.correct.text(), value: Place.write(.correction(article.item.id)))
        Button(article.item.pinned ? EditingWords.unpin.text() : EditingWords.pin.text()) { Task { await model.togglePin() } }
        SureButton(title: EditingWords.withdraw.text()) {
            Task {
                await model.withdraw()
                if model.withdrawn { dismiss() }
            }
        }
    }

    @ViewBuilder
    private func acknowledgement(_ article: ArticleView) -> some View {
        if model.asksForAcknowledgement {
            Button(Words.acknowledge.text()) { Task { await model.acknowledge() } }.buttonStyle(.borderedProminent)
        } else if let state = article.item.acknowledged {
            Label(Words.acknowledged.text() + "  " + OutboxModel.state(of: state), systemImage: "checkmark")
        }
        if article.item.mustRead {
            if let due = article.item.due {
                Text(DutyWords.due.text(in: .preferred, SpeechContext.here().say(due))).font(.footnote)
            }
            Text(SpeechContext.here().say(acknowledged: article.acknowledgements)).font(.footnote)
            NavigationLink(DutyWords.outstanding.text(), value: Place.outstanding(article.item.id))
        }
        if article.item.edited {
            NavigationLink(DutyWords.corrections.text(), value: Place.revisions(article.item.id))
        }
    }
}
