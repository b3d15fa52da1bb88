public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// A mixture: rows of several kinds, each component a distribution of its own.
///
///     p(x) = Σ_k π_k p_k(x),   π = softmax(a),   E(x) = −log p(x)
///
/// Parameters: `weight_logits` a `[components]`, then those of the components. All are unconstrained, so
/// that gradients can move them; `ExpectationMaximization` fits them without.
///
/// Reference: C. Bishop, Pattern Recognition and Machine Learning (2006), §9.2–9.3.
public struct MixtureModel<Scalar: TensorScalar, Components: MixtureComponents>: NormalizedModel,
  Equatable
{
  public var parameters: ParameterSet<Scalar>

  /// A mixture of given components.
  ///
  /// - Parameters:
  ///   - weightLogits: a, `[components]`; a constant added to all of them changes nothing.
  ///   - components: rounded to the scalar type.
  public init(weightLogits: Tensor<Double>, components: Components) {
    precondition(
      weightLogits.shape == [components.count],
      "\(components.count) components have as many weights, got shape \(weightLogits.shape)")
    var entries = [
      ParameterSet<Scalar>.Entry(
        name: Self.weightName, role: .bias, value: Tensor(weightLogits))
    ]
    for (name, value) in zip(Components.parameterNames, components.parameters) {
      entries.append(.init(name: name, role: .bias, value: Tensor(value)))
    }
    parameters = ParameterSet(entries)
    shape = (components.count, components.variableCount)
  }

  /// The same mixture in another scalar type.
  public init<Other>(_ other: MixtureModel<Other, Components>) {
    self.init(
      weightLogits: Tensor(other.parameters.entries[0].value), components: other.components)
  }

  static var weightName: String { "weight_logits" }
  private let shape: (components: Int, variables: Int)

  /// K
  public var componentCount: Int { shape.components }
  public var variableCount: Int { shape.variables }

  public static func == (one: Self, other: Self) -> Bool { one.parameters == other.parameters }

  /// The present components.
  public var components: Components {
    let values = parameters.entries.dropFirst().map { Tensor<Double>($0.value) }
    guard let components = try? Components(parameters: values) else {
      preconditionFailure("parameters keep their shapes: \(values.map(\.shape))")
    }
    return components
  }

  /// Components that a fit has found no row for: those of weights below 10⁻²⁰.
  public var emptyComponents: [Int] {
    let weights = logWeights
    return (0..<componentCount).filter { weights[$0] < -46 }
  }

  /// log π, `[components]`.
  public var logWeights: Tensor<Double> {
    let logits = Tensor<Double>(parameters.entries[0].value)
    return logits - logits.reshaped(to: [1, logits.count]).logSumExp(along: 1)[0]
  }
}

extension MixtureModel: DifferentiableEnergy {
  /// log p(x) of every row, summed over the components in Double.
  ///
  /// - Parameter rows: `[batch, variables]`.
  /// - Returns: `[batch]`, in nats.
  public func logDensity(of rows: Tensor<Scalar>) -> Tensor<Double> {
    requireRows(rows)
    return posterior(of: Tensor(rows), components).logDensity
  }

  /// −log p(x).
  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    -Tensor<Scalar>(logDensity(of: rows))
  }

  /// −log p(x), and its gradient −Σ_k p(k | x) ∂ log p_k(x)/∂x. For bits, of the same formula of real x.
  public func energy(of rows: Tensor<Scalar>, gradient: inout Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    let (components, rows) = (components, Tensor<Double>(rows))
    let posterior = posterior(of: rows, components)
    gradient = Tensor(-components.inputSlopes(at: rows, weights: posterior.responsibilities))
    return -Tensor<Scalar>(posterior.logDensity)
  }

  /// p(k | x) of every row, `[batch, components]`.
  public func responsibilities(of rows: Tensor<Scalar>) -> Tensor<Double> {
    requireRows(rows)
    return posterior(of: Tensor(rows), components).responsibilities
  }

  func posterior(of rows: Tensor<Double>, _ components: Components) -> MixturePosterior {
    MixturePosterior(
      logDensities: components.logDensities(of: rows), logWeights: logWeights)
  }

  /// Independent exact draws, one a row: a component, then a row from it.
  ///
  /// - Parameters:
  ///   - random: row r draws as chain r of it.
  ///   - rows: `[count, variables]`, overwritten.
  public func sample(using random: ChainRandom, into rows: inout Tensor<Scalar>) {
    requireRows(rows)
    let (components, weights) = (components, logWeights.exp().elements)
    var elements: [Double] = []
    elements.reserveCapacity(rows.count)
    for row in 0..<rows.shape[0] {
      var stream = random.stream(chain: row, purpose: DrawPurpose.start)
      var rest = stream.uniform(as: Double.self)
      var chosen = 0
      for (component, weight) in weights.enumerated() where weight > 0 {
        chosen = component
        rest -= weight
        if rest < 0 { break }
      }
      elements += components.draw(from: chosen, using: &stream)
    }
    rows = Tensor<Scalar>(Tensor<Double>(shape: rows.shape, elements: elements))
  }
}

extension MixtureModel {
  /// Rows alone.
  public typealias Completion = Tensor<Scalar>

  public func complete(_ rows: Tensor<Scalar>) -> Tensor<Scalar> { rows }

  /// The weighted sum of gradients of E = −log p; see `ParametricEnergy`.
  ///
  ///     ∂E/∂a_k = π_k − p(k | x),   ∂E/∂θ_k = −p(k | x) ∂ log p_k(x)/∂θ_k
  ///
  /// Each term is one piece of work, summed in Double.
  public func accumulateGradient(
    of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    let (components, weights) = (components, logWeights.exp())
    var parts = terms.map { (term: $0, slopes: [Tensor<Double>]()) }
    workers.mutateEach(&parts) { _, part in
      part.slopes = slopes(of: part.term, components, weights)
    }
    gradient.scale(by: scale)
    for index in gradient.entries.indices {
      guard var sum = parts.first?.slopes[index] else { continue }
      for part in parts.dropFirst() { sum += part.slopes[index] }
      gradient.entries[index].value -= Tensor<Scalar>(sum)
    }
  }

  /// The weighted sum of ∂ log p/∂θ over the rows of a term.
  private func slopes(
    of term: GradientTerm<Self>, _ components: Components, _ weights: Tensor<Double>
  ) -> [Tensor<Double>] {
    let rows = Tensor<Double>(term.completion)
    let count = rows.shape[0]
    var factors = Tensor<Double>([count], repeating: Double(term.weight))
    if let rowWeights = term.rowWeights { factors *= Tensor<Double>(rowWeights) }
    var shares = posterior(of: rows, components).responsibilities
    shares *= factors.reshaped(to: [count, 1])
    return [shares.sum(along: 0) - weights * factors.sum()]
      + components.parameterSlopes(at: rows, weights: shares)
  }
}

/// p(k | x) and log p(x) of rows.
struct MixturePosterior {
  /// `[rows, components]`
  var responsibilities: Tensor<Double>
  /// `[rows]`
  var logDensity: Tensor<Double>

  init(logDensities: Tensor<Double>, logWeights: Tensor<Double>) {
    responsibilities = logDensities
    responsibilities += logWeights
    logDensity = responsibilities.logSumExp(along: 1)
    responsibilities -= logDensity.reshaped(to: [logDensity.count, 1])
    responsibilities.formExp()
  }
}
