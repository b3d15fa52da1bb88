/// The least value of a convex smooth function plus weighted magnitudes, by limited-memory quasi-Newton steps
/// within orthants.
///
///     F(x) = f(x) + Σᵢ cᵢ |xᵢ|
///
/// Where all c vanish it is L-BFGS. It ends when the shortest subgradient of F is short, which of a convex F
/// proves the minimum.
///
/// Reference: G. Andrew, J. Gao, Scalable training of L1-regularized log-linear models, ICML 2007, §3;
/// J. Nocedal, S. Wright, Numerical optimization (2006), algorithm 7.4.
struct QuasiNewtonDescent: Sendable {
  /// c
  let penalties: [Double]
  let tolerance: Double
  let largestIterationCount: Int

  struct Result: Sendable {
    var x: [Double]
    /// F(x).
    var value: Double
    /// The largest element of the shortest subgradient.
    var subgradientNorm: Double
    var subgradient: [Double]
    var iterations: Int
  }

  /// Pairs of steps and changes of the gradient that are remembered.
  private static let memory = 12

  /// - Parameter smooth: f and its gradient.
  func minimize(
    from start: [Double], _ smooth: ([Double]) -> (value: Double, gradient: [Double])
  ) -> Result {
    var x = start
    var (value, gradient) = smooth(x)
    value += penalty(x)
    var steps: [(s: [Double], y: [Double], scale: Double)] = []
    for iteration in 0... {
      let slope = subgradient(x, gradient)
      let norm = slope.reduce(0) { max($0, abs($1)) }
      func result(_ iterations: Int) -> Result {
        Result(
          x: x, value: value, subgradientNorm: norm, subgradient: slope, iterations: iterations)
      }
      guard norm > tolerance, iteration < largestIterationCount, value.isFinite else {
        return result(iteration)
      }
      var direction = Self.direction(slope, steps)
      for index in direction.indices where direction[index] * slope[index] > 0 {
        // An element that would go up the slope stays, where there are orthants to keep to.
        if penalties[index] > 0 { direction[index] = 0 }
      }
      guard
        let next = search(
          x, value, slope, direction, isFirst: steps.isEmpty, smooth: smooth)
      else {
        // Remembered curvature may mislead: the slope itself decides whether there is anywhere to go.
        if steps.isEmpty { return result(iteration) }
        steps = []
        continue
      }
      let s = zip(next.x, x).map { $0 - $1 }
      let y = zip(next.gradient, gradient).map { $0 - $1 }
      let (sy, yy) = (Self.dot(s, y), Self.dot(y, y))
      if sy > 1e-12 * yy && yy > 0 {
        steps.append((s, y, 1 / sy))
        if steps.count > Self.memory { steps.removeFirst() }
      }
      (x, value, gradient) = (next.x, next.value, next.gradient)
    }
    preconditionFailure("the loop returns")
  }

  private func penalty(_ x: [Double]) -> Double {
    zip(penalties, x).reduce(0) { $0 + $1.0 * abs($1.1) }
  }

  /// The shortest subgradient of F.
  private func subgradient(_ x: [Double], _ gradient: [Double]) -> [Double] {
    x.indices.map { index in
      let (g, c) = (gradient[index], penalties[index])
      if x[index] > 0 { return g + c }
      if x[index] < 0 { return g - c }
      return g + c < 0 ? g + c : g - c > 0 ? g - c : 0
    }
  }

  /// −H g by the two loops.
  private static func direction(
    _ slope: [Double], _ steps: [(s: [Double], y: [Double], scale: Double)]
  ) -> [Double] {
    var d = slope.map { -$0 }
    var weights: [Double] = []
    for step in steps.reversed() {
      let weight = step.scale * dot(step.s, d)
      weights.append(weight)
      add(step.y, times: -weight, to: &d)
    }
    if let last = steps.last {
      let scale = 1 / (last.scale * dot(last.y, last.y))
      for index in d.indices { d[index] *= scale }
    }
    for (step, weight) in zip(steps, weights.reversed()) {
      add(step.s, times: weight - step.scale * dot(step.y, d), to: &d)
    }
    return d
  }

  /// The longest of the steps 1, ½, ¼, … along which F falls as the slope promises, within the orthant.
  private func search(
    _ x: [Double], _ value: Double, _ slope: [Double], _ direction: [Double], isFirst: Bool,
    smooth: ([Double]) -> (value: Double, gradient: [Double])
  ) -> (x: [Double], value: Double, gradient: [Double])? {
    let descent = Self.dot(slope, direction)
    guard descent < 0 else { return nil }
    var length = isFirst ? min(1, 1 / Self.dot(slope, slope).squareRoot()) : 1
    // What rounding alone can change F by.
    let noise = 4e-16 * (1 + abs(value))
    for _ in 0..<50 {
      var next = x
      var promise = 0.0
      for index in x.indices {
        var moved = x[index] + length * direction[index]
        if penalties[index] > 0 {
          let side = x[index] != 0 ? x[index] : -slope[index]
          if moved * side <= 0 { moved = 0 }
        }
        next[index] = moved
        promise += slope[index] * (moved - x[index])
      }
      let (f, gradient) = smooth(next)
      let total = f + penalty(next)
      if total <= value + 1e-4 * promise + noise && total.isFinite && promise < 0 {
        return (next, total, gradient)
      }
      length /= 2
    }
    return nil
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }

  private static func add(_ a: [Double], times factor: Double, to b: inout [Double]) {
    for index in a.indices { b[index] += factor * a[index] }
  }
}
