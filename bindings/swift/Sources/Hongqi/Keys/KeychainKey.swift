#if canImport(Security)
    import Foundation
    import HongqiCore
    import Security

    /// The device key in the Secure Enclave: made once, never to leave it, usable after the first unlock so that a
    /// background run can sign. On a simulator, which has no enclave, the key is in the keychain alone.
    public final class KeychainKey: DeviceKey {
        // A SecKey may be used from any thread; Security does not say so to the compiler.
        private nonisolated(unsafe) let key: SecKey

        /// The key called `tag`, made if it is missing.
        ///
        /// - Throws: `KeychainError`.
        public init(tag: String) throws {
            key = try Self.find(tag) ?? Self.make(tag)
        }

        public func publicKey() throws -> Data {
            var error: Unmanaged<CFError>?
            guard let half = SecKeyCopyPublicKey(key),
                let point = SecKeyCopyExternalRepresentation(half, &error)
            else { throw KeychainError(status: errSecInvalidKeyRef) }
            return point as Data
        }

        public func sign(message: Data) throws -> Data {
            var error: Unmanaged<CFError>?
            let algorithm = SecKeyAlgorithm.ecdsaSignatureMessageX962SHA256
            guard let signature = SecKeyCreateSignature(key, algorithm, message as CFData, &error) else {
                let code = error?.takeRetainedValue()
                throw KeychainError(status: code.map { OSStatus(truncatingIfNeeded: CFErrorGetCode($0)) } ?? errSecParam)
            }
            return signature as Data
        }

        private static func find(_ tag: String) throws -> SecKey? {
            let query: [CFString: Any] = [
                kSecClass: kSecClassKey,
                kSecAttrApplicationTag: Data(tag.utf8),
                kSecAttrKeyType: kSecAttrKeyTypeECSECPrimeRandom,
                // On a Mac too: the enclave's keys are in no other keychain.
                kSecUseDataProtectionKeychain: true,
                kSecReturnRef: true,
            ]
            var item: CFTypeRef?
            switch SecItemCopyMatching(query as CFDictionary, &item) {
            case errSecSuccess: return (item as! SecKey)
            case errSecItemNotFound: return nil
            // Not "make another": before the first unlock the key is there and cannot be read.
            case let status: throw KeychainError(status: status)
            }
        }

        private static func make(_ tag: String) throws -> SecKey {
            var error: Unmanaged<CFError>?
            let access = SecAccessControlCreateWithFlags(
                nil, kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly, .privateKeyUsage, &error)
            guard let access else { throw KeychainError(status: errSecParam) }
            var attributes: [CFString: Any] = [
                kSecAttrKeyType: kSecAttrKeyTypeECSECPrimeRandom,
                kSecAttrKeySizeInBits: 256,
                kSecUseDataProtectionKeychain: true,
                kSecPrivateKeyAttrs: [
                    kSecAttrIsPermanent: true,
                    kSecAttrApplicationTag: Data(tag.utf8),
                    kSecAttrAccessControl: access,
                ] as [CFString: Any],
            ]
            #if !targetEnvironment(simulator)
                attributes[kSecAttrTokenID] = kSecAttrTokenIDSecureEnclave
            #else
                attributes[kSecPrivateKeyAttrs] = [
                    kSecAttrIsPermanent: true,
                    kSecAttrApplicationTag: Data(tag.utf8),
                    kSecAttrAccessible: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly,
                ] as [CFString: Any]
            #endif
            guard let key = SecKeyCreateRandomKey(attributes as CFDictionary, &error) else {
                throw KeychainError(status: errSecAllocate)
            }
            return key
        }
    }

    /// What the keychain says (`OSStatus`). To the core it is `key`, which may be tried again.
    public struct KeychainError: Error, Equatable {
        public let status: OSStatus
    }
#endif
