/// What Stan writes about a run among the comments of its CSV files.
struct StanComments {
  /// Whether these are comments of Stan at all.
  let isStan: Bool
  let treeDepthLimit: Int?
  /// Rows above the note that adaptation has ended.
  private let adaptationRows: Int?
  private let savedWarmUp: Int?

  init(_ comments: [DelimitedText.Comment]) {
    var settings: [String: String] = [:]
    var adaptationRows: Int?
    for comment in comments {
      if comment.text.hasPrefix("Adaptation terminated") { adaptationRows = comment.row }
      let parts = comment.text.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let words = parts.map { $0.split(separator: " ") }
      guard words[0].count == 1, let value = words[1].first else { continue }
      settings[String(words[0][0])] = String(value)
    }
    isStan = settings["stan_version_major"] != nil
    self.adaptationRows = adaptationRows
    treeDepthLimit = settings["max_depth"].flatMap { Int($0) }
    let isSaved = ["1", "true"].contains(settings["save_warmup"])
    let thin = max(1, settings["thin"].flatMap { Int($0) } ?? 1)
    savedWarmUp = settings["num_warmup"].flatMap { Int($0) }.map {
      isSaved ? max(0, ($0 + thin - 1) / thin) : 0
    }
  }

  /// How many of the first rows are draws of warm-up.
  func warmUpCount(of rowCount: Int) -> Int {
    min(rowCount, adaptationRows ?? savedWarmUp ?? 0)
  }

  /// `theta[1,2]` for `theta.1.2`, as Stan's programs call it.
  static func variableName(_ column: String) -> String {
    let parts = column.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, let name = parts.first, !name.isEmpty,
      parts.dropFirst().allSatisfy({
        !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) }
      })
    else { return column }
    return name + "[" + parts.dropFirst().joined(separator: ",") + "]"
  }
}
