package org.hongqi.core

import java.io.File
import java.nio.file.Files
import java.nio.file.NoSuchFileException
import java.nio.file.Path
import java.nio.file.StandardCopyOption.ATOMIC_MOVE
import java.nio.file.StandardOpenOption.CREATE_NEW
import java.nio.file.StandardOpenOption.SYNC
import java.nio.file.StandardOpenOption.WRITE
import java.nio.file.attribute.PosixFilePermissions
import java.security.PrivateKey
import java.security.PublicKey
import java.security.Signature

/**
 * Where the device's private key is kept. On a phone that is the platform's key store, which never gives it away
 * (`KeystoreKeys`, in the library for Android); [FileKeys] stands in for it elsewhere.
 */
fun interface DeviceKeyStore {
    /** The device's key, made when first asked for and the same ever after. Called on a thread that may wait. */
    fun key(): DeviceKey
}

/** A P-256 key in the hands of a provider of java.security, which may hold no more of the private half than a name. */
class ProviderKey(private val private: PrivateKey, private val public: PublicKey) : DeviceKey {
    override fun publicKey(): ByteArray = public.encoded

    override fun sign(message: ByteArray): ByteArray = Signature.getInstance("SHA256withECDSA").run {
        initSign(private)
        update(message)
        sign()
    }
}

/**
 * A key in a file that only its owner reads (mode 600): for desktops and tests. Who has the file is the device, so it
 * belongs on an encrypted disk and into no backup.
 */
class FileKeys(private val file: File) : DeviceKeyStore {
    override fun key(): DeviceKey {
        val path = file.toPath()
        return try {
            SoftwareKey.fromPkcs8(Files.readAllBytes(path))
        } catch (_: NoSuchFileException) {
            SoftwareKey.generate().also { keep(path, it.pkcs8()) }
        }
    }

    /** All of it or nothing, so that a process killed here leaves no half a key. */
    private fun keep(path: Path, pkcs8: ByteArray) {
        val new = path.resolveSibling("${path.fileName}.new")
        Files.deleteIfExists(new)
        val onlyOwner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        Files.newByteChannel(new, setOf(CREATE_NEW, WRITE, SYNC), onlyOwner).use { channel ->
            val bytes = java.nio.ByteBuffer.wrap(pkcs8)
            while (bytes.hasRemaining()) channel.write(bytes)
        }
        Files.move(new, path, ATOMIC_MOVE)
    }
}
