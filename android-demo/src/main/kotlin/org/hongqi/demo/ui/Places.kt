package org.hongqi.demo.ui

import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import org.hongqi.core.MemberId
import org.hongqi.demo.state.ActivityScreen
import org.hongqi.demo.state.App
import org.hongqi.demo.state.AskScreen
import org.hongqi.demo.state.CasePlace
import org.hongqi.demo.state.CaseScreen
import org.hongqi.demo.state.CasesScreen
import org.hongqi.demo.state.DraftsScreen
import org.hongqi.demo.state.EditScreen
import org.hongqi.demo.state.EditingPlace
import org.hongqi.demo.state.GatheringPlace
import org.hongqi.demo.state.GatheringScreen
import org.hongqi.demo.state.GatheringsScreen
import org.hongqi.demo.state.HistoryScreen
import org.hongqi.demo.state.MeetingPlace
import org.hongqi.demo.state.MinutesScreen
import org.hongqi.demo.state.OpenGatheringScreen
import org.hongqi.demo.state.OutstandingScreen
import org.hongqi.demo.state.PersonScreen
import org.hongqi.demo.state.Place
import org.hongqi.demo.state.PlanScreen
import org.hongqi.demo.state.PresencePlace
import org.hongqi.demo.state.ReadingPlace
import org.hongqi.demo.state.RemindersScreen
import org.hongqi.demo.state.RevisionsScreen
import org.hongqi.demo.state.RollScreen
import org.hongqi.demo.state.TableScreen
import org.hongqi.demo.state.TalkHead
import org.hongqi.demo.state.TalkScreen
import org.hongqi.demo.state.TalksScreen
import org.hongqi.demo.state.VotesScreen
import org.hongqi.demo.state.WriteScreen

// Each place on the path: its state, and the screen that shows it. Presence is in PresencePlaces.kt.

@Composable
internal fun TalkAt(app: App, place: Place.Talk, me: MemberId) {
    val screen = screen { TalkScreen(it, place.space, me) }
    val list = screen { TalksScreen(it) }
    val talks by list.talks.collectAsState()
    val messages by screen.messages.collectAsState()
    val composer by screen.composer.collectAsState()
    val selected by screen.selected.collectAsState()
    val head by screen.head.collectAsState()
    val people by screen.people.collectAsState()
    LaunchedEffect(place) { screen.keepRead() }
    val own = talks?.firstOrNull { it.space == place.space }
    TalkUi(
        (head as? TalkHead.Case)?.view?.subject ?: own?.name.orEmpty(),
        messages, me, composer, selected, screen::select, screen::more, { app.back() },
        MessageActs(screen::reply, screen::edit, screen::withdraw, screen::react),
        ComposerActs(screen::write, screen::send, screen::drop, screen::mention, screen::mention),
        head,
        people.filterValues { it != me },
        own?.muted,
        { own?.let(list::mute) },
    ) {
        when (val now = head) {
            is TalkHead.Gathering -> app.go(GatheringPlace.One(now.view.id, now.view.space))
            is TalkHead.Case -> app.go(CasePlace.One(now.view.space))
            null -> Unit
        }
    }
}

@Composable
internal fun ActivityAt(app: App, place: Place.Activity, me: MemberId) {
    val screen = screen { ActivityScreen(it, place.id, me) }
    val attendance by screen.attendance.collectAsState()
    val reason by screen.reason.collectAsState()
    val acts = ActivityActs(
        { app.back() }, screen::checkIn, screen::checkOut, { app.go(PresencePlace.Scan(place.id, it)) },
        screen::explain, screen::askLeave, screen::withdrawLeave, app::go,
    )
    ActivityUi(attendance, reason, acts)
}

@Composable
internal fun GatheringAt(app: App, place: GatheringPlace, me: MemberId) {
    when (place) {
        GatheringPlace.All -> {
            val screen = screen { GatheringsScreen(it) }
            val all by screen.all.collectAsState()
            GatheringsUi(
                all, { app.back() }, { app.go(GatheringPlace.Open) }, { app.go(GatheringPlace.One(it.id, it.space)) },
                screen::comeBack, screen::more,
            )
        }
        GatheringPlace.Open -> {
            val screen = screen { OpenGatheringScreen(it) }
            val form by screen.form.collectAsState()
            val known by screen.known.collectAsState()
            OpenGatheringUi(form, known, me, screen::change, screen::pick, { app.back() }) {
                screen.open { id, space -> app.replace(place, GatheringPlace.One(id, space)) }
            }
        }
        is GatheringPlace.One -> {
            val screen = screen { GatheringScreen(it, place.id, place.space) }
            val gathering by screen.gathering.collectAsState()
            val writing by screen.writing.collectAsState()
            val query by screen.query.collectAsState()
            val acts = GatheringActs(
                { app.back() }, { screen.join { app.go(Place.Talk(place.space)) } }, screen::extend, screen::end,
                screen::write, screen::summarise, screen::look, screen::bringIn, screen::sendAway, { screen.leave { app.back() } },
                { screen.unfollow { app.back() } },
            )
            GatheringUi(gathering, me, writing, query, acts)
        }
    }
}

