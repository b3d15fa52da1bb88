public import JouleAlgebra
public import JouleAutodiff
public import JouleTensor

/// An energy written as mathematics over values: Joule differentiates it in x and in θ.
///
///     struct Ring: EnergyExpression {
///       let variableCount = 2
///       var parameters = ParameterSet<Float>([
///         .init(name: "radius", role: .bias, value: Tensor([1]))
///       ])
///       let workspace = Workspace<Float>()
///
///       func energy(of x: Value<Float>, _ parameters: ParameterValues<Float>) -> Value<Float> {
///         let distance = x.squared().sum(along: 1).sqrt()
///         return (distance - parameters["radius"]).squared() * 8
///       }
///     }
///
/// Everything else comes with it: it can be sampled by every kernel, trained by every estimator, and be an
/// expert of a product. The rows of a batch must not know of each other: batches are cut in pieces, one a
/// thread.
public protocol EnergyExpression: ParametricEnergy, DifferentiableEnergy
where Completion == Tensor<Scalar> {
  // Named again so that it is inferred from the types of the members below.
  associatedtype Scalar

  /// E(x; θ) of every row.
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`.
  ///   - parameters: the values of `parameters`, by name.
  /// - Returns: `[batch]`, in nats.
  func energy(
    of rows: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar>

  /// The memory that evaluations use again: `let workspace = Workspace<Float>()`. Copies of a model may
  /// share it.
  var workspace: Workspace<Scalar> { get }
}

/// Parameters on a tape, by name.
public struct ParameterValues<Scalar: TensorScalar> {
  private let names: [String]
  /// In the order of the parameter set.
  public let values: [Value<Scalar>]

  /// Puts a set of parameters on a tape.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public init(_ parameters: ParameterSet<Scalar>, on tape: Tape<Scalar>) {
    names = parameters.entries.map { $0.name }
    values = parameters.entries.map { tape.value($0.value) }
  }

  private init(names: [String], values: [Value<Scalar>]) {
    self.names = names
    self.values = values
  }

  /// The parameter of that name.
  ///
  /// - Precondition: there is one.
  public subscript(_ name: String) -> Value<Scalar> {
    guard let index = names.firstIndex(of: name) else {
      preconditionFailure("no parameter '\(name)' among \(names)")
    }
    return values[index]
  }

  /// The parameters whose names begin with a prefix, under the rest of their names: those of a part.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func part(_ prefix: String) -> ParameterValues {
    let own = names.indices.filter { names[$0].hasPrefix(prefix) }
    return ParameterValues(
      names: own.map { String(names[$0].dropFirst(prefix.count)) }, values: own.map { values[$0] })
  }
}

extension EnergyExpression {
  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> { expressedEnergy(of: rows) }

  /// E(x; θ) of every row, as the expression says.
  func expressedEnergy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    workspace.withTape { tape in
      checkedEnergy(of: tape.value(rows), ParameterValues(parameters, on: tape)).tensor
    }
  }

  public func energy(of rows: Tensor<Scalar>, gradient: inout Tensor<Scalar>) -> Tensor<Scalar> {
    workspace.withTape { tape in
      let x = tape.value(rows)
      let energy = checkedEnergy(of: x, ParameterValues(parameters, on: tape))
      energy.exchangeGradient(for: x, with: &gradient)
      return energy.tensor
    }
  }

  public func jointGradients(
    at rows: Tensor<Scalar>, into gradient: inout Tensor<Scalar>
  ) -> (energies: Tensor<Scalar>, sums: ParameterSums<Scalar>)? {
    workspace.withTape { tape in
      let (x, values) = (tape.value(rows), ParameterValues(parameters, on: tape))
      let energy = checkedEnergy(of: x, values)
      let sums = energy.exchangeGradient(for: x, with: &gradient, beside: values.values)
      return (energy.tensor, ParameterSums(of: parameters, sums))
    }
  }

  public func complete(_ rows: Tensor<Scalar>) -> Tensor<Scalar> { rows }

  public func accumulateGradient(
    of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    var pieces = terms.map { (term: $0, gradients: [Tensor<Scalar>]()) }
    workers.mutateEach(&pieces) { _, piece in
      piece.gradients = parameterGradients(of: piece.term)
    }
    gradient.accumulate(pieces.map { $0.gradients }, scalingPreviousBy: scale, on: workers)
  }

  /// w Σᵢ rᵢ ∂E(xᵢ)/∂θ of one term, in the order of the parameters.
  private func parameterGradients(of term: GradientTerm<Self>) -> [Tensor<Scalar>] {
    workspace.withTape { tape in
      let values = ParameterValues(parameters, on: tape)
      let energy = checkedEnergy(of: tape.value(term.completion), values)
      var weights = term.rowWeights ?? Tensor(energy.shape, repeating: 1)
      weights.scale(by: term.weight)
      return energy.gradientTensors(for: values.values, weights: weights)
    }
  }

  /// The energy, once it is seen to be one a row.
  ///
  /// - Precondition: rows are as wide as the model; the energy is of shape `[batch]`.
  public func checkedEnergy(
    of rows: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    let shape = rows.shape
    precondition(
      shape.count == 2 && shape[1] == variableCount,
      "\(Self.self): rows of shape \(shape), expected [batch, \(variableCount)]")
    let energy = energy(of: rows, parameters)
    precondition(
      energy.shape == [shape[0]],
      "\(Self.self): the energy of rows of shape \(shape) is of shape \(energy.shape), expected "
        + "[\(shape[0])], one a row")
    return energy
  }
}

extension ParameterSet {
  /// Whether these are the parameters of the other, in the same memory: copies of one another that nobody changed.
  public func isSame(as other: ParameterSet) -> Bool {
    entries.count == other.entries.count
      && zip(entries, other.entries).allSatisfy {
        $0.name == $1.name && $0.value.elements.span.isIdentical(to: $1.value.elements.span)
      }
  }

  /// self ← s · self + Σ parts, each part in the order of the entries.
  ///
  /// - Parameter scale: s; 0 overwrites whatever self held, NaN included.
  public mutating func accumulate(
    _ parts: [[Tensor<Scalar>]], scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    workers.mutateEach(&entries) { index, entry in
      var rest = parts[...]
      if scale == 0, let first = rest.popFirst() {
        entry.value.assign(first[index])
      } else if scale == 0 {
        entry.value.fill(0)
      } else if scale != 1 {
        entry.value.scale(by: scale)
      }
      for part in rest { entry.value += part[index] }
    }
  }
}
