import BackgroundTasks
import Hongqi
import HongqiModels
import HongqiUI
import SwiftUI

/// The shell: opens the core, tells it of the app's life and of the network, and lets it work in the background.
@main
struct HongqiApp: App {
    @Environment(\.scenePhase) private var phase
    @State private var shell = Shell()

    /// Also in Info.plist, under BGTaskSchedulerPermittedIdentifiers.
    private static let refresh = "org.hongqi.demo.refresh"

    var body: some Scene {
        WindowGroup {
            switch shell.opened {
            case nil: ProgressView().task { await shell.open() }
            case .success(let parts)?:
                RootView(parts.hongqi, alarms: shell.alarms, touched: shell.touched)
                    .environment(\.codeReader, CodeReader.camera)
            case .failure(let error)?: Text(error.localizedDescription).padding()
            }
        }
        .onChange(of: phase, initial: true) { _, phase in
            shell.phase(phase)
            if phase == .background { Self.askForRefresh() }
        }
        .backgroundTask(.appRefresh(Self.refresh)) {
            await Self.askForRefresh()
            // The system cancels this task when its time is up; the run then closes the store.
            await shell.backgroundSync()
        }
    }

    private static func askForRefresh() {
        let request = BGAppRefreshTaskRequest(identifier: refresh)
        request.earliestBeginDate = Date(timeIntervalSinceNow: 15 * 60)
        // Refused in the simulator and when the member has turned it off: then sync waits for the next opening.
        try? BGTaskScheduler.shared.submit(request)
    }
}

@MainActor @Observable
final class Shell {
    struct Parts {
        let hongqi: Hongqi
        let lifecycle: Lifecycle
        let network: NetworkHints
    }

    let alarms = PlannedAlarms(SystemNotifications())
    let touched: TouchedAlarm
    private let touches: NotificationTouches
    private(set) var opened: Result<Parts, any Error>?
    private var opening: Task<Void, Never>?
    private var active = false

    init() {
        let touched = TouchedAlarm()
        (self.touched, touches) = (touched, NotificationTouches(telling: touched))
    }

    func open() async {
        let opening = self.opening ?? Task { opened = await Self.opened() }
        self.opening = opening
        await opening.value
        if active { parts?.lifecycle.enterForeground() }
    }

    func phase(_ phase: ScenePhase) {
        // Inactive (a call, the app switcher) is still in front.
        switch phase {
        case .active: active = true
        case .background: active = false
        default: return
        }
        if active { parts?.lifecycle.enterForeground() } else { parts?.lifecycle.enterBackground() }
    }

    func backgroundSync() async {
        await open()
        // What fails now succeeds later; the outbox says what waits.
        guard let parts, (try? await parts.lifecycle.backgroundSync(within: .seconds(25))) != nil else { return }
        // What has become due gets its alarms.
        if let due = try? await parts.lifecycle.glance({ try await $0.feed().reminders() }) {
            alarms.set(for: due)
            await alarms.settled()
        }
    }

    private var parts: Parts? { try? opened?.get() }

    private static func opened() async -> Result<Parts, any Error> {
        do {
            let home = try Hongqi.folder()
            let hongqi = try await Hongqi.open(home: home.path, key: try KeychainKey(tag: "org.hongqi.device"))
            return .success(Parts(hongqi: hongqi, lifecycle: Lifecycle(of: hongqi), network: NetworkHints(for: hongqi)))
        } catch {
            return .failure(error)
        }
    }
}
