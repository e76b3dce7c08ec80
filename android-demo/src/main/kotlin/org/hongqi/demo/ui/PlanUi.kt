package org.hongqi.demo.ui

import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.foundation.layout.size
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import java.time.format.DateTimeFormatter
import org.hongqi.core.OrgId
import org.hongqi.core.Role
import org.hongqi.demo.state.Known
import org.hongqi.demo.state.Motion
import org.hongqi.demo.state.NewMeeting

private val DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd")
private val CLOCK = DateTimeFormatter.ofPattern("HH:mm")

/** What one does in a plan. */
class PlanActs(
    val onBack: () -> Unit,
    val onChange: (NewMeeting) -> Unit,
    val onDay: (Long) -> Unit,
    val onTime: (Long) -> Unit,
    val onOrg: (OrgId) -> Unit,
    val onExpect: (OrgId) -> Unit,
    val onMotion: (Int, Motion?) -> Unit,
    val onPlan: () -> Unit,
)

/** Plans an activity. */
@Composable
fun PlanUi(form: NewMeeting, known: Known, acts: PlanActs) {
    Page(texts.planOne, acts.onBack) {
        val orgs = known.orgsAs(Role.ORGANISER)
        Heading(texts.ofWhom)
        Choice(orgs.map { it.id to it.name }, form.org, acts.onOrg)
        What(form, acts.onChange, acts.onDay, acts.onTime)
        if (form.org != null) {
            Heading(texts.roster)
            Hint(texts.rosterHelp)
            // Whose cards are here and who belong to it: what is above has no part in it.
            for (org in orgs.filter { one -> known.people.any { it.home == one.id } }) {
                Tick(org.name, org.id in form.roster, texts.count(known.people.count { it.home == org.id })) { acts.onExpect(org.id) }
            }
        }
        Heading(texts.resolutions)
        form.motions.forEachIndexed { at, motion ->
            Field(texts.resolution, motion.title, { acts.onMotion(at, motion.copy(title = it)) }) {
                IconButton({ acts.onMotion(at, null) }, Modifier.size(Touch)) { Icon(Icons.Close, sentence(texts.remove, motion.title)) }
            }
            Tick(texts.election, motion.election) { acts.onMotion(at, motion.copy(election = !motion.election)) }
        }
        Row { QuietButton(texts.addResolution) { acts.onMotion(form.motions.size, Motion()) } }
        MainButton(texts.plan, form.complete, acts.onPlan)
    }
}

/** Changes an activity, or calls it off. */
@Composable
fun EditUi(
    form: NewMeeting?,
    onChange: (NewMeeting) -> Unit,
    onDay: (Long) -> Unit,
    onTime: (Long) -> Unit,
    onSave: () -> Unit,
    onCancel: () -> Unit,
    onBack: () -> Unit,
) {
    Page(texts.editOne, onBack) {
        if (form == null) return@Page
        What(form, onChange, onDay, onTime)
        MainButton(texts.save, form.complete, onSave)
        Sure(texts.cancelOne, onCancel) { QuietButton(texts.cancelOne, Modifier.fillMaxWidth(), onClick = it) }
    }
}

/** What, where, when. */
@Composable
private fun What(form: NewMeeting, onChange: (NewMeeting) -> Unit, onDay: (Long) -> Unit, onTime: (Long) -> Unit) {
    Field(texts.title, form.title, { onChange(form.copy(title = it)) })
    Field(texts.place, form.place, { onChange(form.copy(place = it)) })
    Stepper(texts.day, DAY.format(form.starts), { onDay(-1) }, { onDay(1) })
    Stepper(texts.time, CLOCK.format(form.starts), { onTime(-30) }, { onTime(30) })
    Heading(texts.duration)
    Choice(Lengths.map { it to texts.minutes(it) }, form.minutes) { onChange(form.copy(minutes = it)) }
    Field(texts.note, form.note, { onChange(form.copy(note = it)) }, lines = 2)
    Field(texts.agenda, form.agenda, { onChange(form.copy(agenda = it)) }, lines = 4)
}
