import Hongqi
import HongqiModels
import SwiftUI

struct SearchView: View {
    @State private var model: SearchModel

    init(_ hongqi: Hongqi) { _model = State(initialValue: SearchModel(hongqi)) }

    var body: some View {
        List(model.hits, id: \.doc) { hit in
            NavigationLink(value: place(of: hit)) {
                Text(hit.text).lineLimit(3).spoken(SpeechContext.here().say(hit))
            }
        }
        .overlay {
            if let asked = model.answered, model.hits.isEmpty {
                ContentUnavailableView(
                    Words.nothingFound.text(in: .preferred, asked), systemImage: "magnifyingglass")
            }
        }
        .searchable(text: $model.query)
        .task(id: model.query) { await model.search() }
        .alert(for: model)
    }

    private func place(of hit: SearchHit) -> Place {
        switch hit.kind {
        case .article: .article(hit.doc)
        case .message, .gathering: .discussion(hit.space, "")
        case .activity: .activity(hit.doc)
        }
    }
}
