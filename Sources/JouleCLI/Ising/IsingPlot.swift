import Joule

/// The charts and pictures of `joule ising`.
enum IsingPlot {
  static func sheet(_ report: IsingReport) -> ChartSheet {
    ChartSheet(IsingObservable.allCases.map { chart($0, report) })
  }

  private static func chart(_ observable: IsingObservable, _ report: IsingReport) -> Chart {
    let temperatures = report.temperatures.map(\.temperature)
    let (low, high) = span(temperatures)
    let places = (0...curvePoints).map {
      low + (high - low) * Double($0) / Double(curvePoints)
    }
    let side = report.size
    let states =
      side * side <= TorusStates.largestSiteCount
      ? TorusStates(height: side, width: side) : nil
    var series = [
      Chart.Series(
        name: "sampled, one standard error",
        points: report.temperatures.map { ($0.temperature, $0[observable].value) },
        mark: .points, errors: report.temperatures.map { $0[observable].error ?? 0 })
    ]
    func curve(_ name: String, isDashed: Bool, _ value: (Double) -> Double?) {
      let points = places.map { (x: $0, y: value($0) ?? .nan) }
      guard points.contains(where: { $0.y.isFinite }) else { return }
      series.append(Chart.Series(name: name, points: points, isDashed: isDashed))
    }
    curve("infinite lattice", isDashed: true) { IsingPoint.infinite(observable, $0) }
    curve("exact, L = \(side)", isDashed: false) {
      IsingPoint.exact(observable, $0, side: side, states: states)
    }
    let critical = IsingTorus.criticalTemperature
    return Chart(
      title: title(observable), explanation: explanation(observable), x: "temperature T / J",
      y: Chart.Axis(label(observable)), series: series,
      guides: low <= critical && critical <= high ? [.vertical(critical, "Tc")] : [])
  }

  private static let curvePoints = 300

  /// Curves need some width even where there is one temperature.
  private static func span(_ temperatures: [Double]) -> (Double, Double) {
    let (low, high) = (temperatures.min() ?? 1, temperatures.max() ?? 1)
    return low < high ? (low, high) : (0.85 * low, 1.15 * low)
  }

  private static func title(_ observable: IsingObservable) -> String {
    switch observable {
    case .energy: "Energy"
    case .magnetisation: "Magnetisation"
    case .specificHeat: "Specific heat"
    case .susceptibility: "Susceptibility"
    case .binderCumulant: "Binder cumulant"
    }
  }

  private static func label(_ observable: IsingObservable) -> String {
    switch observable {
    case .energy: "⟨e⟩, J a site"
    case .magnetisation: "⟨|m|⟩ a site"
    case .specificHeat: "C a site"
    case .susceptibility: "χ a site"
    case .binderCumulant: "U"
    }
  }

  private static func explanation(_ observable: IsingObservable) -> String {
    switch observable {
    case .energy, .magnetisation: ""
    case .specificHeat: "C = N (⟨e²⟩ − ⟨e⟩²) / T²"
    case .susceptibility: "χ = N (⟨m²⟩ − ⟨|m|⟩²) / T"
    case .binderCumulant: "U = 1 − ⟨m⁴⟩ / 3⟨m²⟩²: 2/3 in order, 0 in disorder"
    }
  }

  /// A state at each of a few temperatures side by side, the coldest first; up is white.
  static func picture(_ result: IsingJob.Result, side: Int) -> GrayImage {
    Pictures.grid(
      result.pictures.flatMap { $0.bits.map { Float($0) } }, height: side, width: side,
      columns: result.pictures.count, zoom: max(1, min(8, 360 / side)), margin: 6)
  }
}
