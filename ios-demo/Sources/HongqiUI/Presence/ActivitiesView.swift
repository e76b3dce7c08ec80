#if canImport(SwiftUI)
    import Hongqi
    import HongqiModels
    import SwiftUI

    struct ActivitiesView: View {
        @State private var model: ActivitiesModel

        init(_ hongqi: Hongqi) { _model = State(initialValue: ActivitiesModel(hongqi)) }

        var body: some View {
            List(model.activities, id: \.id) { activity in
                NavigationLink(value: Place.activity(activity.id)) {
                    VStack(alignment: .leading) {
                        Text(activity.title).font(.headline).strikethrough(activity.cancelled)
                        Text(SpeechContext.here().say(activity.starts) + "  " + activity.place).foregroundStyle(.secondary)
                        if activity.checkedIn != nil { Label(Words.checkedIn.text(), systemImage: "checkmark") }
                    }
                    .spoken(SpeechContext.here().say(activity))
                }
            }
            .listStyle(.plain)
            .task { await model.run() }
            .alert(for: model)
        }
    }

    struct CheckInView: View {
        @State private var model: CheckInModel

        init(_ hongqi: Hongqi, _ id: DocId) { _model = State(initialValue: CheckInModel(hongqi, id)) }

        var body: some View {
            List {
                if let activity = model.activity {
                    Section {
                        Text(activity.title).font(.title3).accessibilityAddTraits(.isHeader)
                        Text(SpeechContext.here().say(activity.starts) + "  " + activity.place)
                        if !activity.note.isEmpty { Text(activity.note) }
                        if activity.cancelled { Text(Words.cancelled.text()).foregroundStyle(.red) }
                        if model.canCheckIn {
                            Button(Words.checkIn.text()) { Task { await model.checkIn() } }.buttonStyle(.borderedProminent)
                        } else if let state = activity.checkedIn {
                            Label(
                                Words.checkedIn.text() + "  " + OutboxModel.state(of: state), systemImage: "checkmark")
                        }
                    }
                }
                Section(Words.attendance.text()) {
                    ForEach(model.attendance, id: \.member) { row in Text(SpeechContext.here().say(row)) }
                }
                if !model.members.isEmpty {
                    Section(Words.roll.text()) {
                        ForEach(model.members, id: \.id) { member in
                            Button { model.cycle(member.id) } label: {
                                LabeledContent(
                                    member.name, value: model.marks[member.id].map { Words.of($0).text() } ?? "—")
                            }
                        }
                        Button(Words.callRoll.text()) { Task { await model.callRoll() } }.disabled(model.marks.isEmpty)
                    }
                }
            }
            .task { await model.run() }
            .alert(for: model)
        }
    }
#endif
