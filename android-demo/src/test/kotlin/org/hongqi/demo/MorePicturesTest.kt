package org.hongqi.demo

import java.time.Duration
import java.time.Instant
import java.time.LocalTime
import java.time.ZoneId
import java.time.ZonedDateTime
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlinx.coroutines.flow.first
import org.hongqi.core.Admission
import org.hongqi.core.AmberCard
import org.hongqi.core.ArticleCategory
import org.hongqi.core.AttendanceStatus
import org.hongqi.core.CardScan
import org.hongqi.core.CaseCategory
import org.hongqi.core.CasePhase
import org.hongqi.core.CaseReader
import org.hongqi.core.CodeScan
import org.hongqi.core.CodeScanOut
import org.hongqi.core.DocId
import org.hongqi.core.Doubt
import org.hongqi.core.DraftArticle
import org.hongqi.core.GatheringState
import org.hongqi.core.LeaveOut
import org.hongqi.core.LeaveOutReason
import org.hongqi.core.Mark
import org.hongqi.core.Park
import org.hongqi.core.Period
import org.hongqi.core.Phone
import org.hongqi.core.Place as Expectation
import org.hongqi.core.ReadyLack
import org.hongqi.core.ReadyNeed
import org.hongqi.core.ReadyCheck
import org.hongqi.core.Role
import org.hongqi.core.ScanRefusal
import org.hongqi.core.SpeechContext
import org.hongqi.core.Topic
import org.hongqi.core.VoteChoice
import org.hongqi.core.attendanceFlow
import org.hongqi.core.activitiesFlow
import org.hongqi.core.consultationsFlow
import org.hongqi.core.doorCodes
import org.hongqi.core.doorsFlow
import org.hongqi.core.feedFlow
import org.hongqi.core.gatheringsFlow
import org.hongqi.core.memberIdOfNumber
import org.hongqi.core.messagesFlow
import org.hongqi.core.observe
import org.hongqi.core.ownCards
import org.hongqi.core.remindersFlow
import org.hongqi.core.speakAttendance
import org.hongqi.core.speakCaseReader
import org.hongqi.core.speakLeaveOut
import org.hongqi.core.speakPastAttendance
import org.hongqi.core.story
import org.hongqi.core.until
import org.hongqi.demo.state.ArticleState
import org.hongqi.demo.state.Attendance
import org.hongqi.demo.state.Came
import org.hongqi.demo.state.Composer
import org.hongqi.demo.state.Doors
import org.hongqi.demo.state.Duties
import org.hongqi.demo.state.Gatherings
import org.hongqi.demo.state.Minutes
import org.hongqi.demo.state.Motion
import org.hongqi.demo.state.NewArticle
import org.hongqi.demo.state.NewCase
import org.hongqi.demo.state.NewGathering
import org.hongqi.demo.state.NewMeeting
import org.hongqi.demo.state.OneCase
import org.hongqi.demo.state.OneGathering
import org.hongqi.demo.state.OnePerson
import org.hongqi.demo.state.Roll
import org.hongqi.demo.state.RollPart
import org.hongqi.demo.state.Scanned
import org.hongqi.demo.state.Table
import org.hongqi.demo.state.TalkHead
import org.hongqi.demo.state.Votes
import org.hongqi.demo.state.Writing
import org.hongqi.demo.state.articleDrafts
import org.hongqi.demo.state.known
import org.hongqi.demo.ui.ActivityActs
import org.hongqi.demo.ui.ActivityUi
import org.hongqi.demo.ui.ArticleUi
import org.hongqi.demo.ui.AskUi
import org.hongqi.demo.ui.AtDoorActs
import org.hongqi.demo.ui.AtDoorUi
import org.hongqi.demo.ui.CardUi
import org.hongqi.demo.ui.CaseActs
import org.hongqi.demo.ui.CaseUi
import org.hongqi.demo.ui.CasesUi
import org.hongqi.demo.ui.ComposerActs
import org.hongqi.demo.ui.DoorsActs
import org.hongqi.demo.ui.DoorsUi
import org.hongqi.demo.ui.DraftsUi
import org.hongqi.demo.ui.EditUi
import org.hongqi.demo.ui.FeedUi
import org.hongqi.demo.ui.GatheringActs
import org.hongqi.demo.ui.GatheringUi
import org.hongqi.demo.ui.GatheringsUi
import org.hongqi.demo.ui.HistoryUi
import org.hongqi.demo.ui.MessageActs
import org.hongqi.demo.ui.MinutesUi
import org.hongqi.demo.ui.OpenGatheringUi
import org.hongqi.demo.ui.OutstandingUi
import org.hongqi.demo.ui.PersonActs
import org.hongqi.demo.ui.PersonUi
import org.hongqi.demo.ui.PlanActs
import org.hongqi.demo.ui.PlanUi
import org.hongqi.demo.ui.RemindersUi
import org.hongqi.demo.ui.RevisionsUi
import org.hongqi.demo.ui.RollActs
import org.hongqi.demo.ui.RollUi
import org.hongqi.demo.ui.ScanUi
import org.hongqi.demo.ui.TableUi
import org.hongqi.demo.ui.TalkUi
import org.hongqi.demo.ui.VotesActs
import org.hongqi.demo.ui.VotesUi
import org.hongqi.demo.ui.WriteActs
import org.hongqi.demo.ui.WriteUi
import org.junit.jupiter.api.Test

