import Hongqi
import HongqiModels
import SwiftUI

/// Enrolment first, then the tabs. `hongqi` is open; the app holds it as long as it lives.
public struct RootView: View {
    @State private var session: SessionModel
    @State private var reminders: RemindersModel
    private let touched: TouchedAlarm

    /// `alarms` remind the member of what is due while the app is not in front, and one that is `touched` opens its article.
    public init(_ hongqi: Hongqi, alarms: (any Alarms)? = nil, touched: TouchedAlarm = TouchedAlarm()) {
        self.touched = touched
        _session = State(initialValue: SessionModel(hongqi))
        _reminders = State(initialValue: RemindersModel(hongqi, alarms: alarms))
    }

    public var body: some View {
        Group {
            switch session.enrolled {
            case nil: ProgressView()
            case false?: EnrolView(session: session)
            case true?: Tabs(session: session, reminders: reminders, touched: touched).task { await reminders.run() }
            }
        }
        .task { await session.run() }
    }
}

private struct Tabs: View {
    let session: SessionModel
    let reminders: RemindersModel
    let touched: TouchedAlarm
    @State private var shown = Words.feed
    /// What stands on the feed.
    @State private var reading: [Place] = []
    private var hongqi: Hongqi { session.hongqi }

    var body: some View {
        TabView(selection: $shown) {
            tab(.feed, "newspaper", path: $reading) { FeedView(hongqi, reminders) }.badge(reminders.overdue)
            tab(.discussions, "bubble.left.and.bubble.right") { DiscussionsView(hongqi) }
            tab(.activities, "calendar") { ActivitiesView(hongqi) }
            tab(.search, "magnifyingglass") { SearchView(hongqi) }
            tab(.settings, "person.crop.circle") { SettingsView(hongqi) }
        }
        .onChange(of: touched.article, initial: true) { _, article in
            guard let article else { return }
            (shown, reading) = (.feed, [.article(article)])
            touched.opened()
        }
    }

    private func tab<Content: View>(
        _ word: Words, _ image: String, path: Binding<[Place]>? = nil, @ViewBuilder _ view: () -> Content
    ) -> some View {
        let root = view()
            .navigationTitle(word.text())
            .navigationDestination(for: Place.self) { $0.view(hongqi) }
            .safeAreaInset(edge: .top) { StateLine(text: session.line) }
        return Group {
            if let path { NavigationStack(path: path) { root } } else { NavigationStack { root } }
        }
        .tabItem { Label(word.text(), systemImage: image) }
        .tag(word)
    }
}

/// How sync goes, if there is something to say.
private struct StateLine: View {
    let text: String?

    var body: some View {
        if let text {
            Text(text).font(.footnote).foregroundStyle(.secondary).padding(4).frame(maxWidth: .infinity).background(.bar)
        }
    }
}

struct EnrolView: View {
    @Bindable var session: SessionModel

    var body: some View {
        Form {
            Section {
                TextField(Words.server.text(), text: $session.server).exact()
                TextField(Words.code.text(), text: $session.code).exact()
            } footer: {
                Text(Words.enrolHint.text())
            }
            Button(Words.enrol.text()) { Task { await session.enrol() } }
                .disabled(session.enrolling || session.code.isEmpty)
        }
        .alert(for: session)
    }
}

extension View {
    /// Shows what went wrong, until it was seen.
    func alert(for screen: some Screen) -> some View {
        alert(screen.failure?.what ?? "", isPresented: Bindable(screen).alerts) {
            Button(Words.ok.text()) {}
        } message: {
            Text(screen.failure?.advice ?? "")
        }
    }

    /// An address or a code: taken as it is typed.
    func exact() -> some View {
        #if os(iOS)
            autocorrectionDisabled().textInputAutocapitalization(.never).keyboardType(.URL)
        #else
            autocorrectionDisabled()
        #endif
    }

    /// One thing to a screen reader, in the core's own sentence.
    func spoken(_ sentence: String) -> some View {
        accessibilityElement(children: .ignore).accessibilityLabel(sentence)
    }
}

/// Where an act of this member has got to; nothing once it is at the server.
struct DeliveryMark: View {
    let delivery: Delivery

    var body: some View {
        switch delivery {
        case .atServer: EmptyView()
        case .onDevice: Image(systemName: "clock").foregroundStyle(.secondary)
        case .refused: Image(systemName: "exclamationmark.circle").foregroundStyle(.red)
        }
    }
}
