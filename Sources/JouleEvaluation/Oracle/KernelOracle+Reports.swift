import JouleCore
import JouleSampling
import JouleTensor
import RealModule

extension KernelOracle {
  /// What rounding does to sums of probabilities.
  private var tolerance: Double { 1e-10 }

  func exactReport<Kernel: EnumerableKernel>(
    on kernel: Kernel, proposal: KernelReport.Finding?
  ) throws(OracleError) -> KernelReport where Kernel.Scalar == Scalar {
    let table: TransitionTable
    do throws(StateSpaceError) {
      table = try kernel.transitions(over: space)
    } catch {
      throw .leaves(error)
    }
    let next = table.advanced(probabilities)
    let residual = zip(next, probabilities).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    var findings = [
      KernelReport.Finding(
        name: "pi P = pi", passes: residual < tolerance,
        words: "total variation \(short(residual))" + worst(next, passes: residual < tolerance))
    ]
    let chain = try chain(table.matrix)
    let balance = chain.detailedBalance(of: probabilities)
    if kernel.isReversible {
      let passes = balance.residual < tolerance
      let pair = balance.worstPair.map {
        ", worst between \(text($0.from)) and \(text($0.to))"
      }
      findings.append(
        .init(
          name: "detailed balance", passes: passes,
          words: "flows differ by at most \(short(balance.residual))"
            + (passes ? "" : pair ?? "")))
    }
    findings.append(agreement(of: try count(kernel), with: table))
    if let proposal { findings.append(proposal) }
    return try report(
      .listed, chain, residual: residual, resolution: 0, balance: balance.residual, findings)
  }

  func countedReport<Kernel: TransitionKernel>(
    on kernel: Kernel, proposal: KernelReport.Finding?
  ) throws(OracleError) -> KernelReport where Kernel.Scalar == Scalar {
    let counted = try count(kernel)
    let chain = try chain(counted.matrix)
    let next = counted.arrivals.map(\.mean)
    let residual = zip(next, probabilities).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    let errors = standardErrors(of: counted)
    var findings = [stationarity(next, errors)]
    if kernel.isReversible { findings.append(balance(of: counted)) }
    if let proposal { findings.append(proposal) }
    return try report(
      .counted(repeats: counted.repeats), chain, residual: residual,
      // The mean of |z| is √(2/π).
      resolution: errors.reduce(0, +) * (2 / Double.pi).squareRoot() / 2,
      balance: chain.detailedBalance(of: probabilities).residual, findings)
  }

  private func report(
    _ method: KernelReport.Method, _ chain: MarkovChain, residual: Double, resolution: Double,
    balance: Double, _ findings: [KernelReport.Finding]
  ) throws(OracleError) -> KernelReport {
    do throws(MarkovChainError) {
      return KernelReport(
        method: method, chain: chain, stationarityResidual: residual, resolution: resolution,
        detailedBalanceResidual: balance,
        spectralGap: try chain.spectrum(on: workers).spectralGap,
        mixingTime: try chain.mixingTime(on: workers)?.steps, findings: findings)
    } catch {
      throw .chain(error)
    }
  }

  private func chain(_ matrix: Tensor<Double>) throws(OracleError) -> MarkovChain {
    do throws(MarkovChainError) {
      return try MarkovChain(columns: matrix)
    } catch {
      throw .chain(error)
    }
  }

  /// A state as it appears in messages.
  func text(_ state: Int) -> String {
    "[" + Tensor<Double>(space.rows.row(state)).elements.map { short($0) }.joined(separator: ", ")
      + "]"
  }

  private func worst(_ next: [Double], passes: Bool) -> String {
    let differences = zip(next, probabilities).map { abs($0 - $1) }
    guard !passes, let state = differences.indices.max(by: { differences[$0] < differences[$1] })
    else { return "" }
    return ", worst at \(text(state)): \(short(next[state])) instead of "
      + "\(short(probabilities[state]))"
  }
}

extension KernelOracle {
  /// Of πP at each state. Where a state was hardly ever arrived at the sample says nothing of its
  /// variance; then each arrival counts as if from the likeliest state, which is at least as much.
  private func standardErrors(of counted: TransitionCounts) -> [Double] {
    let largest = probabilities.max() ?? 1
    return counted.arrivals.indices.map { state in
      let variance =
        counted.arrivalCounts[state] >= 20
        ? counted.arrivals[state].variance
        : max(counted.arrivals[state].variance, largest * probabilities[state])
      return (variance / Double(counted.repeats)).squareRoot()
    }
  }