@Composable
internal fun CaseAt(app: App, place: CasePlace, me: MemberId) {
    when (place) {
        CasePlace.All -> {
            val screen = screen { CasesScreen(it) }
            val cases by screen.cases.collectAsState()
            CasesUi(cases, { app.back() }, { app.go(CasePlace.Ask) }, { app.go(CasePlace.One(it.space)) })
        }
        CasePlace.Ask -> {
            val screen = screen { AskScreen(it) }
            val form by screen.form.collectAsState()
            val desks by screen.desks.collectAsState()
            AskUi(form, desks, screen::change, screen::choose, screen::leaveOut, { app.back() }) {
                screen.ask { app.replace(place, CasePlace.One(it)) }
            }
        }
        is CasePlace.One -> {
            val screen = screen { CaseScreen(it, place.space, me) }
            val case by screen.case.collectAsState()
            val acts = CaseActs(
                { app.back() }, { app.go(Place.Talk(place.space)) }, screen::answered, screen::close, screen::reopen, screen::handOver,
                screen::leaveOut,
            )
            CaseUi(case, acts)
        }
    }
}

@Composable
internal fun ReadingAt(app: App, place: ReadingPlace) {
    when (place) {
        ReadingPlace.Reminders -> {
            val screen = screen { RemindersScreen(it) }
            val reminders by screen.reminders.collectAsState()
            RemindersUi(reminders, { app.back() }) { app.go(Place.Article(it.item.id)) }
        }
        is ReadingPlace.Outstanding -> {
            val screen = screen { OutstandingScreen(it, place.article) }
            val outstanding by screen.outstanding.collectAsState()
            OutstandingUi(outstanding) { app.back() }
        }
        is ReadingPlace.Revisions -> {
            val screen = screen { RevisionsScreen(it, place.article) }
            val revisions by screen.revisions.collectAsState()
            RevisionsUi(revisions) { app.back() }
        }
    }
}

@Composable
internal fun EditingAt(app: App, place: EditingPlace) {
    when (place) {
        EditingPlace.Drafts -> {
            val screen = screen { DraftsScreen(it) }
            val drafts by screen.drafts.collectAsState()
            DraftsUi(drafts, { app.back() }, { app.go(EditingPlace.Write()) }) { app.go(EditingPlace.Write(draft = it)) }
        }
        is EditingPlace.Write -> {
            val screen = screen { WriteScreen(it, place) }
            val form by screen.form.collectAsState()
            val orgs by screen.orgs.collectAsState()
            LaunchedEffect(place) { screen.keepWriting() }
            val acts = WriteActs(
                { app.back() }, screen::change, screen::date, screen::day, screen::time,
                // What is corrected lies below on the path already.
                { screen.publish { if (place.corrects == null) app.replace(place, Place.Article(it)) else app.back() } },
                { screen.discard { app.back() } },
            )
            WriteUi(form, orgs, acts)
        }
    }
}

@Composable
internal fun MeetingAt(app: App, place: MeetingPlace, me: MemberId, share: ((String, String) -> Unit)?) {
    when (place) {
        MeetingPlace.Plan -> {
            val screen = screen { PlanScreen(it) }
            val form by screen.form.collectAsState()
            val known by screen.known.collectAsState()
            val acts = PlanActs(
                { app.back() }, screen::change, screen::day, screen::time, screen::choose, screen::expect, screen::move,
                { screen.plan { app.replace(place, Place.Activity(it)) } },
            )
            PlanUi(form, known, acts)
        }
        is MeetingPlace.Edit -> {
            val screen = screen { EditScreen(it, place.activity) }
            val form by screen.form.collectAsState()
            EditUi(
                form, screen::change, screen::day, screen::time, { screen.save { app.back() } }, { screen.cancel { app.back() } },
            ) { app.back() }
        }
        is MeetingPlace.Roll -> {
            val screen = screen { RollScreen(it, place.activity) }
            val roll by screen.roll.collectAsState()
            val part by screen.part.collectAsState()
            val marks by screen.marks.collectAsState()
            val acts = RollActs(
                { app.back() }, screen::show, screen::mark, screen::call, { app.go(MeetingPlace.Person(place.activity, it)) }, screen::close,
            )
            RollUi(roll, part, marks, acts)
        }
        is MeetingPlace.Person -> {
            val screen = screen { PersonScreen(it, place.activity, place.member, me) }
            val person by screen.person.collectAsState()
            val reason by screen.reason.collectAsState()
            val acts = PersonActs({ app.back() }, screen::explain, screen::say, screen::second, screen::answer, screen::expect)
            PersonUi(person, reason, acts)
        }
        is MeetingPlace.Votes -> {
            val screen = screen { VotesScreen(it, place.activity, me) }
            val votes by screen.votes.collectAsState()
            val motion by screen.motion.collectAsState()
            VotesUi(votes, motion, VotesActs({ app.back() }, screen::vote, screen::change, screen::move, screen::close, screen::withdraw))
        }
        is MeetingPlace.Minutes -> {
            val screen = screen { MinutesScreen(it, place.activity) }
            val minutes by screen.minutes.collectAsState()
            val writing by screen.writing.collectAsState()
            LaunchedEffect(place) { screen.keepMerged() }
            MinutesUi(minutes, writing, screen::write, screen::save) { app.back() }
        }
        is MeetingPlace.Table -> {
            val screen = screen { TableScreen(it, place.activity) }
            val table by screen.table.collectAsState()
            val by = speaker.context
            val hand = { name: String, csv: String -> share?.invoke(name, csv) }
            TableUi(table, share != null, { screen.people(by) { hand(it.name, it.csv) } }, { screen.numbers(by) { hand(it.name, it.csv) } }) { app.back() }
        }
        MeetingPlace.History -> {
            val screen = screen { HistoryScreen(it) }
            val history by screen.history.collectAsState()
            HistoryUi(history) { app.back() }
        }
    }
}
