import Hongqi
import HongqiModels
import SwiftUI

/// The minutes, and the end of the attendance.
struct MinutesView: View {
    @State private var model: MinutesModel

    init(_ hongqi: Hongqi, _ activity: DocId) { _model = State(initialValue: MinutesModel(hongqi, activity)) }

    var body: some View {
        Form {
            if let theirs = model.theirs {
                Section(OrganisingWords.theirs.text()) {
                    Text(theirs)
                    Button(OrganisingWords.takeTheirs.text()) { model.takeTheirs() }
                }
            }
            Section(OrganisingWords.minutes.text()) {
                TextField(OrganisingWords.minutes.text(), text: $model.text, axis: .vertical).lineLimit(6...)
                Button(OrganisingWords.save.text()) { Task { await model.save() } }.disabled(!model.changed)
            }
            Section {
                if model.closed {
                    Label(OrganisingWords.attendanceClosed.text(), systemImage: "lock")
                } else {
                    SureButton(title: OrganisingWords.closeAttendance.text()) { Task { await model.closeAttendance() } }
                }
            } footer: {
                Text(OrganisingWords.closeHint.text())
            }
        }
        .navigationTitle(OrganisingWords.minutes.text())
        .task { await model.run() }
        .alert(for: model)
    }
}
