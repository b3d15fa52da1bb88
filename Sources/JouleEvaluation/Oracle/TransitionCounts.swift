import JouleAlgebra
import JouleCore
import JouleRandom
import JouleTensor

/// Transitions of a kernel, drawn again and again from every state.
struct TransitionCounts: Sendable {
  /// How often each state was started from.
  let repeats: Int
  /// How often each state followed each: `[state]`, by the next state.
  var counts: [[Int: Int]]
  /// Of each state, the mean and variance over repeats of Σᵢ πᵢ [i moved there]: πP with its noise.
  let arrivals: [(mean: Double, variance: Double)]
  /// How often each state was arrived at.
  let arrivalCounts: [Int]
}

extension KernelOracle {
  /// Starts a chain at every state and lets it make one step; again and again, each time as another step
  /// of the run, for a kernel may make the same choice for all chains in a step.
  func count<Kernel: TransitionKernel>(
    _ kernel: Kernel
  ) throws(OracleError) -> TransitionCounts where Kernel.Scalar == Scalar {
    let count = space.count
    // As many as the means' normal approximation needs, whatever was asked for.
    let repeats = max(200, draws / count)
    var counts = [[Int: Int]](repeating: [:], count: count)
    var sums = [Double](repeating: 0, count: count)
    var squares = sums
    var arrivalCounts = [Int](repeating: 0, count: count)
    var state = kernel.makeState(at: space.rows)
    let key = self.key.folded("transitions")
    for step in 0..<repeats {
      if step > 0 { kernel.restart(&state, at: space.rows) }
      let info = kernel.step(&state, using: ChainRandom(key: key, step: step))
      if let fault = info.fault { throw .fault(fault) }
      let next = try states(of: kernel.position(of: state))
      var arrivals = [Double](repeating: 0, count: count)
      for (now, next) in next.enumerated() {
        counts[now][next, default: 0] += 1
        arrivals[next] += probabilities[now]
        arrivalCounts[next] += 1
      }
      for state in arrivals.indices {
        // Around π, so that the difference of squares loses nothing.
        let excess = arrivals[state] - probabilities[state]
        sums[state] += excess
        squares[state] += excess * excess
      }
    }
    let n = Double(repeats)
    return TransitionCounts(
      repeats: repeats, counts: counts,
      arrivals: sums.indices.map {
        (
          probabilities[$0] + sums[$0] / n,
          max(0, squares[$0] - sums[$0] * sums[$0] / n) / (n - 1)
        )
      }, arrivalCounts: arrivalCounts)
  }

  /// The numbers of rows that chains are at, the row being the state that each started from.
  func states(of rows: Tensor<Scalar>) throws(OracleError) -> [Int] {
    var result: [Int] = []
    for (row, index) in space.indices(of: rows).enumerated() {
      guard let index else {
        throw .leaves(
          StateSpaceError(state: row, row: Tensor<Double>(rows.row(row)).elements))
      }
      result.append(index)
    }
    return result
  }
}

/// Bounds on scores that are looked at by the thousand.
enum Significance {
  /// The probability with which the largest of all scores exceeds `bound` by chance.
  static let level = 1e-6

  /// What the largest of `count` standard normal scores stays below but for that probability:
  /// P(|z| > b) ≤ exp(−b²/2).
  static func bound(count: Int) -> Double {
    (2 * Double.log(Double(max(1, count)) / level)).squareRoot()
  }
}
