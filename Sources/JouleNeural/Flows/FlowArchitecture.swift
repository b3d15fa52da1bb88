public import JouleRandom

/// What a flow is made of, apart from its parameters.
public struct FlowArchitecture: Sendable, Equatable {
  /// How variables are changed.
  public let transform: CouplingTransform
  /// The variables that pass in every coupling, the couplings from the data to the base.
  public let passing: [[Int]]
  public let variableCount: Int
  /// Units of the hidden layers of every coupling's network.
  public let hiddenCounts: [Int]
  public let activation: Activation

  /// - Precondition: at least two variables, and in each coupling some variables pass and some do not; a
  ///   spline has bins, fewer than a thousand, and a positive finite bound.
  public init(
    transform: CouplingTransform, passing: [[Int]], variableCount: Int, hiddenCounts: [Int],
    activation: Activation = .swish
  ) {
    precondition(
      variableCount >= 2 && !passing.isEmpty,
      "a flow of couplings has at least two variables and one coupling, got \(variableCount) and "
        + "\(passing.count)")
    precondition(
      hiddenCounts.allSatisfy { $0 > 0 }, "hidden layers have units, got \(hiddenCounts)")
    if case .spline(let bins, let bound) = transform {
      precondition(
        bins > 0 && bins < 1000 && bound > 0 && bound.isFinite,
        "a spline has 1 to 999 bins and a positive bound, got \(bins) and \(bound)")
    }
    self.transform = transform
    self.passing = passing
    self.variableCount = variableCount
    self.hiddenCounts = hiddenCounts
    self.activation = activation
  }

  /// Couplings in pairs: a random half of the variables passes, then the others do.
  public init(
    transform: CouplingTransform, couplingCount: Int, variableCount: Int, hiddenCounts: [Int],
    activation: Activation = .swish, using key: RandomKey
  ) {
    var passing: [[Int]] = []
    for number in 0..<couplingCount {
      var stream = RandomStream(key: key.folded(UInt64(number / 2)))
      let order = stream.permutation(count: variableCount)
      let half = variableCount / 2
      passing.append((number % 2 == 0 ? Array(order[..<half]) : Array(order[half...])).sorted())
    }
    self.init(
      transform: transform, passing: passing, variableCount: variableCount,
      hiddenCounts: hiddenCounts, activation: activation)
  }

  func couplings() -> [Coupling] {
    passing.map {
      Coupling(
        passing: $0, of: variableCount, transform: transform, hiddenCounts: hiddenCounts,
        activation: activation)
    }
  }
}
