/// The chains of one file.
struct ChainFile {
  let path: String
  /// Of the columns.
  var names: [String]
  /// `[draw, column]` of each chain.
  var chains: [[Double]]
  var drawCount: Int
  /// Draws that the file marks as warm-up, and that are left out.
  var warmUpCount = 0
  var treeDepthLimit: Int?

  static func load(_ path: String) throws(ChainFilesError) -> ChainFile {
    let table: NumberTable
    do {
      table = try NumberTable.load(path)
    } catch {
      throw .data(error)
    }
    guard !table.values.isEmpty else {
      throw .layout(
        path: path, found: "no draws", expected: "a row of numbers for every draw")
    }
    return table.kind == .npy ? try array(table) : try text(table)
  }

  /// Whether a column tells of the sampler, and not of what is sampled.
  static func isSamplerColumn(_ name: String) -> Bool { name.hasSuffix("__") && name != "lp__" }

  // MARK: NPY

  private static func array(_ table: NumberTable) throws(ChainFilesError) -> ChainFile {
    let shape = table.shape
    guard !shape.isEmpty else {
      throw .layout(
        path: table.path, found: "a single number", expected: "shape [chain, draw, variable]")
    }
    let (chainCount, drawCount) = shape.count == 1 ? (1, shape[0]) : (shape[0], shape[1])
    let axes = Array(shape.dropFirst(2))
    let width = axes.reduce(1, *)
    let size = drawCount * width
    return ChainFile(
      path: table.path, names: axes.isEmpty ? ["x"] : (0..<width).map { name($0, axes) },
      chains: chainCount == 1
        ? [table.values]
        : (0..<chainCount).map { Array(table.values[$0 * size..<($0 + 1) * size]) },
      drawCount: drawCount)
  }

  /// `x[i,j]`, counted from 1, of an element of further axes.
  private static func name(_ element: Int, _ axes: [Int]) -> String {
    var (rest, places) = (element, [Int]())
    for length in axes.reversed() {
      places.append(rest % length + 1)
      rest /= length
    }
    return "x[" + places.reversed().map(String.init).joined(separator: ",") + "]"
  }

  // MARK: Text

  private static func text(_ table: NumberTable) throws(ChainFilesError) -> ChainFile {
    let width = table.shape[1]
    let stan = StanComments(table.comments)
    var names = table.columnNames ?? (1...width).map { "x[\($0)]" }
    if stan.isStan || names.contains("lp__") { names = names.map(StanComments.variableName) }
    let columns = IndexColumns(names)
    let kept = names.indices.filter { !columns.all.contains($0) }
    guard !kept.isEmpty else { throw .noVariables(path: table.path) }
    try requireNames(kept.map { names[$0] }, table.path)
    let rows = try columns.chains(of: table)
    let warmUp = columns.chain == nil ? stan.warmUpCount(of: table.shape[0]) : 0
    guard let first = rows.first, first.rows.count > warmUp else {
      throw .layout(
        path: table.path, found: "nothing but \(warmUp) draws of warm-up",
        expected: "draws after the warm-up")
    }
    for chain in rows where chain.rows.count != first.rows.count {
      throw .layout(
        path: table.path,
        found: "\(chain.rows.count) draws in chain \(chain.name), "
          + "\(first.rows.count) in chain \(first.name)",
        expected: "equally many draws of each chain")
    }
    let isWhole = rows.count == 1 && kept.count == width && warmUp == 0 && columns.draw == nil
    let chains =
      isWhole
      ? [table.values]
      : rows.map { chain in
        chain.rows.dropFirst(warmUp).flatMap { row in
          kept.map { table.values[row * width + $0] }
        }
      }
    return ChainFile(
      path: table.path, names: kept.map { names[$0] }, chains: chains,
      drawCount: first.rows.count - warmUp, warmUpCount: warmUp,
      treeDepthLimit: stan.treeDepthLimit)
  }

  private static func requireNames(_ names: [String], _ path: String) throws(ChainFilesError) {
    var seen: Set<String> = []
    for name in names where name.isEmpty || !seen.insert(name).inserted {
      if name.isEmpty {
        throw .layout(
          path: path, found: "a column without a name", expected: "a name for each variable")
      }
      throw .layout(
        path: path, found: "two columns called '\(name)'", expected: "a name of its own for each")
    }
  }

  // MARK: Several files

  /// Checks that the chains are of the same variables and draws as those of another file.
  func requireAgreement(with other: ChainFile) throws(ChainFilesError) {
    guard names == other.names else {
      let shorter = min(names.count, other.names.count)
      let place = (0..<shorter).first { names[$0] != other.names[$0] } ?? shorter
      func text(_ names: [String]) -> String {
        place < names.count ? "'\(names[place])'" : "no column \(place + 1)"
      }
      throw .disagreement(
        path: path, found: "\(text(names)) in column \(place + 1) of \(names.count)",
        other: other.path,
        expected: "\(text(other.names)) of \(other.names.count)")
    }
    guard drawCount == other.drawCount else {
      throw .disagreement(
        path: path, found: "\(drawCount) draws", other: other.path,
        expected: "\(other.drawCount)")
    }
  }
}
