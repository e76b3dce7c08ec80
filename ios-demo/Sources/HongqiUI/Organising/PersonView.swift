import Hongqi
import HongqiModels
import SwiftUI

/// One person at an activity: who says what, and what an organiser can say to it.
struct PersonView: View {
    @State private var model: PersonModel
    private let name: String

    private static let marks: [Mark] = [.present, .absent, .excused]

    init(_ hongqi: Hongqi, _ activity: DocId, _ member: MemberId, _ name: String) {
        _model = State(initialValue: PersonModel(hongqi, activity, member))
        self.name = name
    }

    var body: some View {
        List {
            if let row = model.row { Text(SpeechContext.here().say(row)).font(.headline) }
            if !model.sides.isEmpty { dispute }
            if let request = model.request { leave(request) }
            if let row = model.row, !row.pending.isEmpty { corrections(row) }
            Section(OrganisingWords.said.text()) {
                ForEach(model.evidence, id: \.id) { Text(SpeechContext.here().say($0)) }
            }
            settling
        }
        .navigationTitle(name)
        .task { await model.run() }
        .alert(for: model)
    }

    /// Both are named; nothing is overwritten.
    private var dispute: some View {
        Section(OrganisingWords.sides.text()) {
            ForEach(model.sides, id: \.by) { word in
                LabeledContent(model.names[word.by] ?? "", value: word.mark.name())
            }
        }
    }

    private func leave(_ request: EvidenceView) -> some View {
        Section(PresenceWords.askLeave.text()) {
            Text(request.reason)
            Button(OrganisingWords.approve.text()) { Task { await model.answer(.approve) } }
            Button(OrganisingWords.deny.text(), role: .destructive) { Task { await model.answer(.deny) } }
        }
    }

    private func corrections(_ row: AttendanceRow) -> some View {
        Section(OrganisingWords.pending.text()) {
            ForEach(row.pending, id: \.doc) { pending in
                LabeledContent(pending.mark.name()) {
                    if model.toSecond.contains(pending) {
                        Button(OrganisingWords.second.text()) { Task { await model.second(pending) } }
                            .buttonStyle(.bordered)
                    } else {
                        Text(OrganisingWords.waitsForSecond.text())
                    }
                }
            }
        }
    }

    private var settling: some View {
        Section {
            TextField(OrganisingWords.reason.text(), text: $model.reason, axis: .vertical)
            Menu(model.sides.isEmpty ? OrganisingWords.correct.text() : OrganisingWords.resolve.text()) {
                ForEach(Self.marks, id: \.self) { mark in
                    Button(mark.name()) { Task { await settle(mark) } }
                }
            }
            .disabled(!model.canSettle)
        } footer: {
            Text(OrganisingWords.reasonHint.text())
        }
    }

    private func settle(_ mark: Mark) async {
        if model.sides.isEmpty { await model.correct(mark) } else { await model.resolve(mark) }
    }
}
