// Writes the Swift code of a text as a Swift file: ListingMaker TEXT OUTPUT NAME
import Foundation

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("\(message)\n".utf8))
  exit(1)
}

let arguments = CommandLine.arguments
guard arguments.count == 4 else { fail("ListingMaker: expected a text, a file to write and a name") }
let (path, output, name) = (arguments[1], arguments[2], arguments[3])
do {
  let text = try String(contentsOfFile: path, encoding: .utf8)
  guard let blocks = CodeBlock.all(in: text, isSwift: path.hasSuffix(".swift")) else {
    fail("\(path): error: a block of code has no end")
  }
  try Listing(name: name, path: path, blocks: blocks).source.write(toFile: output, atomically: true, encoding: .utf8)
} catch {
  fail("\(path): error: \(error)")
}
