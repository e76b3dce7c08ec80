import Hongqi
import HongqiModels
import SwiftUI

/// The own card, for a host to scan.
struct CardView: View {
    @State private var model: CardModel

    init(_ hongqi: Hongqi) { _model = State(initialValue: CardModel(hongqi)) }

    var body: some View {
        ScrollView {
            VStack(spacing: 12) {
                Text(model.name).font(.title)
                if let picture = model.picture {
                    QrView(picture: picture, label: PresenceWords.card.text()).frame(maxWidth: 420)
                }
                Text(PresenceWords.cardHint.text()).font(.footnote).foregroundStyle(.secondary)
            }
            .padding()
        }
        .navigationTitle(PresenceWords.card.text())
        .task { await model.run() }
        .alert(for: model)
    }
}
