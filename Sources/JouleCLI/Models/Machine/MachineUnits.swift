import Joule

/// The units of a table's columns: as options name them, or as the data suggest.
struct MachineUnits {
  /// The data's layer, a unit a column.
  let layer: UnitLayer
  /// What was guessed and why, in words; nil where nothing was.
  let guess: String?

  /// - Parameter text: "auto", a kind for all columns such as "gaussian" or "potts:21", or groups in the order of the
  ///   columns such as "gaussian:4+potts:3x5".
  init(_ text: String, for data: LoadedData) throws {
    let columns = data.dataset.columnCount
    if text == "auto" {
      (layer, guess) = try Self.guessed(from: data)
      return
    }
    guess = nil
    do throws(UnitTextError) {
      layer = try UnitLayer(parsing: Self.spelledOut(text, columns: columns))
    } catch {
      throw Failure(
        "--units: \(error); or auto; or one kind for all columns, as gaussian or potts:21")
    }
    try require(
      layer.unitCount == columns,
      "--units names \(layer.unitCount) units, and \(data.path) has \(columns) columns")
  }

  /// A hidden layer as options name it: a kind without a number, as bernoulli or potts:4.
  static func hiddenLayer(_ kind: String?, count: Int) throws -> UnitLayer {
    let text = kind ?? BernoulliUnits.kind
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    do throws(UnitTextError) {
      return try UnitLayer(
        parsing: parts.count == 2 ? "\(parts[0]):\(count)x\(parts[1])" : "\(text):\(count)")
    } catch {
      throw Failure("--hidden-units: \(error); without their number, which --hidden says")
    }
  }

  /// The kind of a hidden layer as options name it: bernoulli, potts:4.
  static func hiddenKind(of layer: UnitLayer) -> String {
    let parts = layer.groups[0].text.split(separator: ":")
    let states = parts[1].split(separator: "x").dropFirst()
    return ([parts[0]] + states).joined(separator: ":")
  }

  /// What was given of hidden layers beside those that a run began with.
  ///
  /// - Parameters:
  ///   - counts: of every layer, as text.
  ///   - kind: of all layers.
  ///   - stored: the layers as text.
  static func comparison(
    counts: String?, kind: String?, with stored: [String]
  ) -> [(String, String?, String)] {
    let layers = stored.compactMap { try? UnitLayer(parsing: $0) }
    return [
      ("--hidden", counts, LayerSizes(layers.map(\.unitCount)).text),
      (
        "--hidden-units", kind.map { (try? hiddenLayer($0, count: 1)).map(hiddenKind) ?? $0 },
        layers.first.map(hiddenKind) ?? ""
      ),
    ]
  }

  /// Units as options name them, as a layer's text of as many columns as another has; as they are where they are none.
  static func spelledOut(_ text: String, likeColumnsOf other: String) -> String {
    guard let columns = (try? UnitLayer(parsing: other))?.unitCount else { return text }
    return (try? UnitLayer(parsing: spelledOut(text, columns: columns)))?.text ?? text
  }

  /// A kind without a number of units is one for all columns.
  private static func spelledOut(_ text: String, columns: Int) -> String {
    guard !text.contains("+"), !text.contains("x") else { return text }
    let parts = text.split(separator: ":")
    switch (parts.first.map(String.init) ?? "", parts.count) {
    case (let kind, 1): return "\(kind):\(columns)"
    case ("potts", 2), ("binomial", 2), ("stepped", 2): return "\(parts[0]):\(columns)x\(parts[1])"
    default: return text
    }
  }

  /// Bits where all values are 0 or 1, spins where they are −1 or 1, categories where they are few whole numbers from 0
  /// on, normal numbers elsewhere; neighbours of a kind are a group.
  private static func guessed(from data: LoadedData) throws -> (UnitLayer, String) {
    let columns = data.dataset.columnCount
    var kinds: [Guess] = Array(repeating: Guess(), count: columns)
    if let listed = data.dataset.sparseRows {
      var zeros = [Int](repeating: listed.rowCount, count: columns)
      for (column, value) in zip(listed.columns, listed.values) {
        kinds[Int(column)].see(value)
        zeros[Int(column)] -= 1
      }
      for column in 0..<columns where zeros[column] > 0 { kinds[column].see(0) }
    } else {
      for block in data.dataset.rowBlocks {
        let rows: Tensor<Float> = data.dataset.batch(block)
        for row in 0..<rows.shape[0] {
          for column in 0..<columns { kinds[column].see(rows[row, column]) }
        }
      }
    }
    if let constant = kinds.firstIndex(where: { $0.text == "gaussian" && $0.isConstant }) {
      throw Failure(
        "\(data.path): column \(constant + 1) is \(format(shortest: Double(kinds[constant].largest))) in every row, of which "
          + "no unit can be guessed and nothing learnt: leave it out, or name --units")
    }
    var groups: [(text: String, count: Int)] = []
    for kind in kinds.map(\.text) {
      if groups.last?.text == kind {
        groups[groups.count - 1].count += 1
      } else {
        groups.append((kind, 1))
      }
    }
    let text = groups.map { group in
      group.text.hasPrefix("potts")
        ? "potts:\(group.count)x\(group.text.dropFirst(6))" : "\(group.text):\(group.count)"
    }.joined(separator: "+")
    do throws(UnitTextError) {
      return (try UnitLayer(parsing: text), "guessed from the data: \(text)")
    } catch {
      throw Failure(
        "the units of \(data.path) cannot be guessed (\(error)): name them with --units")
    }
  }

