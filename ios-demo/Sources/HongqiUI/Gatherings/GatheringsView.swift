import Hongqi
import HongqiModels
import SwiftUI

struct GatheringsView: View {
    @State private var model: GatheringsModel
    @State private var opens = false
    @State private var opened: Place?
    private let hongqi: Hongqi

    init(_ hongqi: Hongqi) {
        _model = State(initialValue: GatheringsModel(hongqi))
        self.hongqi = hongqi
    }

    var body: some View {
        List {
            Section(TogetherWords.running.text()) {
                ForEach(model.running, id: \.id) { gathering in
                    row(gathering).swipeActions {
                        if !gathering.joined {
                            Button(TogetherWords.join.text()) { Task { await model.join(gathering) } }
                        }
                    }
                }
            }
            if !model.left.isEmpty {
                Section(TogetherWords.leftGroups.text()) {
                    ForEach(model.left, id: \.space) { group in
                        HStack {
                            Text(SpeechContext.here().say(group))
                            Spacer()
                            Button(TogetherWords.comeBack.text()) { Task { await model.comeBack(to: group) } }
                                .buttonStyle(.bordered)
                        }
                    }
                }
            }
            if !model.over.isEmpty {
                Section(TogetherWords.over.text()) {
                    ForEach(model.over, id: \.id) { gathering in
                        row(gathering).task { if gathering.id == model.over.last?.id { await model.loadMore() } }
                    }
                }
            }
        }
        .navigationTitle(TogetherWords.gatherings.text())
        .toolbar { Button(TogetherWords.open.text(), systemImage: "plus") { opens = true } }
        .sheet(isPresented: $opens) {
            OpenView(hongqi) { gathering in
                opens = false
                opened = .discussion(gathering.space, gathering.topic)
            }
        }
        .navigationDestination(item: $opened) { $0.view(hongqi) }
        .task { await model.run() }
        .alert(for: model)
    }

    private func row(_ gathering: GatheringView) -> some View {
        NavigationLink(value: Place.discussion(gathering.space, gathering.topic)) {
            VStack(alignment: .leading) {
                HStack {
                    Text(gathering.topic).font(.headline)
                    Spacer()
                    DeliveryMark(delivery: gathering.delivery)
                }
                Text(gathering.org == nil ? gathering.authorName : gathering.orgName).foregroundStyle(.secondary)
                if let ends = gathering.closed ?? gathering.ends {
                    Text(SpeechContext.here().say(ends)).font(.footnote).foregroundStyle(.secondary)
                }
                if !gathering.summary.isEmpty { Text(gathering.summary).font(.footnote).lineLimit(2) }
            }
            .spoken(SpeechContext.here().say(gathering))
        }
    }
}
