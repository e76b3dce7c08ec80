import Foundation
import HongqiCore

extension SoftwareKey {
    /// The key kept in the file `url`, made there if it is missing: readable by this user only. For tests and for
    /// computers without a key store; a phone keeps its key in the Secure Enclave (`KeychainKey`).
    ///
    /// - Throws: `key` if the file holds none; what the file system says.
    public static func kept(in url: URL) throws -> SoftwareKey {
        if let bytes = try? Data(contentsOf: url) {
            return try fromPkcs8(pkcs8: bytes)
        }
        let key = try generate()
        // Made with its permissions, so that at no moment others may read it; then moved into place whole.
        let draft = url.appendingPathExtension("new")
        try? FileManager.default.removeItem(at: draft)
        let made = FileManager.default.createFile(
            atPath: draft.path, contents: try key.pkcs8(), attributes: [.posixPermissions: 0o600])
        guard made else { throw CocoaError(.fileWriteUnknown) }
        try FileManager.default.moveItem(at: draft, to: url)
        return key
    }
}
