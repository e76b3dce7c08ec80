import Hongqi
import HongqiModels
import SwiftUI

/// The form of an activity. Once it is saved, the roster and what is voted on follow below.
struct PlanView: View {
    @State private var model: PlanModel
    @Environment(\.dismiss) private var dismiss

    init(_ hongqi: Hongqi, _ id: DocId? = nil) { _model = State(initialValue: PlanModel(hongqi, id)) }

    var body: some View {
        Form {
            if !model.orgs.isEmpty {
                Picker(OrganisingWords.organisation.text(), selection: $model.org) {
                    ForEach(model.orgs, id: \.id) { Text($0.name).tag(Optional($0.id)) }
                }
            }
            Section {
                TextField(OrganisingWords.title.text(), text: $model.title)
                TextField(OrganisingWords.place.text(), text: $model.place)
                DatePicker(OrganisingWords.starts.text(), selection: $model.starts)
                DatePicker(OrganisingWords.ends.text(), selection: $model.ends, in: model.starts...)
                TextField(OrganisingWords.agenda.text(), text: $model.agenda, axis: .vertical).lineLimit(2...10)
                TextField(OrganisingWords.note.text(), text: $model.note, axis: .vertical).lineLimit(1...10)
                Button(OrganisingWords.save.text()) { Task { await model.save() } }.disabled(!model.canSave)
            }
            if model.id != nil {
                RosterSection(model: model)
                ResolutionsSection(model: model)
                SureButton(title: OrganisingWords.cancelActivity.text()) { Task { await cancel() } }
            }
        }
        .navigationTitle(OrganisingWords.plan.text())
        .toolbar { Button(Words.ok.text()) { dismiss() } }
        // Anew once it was planned: what is followed then is that activity.
        .task(id: model.id) { await model.run() }
        .alert(for: model)
    }

    private func cancel() async {
        await model.cancel()
        if model.failure == nil { dismiss() }
    }
}

private struct RosterSection: View {
    let model: PlanModel

    var body: some View {
        Section(OrganisingWords.roster.text()) {
            Menu(OrganisingWords.expectAll.text()) {
                ForEach(model.invitable, id: \.id) { org in
                    Button(org.name) { Task { await model.expectAll(of: org.id) } }
                }
            }
            ForEach(model.roster, id: \.member) { row in
                Menu { places(for: row.member) } label: {
                    LabeledContent(row.name, value: row.place.name())
                }
            }
            Menu(OrganisingWords.expect.text()) {
                ForEach(model.others, id: \.id) { member in
                    Button(member.name) { Task { await model.expect(member.id, .expected) } }
                }
            }
            .disabled(model.others.isEmpty)
        }
    }

    private func places(for member: MemberId) -> some View {
        ForEach(PlanModel.places, id: \.self) { place in
            Button(place.name(), role: place == .none ? .destructive : nil) { Task { await model.expect(member, place) } }
        }
    }
}

private struct ResolutionsSection: View {
    let model: PlanModel
    @State private var title = ""
    @State private var election = false

    var body: some View {
        Section(OrganisingWords.resolutions.text()) {
            ForEach(model.resolutions, id: \.id) { resolution in
                Text(SpeechContext.here().say(resolution)).strikethrough(resolution.withdrawn).swipeActions {
                    if !resolution.withdrawn {
                        Button(OrganisingWords.withdrawResolution.text(), role: .destructive) {
                            Task { await model.withdraw(resolution) }
                        }
                    }
                }
            }
            TextField(OrganisingWords.newResolution.text(), text: $title, axis: .vertical)
            Toggle(OrganisingWords.election.text(), isOn: $election)
            Button(OrganisingWords.move.text()) { Task { await move() } }.disabled(title.isEmpty)
        }
    }

    private func move() async {
        await model.move(title, election: election)
        if model.failure == nil { (title, election) = ("", false) }
    }
}
