package org.hongqi.demo.text

import org.hongqi.core.Language

/** English */
internal object English :
    Texts,
    GatheringTexts by EnglishGathering,
    CaseTexts by EnglishCase,
    PresenceTexts by EnglishPresence,
    MeetingTexts by EnglishMeeting,
    ReadingTexts by EnglishReading,
    EditingTexts by EnglishEditing {
    override val speaks = Language.ENGLISH

    override val feed = "Feed"
    override val talks = "Discuss"
    override val activities = "Activities"
    override val search = "Search"
    override val me = "Me"
    override val outbox = "Outbox"
    override val back = "Back"
    override val tryAgain = "Try again"
    override val colon = ": "

    override val noFeed = "No articles yet. Those of your organisation and the ones above appear here once there is a network."
    override val noTalks = "No discussions yet. Your branch's appears here once there is a network."
    override val noMessages = "No messages yet: write the first. It works with no network and is sent by itself later."
    override val noActivities = "No activities soon."
    override val noHits = "Nothing found. Only what is on this phone is searched."
    override val nothingWaits = "Nothing waits: all that you wrote has arrived."
    override val searchHint = "Search articles, messages, activities"
    override val searchHelp = "Works with no network."

    override val mustRead = "Must read"
    override val acknowledge = "I have read this"
    override val acknowledged = "You acknowledged this"
    override val pinned = "Pinned"
    override val edited = "Edited"
    override val bookmark = "Bookmark"
    override val unbookmark = "Remove the bookmark"
    override val discuss = "Discuss"
    override val gone = "This article was withdrawn, or is not on this phone."
    override fun acknowledgements(count: Long) = if (count == 1L) "1 has acknowledged" else "$count have acknowledged"

    override val compose = "Write a message"
    override val send = "Send"
    override val reply = "Reply"
    override val replyTo = "Reply to"
    override val editing = "Edit message"
    override val cancel = "Cancel"
    override val withdraw = "Withdraw"
    override val withdrawn = "Message withdrawn"
    override val gap = "Earlier messages follow when there is a network"
    override val otherVersion = "On another phone you wrote:"
    override val muted = "Muted"
    override val mute = "Mute"
    override val unmute = "Unmute"

    override val onDevice = "On this phone; sent once online"
    override val atServer = "Delivered"
    override val refused = "Refused"
    override val retry = "Send again"
    override val discard = "Let go"
    override val takeBack = "Do not send"

    override val checkIn = "I am here"
    override val checkedIn = "Your attendance"
    override val cancelledActivity = "Cancelled"
    override val attendance = "Attendance"
    override val nobodyYet = "Nobody has checked in yet. Members see their own record only."
    override val place = "Place"

    override val enrol = "Enrol this phone"
    override val enrolHelp = "Enter the server's address and the one-time code that your organisation gave you."
    override val server = "Server"
    override val code = "Code"
    override val roles = "Roles"
    override val language = "Language"
    override val version = "Version"
    override val syncNow = "Sync now"
    override val offline = "No network; everything is on this phone"
    override val syncing = "Syncing"
    override val upToDate = "Up to date"
    override val waitingToRetry = "Cannot connect; trying again by itself"
    override val revoked = "This phone's enrolment was revoked"
    override val closed = "Data closed"
    override val privacy = "No points, no rankings; no reading time, presence or location is recorded."
    override val ok = "OK"
    override val noWayBack = "This cannot be undone."
    override fun waiting(count: Int) = "$count waiting to be sent"
}