  /// What is known of a column.
  private struct Guess {
    private var isBit = true
    private var isSpin = true
    private var isWhole = true
    private(set) var largest = -Float.infinity
    private var smallest = Float.infinity
    /// More states than this are taken for a number.
    private static let mostStates: Float = 30

    /// What is missing tells nothing.
    mutating func see(_ value: Float) {
      if value.isNaN { return }
      isBit = isBit && (value == 0 || value == 1)
      isSpin = isSpin && (value == -1 || value == 1)
      isWhole = isWhole && value >= 0 && value < Self.mostStates && value == value.rounded()
      largest = Swift.max(largest, value)
      smallest = Swift.min(smallest, value)
    }

    var isConstant: Bool { smallest == largest }

    var text: String {
      if isBit { return "bernoulli" }
      if isSpin { return "spin" }
      return isWhole ? "potts:\(Int(largest) + 1)" : "gaussian"
    }
  }
}

extension UnitLayer {
  /// How columns of a file become those of the layer: categories spread, normal numbers standardized if so wished.
  func coding(of data: Dataset, standardizes: Bool) -> Standardization {
    let all = Standardization(of: data)
    var (means, scales, counts): ([Double], [Double], [Int]) = ([], [], [])
    for group in groups {
      for _ in 0..<group.count {
        let column = counts.count
        let isNormal = group is GaussianUnits && standardizes
        means.append(isNormal ? all.means[column] : 0)
        scales.append(isNormal ? all.scales[column] : 1)
        counts.append((group as? PottsUnits)?.stateCount ?? 1)
      }
    }
    return Standardization(means: Tensor(means), scales: Tensor(scales), stateCounts: counts)
  }

  /// Refuses a file with a value that its column's unit cannot have.
  ///
  /// - Parameter allowingMissing: whether NaN may stand for a value to be filled in.
  func check(_ data: LoadedData, allowingMissing: Bool = false) throws {
    let columns = data.dataset.columnCount
    try data.requireColumns(unitCount, of: "the model")
    if let listed = data.dataset.sparseRows,
      firstImpossibleUnit([Float](repeating: 0, count: columns)[...], allowingMissing: false) == nil
    {
      let groups = groups.flatMap { Array(repeating: $0, count: $0.count) }
      for row in 0..<listed.rowCount {
        for entry in listed.entries(of: row) {
          let column = Int(listed.columns[entry])
          guard
            let fault = Self.fault(
              at: entry, of: listed.values[...], groups[column], allowingMissing: allowingMissing)
          else { continue }
          throw Self.failure(data, row: row, column: column, listed.values[entry], fault)
        }
      }
      return
    }
    for block in data.dataset.rowBlocks {
      let rows: Tensor<Float> = data.dataset.batch(block)
      for row in 0..<rows.shape[0] {
        let values = rows.elements[row * columns..<(row + 1) * columns]
        guard let bad = firstImpossibleUnit(values, allowingMissing: allowingMissing) else {
          continue
        }
        throw Self.failure(
          data, row: block.lowerBound + row, column: bad.column,
          values[values.startIndex + bad.column], bad.fault)
      }
    }
  }

  private typealias UnitFault = (kind: String, expected: String)

  private static func failure(
    _ data: LoadedData, row: Int, column: Int, _ value: Float, _ fault: UnitFault
  ) -> Failure {
    Failure(
      "\(data.path): row \(row + 1), column \(column + 1) is \(value), and its units are "
        + "\(fault.kind): expected \(fault.expected)"
        + (fault.kind == PottsUnits.kind
          ? "; a category that was never seen in training has no state" : ""))
  }

  private func firstImpossibleUnit(
    _ values: ArraySlice<Float>, allowingMissing: Bool
  ) -> (column: Int, fault: UnitFault)? {
    var first = values.startIndex
    for group in groups {
      for place in first..<first + group.count {
        if let fault = Self.fault(
          at: place, of: values, group, allowingMissing: allowingMissing)
        {
          return (place - values.startIndex, fault)
        }
      }
      first += group.count
    }
    return nil
  }

  /// What is wrong with a value of a unit. The units of a group are alike: a value is held against one of them, a category
  /// against its states.
  private static func fault(
    at place: Int, of values: ArraySlice<Float>, _ group: any Units, allowingMissing: Bool
  ) -> UnitFault? {
    let value = values[place]
    if allowingMissing && value.isNaN { return nil }
    if let potts = group as? PottsUnits {
      if value >= 0 && value < Float(potts.stateCount) && value == value.rounded() { return nil }
      return (PottsUnits.kind, "a whole number from 0 to \(potts.stateCount - 1)")
    }
    if group.firstImpossible(in: values[place...place]) == nil { return nil }
    return (type(of: group).kind, group.valuesInWords)
  }
}
