public import JouleTensor

/// What Markov chains have drawn, after whatever was left out as burn-in.
///
///     let draws = Draws(tensor, variableNames: ["mu", "tau"])     // [chain, draw, variable]
///     for line in draws.diagnostics() { print(line.name, line.rHat) }
///
/// All chains have equally many draws, in their order in time.
public struct Draws<Scalar: TensorScalar>: Sendable {
  /// `[chain, draw, variable]`.
  public let values: Tensor<Scalar>
  /// What the variables are called.
  public let variableNames: [String]

  /// - Parameters:
  ///   - values: `[chain, draw, variable]`.
  ///   - variableNames: one a variable; by default `x[1]`, `x[2]`, …
  /// - Precondition: the rank is 3, no axis is empty, there are as many names as variables.
  public init(_ values: Tensor<Scalar>, variableNames: [String]? = nil) {
    precondition(
      values.rank == 3 && values.count > 0,
      "draws have shape [chain, draw, variable] and are not empty, got \(values.shape)")
    let variableCount = values.shape[2]
    let names = variableNames ?? (1...variableCount).map { "x[\($0)]" }
    precondition(
      names.count == variableCount, "\(names.count) names for \(variableCount) variables")
    self.values = values
    self.variableNames = names
  }

  public var chainCount: Int { values.shape[0] }
  /// Draws of each chain.
  public var drawCount: Int { values.shape[1] }
  public var variableCount: Int { values.shape[2] }

  /// Copies some of the variables, each chain after chain: `[variables.count, chain · draw]`.
  ///
  /// A few neighbours at a time read memory once, where one variable alone reads a cache line for each
  /// of its draws.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func gather(_ variables: Range<Int>, into result: inout [Double]) {
    let (count, width) = (chainCount * drawCount, variables.count)
    precondition(
      result.count == count * width,
      "\(width) variables of \(count) draws do not fit into \(result.count) numbers")
    let source = values.elements.span
    var target = result.mutableSpan
    let stride = variableCount
    // Eight draws at a time fill a cache line of each variable.
    for start in Swift.stride(from: 0, to: count, by: 8) {
      let end = Swift.min(start + 8, count)
      for j in 0..<width {
        var from = start * stride + variables.lowerBound + j
        for place in j * count + start..<j * count + end {
          target[place] = Double(source[from])
          from += stride
        }
      }
    }
  }
}
