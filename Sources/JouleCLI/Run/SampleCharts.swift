import Joule

/// Rows of a model beside rows of its data, where they are no images: a histogram of one variable, the
/// plane and the energy over it of two, the plane of the first two of more.
struct SampleCharts {
  /// In the units of the data, `[rows, variables]`.
  let data: Tensor<Float>
  let samples: Tensor<Float>
  /// How the samples are drawn, in a sentence.
  let explanation: String
  /// Of the columns, where the file names them.
  let names: [String]?
  let scale: EnergyScale

  /// Points along a side of the grid that contours are drawn on.
  private static let gridSize = 120

  /// - Parameter energy: E of rows in the units of the data.
  func all(energy: (Tensor<Float>) -> [Double]) -> [Chart] {
    switch data.shape[1] {
    case 1: [histogram]
    case 2: [plane, surface(energy)]
    default: [plane]
    }
  }

  private func name(_ column: Int) -> String { names?[column] ?? "column \(column + 1)" }

  private func column(_ rows: Tensor<Float>, _ index: Int) -> [Double] {
    (0..<rows.shape[0]).map { Double(rows[$0, index]) }
  }

  private var histogram: Chart {
    let (given, drawn) = (column(data, 0), column(samples, 0))
    let range = Self.range(of: given, margin: 0.1)
    return Chart(
      title: "Samples", explanation: explanation + " Beside as many rows of the data.",
      x: Chart.Axis(name(0)), y: "rows",
      series: [
        .histogram(name: "data", of: given, binCount: 40, range: range),
        .histogram(name: "samples", of: drawn, binCount: 40, range: range),
      ])
  }

  private var plane: Chart {
    let more = data.shape[1] > 2 ? " Shown are the first two of \(data.shape[1]) columns." : ""
    return Chart(
      title: "Samples", explanation: explanation + " Beside as many rows of the data." + more,
      x: Chart.Axis(name(0)), y: Chart.Axis(name(1)),
      series: [
        .init(name: "data", points: points(data), mark: .points),
        .init(name: "samples", points: points(samples), mark: .points),
      ])
  }

  private func surface(_ energy: (Tensor<Float>) -> [Double]) -> Chart {
    func steps(_ column: Int) -> [Double] {
      let range = Self.range(of: self.column(data, column), margin: 0.15)
      let step = (range.upperBound - range.lowerBound) / Double(Self.gridSize - 1)
      return (0..<Self.gridSize).map { range.lowerBound + step * Double($0) }
    }
    let (x, y) = (steps(0), steps(1))
    let grid = x.flatMap { x in y.flatMap { [Float(x), Float($0)] } }
    let energies = energy(Tensor(shape: [x.count * y.count, 2], elements: grid))
    let least = energies.filter(\.isFinite).min() ?? 0
    return Chart(
      title: "Energy",
      explanation: "Contours "
        + scale.levels.map { format(shortest: $0) }.joined(separator: ", ")
        + " " + scale.explanation,
      x: Chart.Axis(name(0)), y: Chart.Axis(name(1)),
      series: [
        .contours(
          name: "energy", of: energies.map { $0 - least }, x: x, y: y, levels: scale.levels),
        .init(name: "data", points: points(data), mark: .points),
      ])
  }

  private func points(_ rows: Tensor<Float>) -> [(x: Double, y: Double)] {
    (0..<rows.shape[0]).map { (x: Double(rows[$0, 0]), y: Double(rows[$0, 1])) }
  }

  /// From the least to the greatest value, and a share of that on either side.
  private static func range(of values: [Double], margin: Double) -> ClosedRange<Double> {
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    let room = high > low ? margin * (high - low) : 0.5
    return low - room...high + room
  }
}

/// What an energy is counted in.
enum EnergyScale {
  /// −log p, up to a constant.
  case nats
  /// The mean squared error of a reconstruction, in the model's units.
  case squaredError

  /// How far above the least energy contours are: evenly spaced at first, as far as samples go.
  fileprivate var levels: [Double] {
    switch self {
    case .nats: [0.5, 1, 2, 3, 4, 5, 6, 8, 10]
    case .squaredError: [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 1, 2]
    }
  }

  fileprivate var explanation: String {
    switch self {
    case .nats: "nats above the least energy; a nat higher is e times less likely."
    case .squaredError: "of mean squared error above the least."
    }
  }
}
