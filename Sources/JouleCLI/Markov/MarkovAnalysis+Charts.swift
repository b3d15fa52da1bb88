import Joule

extension MarkovAnalysis {
  private static let mostBars = 40
  private static let mostCurves = 6
  /// Distances are drawn step by step while that is little work.
  private static let stepwiseWork = 2e10

  /// Distributions, p_t, eigenvalues, and how fast the start is forgotten.
  func charts(on workers: Workers) -> [Chart] {
    [stationaryChart, timeChart(on: workers), eigenvalueChart]
      + (mixing.map { [distanceChart($0, on: workers)] } ?? [])
  }

  private var stationaryChart: Chart {
    let isNamed = chain.stateCount <= Self.mostBars
    let series = stationary.indices.prefix(Self.mostCurves).map { number in
      Chart.Series(
        name: stationary.count == 1
          ? "π" : "of the class of \(name(chain.closedClasses[number].states[0]))",
        points: isNamed
          ? chain.closedClasses[number].states.map { (Double($0), stationary[number][$0]) }
          : stationary[number].enumerated().map { (Double($0), $1) },
        mark: isNamed ? .bars(width: 1) : .steps)
    }
    return Chart(
      title: stationary.count == 1 ? "Stationary distribution" : "Stationary distributions",
      explanation: stationary.count == 1
        ? "The share of time in each state in the long run."
        : "One for each closed class; which of them it becomes depends on the start.",
      x: isNamed
        ? Chart.Axis("", scale: .categories(chain.stateNames)) : "state, in the order of the file",
      y: "probability", series: Array(series))
  }

  private func timeChart(on workers: Workers) -> Chart {
    // A few rounds of what goes round, else twice as long as mixing takes.
    let rounds = 3 * (chain.closedClasses.map(\.period).max() ?? 1)
    let last = min(max(mixing.map { 2 * $0.steps } ?? (chain.isPeriodic ? rounds : 30), 12), 60)
    var (now, states) = (chain.distribution(at: start), [[Double]]())
    for step in 0...last {
      if step > 0 { now = chain.distribution(after: 1, from: now, on: workers) }
      states.append(now)
    }
    let peaks = (0..<chain.stateCount).map { state in
      states.dropFirst().map { $0[state] }.max() ?? 0
    }
    let shown =
      chain.stateCount <= Self.mostCurves
      ? Array(0..<chain.stateCount)
      : Array(peaks.indices.sorted { (peaks[$0], -$0) > (peaks[$1], -$1) }.prefix(Self.mostCurves))
    return Chart(
      title: "From \(name(start))",
      explanation: "p_t = Tᵗ p₀"
        + (shown.count < chain.stateCount ? ", the states that become most probable." : "."),
      x: "step", y: "probability",
      series: shown.map { state in
        Chart.Series(
          name: name(state), points: states.enumerated().map { (Double($0), $1[state]) })
      })
  }

  private var eigenvalueChart: Chart {
    let hasGap = spectrum.spectralGap > 0
    func circle(_ radius: Double) -> [(x: Double, y: Double)] {
      (0...120).map { step in
        let point = ChainSpectrum.Eigenvalue.onUnitCircle(turn: Double(step) / 120)
        return (radius * point.real, radius * point.imaginary)
      }
    }
    return Chart(
      title: "Eigenvalues",
      explanation:
        "In the complex plane, within the circle of modulus one. The dashed circle has the second "
        + "largest modulus: the gap between the two is the spectral gap.",
      x: "real part", y: "imaginary part",
      series: [
        .init(
          name: "eigenvalues", points: spectrum.eigenvalues.map { ($0.real, $0.imaginary) },
          mark: .points),
        .init(name: "modulus 1", points: circle(1)),
      ]
        + (hasGap
          ? [
            .init(
              name: "modulus \(NumberText.significant(spectrum.secondModulus, digits: 3))",
              points: circle(spectrum.secondModulus), isDashed: true)
          ] : []),
      hasEqualUnits: true)
  }

  private func distanceChart(_ mixing: MixingTime, on workers: Workers) -> Chart {
    let steps = min(3 * mixing.steps + 8, 240)
    let size = Double(chain.stateCount)
    let isStepwise =
      3 * mixing.steps + 8 <= steps && Double(steps) * size * size * size < Self.stepwiseWork
    let points: [(x: Double, y: Double)] =
      isStepwise
      ? chain.worstDistances(upTo: steps, from: stationary[0], on: workers).enumerated()
        .map { (Double($0), $1) }
      : mixing.distances.filter { $0.steps > 0 }.map { (Double($0.steps), $0.totalVariation) }
    return Chart(
      title: "Distance from the stationary distribution",
      explanation: "Total variation after so many steps, from the worst start. It falls below "
        + "\(NumberText.significant(threshold, digits: 3)) at the mixing time, \(mixing.steps).",
      x: Chart.Axis("step", scale: isStepwise ? .linear : .logarithmic),
      y: Chart.Axis("total variation", scale: .logarithmic),
      // Below this only rounding is left.
      series: [.init(name: "distance", points: points.map { ($0.x, $0.y > 1e-14 ? $0.y : .nan) })],
      guides: [.horizontal(threshold, "ε"), .vertical(Double(mixing.steps), "mixing time")])
  }
}