  private func stationarity(_ next: [Double], _ errors: [Double]) -> KernelReport.Finding {
    var worst = (state: 0, score: 0.0)
    for state in next.indices {
      let difference = abs(next[state] - probabilities[state])
      // A kernel that draws nothing has no noise but rounding.
      let score = difference < tolerance ? 0 : difference / max(errors[state], 1e-300)
      if score > worst.score { worst = (state, score) }
    }
    let bound = Significance.bound(count: next.count)
    return .init(
      name: "pi P = pi", passes: worst.score < bound,
      words: "largest z-score \(short(worst.score)) of \(next.count), bound \(short(bound)); at "
        + "\(text(worst.state)) \(short(next[worst.state])) ± \(short(errors[worst.state])), pi is "
        + "\(short(probabilities[worst.state]))")
  }

  private func balance(of counted: TransitionCounts) -> KernelReport.Finding {
    let n = Double(counted.repeats)
    var worst: (from: Int, to: Int, score: Double)?
    var pairs = 0
    for (i, list) in counted.counts.enumerated() {
      for (j, there) in list.sorted(by: { $0.key < $1.key }) where j != i {
        let back = counted.counts[j][i] ?? 0
        // Each pair once; too few draws have no normal distribution.
        guard there + back >= 30, back == 0 || i < j else { continue }
        pairs += 1
        let flows = (
          probabilities[i] * Double(there) / n, probabilities[j] * Double(back) / n
        )
        // The noise that the counts would have if the flows were equal.
        let common = (flows.0 + flows.1) / 2
        let variance =
          (probabilities[i] * common + probabilities[j] * common - 2 * common * common) / n
        let score = (flows.0 - flows.1) / max(variance, 1e-300).squareRoot()
        if abs(score) > abs(worst?.score ?? 0) { worst = (i, j, score) }
      }
    }
    // Both directions of a kernel that makes one choice for all chains share noise: up to twice the
    // variance.
    let bound = Significance.bound(count: pairs) * 2.0.squareRoot()
    guard let worst else {
      return .init(name: "detailed balance", passes: true, words: "no flows to compare")
    }
    return .init(
      name: "detailed balance", passes: abs(worst.score) < bound,
      words: "largest z-score \(short(abs(worst.score))) of \(pairs) pairs, bound \(short(bound)), "
        + "between \(text(worst.from)) and \(text(worst.to))")
  }

  /// Whether steps follow the list of transitions that a kernel gives.
  private func agreement(
    of counted: TransitionCounts, with table: TransitionTable
  ) -> KernelReport.Finding {
    let n = Double(counted.repeats)
    var worst = (from: 0, to: 0, score: 0.0)
    var compared = 0
    for now in counted.counts.indices {
      for (next, seen) in counted.counts[now].sorted(by: { $0.key < $1.key }) {
        let expected = table.probability(from: now, to: next)
        if expected < 1e-12 {
          return .init(
            name: "steps as listed", passes: false,
            words:
              "\(text(now)) went to \(text(next)) \(seen) times of \(counted.repeats), which the "
              + "kernel says it cannot")
        }
      }
      for successor in table.successors[now] where successor.probability * n >= 30 {
        compared += 1
        let p = successor.probability
        let seen = Double(counted.counts[now][successor.state] ?? 0)
        let score = abs(seen - n * p) / max(n * p * max(0, 1 - p), 1e-3).squareRoot()
        if score > worst.score { worst = (now, successor.state, score) }
      }
    }
    let bound = Significance.bound(count: compared)
    return .init(
      name: "steps as listed", passes: worst.score < bound,
      words: "largest z-score \(short(worst.score)) of \(compared) transitions, bound "
        + "\(short(bound)), from \(text(worst.from)) to \(text(worst.to))")
  }
}

extension TransitionCounts {
  /// T[i, j], the share of the draws from j that went to i.
  var matrix: Tensor<Double> {
    let count = counts.count
    var elements = [Double](repeating: 0, count: count * count)
    for (now, list) in counts.enumerated() {
      for (next, seen) in list { elements[next * count + now] = Double(seen) / Double(repeats) }
    }
    return Tensor(shape: [count, count], elements: elements)
  }
}
