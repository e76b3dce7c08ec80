package org.hongqi.demo

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import org.hongqi.core.AppState
import org.hongqi.core.Language
import org.hongqi.core.Park
import org.hongqi.core.Phone
import org.hongqi.core.memberIdOfNumber
import org.hongqi.core.states
import org.hongqi.core.until
import org.hongqi.demo.state.App
import org.junit.jupiter.api.AfterEach

/** State holders over the real library and a real server. */
abstract class Stories {
    protected val park = Park()
    protected val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
    protected val li = memberIdOfNumber(Park.LI)
    protected val mo = memberIdOfNumber(Park.MO)
    protected val sec = memberIdOfNumber(Park.SEC)
    protected val top = memberIdOfNumber(Park.TOP)

    @AfterEach
    fun end() {
        scope.cancel()
        park.close()
    }

    protected fun app(phone: Phone) = App(phone.hongqi, scope, Language.CHINESE)

    protected suspend fun Phone.offline() {
        hongqi.network(false)
        hongqi.states().until { it is AppState.Offline }
    }

    protected fun Phone.online() {
        hongqi.network(true)
        hongqi.syncNow()
    }
}
