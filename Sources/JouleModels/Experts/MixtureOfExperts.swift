public import JouleCore
public import JouleRandom
public import JouleTensor
import RealModule

/// A mixture of experts: what is likely is what one of several models finds likely.
///
///     p(x) = Σₘ πₘ pₘ(x),   E(x) = −log Σₘ πₘ exp(−Eₘ(x) − log Zₘ),   Z = 1
///
/// Like OR, where a product of experts is like AND. Unlike there, the experts' constants log Zₘ matter:
/// they are known of normalised models, and have to be given of all others, summed or estimated. An error
/// of log Zₘ is an error of log πₘ, nothing else.
///
/// The proportions can be learnt, whatever the experts are: ``fittingProportions(to:weights:iterations:tolerance:observer:)``
/// finds the best ones by expectation maximization, and the trainer moves them as parameters. Experts are trained with them where
/// they are normalised whatever their parameters are: the log Z of any other would move with its parameters, and
/// its gradient −E_model[∂E/∂θ] is what the mixture does not have.
public struct MixtureOfExperts<Expert: EnergyModel>: EnergyModel {
  public typealias Scalar = Expert.Scalar

  public internal(set) var experts: [Expert]
  /// π, one an expert, in sum one.
  public private(set) var proportions: [Double]
  /// What training moves: log π up to a constant, `[experts]`.
  private(set) var weightLogits: Tensor<Scalar>
  /// log Z, one an expert, in nats.
  public let logPartitions: [Double]
  /// Whether the experts' parameters are the mixture's too, and are trained with its proportions.
  public internal(set) var trainsExperts = false

  /// - Parameters:
  ///   - experts: models of the same variables, at least one.
  ///   - logPartitions: log Z of each, in nats.
  ///   - proportions: π up to a factor, above 0 each; nil means equal ones.
  /// - Throws: ``ExpertsError`` where there is no expert, their variables differ, or a number is missing
  ///   or not what it has to be.
  public init(
    _ experts: [Expert], logPartitions: [Double], proportions: [Double]? = nil
  ) throws(ExpertsError) {
    try requireSameVariables(experts)
    let proportions = proportions ?? [Double](repeating: 1, count: experts.count)
    for (what, numbers) in [("values of log Z", logPartitions), ("proportions", proportions)]
    where numbers.count != experts.count {
      throw .count(of: what, found: numbers.count, experts: experts.count)
    }
    for index in experts.indices {
      guard logPartitions[index].isFinite else {
        throw .number(
          of: "log Z", expert: index, found: logPartitions[index], requirement: "a finite number")
      }
      guard proportions[index] > 0 && proportions[index].isFinite else {
        throw .number(
          of: "proportion", expert: index, found: proportions[index],
          requirement: "a finite number above 0")
      }
    }
    self.experts = experts
    self.logPartitions = logPartitions
    self.proportions = Self.shares(of: proportions)
    weightLogits = Tensor(self.proportions.map { Scalar(Double.log($0)) })
  }

  /// Moves the proportions to others, in sum one.
  mutating func setProportions(_ proportions: [Double]) {
    self.proportions = proportions
    weightLogits = Tensor(proportions.map { Scalar(Double.log($0)) })
  }

  /// Moves them to those of logits, π = softmax(a). One that is NaN makes all of them NaN, which training reports.
  mutating func setWeightLogits(_ logits: Tensor<Scalar>) {
    weightLogits = logits
    let numbers = logits.elements.map { Double($0) }
    let largest = numbers.max() ?? 0
    proportions = Self.shares(of: numbers.map { Double.exp($0 - largest) })
  }

  /// The same numbers, in sum one.
  static func shares(of numbers: [Double]) -> [Double] {
    let total = numbers.reduce(0, +)
    return numbers.map { $0 / total }
  }

  public var variableCount: Int { experts[0].variableCount }

