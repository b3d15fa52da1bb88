import Joule

/// Density over histogram, and the distribution functions against each other.
enum FitPlot {
  static func sheet<Family: FittedFamily>(
    _ family: Family, _ data: FitData, _ report: FitReport
  ) throws -> ChartSheet {
    let fit = try family.fit(data.rows, weights: data.weights)
    let weights: [Double]
    switch data.weights {
    case .equal: weights = [Double](repeating: 1, count: data.rows.shape[0])
    case .counts(let values), .importance(let values): weights = values
    }
    if let univariate = family as? any FittedFamily & UnivariateFamily {
      return ChartSheet(
        univariateCharts(univariate, fit.model.naturalParameters, data, weights, report))
    }
    let draws = fit.model.sample(
      count: 50_000, using: ChainRandom(key: RandomKey(seed: 0).folded("plot")))
    return ChartSheet(
      (0..<min(6, data.rows.shape[1])).map { column in
        margin(
          data.rows.columns(column..<column + 1).elements, weights,
          draws.columns(column..<column + 1).elements, data.names[column], family.name)
      })
  }

  private static func univariateCharts<Family: UnivariateFamily>(
    _ family: Family, _ theta: NaturalParameters, _ data: FitData, _ weights: [Double],
    _ report: FitReport
  ) -> [Chart] {
    let values = data.rows.elements
    let parameters = report.parameters.map {
      "\($0.name) \(FitReport.digits($0.estimate, count: 4))"
    }.joined(separator: ", ")
    let title = "\(family.name) distribution of \(data.names[0])"
    let shape = Histogram(values, weights, isDiscrete: family.support.isDiscrete)
    let fitted: Chart.Series
    if family.support.isDiscrete {
      fitted = Chart.Series(
        name: "fitted probability",
        points: shape.places.map { ($0, density(family, theta, $0)) }, mark: .points)
    } else {
      let margin = 0.05 * (shape.high - shape.low)
      let points = (0...400).map {
        shape.low - margin + (shape.high - shape.low + 2 * margin) * Double($0) / 400
      }
      fitted = Chart.Series(
        name: "fitted density",
        points: points.filter { family.support.contains($0) }.map {
          ($0, density(family, theta, $0))
        })
    }
    let histogram = Chart(
      title: title, explanation: parameters, x: "\(data.names[0])",
      y: family.support.isDiscrete ? "probability" : "density",
      series: [
        Chart.Series(name: "data", points: shape.points, mark: .bars(width: shape.width)), fitted,
      ])
    let order = values.indices.filter { weights[$0] > 0 }.sorted { values[$0] < values[$1] }
    let total = order.reduce(0) { $0 + weights[$1] }
    var sum = 0.0
    let step = max(1, order.count / 1000)
    var empirical: [(x: Double, y: Double)] = []
    for (rank, index) in order.enumerated() {
      let isLast = rank + 1 == order.count || values[order[rank + 1]] != values[index]
      let middle = (sum + weights[index] / 2) / total
      sum += weights[index]
      if family.support.isDiscrete {
        if isLast {
          empirical.append((family.cumulative(at: values[index], theta).lower, sum / total))
        }
      } else if rank % step == 0 {
        empirical.append((family.cumulative(at: values[index], theta).lower, middle))
      }
    }
    let probabilities = Chart(
      title: "Probabilities, data against fit",
      explanation:
        "Points on the diagonal: the share of data up to a value is the fitted probability.",
      x: Chart.Axis("fitted probability of a value or less", range: 0...1),
      y: Chart.Axis("share of the data", range: 0...1),
      series: [
        Chart.Series(
          name: "data", points: empirical, mark: family.support.isDiscrete ? .points : .line),
        Chart.Series(name: "perfect fit", points: [(0, 0), (1, 1)], isDashed: true),
      ])
    return [histogram, probabilities]
  }

  private static func density<Family: UnivariateFamily>(
    _ family: Family, _ theta: NaturalParameters, _ x: Double
  ) -> Double {
    let row = Tensor<Double>([[x]])
    return family.logDensity(of: row, at: theta).exp()[0]
  }

  private static func margin(
    _ values: [Double], _ weights: [Double], _ draws: [Double], _ name: String, _ family: String
  ) -> Chart {
    let isDiscrete =
      values.allSatisfy { $0 == $0.rounded() } && draws.allSatisfy { $0 == $0.rounded() }
    let shape = Histogram(values, weights, isDiscrete: isDiscrete)
    let drawn = Histogram(
      draws, [Double](repeating: 1, count: draws.count), low: shape.low, width: shape.width,
      count: shape.points.count)
    return Chart(
      title: name, explanation: "Margin of the fitted \(family) distribution, by 50,000 draws.",
      x: "\(name)", y: isDiscrete ? "probability" : "density",
      series: [
        Chart.Series(name: "data", points: shape.points, mark: .bars(width: shape.width)),
        Chart.Series(name: "fitted", points: drawn.points, mark: .points),
      ])
  }
}

/// Weighted shares in equal bins, as a density.
private struct Histogram {
  let low: Double
  let high: Double
  let width: Double
  let points: [(x: Double, y: Double)]
  var places: [Double] { points.map(\.x) }

  init(_ values: [Double], _ weights: [Double], isDiscrete: Bool) {
    let (least, greatest) = (values.min() ?? 0, values.max() ?? 1)
    if isDiscrete {
      // A bar for each value; where they are many, for runs of them.
      let span = greatest - least + 1
      let run = max(1, (span / 200).rounded(.up))
      self.init(
        values, weights, low: least - 0.5, width: run, count: Int((span / run).rounded(.up)))
      return
    }
    let spread = greatest - least
    let count = min(60, max(8, Int(Double(values.count).squareRoot().rounded(.up))))
    let width = spread > 0 ? spread / Double(count) : max(abs(least) * 1e-3, 1e-3)
    self.init(values, weights, low: least, width: width, count: count)
  }

  init(_ values: [Double], _ weights: [Double], low: Double, width: Double, count: Int) {
    var sums = [Double](repeating: 0, count: count)
    for (value, weight) in zip(values, weights) {
      let place = ((value - low) / width).rounded(.down)
      // The last bin includes its end.
      if place >= 0 && place <= Double(count) { sums[min(count - 1, Int(place))] += weight }
    }
    let total = weights.reduce(0, +)
    self.low = low
    self.width = width
    high = low + width * Double(count)
    points = sums.enumerated().map {
      (low + (Double($0) + 0.5) * width, $1 / (total * width))
    }
  }
}
