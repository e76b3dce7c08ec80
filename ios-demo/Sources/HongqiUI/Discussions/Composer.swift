import Hongqi
import HongqiModels
import SwiftUI

struct Composer: View {
    @Bindable var model: DiscussionModel

    var body: some View {
        VStack(alignment: .leading) {
            if !mentioned.isEmpty {
                HStack {
                    Text("@" + mentioned.joined(separator: "  @")).font(.footnote).lineLimit(2)
                    Spacer()
                    Button(Words.cancel.text(), systemImage: "xmark") { model.mentionNobody() }.labelStyle(.iconOnly)
                }
            }
            if let subject {
                HStack {
                    Text(subject).font(.footnote).lineLimit(1)
                    Spacer()
                    Button(Words.cancel.text(), systemImage: "xmark") { model.giveUp() }.labelStyle(.iconOnly)
                }
            }
            HStack {
                MentionMenu(model: model)
                TextField(Words.compose.text(), text: $model.text, axis: .vertical).lineLimit(1...5)
                    .textFieldStyle(.roundedBorder)
                Button(Words.send.text(), systemImage: "paperplane.fill") { Task { await model.send() } }
                    .labelStyle(.iconOnly).disabled(!model.canSend)
            }
        }
        .padding(8).background(.bar)
    }

    private var mentioned: [String] {
        model.mentions.map(\.name) + model.mentionedRoles.map { $0.name() }
    }

    private var subject: String? {
        switch model.aim {
        case .new: nil
        case .reply(let message): "\(Words.reply.text())  \(message.body)"
        case .edit: Words.edit.text()
        }
    }
}

/// Whom the next message mentions: somebody by name, or whoever holds a role.
private struct MentionMenu: View {
    let model: DiscussionModel
    @State private var opens = false

    private static let roles: [Role] = [.secretary, .deputySecretary, .editor, .organiser]

    var body: some View {
        Button(TogetherWords.mention.text(), systemImage: "at") { opens = true }
            .labelStyle(.iconOnly)
            .sheet(isPresented: $opens) {
                NavigationStack {
                    List {
                        Section(Words.roles.text()) {
                            ForEach(Self.roles, id: \.self) { role in
                                Button(role.name()) { choose { model.mention(role) } }
                            }
                        }
                        ForEach(model.mentionable, id: \.member) { person in
                            Button(person.name) { choose { model.mention(person) } }
                        }
                    }
                    .navigationTitle(TogetherWords.mention.text())
                    .toolbar { Button(Words.cancel.text()) { opens = false } }
                    .task { await model.loadMentionable() }
                }
            }
    }

    private func choose(_ mention: () -> Void) {
        mention()
        opens = false
    }
}
