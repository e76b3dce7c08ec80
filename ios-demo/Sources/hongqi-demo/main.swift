import Foundation
import Hongqi
import HongqiTesting

// The day of `cargo xtask demo`, played through the Swift package: a real server, three phones of one branch, the
// network off and on. Ends with an error if anything that it checks does not hold.

let story = Story()
do {
    let server = try ServerProcess.start()
    defer { server.stop() }
    // The circulars of the whole cluster are this secretary's task.
    try server.grant("editor", to: Cast.secretary, on: Cast.top)
    story.part("The server 服务器")
    story.say("  runs at \(server.url) and has read the invented member books.")

    story.part("Three phones of one branch 一个支部，三部手机")
    var phones: [Phone] = []
    for (name, number) in [("@li", Cast.li), ("@sec", Cast.secretary), ("@org", Cast.organiser)] {
        let phone = try await Phone.enrolled(name, number, at: server)
        let called = try await phone.hongqi.directory().member(id: phone.hongqi.me().member)?.name ?? ""
        story.say("  \(name)  \(called), number \(number), enrolled with a one-time code")
        phones.append(phone)
    }
    let traces = try await play(&phones, story)
    try await playDoor(&phones, traces.evening, story)
    try await checkAll(phones, traces, server, story)
} catch {
    story.fail("stopped by an error: \(error)")
}
exit(story.end())
