import Joule

/// A file as a Markov chain.
enum MarkovInput {
  /// Beyond this the dense analyses would take many minutes and gigabytes.
  static let largestStateCount = 4096

  static func load(_ path: String, byRows: Bool, tolerance: Double) throws -> MarkovChain {
    let table = try NumberTable.load(path)
    do {
      if table.columnNames?.map({ $0.lowercased() }) == ["from", "to", "probability"] {
        return try listed(table, tolerance: tolerance)
      }
      let matrix = try checkedMatrix(table)
      let names = table.columnNames ?? numbers(matrix.shape[0])
      return byRows
        ? try MarkovChain(rows: matrix, stateNames: names, tolerance: tolerance)
        : try MarkovChain(columns: matrix, stateNames: names, tolerance: tolerance)
    } catch MarkovChainError.sum(let sum, let line, true) {
      let cure = byRows ? "leave --rows out" : "add --rows"
      let others = byRows ? "columns" : "rows"
      throw Failure(
        "\(path): \(line) sums to \(sum), expected 1; all \(others) do: \(cure) to read it by \(others)"
      )
    } catch let error as MarkovChainError {
      throw Failure("\(path): \(error)")
    }
  }

  /// States are called 1, 2, 3, … as in S ∈ {1, …, d}.
  private static func numbers(_ count: Int) -> [String] { (1...max(1, count)).map(String.init) }

  private static func checkedMatrix(_ table: NumberTable) throws -> Tensor<Double> {
    let path = table.path
    try require(
      table.shape.count == 2 && table.shape[0] == table.shape[1] && table.shape[0] > 0,
      "\(path): a transition matrix has as many rows as columns, found "
        + table.shape.map(String.init).joined(separator: " × "))
    let count = table.shape[0]
    try require(
      count <= largestStateCount,
      "\(path): it has \(format(count)) states, and \(format(largestStateCount)) are the most")
    if let names = table.columnNames {
      if let index = names.firstIndex(of: "") {
        throw Failure("\(path): column \(index + 1) of the header is empty, expected a name")
      }
      if let (index, name) = firstRepetition(names) {
        throw Failure("\(path): column \(index + 1) of the header repeats the name '\(name)'")
      }
      if let rowNames = table.rowNames,
        let index = names.indices.first(where: { rowNames[$0] != names[$0] })
      {
        throw Failure(
          "\(path): row \(index + 1) is called '\(rowNames[index])', expected '\(names[index])' as "
            + "that column is: rows and columns list the states in one order")
      }
    }
    return Tensor(shape: table.shape, elements: table.values)
  }

  private static func firstRepetition(_ names: [String]) -> (index: Int, name: String)? {
    var seen: Set<String> = []
    for (index, name) in names.enumerated() where !seen.insert(name).inserted {
      return (index, name)
    }
    return nil
  }

  /// A table of transitions: from, to, probability.
  private static func listed(_ table: NumberTable, tolerance: Double) throws -> MarkovChain {
    var transitions: [MarkovChain.Transition] = []
    var count = 0
    for row in 0..<table.shape[0] {
      let cells = table.values[row * 3..<row * 3 + 3]
      func state(_ column: Int) throws -> Int {
        let value = cells[cells.startIndex + column]
        guard let number = Int(exactly: value), (1...largestStateCount).contains(number) else {
          throw Failure(
            "\(table.path): transition \(row + 1) names the state \(value), expected a whole number "
              + "from 1 to \(format(largestStateCount))")
        }
        count = max(count, number)
        return number - 1
      }
      transitions.append(
        .init(
          from: try state(0), to: try state(1), probability: cells[cells.startIndex + 2]))
    }
    try require(count > 0, "\(table.path): it lists no transition")
    return try MarkovChain(
      stateCount: count, transitions: transitions, stateNames: numbers(count),
      tolerance: tolerance)
  }
}
