package org.hongqi.core

import android.content.Context
import android.content.pm.PackageManager
import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import android.security.keystore.StrongBoxUnavailableException
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.PrivateKey
import java.security.spec.ECGenParameterSpec

/**
 * The device's key in Android's key store under the name [alias]: made once, in the secure element if the phone has one
 * (StrongBox), else in the trusted environment, never to leave it. It asks for no unlocking, so that a background run
 * can sign.
 */
class KeystoreKeys(private val context: Context, private val alias: String = "org.hongqi.device") : DeviceKeyStore {
    override fun key(): DeviceKey {
        val store = KeyStore.getInstance(PROVIDER).apply { load(null) }
        if (!store.containsAlias(alias)) make()
        // A key that is there and cannot be read is an error, and no reason to make another: the device is this key.
        val private = checkNotNull(store.getKey(alias, null) as? PrivateKey) { "the key store gives no key" }
        return ProviderKey(private, store.getCertificate(alias).publicKey)
    }

    private fun make() {
        if (hasStrongBox()) {
            try {
                return make(strongBox = true)
            } catch (_: StrongBoxUnavailableException) {
                // It says that it is there and makes no key of this kind.
            }
        }
        make(strongBox = false)
    }

    private fun make(strongBox: Boolean) {
        val spec = KeyGenParameterSpec.Builder(alias, KeyProperties.PURPOSE_SIGN)
            .setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
            .setDigests(KeyProperties.DIGEST_SHA256)
        if (strongBox && Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) spec.setIsStrongBoxBacked(true)
        KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, PROVIDER).run {
            initialize(spec.build())
            generateKeyPair()
        }
    }

    private fun hasStrongBox(): Boolean =
        Build.VERSION.SDK_INT >= Build.VERSION_CODES.P &&
            context.packageManager.hasSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE)

    private companion object {
        const val PROVIDER = "AndroidKeyStore"
    }
}
