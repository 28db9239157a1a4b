import Foundation

/// Pieces of the report's markup.
enum HTML {
  /// Text between tags or inside quoted attributes.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
    return escaped
  }

  /// A PNG file as part of the page.
  static func image(_ png: [UInt8], alt: String, class name: String = "") -> String {
    "<img class=\"\(name)\" alt=\"\(alt)\" src=\"data:image/png;base64,\(Data(png).base64EncodedString())\">"
  }
}
