/// The columns of a table that say which chain and draw a row is.
struct IndexColumns {
  let chain: Int?
  /// What orders the draws of a chain.
  let draw: Int?
  /// All columns that are no variables.
  let all: Set<Int>

  private static let chainNames = [".chain", "chain__", "chain"]
  /// Within a chain first: some files number the draws of all chains together beside it.
  private static let drawNames = [
    ".iteration", "iter__", "iteration", "iter", ".draw", "draw__", "draw",
  ]

  init(_ names: [String]) {
    let names = names.map { $0.lowercased() }
    func first(_ candidates: [String]) -> Int? {
      candidates.lazy.compactMap { names.firstIndex(of: $0) }.first
    }
    chain = first(Self.chainNames)
    draw = first(Self.drawNames)
    // A first column without a name is the index that table programs write.
    let unnamed = names.count > 1 && names[0].isEmpty ? [0] : []
    let known = Set(Self.chainNames + Self.drawNames)
    all = Set(names.indices.filter { known.contains(names[$0]) } + unnamed)
  }

  /// The rows of each chain, in the order of their draws; chains in ascending order.
  func chains(of table: NumberTable) throws(ChainFilesError) -> [(name: String, rows: [Int])] {
    let (count, width) = (table.shape[0], table.shape[1])
    var rows: [Double: [Int]] = [:]
    for row in 0..<count {
      let number = chain.map { table.values[row * width + $0] } ?? 1
      try require(number, "the chain", row, table.path)
      rows[number, default: []].append(row)
    }
    var result: [(name: String, rows: [Int])] = []
    for number in rows.keys.sorted() {
      let own = rows[number] ?? []
      result.append((Self.text(number), try ordered(own, table, width)))
    }
    return result
  }

  private func ordered(
    _ rows: [Int], _ table: NumberTable, _ width: Int
  ) throws(ChainFilesError) -> [Int] {
    guard let draw else { return rows }
    let numbers = rows.map { table.values[$0 * width + draw] }
    for (row, number) in zip(rows, numbers) { try require(number, "the draw", row, table.path) }
    let order = rows.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }
    for (place, next) in zip(order, order.dropFirst()) where numbers[place] == numbers[next] {
      throw .layout(
        path: table.path,
        found: "draw \(Self.text(numbers[place])) twice in one chain, in rows "
          + "\(rows[place] + 1) and \(rows[next] + 1)",
        expected: "each draw of a chain once"
          + (chain == nil ? "; a column 'chain' tells chains apart" : ""))
    }
    return order.map { rows[$0] }
  }

  private func require(
    _ number: Double, _ what: String, _ row: Int, _ path: String
  ) throws(ChainFilesError) {
    guard number.isFinite, number == number.rounded() else {
      throw .layout(
        path: path, found: "\(number) as the number of \(what) in row \(row + 1)",
        expected: "a whole number")
    }
  }

  private static func text(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(number)"
  }
}
