package org.hongqi.demo.state

import kotlinx.coroutines.flow.Flow
import org.hongqi.core.Hongqi
import org.hongqi.core.MemberView
import org.hongqi.core.OrgId
import org.hongqi.core.OrgView
import org.hongqi.core.Role
import org.hongqi.core.Topic
import org.hongqi.core.observe

/** Organisations and people whose cards are on this phone, and what the member may do for whom. */
data class Known(val orgs: List<OrgView>, val people: List<MemberView>, private val held: Map<OrgId, Role>) {
    /** Organisations for which the member holds [role] or one that may do more: there, or above it. */
    fun orgsAs(role: Role): List<OrgView> = orgs.filter { !it.closed && may(role, it.id) }

    /** Whether the member holds [role], or one that may do more, at [org] or above it. */
    fun may(role: Role, org: OrgId): Boolean {
        val above = generateSequence(org) { at -> orgs.firstOrNull { it.id == at }?.parent }
        // Cards come from outside: a circle among them must not be one here.
        return above.take(orgs.size + 1).any { (held[it] ?: return@any false) >= role }
    }

    companion object {
        val NOBODY = Known(emptyList(), emptyList(), emptyMap())
    }
}

/** Reads it once. */
suspend fun Hongqi.known(): Known {
    val directory = directory()
    val orgs = directory.orgs()
    val held = directory.roles().groupBy({ it.org }, { it.role }).mapValues { (_, roles) -> roles.max() }
    return Known(orgs, orgs.flatMap { directory.members(it.id) }, held)
}

/** It, and again when it changes. */
fun Hongqi.knownFlow(): Flow<Known> = observe(Topic.Directory) { known() }

/** Those whose name has [query] in it; all for an empty one. */
fun List<MemberView>.named(query: String): List<MemberView> = filter { query.trim() in it.name }

/** With it if it was without, and the other way round. */
internal fun <T> Set<T>.toggled(item: T): Set<T> = if (item in this) this - item else this + item