/** The screens of gatherings, consultations, presence and meetings as pictures, of what real phones hold. */
class MorePicturesTest : Studio() {
    private val li = memberIdOfNumber(Park.LI)
    private val mo = memberIdOfNumber(Park.MO)
    private val sec = memberIdOfNumber(Park.SEC)
    private val zou = memberIdOfNumber("M5")

    @Test
    fun `gatherings and consultations`() = story {
        Park().use { park ->
            park.role("grant", Park.TOP, "deputy_secretary", Park.COMMITTEE)
            val (phone, secretary) = park.phone(Park.LI) to park.phone(Park.SEC)
            gather(phone, secretary)
            ask(phone)
        }
    }

    private suspend fun gather(phone: Phone, secretary: Phone) {
        val gatherings = secretary.hongqi.gatherings()
        val soon = Instant.now().plus(Duration.ofMinutes(45))
        val open = gatherings.openGathering(Park.branch, "高温天换班怎么排", soon)
        gatherings.openGroup("三号线检修", listOf(li), null)
        val over = gatherings.openGathering(Park.branch, "台风前加固厂房", soon)
        gatherings.end(over)
        gatherings.summarise(over, "已分三组，八点到东门集合。")
        phone.hongqi.gatheringsFlow().until { it.size == 2 }
        phone.hongqi.observe(Topic.Talks) { phone.hongqi.gatherings().gathering(over)?.summary }.until { !it.isNullOrEmpty() }
        val running = phone.hongqi.gatherings().running()
        val archive = phone.hongqi.gatherings().archive().gatherings
        assertEquals(2 to 1, running.size to archive.size)
        val list = Gatherings(running, archive, false, listOf(org.hongqi.core.LeftGroup(Park.talk, Instant.now())))
        picture("gatherings") { GatheringsUi(list, {}, {}, {}, {}, {}) }
        val known = secretary.hongqi.known()
        val form = NewGathering("三号线检修", null, 60, setOf(li, mo), "")
        picture("gathering-open") { OpenGatheringUi(form, known, sec, {}, {}, {}, {}) }
        val acts = GatheringActs({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})
        val group = gatherings.running().single { it.org == null }
        val one = OneGathering(group, gatherings.participants(group.id), known)
        picture("group", tall = 2) { GatheringUi(one, sec, null, "莫", acts) }
        val led = OneGathering(checkNotNull(gatherings.gathering(open)), emptyList(), known)
        picture("gathering") { GatheringUi(led, sec, "先换早班", "", acts) }

        phone.hongqi.gatherings().join(open)
        secretary.hongqi.talk().post(led.view.space, "@李小满 你们组先报。", mentions = listOf(li))
        val window = phone.hongqi.messagesFlow(led.view.space).until { it.items.isNotEmpty() }
        val messages = window.copy(items = window.items.map { it.copy(arrivedLater = true) })
        val head = TalkHead.Gathering(checkNotNull(phone.hongqi.gatherings().gathering(open)).copy(summary = "先换早班，夜班不动。"))
        val people = known.people.associate { it.name to it.id }
        val writing = ComposerActs({}, {}, {})
        val message = MessageActs({}, {}, {}, { _, _ -> })
        picture("gathering-talk") {
            TalkUi(head.view.topic, messages, li, Composer("好，@"), null, {}, {}, {}, message, writing, head, people, muted = true)
        }
        val ended = TalkHead.Gathering(archive.single())
        assertEquals(GatheringState.CLOSED, ended.view.state)
        picture("gathering-over") {
            TalkUi(ended.view.topic, messages, li, Composer(), null, {}, {}, {}, message, writing, ended, people)
        }
    }

