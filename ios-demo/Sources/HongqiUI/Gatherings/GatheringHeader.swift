import Hongqi
import HongqiModels
import SwiftUI

/// Above the discussion of a gathering or a group: until when, the pinned summary, who takes part, what its leader can do.
struct GatheringHeader: View {
    let model: GatheringModel
    @State private var summarises = false
    @State private var shows = false

    var body: some View {
        if let gathering = model.gathering {
            VStack(alignment: .leading, spacing: 4) {
                HStack {
                    if let ends = gathering.closed ?? gathering.ends {
                        Text(TogetherWords.ends.text() + "  " + SpeechContext.here().say(ends)).font(.footnote)
                    }
                    Spacer()
                    DeliveryMark(delivery: gathering.delivery)
                    Menu(TogetherWords.gatherings.text(), systemImage: "ellipsis.circle") { menu(gathering) }
                        .labelStyle(.iconOnly)
                }
                if !gathering.summary.isEmpty {
                    Label(gathering.summary, systemImage: "pin").font(.footnote)
                        .accessibilityLabel(TogetherWords.summary.text() + "  " + gathering.summary)
                }
            }
            .padding(8).frame(maxWidth: .infinity, alignment: .leading).background(.bar)
            .sheet(isPresented: $summarises) {
                TextSheet(title: TogetherWords.summary.text(), text: gathering.summary) { text in
                    Task { await model.summarise(text) }
                }
            }
            .sheet(isPresented: $shows) { ParticipantsView(model: model) }
        }
    }

    @ViewBuilder
    private func menu(_ gathering: GatheringView) -> some View {
        if gathering.org == nil { Button(TogetherWords.participants.text()) { shows = true } }
        if model.leads {
            if gathering.ends != nil {
                Button(TogetherWords.extend.text()) { Task { await model.extend(by: .seconds(1800)) } }
            }
            Button(TogetherWords.closeEarly.text(), role: .destructive) { Task { await model.close() } }
        }
        if gathering.mayLead { Button(TogetherWords.summarise.text()) { summarises = true } }
        if model.canLeave { Button(TogetherWords.leaveGroup.text(), role: .destructive) { Task { await model.leave() } } }
    }
}

/// Who is in a group; its opener brings people in and sends them away.
private struct ParticipantsView: View {
    let model: GatheringModel
    @Environment(\.dismiss) private var dismiss

    var body: some View {
        NavigationStack {
            List {
                ForEach(model.participants, id: \.member) { person in
                    Text(person.name)
                        .spoken(SpeechContext.here().say(person))
                        .swipeActions {
                            if model.leads, person.member != model.gathering?.author {
                                Button(TogetherWords.sendAway.text(), role: .destructive) {
                                    Task { await model.sendAway(person.member) }
                                }
                            }
                        }
                }
                if model.leads, !model.candidates.isEmpty {
                    Section(TogetherWords.bringIn.text()) {
                        ForEach(model.candidates, id: \.id) { person in
                            Button(person.name) { Task { await model.bringIn(person.id) } }
                                .accessibilityHint(TogetherWords.bringIn.text())
                        }
                    }
                }
            }
            .navigationTitle(TogetherWords.participants.text())
            .toolbar { Button(Words.ok.text()) { dismiss() } }
            .alert(for: model)
        }
    }
}
