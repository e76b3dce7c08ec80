import Hongqi
import HongqiModels
import SwiftUI

/// Above a consultation: how far it is, in whose hands, and always who can read it.
struct ConsultationHeader: View {
    let model: ConsultationModel
    @State private var shows = false

    var body: some View {
        if let consultation = model.consultation {
            VStack(alignment: .leading, spacing: 4) {
                HStack {
                    Text(SpeechContext.here().say(consultation)).font(.footnote)
                    Spacer()
                    Menu(ConsultWords.consultations.text(), systemImage: "ellipsis.circle") { menu }.labelStyle(.iconOnly)
                }
                if let handler = model.handler {
                    Text(ConsultWords.inHandsOf.text(in: .preferred, handler.name)).font(.footnote)
                }
                if !model.proposal.isEmpty {
                    Button { shows = true } label: {
                        Label(
                            ConsultWords.betterLeftOut.text(
                                in: .preferred, model.proposal.map(\.name).joined(separator: "、")),
                            systemImage: "exclamationmark.triangle"
                        )
                        .font(.footnote).multilineTextAlignment(.leading).foregroundStyle(.orange)
                    }
                }
                Button { shows = true } label: {
                    Label(
                        ConsultWords.whoReads.text() + "  " + model.readers.map(\.name).joined(separator: "、"),
                        systemImage: "eye"
                    )
                    .font(.footnote).multilineTextAlignment(.leading)
                }
            }
            .padding(8).frame(maxWidth: .infinity, alignment: .leading).background(.bar)
            .sheet(isPresented: $shows) { CaseReaders(model: model) }
        }
    }

    @ViewBuilder
    private var menu: some View {
        if model.canAnswer { Button(ConsultWords.answered.text()) { Task { await model.answered() } } }
        if !model.receivers.isEmpty {
            Menu(ConsultWords.handOver.text()) {
                ForEach(model.receivers, id: \.member) { reader in
                    Button(model.isMe(reader) ? ConsultWords.takeOn.text() : reader.name) { Task { await model.handOver(to: reader) } }
                }
            }
        }
        if model.canReopen { Button(ConsultWords.reopen.text()) { Task { await model.reopen() } } }
        if !model.isClosed {
            Button(ConsultWords.close.text(), role: .destructive) { Task { await model.close() } }
        }
    }
}

/// Who can read it; its asker may leave out more of them, and is told whom better to.
private struct CaseReaders: View {
    let model: ConsultationModel
    @Environment(\.dismiss) private var dismiss

    var body: some View {
        NavigationStack {
            List {
                Section { Readers(readers: model.readers) }
                if !model.proposal.isEmpty {
                    Section {
                        ForEach(model.proposal, id: \.member) { proposed in
                            Text(SpeechContext.here().say(proposed))
                            keepFrom(proposed.member, proposed.name)
                        }
                    }
                }
                if !others.isEmpty {
                    Section(ConsultWords.leaveOut.text()) {
                        ForEach(others, id: \.member) { keepFrom($0.member, $0.name) }
                    }
                }
            }
            .navigationTitle(ConsultWords.whoReads.text())
            .toolbar { Button(Words.ok.text()) { dismiss() } }
            .alert(for: model)
        }
    }

    private var others: [CaseReader] {
        model.leavable.filter { reader in !model.proposal.contains { $0.member == reader.member } }
    }

    private func keepFrom(_ member: MemberId, _ name: String) -> some View {
        let last = model.isLast(member) ? ConsultWords.keepFromLast.text() + " " : ""
        return SureButton(title: ConsultWords.keepFrom.text(in: .preferred, name), message: last + Words.noWayBack.text()) {
            Task { await model.leaveOut(member) }
        }
    }
}