    private suspend fun ask(phone: Phone) {
        val consult = phone.hongqi.consult()
        val proposal = consult.proposal(Park.committee)
        val desks = phone.hongqi.known().orgs
        val leaveOut = proposal.map { it.member }
        val readers = consult.wouldRead(Park.committee, leaveOut)
        val form = NewCase(Park.committee, "党费怎么算", CaseCategory.POLICY, "兼职收入算不算？", proposal, leaveOut.toSet(), readers)
        val reads = { by: SpeechContext -> readers.map { speakCaseReader(it, by) } }
        picture("case-ask", reads, tall = 2) { AskUi(form, desks, {}, {}, {}, {}, {}) }
        val space = consult.ask(Park.committee, form.subject, form.category, form.question, form.leaveOut.toList())
        val second = consult.ask(Park.committee, "预备期能不能延长", CaseCategory.MEMBERSHIP, "……")
        consult.closeCase(second)
        val cases = phone.hongqi.consultationsFlow().until { it.size == 2 }
        picture("cases") { CasesUi(cases, {}, {}, {}) }
        val one = OneCase(checkNotNull(consult.consultation(space)), consult.readers(space), li)
        val acts = CaseActs({}, {}, {}, {}, {}, {}, {})
        picture("case") { CaseUi(one, acts) }
        // Answered, and by now two of the desk would better not read it.
        val third = CaseReader(sec, "熊红", readers.last().office)
        val late = listOf(third, readers.last()).zip(LeaveOutReason.entries) { reader, why -> LeaveOut(reader.member, reader.name, why) }
        val answered = one.view.copy(state = one.view.state.copy(phase = CasePhase.ANSWERED))
        val left = { by: SpeechContext -> late.map { speakLeaveOut(it, by) } }
        picture("case-leave-out", left, tall = 2) { CaseUi(one.copy(answered, one.readers + third, proposal = late), acts) }
        // As the desk sees it.
        picture("case-desk") { CaseUi(one.copy(me = memberIdOfNumber(Park.TOP)), acts) }
    }

    @Test
    fun `presence and meetings`() = story {
        Park().use { park ->
            val (phone, secretary) = park.phone(Park.LI) to park.phone(Park.SEC)
            val starts = ZonedDateTime.now(ZoneId.systemDefault()).plusDays(1).with(LocalTime.of(18, 30)).toInstant()
            val id = secretary.hongqi.activities().plan(
                Park.branch, "主题党日：走进老电缆厂", "园区党群服务中心 302", Period(starts, starts.plus(Duration.ofHours(2))),
                agenda = "一、学习；\n二、表决《修缮车间休息室》；\n三、推选代表。",
            )
            secretary.hongqi.activities().expectMembers(id, listOf(Park.branch))
            secretary.hongqi.activities().moveResolution(id, "修缮车间休息室")
            secretary.hongqi.activities().moveResolution(id, "推选出席党代会代表", election = true)
            phone.hongqi.activitiesFlow(Instant.now()).until { it.size == 1 }
            door(phone, secretary, id)
            meet(phone, secretary, id)
        }
    }

