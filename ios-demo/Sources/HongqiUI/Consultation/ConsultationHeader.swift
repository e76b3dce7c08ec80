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
                Button { shows = true } label: {
                    Label(
                        ConsultWords.whoReads.text() + "  " + model.readers.map(\.name).joined(separator: "、"),
                        systemImage: "eye"
                    )
                    .font(.footnote).multilineTextAlignment(.leading)
                }
            }
            .padding(8).frame(maxWidth: .infinity, alignment: .leading).background(.bar)
            .sheet(isPresented: $shows) {
                NavigationStack {
                    List { Readers(readers: model.readers) }
                        .navigationTitle(ConsultWords.whoReads.text())
                        .toolbar { Button(Words.ok.text()) { shows = false } }
                }
            }
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
