package org.hongqi.demo.ui

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.navigationBarsPadding
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.key
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import org.hongqi.core.CaseCategory
import org.hongqi.core.CasePhase
import org.hongqi.core.CaseReader
import org.hongqi.core.CaseView
import org.hongqi.core.MemberId
import org.hongqi.core.OrgId
import org.hongqi.core.OrgView
import org.hongqi.core.speakCase
import org.hongqi.core.speakCaseReader
import org.hongqi.core.speakLeaveOut
import org.hongqi.demo.state.NewCase
import org.hongqi.demo.state.OneCase

/** The consultations that this member reads. */
@Composable
fun CasesUi(cases: List<CaseView>?, onBack: () -> Unit, onAsk: () -> Unit, onOpen: (CaseView) -> Unit) {
    Column(Modifier.fillMaxSize()) {
        TopBar(texts.consultations, onBack) { IconButton(onAsk, Modifier.size(Touch)) { Icon(Icons.Plus, texts.ask) } }
        when {
            cases == null -> Unit
            cases.isEmpty() -> Empty(Icons.Lock, texts.noCases) { QuietButton(texts.ask, onClick = onAsk) }
            else -> LazyColumn(Modifier.fillMaxSize().navigationBarsPadding()) {
                items(cases, key = { it.space.text }) { case ->
                    CaseRow(case) { onOpen(case) }
                    HorizontalDivider(Modifier.padding(start = 16.dp), color = MaterialTheme.colorScheme.outlineVariant)
                }
            }
        }
    }
}

@Composable
private fun CaseRow(case: CaseView, onOpen: () -> Unit) {
    val colors = MaterialTheme.colorScheme
    Box(Modifier.fillMaxWidth().clickable(onClick = onOpen)) {
        Column(Modifier.fillMaxWidth().said(speakCase(case, speaker.context)).padding(horizontal = 16.dp, vertical = 12.dp), Arrangement.spacedBy(6.dp)) {
            Text(
                case.subject,
                style = MaterialTheme.typography.titleMedium,
                fontWeight = if (case.state.phase == CasePhase.CLOSED) FontWeight.Normal else FontWeight.SemiBold,
                maxLines = 2,
                overflow = TextOverflow.Ellipsis,
            )
            Row(horizontalArrangement = Arrangement.spacedBy(6.dp), verticalAlignment = Alignment.CenterVertically) {
                PhaseTag(case.state.phase)
                Tag(texts.caseCategory(case.category), colors.surfaceContainerHigh, colors.onSurfaceVariant)
            }
            Hint(listOf(case.askerName, case.deskName, speaker.time(case.at)).filter { it.isNotEmpty() }.joinToString(" · "))
            DeliverySign(case.delivery)
        }
    }
}

@Composable
private fun PhaseTag(phase: CasePhase) {
    val colors = MaterialTheme.colorScheme
    when (phase) {
        CasePhase.OPEN, CasePhase.REOPENED -> Tag(texts.phase(phase), colors.tertiaryContainer, colors.onTertiaryContainer)
        CasePhase.ANSWERED -> Tag(texts.phase(phase), colors.primaryContainer, colors.onPrimaryContainer)
        CasePhase.CLOSED -> Tag(texts.phase(phase), colors.surfaceContainerHigh, colors.onSurfaceVariant)
    }
}

/** Writes one. */
@Composable
fun AskUi(
    form: NewCase,
    desks: List<OrgView>,
    onChange: (NewCase) -> Unit,
    onChoose: (OrgId) -> Unit,
    onLeaveOut: (MemberId) -> Unit,
    onBack: () -> Unit,
    onAsk: () -> Unit,
) {
    Page(texts.consultation, onBack) {
        Heading(texts.desk)
        Choice(desks.map { it.id to it.name }, form.desk, onChoose)
        Heading(texts.about)
        Choice(CaseCategory.entries.map { it to texts.caseCategory(it) }, form.category) { onChange(form.copy(category = it)) }
        Field(texts.subject, form.subject, { onChange(form.copy(subject = it)) })
        Field(texts.question, form.question, { onChange(form.copy(question = it)) }, lines = 5)
        if (form.proposal.isNotEmpty()) {
            Heading(texts.leaveOut)
            Hint(texts.leaveOutHelp)
            for (one in form.proposal) Tick(one.name, one.member in form.leaveOut, texts.why(one.why), speakLeaveOut(one, speaker.context)) { onLeaveOut(one.member) }
        }
        if (form.readers.isNotEmpty()) {
            Heading(dots(texts.whoWillRead, texts.count(form.readers.size)))
            Hint(texts.whoReadsHelp)
            for (reader in form.readers) PersonRow(reader.name, office(reader), speakCaseReader(reader, speaker.context))
        }
        MainButton(texts.sendQuestion, form.complete, onAsk)
    }
}