    private suspend fun door(phone: Phone, secretary: Phone, id: DocId) {
        val presence = secretary.hongqi.presence()
        val door = presence.openDoor(id, "东门")
        phone.hongqi.doorsFlow(id).until { it.isNotEmpty() }
        val card = phone.hongqi.ownCards().first()
        picture("card") { CardUi(card, "李小满", {}) }
        for (theme in listOf("light", "dark")) assertTrue(inked("card-en-$theme") > 0.05, "the code is not drawn")
        picture("scan") { ScanUi(null, false, null, {}, {}) }
        picture("scan-in") { ScanUi(Came.In(CodeScan.In(id, id), "主题党日：走进老电缆厂"), false, null, {}, {}) }
        picture("scan-refused") { ScanUi(Came.In(CodeScan.Refused(ScanRefusal.EXPIRED), ""), false, null, {}, {}) }
        picture("scan-out") { ScanUi(Came.Out(CodeScanOut.Out(id, id), "主题党日：走进老电缆厂"), true, null, {}, {}) }
        val checks = secretary.hongqi.activities().ready(id)
        val doors = secretary.hongqi.doorsFlow(id).first()
        val acts = DoorsActs({}, {}, {}, {}, {}, {}, {})
        picture("doors") { DoorsUi(Doors(checks, doors, true), "西门", sec, acts) }
        val lacking = checks.map { check ->
            when (check.need) {
                ReadyNeed.NAMES -> ReadyCheck(check.need, ReadyLack.NamesUnknown(3u))
                ReadyNeed.CLOCK -> ReadyCheck(check.need, ReadyLack.ClockStale(Instant.now().minus(Duration.ofDays(9))))
                else -> check
            }
        }
        picture("doors-lacking") { DoorsUi(Doors(lacking, doors, true), "", sec, acts) }
        val code = secretary.hongqi.doorCodes(door).first()
        phone.hongqi.presence().checkInWithCode(code.text)
        presence.scanCard(door, card.text)
        presence.guests(door, 2)
        val view = secretary.hongqi.doorsFlow(id).until { it.single().present == 1u && it.single().guests == 2u }.single()
        val host = AtDoorActs({}, {}, {}, {}, {}, {}, {}, {}, {})
        val found = presence.findExpected(id, "")
        picture("door", tall = 2) { AtDoorUi(view, code, null, "", found, null, host) }
        val who = Admission(li, "李小满", expected = true)
        for ((name, result) in listOf(
            "green" to CardScan.Admitted(who),
            "amber" to CardScan.Amber(AmberCard(who, Doubt.REVOKED_DEVICE)),
            "red" to CardScan.Refused(ScanRefusal.FORGED),
        )) picture("door-$name") { AtDoorUi(view, code, Scanned("", result), null, emptyList(), null, host) }
    }

    private suspend fun meet(phone: Phone, secretary: Phone, id: DocId) {
        val activities = secretary.hongqi.activities()
        phone.hongqi.activities().askLeave(id, "外出")
        activities.callRoll(id, mapOf(sec to Mark.PRESENT, mo to Mark.PRESENT, zou to Mark.ABSENT))
        phone.hongqi.activities().vote(activities.resolutions(id).first().id, VoteChoice.FOR)
        val rows = secretary.hongqi.attendanceFlow(id).until { rows -> rows.size == 6 && rows.any { it.leave != null } }
        val known = secretary.hongqi.known()
        val view = checkNotNull(activities.activity(id))
        val form = NewMeeting(
            ZonedDateTime.now().with(LocalTime.of(18, 30)), 120, Park.branch, "主题党日", "村委会", "", "一、学习", setOf(Park.branch), listOf(Motion("修缮村道", true)),
        )
        picture("plan", tall = 2) { PlanUi(form, known, PlanActs({}, {}, {}, {}, {}, {}, { _, _ -> }, {})) }
        picture("plan-edit") { EditUi(form, {}, {}, {}, {}, {}, {}) }
        val duties = Duties(host = true, organiser = true, table = true, resolutions = 2)
        picture("activity-organiser", tall = 2) { ActivityUi(Attendance(view, rows, rows.single { it.member == zou }.copy(status = AttendanceStatus.Unknown), duties), "外出务工", ActivityActs({}, {})) }
        val doubtful = rows.map { row ->
            when (row.member) {
                zou -> row.copy(status = AttendanceStatus.Disputed(listOf(org.hongqi.core.LastWord(sec, Mark.ABSENT), org.hongqi.core.LastWord(zou, Mark.PRESENT))))
                mo -> row.copy(doubts = listOf(Doubt.REVOKED_DOOR), pending = listOf(org.hongqi.core.Pending(id, sec, Mark.ABSENT)))
                else -> row
            }
        }
        val acts = RollActs({}, {}, { _, _ -> }, {}, {}, {})
        picture("roll", { by -> doubtful.take(4).map { speakAttendance(it, by) } }) {
            RollUi(Roll(view, doubtful, 2, known), RollPart.ALL, mapOf(li to Mark.PRESENT), acts)
        }
        val evidence = activities.evidence(id, li)
        val person = OnePerson(rows.single { it.member == li }, evidence, false, false, sec)
        picture("person", tall = 2) { PersonUi(person, "", PersonActs({}, {}, { _, _ -> }, {}, { _, _ -> }, {})) }
        val words = listOf(org.hongqi.core.LastWord(sec, Mark.ABSENT), org.hongqi.core.LastWord(li, Mark.PRESENT))
        val contradicted = person.copy(row = person.row.copy(status = AttendanceStatus.Disputed(words)))
        picture("person-disputed", tall = 2) { PersonUi(contradicted, "", PersonActs({}, {}, { _, _ -> }, {}, { _, _ -> }, {})) }
        val votes = Votes(activities.resolutions(id), activities.quorum(id), activities.quorum(id, election = true), true, true)
        picture("votes", tall = 2) { VotesUi(votes, Motion(), VotesActs({}, { _, _ -> }, {}, {}, {}, {})) }
        val minutes = "主持：熊红。出席三人。\n\n一、学习《电缆安全规程》。\n二、表决：修缮车间休息室，通过。"
        picture("minutes") { MinutesUi(Minutes(minutes, true), Writing(minutes, "$minutes\n"), {}, {}, {}) }
        val table = Table(activities.attendanceByOrg(id), activities.attendanceNumbers(id))
        picture("table", tall = 2) { TableUi(table, true, {}, {}, {}) }
        val past = phone.hongqi.activities().history(li)
        picture("history", { by -> past.map { speakPastAttendance(it, by) } }) { HistoryUi(past, {}) }
        picture("history-empty") { HistoryUi(emptyList(), {}) }
    }

