import Joule

extension DrawRequest {
  /// Where chains over bits start: the rows given, else bits at random.
  func bitStart(of variableCount: Int) -> Tensor<Float> {
    if let start { return start }
    var rows = Tensor<Float>(
      uniform: [count, variableCount], using: ChainRandom(key: key.folded("start")))
    rows.formThreshold(above: 0.5)
    return rows
  }

  /// Where chains of a kernel are after the steps asked for, half of which are to warm up.
  func position<Kernel: TransitionKernel>(
    of kernel: Kernel, from start: Tensor<Float>
  ) throws -> Tensor<Float> where Kernel.Scalar == Float {
    guard steps > 0 else { return start }
    var run = ParallelChains(at: start, key: key, on: workers) { _ in kernel }
    let warmUp = steps / 2
    try run.sample(
      SamplingPlan(warmUp: warmUp, samples: steps - warmUp), on: workers
    ) { progress in
      display.show(progress.fraction, progress.figures.joined(separator: ", "))
      return .proceed
    }
    return run.position
  }

  /// Gibbs sampling of single sites. Rows whose given values stay go together with those that hold the same sites.
  func siteDraws<Energy: LocalEnergy>(of energy: Energy) throws -> Tensor<Float>
  where Energy.Scalar == Float {
    var rows = bitStart(of: energy.variableCount)
    guard let clamped else { return try position(of: Gibbs(energy), from: rows) }
    var groups: [(held: [Int], rows: [Int])] = []
    var places: [[Int]: Int] = [:]
    for row in 0..<count {
      let held = (0..<energy.variableCount).filter { !clamped[row, $0].isNaN }
      for site in held { rows[row, site] = clamped[row, site] }
      if let place = places[held] {
        groups[place].rows.append(row)
      } else {
        places[held] = groups.count
        groups.append((held, [row]))
      }
    }
    for (number, group) in groups.enumerated() where group.held.count < energy.variableCount {
      var part = self
      part.key = key.folded("group").folded(UInt64(number))
      let drawn = try part.position(
        of: Gibbs(energy, holding: group.held), from: rows.rows(at: group.rows))
      for (place, row) in group.rows.enumerated() { rows.assignRow(row, from: drawn, row: place) }
    }
    return rows
  }
}