  /// −log p(x), in nats: log Z is zero.
  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    return -Tensor<Scalar>(logParts(experts.map { $0.energy(of: rows) }).logSumExp(along: 1))
  }

  /// How likely each expert is to have made a row, rₘ(x) = πₘ pₘ(x) / p(x): `[batch, experts]`.
  public func responsibilities(of rows: Tensor<Scalar>) -> Tensor<Double> {
    requireRows(rows)
    return shares(logParts(experts.map { $0.energy(of: rows) }))
  }

  /// What the first expert that knows a reason says.
  public func faultReason(at row: Tensor<Scalar>) -> String? {
    for (index, expert) in experts.enumerated() {
      if let reason = expert.faultReason(at: row) { return "expert \(index): \(reason)" }
    }
    return nil
  }

  /// log πₘ pₘ of energies `[batch]` of each expert: `[batch, experts]`.
  func logParts(_ energies: [Tensor<Scalar>]) -> Tensor<Double> {
    var parts = Tensor<Double>(zeros: [energies[0].count, experts.count])
    for (index, own) in energies.enumerated() {
      let constant = Double.log(proportions[index]) - logPartitions[index]
      for row in 0..<own.count { parts[row, index] = constant - Double(own[row]) }
    }
    return parts
  }

  /// e^part over their sum along each row.
  func shares(_ parts: Tensor<Double>) -> Tensor<Double> {
    (parts - parts.logSumExp(along: 1, keepingAxis: true)).exp()
  }
}

extension MixtureOfExperts where Expert: TractableDistribution {
  /// A mixture of experts that know their densities: log Z of each is −E(x) − log p(x), at any x.
  public init(_ experts: [Expert], proportions: [Double]? = nil) throws(ExpertsError) {
    try self.init(
      experts,
      logPartitions: experts.map { expert in
        let draw = expert.sample(count: 1, using: ChainRandom(key: RandomKey(seed: 0)))
        return -Double(expert.energy(of: draw)[0]) - expert.logDensity(of: draw)[0]
      }, proportions: proportions)
  }
}

extension MixtureOfExperts: DifferentiableEnergy where Expert: DifferentiableEnergy {
  /// With ∂E/∂x = Σₘ rₘ(x) ∂Eₘ/∂x.
  public func energy(of rows: Tensor<Scalar>, gradient: inout Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    var gradients: [Tensor<Scalar>] = []
    let energies = experts.map { expert in
      var own = Tensor<Scalar>(zeros: rows.shape)
      defer { gradients.append(own) }
      return expert.energy(of: rows, gradient: &own)
    }
    let parts = logParts(energies)
    let shares = Tensor<Scalar>(self.shares(parts))
    gradient.fill(0)
    for (index, own) in gradients.enumerated() {
      gradient += own * shares.columns(index..<index + 1)
    }
    return -Tensor<Scalar>(parts.logSumExp(along: 1))
  }
}

extension MixtureOfExperts: DiscreteEnergy where Expert: LocalEnergy {
  public func values(ofSite site: Int) -> [Scalar] { experts[0].values(ofSite: site) }
}

extension MixtureOfExperts: LocalEnergy where Expert: LocalEnergy {
  /// From what a flip costs each expert: E(x′) − E(x) with Eₘ(x′) = Eₘ(x) + ΔEₘ.
  ///
  /// All other sites are the blanket of each, whatever the experts' are.
  public func flipEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar> {
    requireRows(rows)
    let resting = experts.map { $0.energy(of: rows) }
    let flips = experts.map { $0.flipEnergies(of: rows, sites: sites) }
    let before = logParts(resting).logSumExp(along: 1)
    var result = Tensor<Scalar>(zeros: [rows.shape[0], sites.count])
    for column in sites.indices {
      let flipped = experts.indices.map { index in
        resting[index] + flips[index].columns(column..<column + 1).reshaped(to: [rows.shape[0]])
      }
      let after = logParts(flipped).logSumExp(along: 1)
      for row in 0..<rows.shape[0] { result[row, column] = Scalar(before[row] - after[row]) }
    }
    return result
  }
}

extension MixtureOfExperts: TractableDistribution where Expert: TractableDistribution {
  /// An expert by the proportions, then a row from it.
  ///
  /// - Complexity: as many draws as from all experts together: a row's draw does not depend on which others
  ///   its expert makes.
  public func sample(using random: ChainRandom, into rows: inout Tensor<Scalar>) {
    requireRows(rows)
    let table = AliasTable(weights: proportions)
    let choices = (0..<rows.shape[0]).map { row in
      var stream = random.stream(chain: row, purpose: DrawPurpose.choice)
      return stream.categorical(table)
    }
    for (index, expert) in experts.enumerated() {
      let own = expert.sample(count: rows.shape[0], using: random.folded(index))
      rows.assignRows(where: choices.map { $0 == index }, from: own)
    }
  }

  public func logDensity(of rows: Tensor<Scalar>) -> Tensor<Double> {
    requireRows(rows)
    return logParts(experts.map { $0.energy(of: rows) }).logSumExp(along: 1)
  }
}
