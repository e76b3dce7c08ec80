import Hongqi
import HongqiModels
import SwiftUI

/// This member's own attendance over time.
struct HistoryView: View {
    @State private var model: HistoryModel

    init(_ hongqi: Hongqi) { _model = State(initialValue: HistoryModel(hongqi)) }

    var body: some View {
        List(model.past ?? [], id: \.activity) { past in
            VStack(alignment: .leading) {
                Text(past.title).font(.headline)
                Text(past.attendance.status.name())
                Text(SpeechContext.here().say(past.starts)).font(.footnote).foregroundStyle(.secondary)
            }
            .spoken(SpeechContext.here().say(past))
        }
        .overlay {
            if model.past?.isEmpty == true {
                ContentUnavailableView(PresenceWords.noHistory.text(), systemImage: "calendar")
            }
        }
        .navigationTitle(PresenceWords.history.text())
        .task { await model.run() }
        .alert(for: model)
    }
}