/** What one does with a consultation. */
class CaseActs(
    val onBack: () -> Unit,
    val onTalk: () -> Unit,
    val onAnswered: () -> Unit,
    val onClose: () -> Unit,
    val onReopen: () -> Unit,
    val onHandOver: (MemberId) -> Unit,
    val onLeaveOut: (MemberId) -> Unit,
)

/** One consultation: how far it is, what one does about it, and always who can read it. */
@Composable
fun CaseUi(case: OneCase?, acts: CaseActs) {
    Page(texts.consultation, acts.onBack) {
        if (case == null) return@Page
        val view = case.view
        Text(view.subject, style = MaterialTheme.typography.headlineSmall, fontWeight = FontWeight.SemiBold)
        Row(horizontalArrangement = Arrangement.spacedBy(6.dp), verticalAlignment = Alignment.CenterVertically) {
            PhaseTag(view.state.phase)
            Tag(texts.caseCategory(view.category), MaterialTheme.colorScheme.surfaceContainerHigh, MaterialTheme.colorScheme.onSurfaceVariant)
        }
        Panel {
            Fact(Icons.Person, texts.asker + texts.colon + view.askerName)
            Fact(Icons.People, texts.askedDesk + texts.colon + view.deskName)
            Fact(Icons.Clock, speaker.time(view.at))
        }
        DeliverySign(view.delivery)
        MainButton(texts.join, onClick = acts.onTalk)
        Several {
            if (case.mayAnswer) QuietButton(texts.answered, onClick = acts.onAnswered)
            if (!case.closed) QuietButton(texts.closeCase, onClick = acts.onClose)
            if (case.mayReopen) QuietButton(if (case.closed) texts.reopen else texts.askMore, onClick = acts.onReopen)
        }
        if (case.proposal.isNotEmpty()) {
            Heading(texts.leaveOutNow)
            Hint(texts.leaveOutNowHelp)
        }
        for (one in case.proposal) {
            PersonRow(one.name, texts.why(one.why), speakLeaveOut(one, speaker.context)) { KeepFrom(case, one.member, one.name, acts.onLeaveOut) }
        }
        Heading(dots(texts.whoReads, texts.count(case.readers.size)))
        Hint(texts.whoReadsHelp)
        val heirs = case.heirs.map { it.member }.toSet()
        // Who is proposed has the button above.
        val others = case.others.map { it.member }.toSet() - case.proposal.map { it.member }.toSet()
        for (reader in case.readers) {
            PersonRow(reader.name, reads(reader, view), sentence(speakCaseReader(reader, speaker.context), if (reader.member == view.state.handler) texts.handler else null)) {
                val act = if (reader.member == case.me) texts.takeOn else texts.handOver
                if (reader.member in heirs) WordButton(act, reader.name) { acts.onHandOver(reader.member) }
                if (reader.member in others) KeepFrom(case, reader.member, reader.name, acts.onLeaveOut)
            }
        }
    }
}

/** Leaves somebody out, who is asked about by name: what was being confirmed for one must not come to be another's. */
@Composable
private fun KeepFrom(case: OneCase, member: MemberId, name: String, onLeaveOut: (MemberId) -> Unit) {
    key(member.hex) {
        Sure(texts.keepFrom(name), { onLeaveOut(member) }, if (case.others.size > 1) texts.keepFromHelp else texts.keepFromLast) {
            WordButton(texts.keepOut, name, onClick = it)
        }
    }
}

/** Why somebody reads it, and whether it is in their hands. */
@Composable
private fun reads(reader: CaseReader, view: CaseView): String = dots(
    office(reader),
    if (reader.member == view.state.handler) texts.handler else null,
)

@Composable
private fun office(reader: CaseReader): String = reader.office?.let { texts.role(it.role) } ?: texts.asker
