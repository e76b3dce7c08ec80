package org.hongqi.demo.text

/** What is said where articles are written. */
interface EditingTexts {
    val writeOne: String
    val articleDrafts: String
    val noDrafts: String
    val draftsHelp: String
    val untitled: String
    val correction: String
    val publisher: String
    val articleTitle: String
    val articleText: String
    val articleCategory: String
    val askToAcknowledge: String
    val setDate: String
    val byWhen: String
    val publish: String
    val publishCorrection: String
    val throwAway: String
    val correctArticle: String
    val correctHelp: String
    val withdrawArticle: String
    val pinArticle: String
    val unpinArticle: String
    val takeUp: String
}

internal object ChineseEditing : EditingTexts {
    override val writeOne = "写文章"
    override val articleDrafts = "文章草稿"
    override val noDrafts = "没有正在写的文章。"
    override val draftsHelp = "写的时候自动存为草稿，您的各部手机上都能接着写。"
    override val untitled = "（还没有标题）"
    override val correction = "修改已发布的文章"
    override val publisher = "由哪个组织发布"
    override val articleTitle = "标题"
    override val articleText = "正文"
    override val articleCategory = "类别"
    override val askToAcknowledge = "必读，请读者确认"
    override val setDate = "定一个截止时间"
    override val byWhen = "截止"
    override val publish = "发布"
    override val publishCorrection = "发布修改"
    override val throwAway = "删除草稿"
    override val correctArticle = "修改文章"
    override val correctHelp = "读者能看到修改记录。"
    override val withdrawArticle = "撤回文章"
    override val pinArticle = "置顶"
    override val unpinArticle = "取消置顶"
    override val takeUp = "转为草稿"
}

internal object EnglishEditing : EditingTexts {
    override val writeOne = "Write an article"
    override val articleDrafts = "Drafts of articles"
    override val noDrafts = "You are writing no article."
    override val draftsHelp = "Kept as a draft while you write; you can go on with it on any of your phones."
    override val untitled = "(no title yet)"
    override val correction = "Correction of a published article"
    override val publisher = "Who publishes it"
    override val articleTitle = "Title"
    override val articleText = "Text"
    override val articleCategory = "Category"
    override val askToAcknowledge = "Must read: readers are asked to acknowledge it"
    override val setDate = "Set a date by when"
    override val byWhen = "Due"
    override val publish = "Publish"
    override val publishCorrection = "Publish the correction"
    override val throwAway = "Throw the draft away"
    override val correctArticle = "Correct the article"
    override val correctHelp = "Readers can see what was corrected."
    override val withdrawArticle = "Withdraw the article"
    override val pinArticle = "Put on top"
    override val unpinArticle = "Take off the top"
    override val takeUp = "Keep as a draft"
}
