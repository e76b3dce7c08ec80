package org.hongqi.demo.ui

import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import org.hongqi.core.MemberId
import org.hongqi.demo.state.App
import org.hongqi.demo.state.AtDoorScreen
import org.hongqi.demo.state.CardScreen
import org.hongqi.demo.state.DoorsScreen
import org.hongqi.demo.state.PresencePlace
import org.hongqi.demo.state.ScanScreen

@Composable
internal fun PresenceAt(app: App, place: PresencePlace, me: MemberId, camera: Camera?) {
    when (place) {
        PresencePlace.Card -> {
            val screen = screen { CardScreen(it, me) }
            val card by screen.card.collectAsState()
            val name by screen.name.collectAsState()
            CardUi(card, name) { app.back() }
        }
        is PresencePlace.Scan -> {
            val screen = screen { ScanScreen(it, place.activity, place.leaving) }
            val came by screen.result.collectAsState()
            ScanUi(came, place.leaving, camera, screen::scan) { app.back() }
        }
        is PresencePlace.Doors -> {
            val screen = screen { DoorsScreen(it, place.activity) }
            val doors by screen.doors.collectAsState()
            val label by screen.label.collectAsState()
            val acts = DoorsActs(
                { app.back() }, screen::prepare, screen::letGo, screen::name,
                { screen.open { app.go(PresencePlace.AtDoor(place.activity, it)) } },
                { app.go(PresencePlace.AtDoor(place.activity, it.id)) }, screen::revoke,
            )
            DoorsUi(doors, label, me, acts)
        }
        is PresencePlace.AtDoor -> {
            val screen = screen { AtDoorScreen(it, place.activity, place.door) }
            val door by screen.door.collectAsState()
            val code by screen.code.collectAsState()
            val scanned by screen.scanned.collectAsState()
            val query by screen.query.collectAsState()
            val found by screen.found.collectAsState()
            val acts = AtDoorActs(
                { app.back() }, screen::scan, screen::admit, screen::done, screen::look,
                screen::admitByName, screen::seeOut, screen::guests, screen::shut,
            )
            AtDoorUi(door, code, scanned, query, found, camera, acts)
        }
    }
}
