package org.hongqi.shell

import java.io.File
import java.time.Duration
import kotlin.system.exitProcess
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.hongqi.core.ErrorCode
import org.hongqi.core.FileKeys
import org.hongqi.core.HongqiException
import org.hongqi.core.Topic
import org.hongqi.core.code
import org.hongqi.core.memberIdOfNumber
import org.hongqi.core.messagesFlow
import org.hongqi.core.observe
import org.hongqi.core.openHongqi
import org.hongqi.core.outboxFlow
import org.hongqi.core.probePanic
import org.hongqi.core.standingTalkOf

/** What R8 is given as an app: all kinds of calls over the border. Ends by saying what it read. */
object ShrunkApp {
    @JvmStatic
    fun main(args: Array<String>) {
        runBlocking {
            val (home, url, code) = args
            val hongqi = openHongqi(File(home), FileKeys(File(home, "device.key")))
            hongqi.resume()
            val me = hongqi.enrol(url, code)
            check(me.member == memberIdOfNumber("M1"))
            val space = standingTalkOf(me.home)
            hongqi.talk().post(space, "压缩之后")
            hongqi.outboxFlow().first { it.isEmpty() }
            check(hongqi.observe(Topic.Directory) { hongqi.directory().org(me.home) }.first { it != null } != null)
            val refused = runCatching { hongqi.talk().post(space, " ") }.exceptionOrNull()
            check((refused as HongqiException).code == ErrorCode.INVALID)
            val panicked = runCatching { probePanic() }.exceptionOrNull()
            check((panicked as HongqiException).code == ErrorCode.INTERNAL)
            println(hongqi.messagesFlow(space).first { it.items.isNotEmpty() }.items.single().body)
            hongqi.pause()
            hongqi.backgroundSync(Duration.ofMinutes(1))
        }
        exitProcess(0)
    }
}
