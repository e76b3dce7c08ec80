import Foundation
import Hongqi
import HongqiTesting
import Testing

@testable import HongqiModels

@MainActor @Suite(.timeLimit(.minutes(2)))
struct ConsultationTests {
    @Test func whoReadsIsShownBeforeAndAfterAndTheOwnSecretaryIsLeftOutUnlessToldOtherwise() async throws {
        let li = try await Park.phone("li", Cast.li)
        let top = try orgIdOfNumber(number: Cast.top)
        let secretary = try memberIdOfNumber(number: Cast.secretary)
        let space = try await shown(AskModel(li.hongqi), run: { await $0.run() }) { form in
            await until { form.desks.contains { $0.id == top } }
            (form.subject, form.question, form.category) = ("党费怎么算", "兼职收入算不算？", .membership)
            #expect(!form.canAsk, "not before a desk is chosen and its readers are shown")
            let branch = try await li.hongqi.me().home
            await form.choose(branch)
            let own = try #require(form.proposal.first { $0.member == secretary })
            #expect(own.why == .ownSecretary && form.isLeftOut(own))
            #expect(!form.readers.contains { $0.member == secretary })
            await form.toggle(own)
            #expect(form.readers.contains { $0.member == secretary } && !form.isLeftOut(own))
            await form.choose(top)
            #expect(form.isLeftOut(own), "the default is yes for each desk anew")
            let promised = form.readers
            await form.ask()
            let space = try #require(form.asked)
            #expect(try await li.hongqi.consult().readers(space: space) == promised && form.failure == nil)
            return space
        }
        try await li.sync()
        try await shown(DiscussionModel(li.hongqi, space), run: { await $0.run() }) { talk in
            await until { !talk.messages.isEmpty }
            await talk.loadMentionable()
            let readers = Set(try await li.hongqi.consult().readers(space: space).map(\.member))
            let mentionable = Set(talk.mentionable.map(\.member))
            #expect(!mentionable.isEmpty && mentionable.isSubset(of: readers), "who cannot read it is not proposed")
        }
        let desk = try await Park.phone("top", Cast.topSecretary)
        let (asker, handler) = (ConsultationModel(li.hongqi, space), ConsultationModel(desk.hongqi, space))
        try await shown(asker, run: { await $0.run() }) { asker in
            await until { asker.consultation?.state.phase == .open }
            #expect(!asker.canAnswer && !asker.canReopen && asker.receivers.isEmpty)
            try await shown(handler, run: { await $0.run() }) { handler in
                await until { handler.canAnswer && !handler.readers.isEmpty }
                let other = try #require(handler.receivers.first { $0.office?.role == .deputySecretary })
                await handler.handOver(to: other)
                await until { handler.handler?.member == other.member }
                _ = try await desk.hongqi.talk().post(space: space, body: "工资收入为准。")
                await handler.answered()
                await until { handler.consultation?.state.phase == .answered && !handler.canAnswer }
                #expect(handler.failure == nil)
            }
            try await desk.sync()
            try await li.sync()
            await until { asker.consultation?.state.phase == .answered && asker.canReopen }
            await asker.reopen()
            await until { asker.consultation?.state.phase == .reopened && !asker.canReopen }
            await asker.close()
            await until { asker.isClosed && asker.canReopen }
            await asker.reopen()
            await until { asker.consultation?.state.phase == .reopened && asker.failure == nil }
        }
        try await shown(ConsultationsModel(li.hongqi), run: { await $0.run() }) { list in
            await until { list.cases.contains { $0.space == space && $0.deskName != "" } }
        }
        let left = try await Park.phone("sec", Cast.secretary)
        #expect(try await left.hongqi.consult().consultation(space: space) == nil)
    }

    @Test func theAskerIsToldWhomToLeaveOutSinceAndLeavesThemOutForGood() async throws {
        let server = try ServerProcess.start()
        let li = try await Phone.enrolled("li", Cast.li, at: server)
        let desk = try await Phone.enrolled("top", Cast.topSecretary, at: server)
        let (head, deputy) = (try memberIdOfNumber(number: Cast.topSecretary), try memberIdOfNumber(number: Cast.topDeputy))
        let top = try orgIdOfNumber(number: Cast.top)
        let leaveOut = try await li.hongqi.consult().proposal(desk: top).map(\.member)
        let space = try await li.hongqi.consult().ask(
            desk: top, subject: "反映情况", category: .complaint, question: "可以向谁反映？", leaveOut: leaveOut)
        try await li.sync()
        try await desk.sync()
        let (asker, handler) = (ConsultationModel(li.hongqi, space), ConsultationModel(desk.hongqi, space))
        try await shown(asker, run: { await $0.run() }) { asker in
            await until { asker.leavable.contains { $0.member == head } }
            #expect(asker.proposal.isEmpty && !asker.leavable.contains { $0.member == asker.consultation?.asker })

            // One is flagged in the books, the other is set above the asker's own branch.
            try server.note(conflictOf: Cast.topDeputy)
            try server.grant("deputy_secretary", to: Cast.topSecretary, on: Cast.branch)
            try await li.sync()
            await until { asker.proposal.count == 2 }
            #expect(asker.proposal.first { $0.member == head }?.why == .ownSecretary)
            #expect(asker.proposal.first { $0.member == deputy }?.why == .conflict)

            try await shown(handler, run: { await $0.run() }) { handler in
                await until { handler.consultation != nil }
                #expect(handler.proposal.isEmpty && handler.leavable.isEmpty && !handler.gone)
                await asker.leaveOut(head)
                await until { asker.proposal.map(\.member) == [deputy] }
                #expect(!asker.readers.contains { $0.member == head })
                try await li.sync()
                try await desk.sync()
                await until { handler.gone && handler.consultation == nil }
            }

            // Also whom nothing speaks against.
            for reader in asker.leavable where reader.member != deputy {
                await asker.leaveOut(reader.member)
                await until { !asker.readers.contains { $0.member == reader.member } }
            }
            #expect(asker.leavable.map(\.member) == [deputy] && asker.isLast(deputy) && !asker.isLast(head))
            #expect(asker.failure == nil && !asker.gone)
        }
    }
}
