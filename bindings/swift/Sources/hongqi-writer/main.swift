import Foundation
import Hongqi

// A phone that writes until it is killed: `hongqi-writer HOME`. Each line that it prints is the id of a message whose
// post had returned.

let home = URL(fileURLWithPath: CommandLine.arguments[1])
let key = try SoftwareKey.kept(in: home.appendingPathComponent("device.key"))
let hongqi = try await Hongqi.open(home: home.path, key: key)
try await hongqi.resume()
let talk = try standingTalkOf(org: try await hongqi.me().home)
for number in 0... {
    let id = try await hongqi.talk().post(space: talk, body: "第\(number)条")
    FileHandle.standardOutput.write(Data("\(id)\n".utf8))
}
