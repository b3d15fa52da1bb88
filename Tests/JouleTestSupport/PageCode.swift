import Foundation

/// The Swift code that a page of docs shows, beside the file of a test that compiles and runs it. Such a file marks
/// the parts that the page shows, in their order:
///
///     // [begin: name]
///     func shown() {}
///     // [end: name]
public enum PageCode {
  /// The Swift blocks of a page.
  ///
  /// - Parameters:
  ///   - page: the path of the page in the repository.
  ///   - test: `#filePath` of the test, two folders below the root.
  public static func blocks(ofPage page: String, besideTest test: String = #filePath) throws
    -> [String]
  {
    let root = URL(filePath: test).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: page), encoding: .utf8)
    return text.components(separatedBy: "```swift\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
  }

  /// The marked parts of a file beside the test.
  public static func sections(ofExample file: String, besideTest test: String = #filePath) throws
    -> [String]
  {
    let folder = URL(filePath: test).deletingLastPathComponent()
    let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
    return text.components(separatedBy: "// [begin: ").dropFirst().map { section in
      let body = section.components(separatedBy: "// [end: ")[0]
      return String(body[body.index(after: body.firstIndex(of: "\n") ?? body.startIndex)...])
    }
  }
}
