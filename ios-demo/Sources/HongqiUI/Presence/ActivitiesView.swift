import Hongqi
import HongqiModels
import SwiftUI

struct ActivitiesView: View {
    @State private var model: ActivitiesModel
    @State private var plans = false
    private let hongqi: Hongqi

    init(_ hongqi: Hongqi) {
        _model = State(initialValue: ActivitiesModel(hongqi))
        self.hongqi = hongqi
    }

    var body: some View {
        List {
            NavigationLink(value: Place.card) { Label(PresenceWords.card.text(), systemImage: "qrcode") }
            ForEach(model.activities, id: \.id) { activity in
                NavigationLink(value: Place.activity(activity.id)) {
                    VStack(alignment: .leading) {
                        Text(activity.title).font(.headline).strikethrough(activity.cancelled)
                        Text(SpeechContext.here().say(activity.starts) + "  " + activity.place)
                            .foregroundStyle(.secondary)
                        if activity.checkedIn != nil { Label(Words.checkedIn.text(), systemImage: "checkmark") }
                    }
                    .spoken(SpeechContext.here().say(activity))
                }
            }
        }
        .listStyle(.plain)
        .toolbar {
            if model.mayPlan {
                Button(OrganisingWords.plan.text(), systemImage: "plus") { plans = true }
            }
        }
        .sheet(isPresented: $plans) { NavigationStack { PlanView(hongqi) } }
        .task { await model.run() }
        .alert(for: model)
    }
}
