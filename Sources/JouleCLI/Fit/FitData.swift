import ArgumentParser
import Joule

/// What weights mean on the command line.
enum WeightMeaning: String, ExpressibleByArgument, CaseIterable {
  case counts, importance
}

/// Columns of a file, with weights.
struct FitData {
  let path: String
  let rows: Tensor<Double>
  let names: [String]
  let weights: DataWeights

  init(
    path: String, columns: String?, weights: String?, weightsAre: WeightMeaning
  ) throws {
    let table = try NumberTable.load(path)
    let width = table.shape.count > 1 ? table.shape[1...].reduce(1, *) : 1
    let count = table.shape.first ?? 0
    try require(count > 0 && width > 0, "\(path) holds no rows of numbers")
    let header = table.columnNames ?? (1...width).map { width == 1 ? "x" : "column \($0)" }
    func place(_ text: String) throws(Failure) -> Int {
      let name = text.trimmingBlanks
      if let index = header.firstIndex(of: name) { return index }
      if let number = Int(name), (1...width).contains(number) { return number - 1 }
      throw Failure(
        "\(path) has no column '\(name)': its columns are \(header.joined(separator: ", ")), or numbers "
          + "from 1 to \(width)")
    }
    let weightColumn = try weights.map(place)
    let picked: [Int]
    if let columns {
      picked = try columns.split(separator: ",").map { try place(String($0)) }
    } else {
      picked = (0..<width).filter { $0 != weightColumn }
    }
    try require(!picked.isEmpty, "there are no columns to fit in \(path)")
    try require(
      Set(picked).count == picked.count, "--columns names a column twice: \(columns ?? "")")
    func column(_ index: Int) -> [Double] { (0..<count).map { table.values[$0 * width + index] } }
    self.path = path
    names = picked.map { header[$0] }
    let chosen = picked.map(column)
    rows = Tensor(
      shape: [count, picked.count],
      elements: (0..<count).flatMap { row in chosen.map { $0[row] } })
    if let weightColumn {
      let values = column(weightColumn)
      self.weights = weightsAre == .counts ? .counts(values) : .importance(values)
      if weightsAre == .counts, let row = values.firstIndex(where: { $0 != $0.rounded() }) {
        throw Failure(
          "\(path): row \(row + 1) has the weight \(values[row]), and counts are whole numbers; "
            + "--weights-are importance takes any")
      }
    } else {
      self.weights = .equal
    }
  }

  /// Whether goodness of fit can be told: data that were drawn.
  var isSample: Bool {
    if case .importance = weights { return false }
    return true
  }
}

extension String {
  var trimmingBlanks: String {
    var text = Substring(self)
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
