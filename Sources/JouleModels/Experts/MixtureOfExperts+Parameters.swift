public import JouleAlgebra
public import JouleCore
public import JouleTensor
import RealModule

extension MixtureOfExperts where Expert: NormalizedModel {
  /// A mixture that is trained as a whole, or whose proportions are: of experts with log Z = 0 for any parameters.
  ///
  /// - Parameters:
  ///   - proportions: π up to a factor, above 0 each; nil means equal ones.
  ///   - trainsExperts: whether the experts' parameters are the mixture's too.
  /// - Throws: ``ExpertsError`` as ``init(_:logPartitions:proportions:)``.
  public init(
    _ experts: [Expert], proportions: [Double]? = nil, trainsExperts: Bool
  ) throws(ExpertsError) {
    try self.init(
      experts, logPartitions: [Double](repeating: 0, count: experts.count),
      proportions: proportions)
    self.trainsExperts = trainsExperts
  }
}

extension MixtureOfExperts: ParametricEnergy where Expert: ParametricEnergy {
  public typealias Completion = ExpertRows<Expert>

  private static var weightName: String { "weight_logits" }

  /// `weight_logits`, log π up to a constant, `[experts]`; then, where experts are trained, their own under names such as
  /// `expert0.weights`.
  public var parameters: ParameterSet<Scalar> {
    get {
      var entries = [
        ParameterSet<Scalar>.Entry(name: Self.weightName, role: .bias, value: weightLogits)
      ]
      if trainsExperts { entries += ExpertParameters.entries(of: experts) }
      return ParameterSet(entries)
    }
    set {
      precondition(
        newValue.entries.count == 1 + (trainsExperts ? ExpertParameters.count(of: experts) : 0),
        "a mixture of other parameters: \(newValue.entries.map(\.name))")
      setWeightLogits(newValue.entries[0].value)
      if trainsExperts { ExpertParameters.set(newValue.entries[1...], of: &experts) }
    }
  }

  public func complete(_ rows: Tensor<Scalar>) -> ExpertRows<Expert> {
    ExpertRows(rows: rows, completions: trainsExperts ? experts.map { $0.complete(rows) } : [])
  }

  public func rows(of completion: ExpertRows<Expert>) -> Tensor<Scalar> { completion.rows }

  /// ∂E/∂aₘ = πₘ − rₘ(x) of the logits, and rₘ(x) ∂Eₘ/∂θₘ of every expert that is trained; see `ParametricEnergy`.
  public func accumulateGradient(
    of terms: [GradientTerm<MixtureOfExperts>], into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    var sums = [Double](repeating: 0, count: experts.count)
    // Of every term the factor of every expert's gradient at every row.
    var factors: [Tensor<Double>] = []
    for term in terms {
      let rows = term.completion.rows
      var weights = Tensor<Double>([rows.shape[0]], repeating: Double(term.weight))
      if let rowWeights = term.rowWeights { weights *= Tensor<Double>(rowWeights) }
      let shares = responsibilities(of: rows) * weights.reshaped(to: [weights.count, 1])
      let (total, own) = (weights.sum(), shares.sum(along: 0))
      for index in sums.indices { sums[index] += own[index] - proportions[index] * total }
      factors.append(shares)
    }
    gradient.entries[0].value.scale(by: scale, subtracting: Tensor(sums.map { Scalar($0) }))
    guard trainsExperts else { return }
    for (index, range) in ExpertParameters.ranges(of: experts).enumerated() {
      let expert = experts[index]
      var own = ParameterSet(
        zip(expert.parameters.entries, gradient.entries[(1 + range.lowerBound)...]).map {
          .init(name: $0.name, role: $0.role, value: $1.value)
        })
      expert.accumulateGradient(
        of: zip(terms, factors).map { term, shares in
          GradientTerm(
            term.completion.completions[index], weight: 1,
            rowWeights: Tensor<Scalar>(shares.columns(index..<index + 1))
              .reshaped(to: [shares.shape[0]]))
        },
        into: &own, scalingPreviousBy: scale, on: workers)
      for (entry, place) in zip(own.entries, range) {
        gradient.entries[1 + place].value = entry.value
      }
    }
  }
}

extension MixtureOfExperts: NormalizedModel where Expert: NormalizedModel {}

extension EitherEnergy: NormalizedModel where First: NormalizedModel, Second: NormalizedModel {}
