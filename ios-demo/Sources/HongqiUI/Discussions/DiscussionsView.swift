import Hongqi
import HongqiModels
import SwiftUI

struct DiscussionsView: View {
    @State private var model: DiscussionsModel

    init(_ hongqi: Hongqi) { _model = State(initialValue: DiscussionsModel(hongqi)) }

    var body: some View {
        List {
            NavigationLink(TogetherWords.gatherings.text(), value: Place.gatherings)
            NavigationLink(ConsultWords.consultations.text(), value: Place.consultations)
            ForEach(model.talks, id: \.space) { talk in row(talk) }
        }
        .listStyle(.plain)
        .task { await model.run() }
        .alert(for: model)
    }

    private func row(_ talk: TalkView) -> some View {
        NavigationLink(value: Place.discussion(talk.space, talk.name)) {
            VStack(alignment: .leading) {
                Text(talk.name).font(.headline)
                Text(talk.last.map { "\($0.authorName)：\($0.body)" } ?? "").lineLimit(1).foregroundStyle(.secondary)
                // Counted in a muted discussion too.
                if talk.mentions > 0 {
                    Label(TogetherWords.mentions.text(in: .preferred, "\(talk.mentions)"), systemImage: "at")
                        .font(.footnote).foregroundStyle(.red)
                }
            }
            .badge(talk.muted ? 0 : Int(clamping: talk.unread))
            .spoken(SpeechContext.here().say(talk))
        }
        .swipeActions {
            Button(talk.muted ? Words.unmute.text() : Words.mute.text()) { Task { await model.toggleMute(talk) } }
            Button(Words.leave.text(), role: .destructive) { Task { await model.leave(talk) } }
        }
    }
}
