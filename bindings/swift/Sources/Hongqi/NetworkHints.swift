#if canImport(Network)
    import HongqiCore
    import Network

    /// Tells the core what the system says of the network, for as long as this object is held.
    public final class NetworkHints: @unchecked Sendable {
        // Unchecked: nobody but `init` and `deinit` touches it, and not every SDK says that it may be sent.
        private let monitor = NWPathMonitor()

        public init(for hongqi: Hongqi) {
            // Said again for another path that is satisfied too: another network, and calls on the old one hang.
            monitor.pathUpdateHandler = { path in try? hongqi.network(up: path.status == .satisfied) }
            monitor.start(queue: .global(qos: .utility))
        }

        deinit { monitor.cancel() }
    }
#endif
