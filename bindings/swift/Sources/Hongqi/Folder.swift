import Foundation
import HongqiCore

extension Hongqi {
    /// The folder for the core's database, made if it is missing: `name` in the app's Application Support, or in `parent`.
    ///
    /// Nothing of it goes into a backup: all but what is unsent can be fetched again, the key stays on this device, and the
    /// core's `hongqi.generation`, which tells a restored database from the one that was here, must be in none. On iOS its
    /// files can be read from the first unlock on, as the key can: a background run needs both.
    ///
    /// - Throws: what the file system says.
    public static func folder(named name: String = "hongqi", in parent: URL? = nil) throws -> URL {
        let parent =
            try parent
            ?? FileManager.default.url(for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
        let folder = parent.appendingPathComponent(name, isDirectory: true)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        #if os(iOS)
            // Not only when it is made: files take over the protection of their folder.
            try FileManager.default.setAttributes(
                [.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication], ofItemAtPath: folder.path)
        #endif
        #if canImport(Darwin)
            var (marked, values) = (folder, URLResourceValues())
            values.isExcludedFromBackup = true
            try marked.setResourceValues(values)
        #endif
        return folder
    }
}
