package org.hongqi.demo.text

import org.hongqi.core.PeopleCount

/** What is said of what is due, who has not acknowledged, and earlier wordings. */
interface ReadingTexts {
    val reminders: String
    val noReminders: String
    val overdue: String
    val remindAt: String
    val outstanding: String
    val nothingOutstanding: String
    val everybody: String
    val elsewhere: String
    val elsewhereHelp: String
    val corrections: String
    val nowReads: String
    val firstRead: String
    fun due(at: String): String
    fun acknowledgedOf(done: PeopleCount, all: PeopleCount?): String
    fun missing(count: Int): String
    fun people(count: PeopleCount): String
}

internal object ChineseReading : ReadingTexts {
    override val reminders = "待确认"
    override val noReminders = "没有待确认的必读文章。"
    override val overdue = "已超期"
    override val remindAt = "提醒"
    override val outstanding = "谁还没确认"
    override val nothingOutstanding = "没有您可以查看的内容。"
    override val everybody = "全部已确认"
    override val elsewhere = "其他组织"
    override val elsewhereHelp = "只有人数；不足 5 人的不显示数字。"
    override val corrections = "修改记录"
    override val nowReads = "现在的内容"
    override val firstRead = "最初的内容"
    override fun due(at: String) = "截止 $at"
    override fun acknowledgedOf(done: PeopleCount, all: PeopleCount?) =
        (if (done == PeopleCount.Few) "已确认人数不显示" else "已确认 ${people(done)}") + (all?.let { "，共 ${people(it)}" } ?: "")
    override fun missing(count: Int) = "$count 人未确认"
    override fun people(count: PeopleCount) = when (count) {
        is PeopleCount.Few -> "不显示"
        is PeopleCount.Exactly -> "${count.count} 人"
    }
}

internal object EnglishReading : ReadingTexts {
    override val reminders = "To acknowledge"
    override val noReminders = "Nothing is left to acknowledge."
    override val overdue = "Overdue"
    override val remindAt = "Reminders"
    override val outstanding = "Who has not acknowledged"
    override val nothingOutstanding = "There is nothing here that you may see."
    override val everybody = "All have acknowledged"
    override val elsewhere = "Other organisations"
    override val elsewhereHelp = "Numbers only, and none of fewer than five people."
    override val corrections = "Corrections"
    override val nowReads = "As it reads now"
    override val firstRead = "As it read at first"
    override fun due(at: String) = "Due $at"
    override fun acknowledgedOf(done: PeopleCount, all: PeopleCount?) =
        when (all) {
            PeopleCount.Few, null -> ""
            else -> "Of ${people(all)}, "
        } + if (done == PeopleCount.Few) "the number of who acknowledged is not shown" else "${people(done)} acknowledged"
    override fun missing(count: Int) = if (count == 1) "1 has not acknowledged" else "$count have not acknowledged"
    override fun people(count: PeopleCount) = when (count) {
        is PeopleCount.Few -> "not shown"
        is PeopleCount.Exactly -> "${count.count}"
    }
}