    private suspend fun write(top: Phone, article: DocId) {
        val orgs = top.hongqi.known().orgsAs(Role.EDITOR)
        val due = ZonedDateTime.now(ZoneId.systemDefault()).plusDays(3).with(LocalTime.of(18, 0))
        val form = NewArticle(Park.committee, "关于开展冬季用电检查的通知", "各支部：\n\n请在本周五前完成一次用电检查。", ArticleCategory.CIRCULAR, true, due)
        val acts = WriteActs({}, {}, {}, {}, {}, {}, {})
        picture("write", tall = 2) { WriteUi(form, orgs, acts) }
        picture("write-correct", tall = 2) { WriteUi(form.copy(corrects = article), orgs, acts) }
        val feed = top.hongqi.feed()
        feed.keepDraft(null, form.title, form.body, DraftArticle(Park.committee, form.category, true, due.toInstant(), null))
        feed.keepDraft(null, "", "", DraftArticle(Park.committee, ArticleCategory.INFORMATION, false, null, article))
        val drafts = top.hongqi.articleDrafts().until { it.size == 2 }
        picture("drafts", { _ -> listOf(form.title) }) { DraftsUi(drafts, {}, {}, {}) }
        val shown = checkNotNull(feed.article(article))
        picture("article-editor") { ArticleUi(ArticleState.Shown(shown, outstanding = true, editor = true), {}, {}, {}, {}) }
        val all = top.hongqi.feedFlow().first()
        picture("feed-editor") { FeedUi(all, {}, {}, {}, writing = 2) }
    }

    @Test
    fun reading() = story {
        Park().use { park ->
            park.role("grant", Park.TOP, "secretary", Park.COMMITTEE)
            val (phone, secretary, top) = listOf(Park.LI, Park.SEC, Park.TOP).map { park.phone(it) }
            val feed = top.hongqi.feed()
            val now = Instant.now()
            val id = feed.publish(Park.committee, "关于开展夏季安全生产自查的通知", "请各支部本周五前完成自查。", ArticleCategory.CIRCULAR, mustRead = true, due = now.plus(Duration.ofDays(3)))
            feed.publish(Park.committee, "关于报送年度学习计划的通知", "……", ArticleCategory.CIRCULAR, mustRead = true, due = now.minus(Duration.ofDays(1)))
            val reminders = phone.hongqi.remindersFlow().until { it.size == 2 }
            picture("reminders") { RemindersUi(reminders, {}, {}) }
            phone.hongqi.feed().acknowledge(id)
            feed.edit(id, body = "请各支部本周五前完成自查，重点查看配电房。")
            val own = secretary.hongqi.observe(Topic.Feed) { secretary.hongqi.feed().outstanding(id) }
                .until { it.branches.singleOrNull()?.acknowledged == 1uL }
            picture("outstanding") { OutstandingUi(own, {}) }
            val above = feed.outstanding(id)
            picture("outstanding-above") { OutstandingUi(above, {}) }
            val revisions = feed.revisions(id)
            picture("revisions") { RevisionsUi(revisions, {}) }
            write(top, id)
        }
    }
}
