public import JouleAlgebra
public import JouleTensor

/// An energy of inputs x and classes y that says how probable each class is, given an input.
///
///     p(y | x) = exp(−E(x, y)) / Σ_y′ exp(−E(x, y′))
///
/// A row is (x, y): the input, then the class as a one among zeros. A row whose label columns are all zero
/// has no label.
public protocol ClassifierModel<Scalar>: EnergyModel {
  /// The columns of x; `inputCount` + `classCount` is `variableCount`.
  var inputCount: Int { get }
  /// The number of classes, at least 2.
  var classCount: Int { get }

  /// E(x, y) of every input with every class, in nats; a constant of each input may be left out.
  ///
  /// - Parameter inputs: x, `[batch, inputs]`.
  /// - Returns: `[batch, classes]`.
  func classEnergies(of inputs: Tensor<Scalar>) -> Tensor<Double>
}

/// A classifier that learns log p(y | x) by its exact gradient.
public protocol DiscriminativeModel: ClassifierModel, ParametricEnergy {
  /// A weighted sum over rows that have labels, added to a scaled gradient.
  ///
  ///     gradient ← β gradient − w Σᵢ ∂ log p(yᵢ | xᵢ)/∂θ
  ///
  /// - Parameters:
  ///   - rows: (x, y), `[batch, variables]`; those without a label count for nothing.
  ///   - weight: w.
  ///   - gradient: of the layout of `parameters`.
  ///   - scale: β; 0 overwrites whatever `gradient` held, NaN included.
  ///   - workers: the result does not depend on their number.
  func accumulateConditionalGradient(
    at rows: Tensor<Scalar>, weight: Scalar, into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers)
}

extension ClassifierModel {
  /// log p(y | x) of every input, `[batch, classes]`, in nats.
  ///
  /// - Parameter inputs: x, `[batch, inputs]`.
  public func classLogProbabilities(of inputs: Tensor<Scalar>) -> Tensor<Double> {
    let exponents = -classEnergies(of: inputs)
    return exponents - exponents.logSumExp(along: 1, keepingAxis: true)
  }

  /// −log Σ_y exp(−E(x, y)) of every input, `[batch]`, in nats: the energy of x alone, where
  /// `classEnergies` leaves nothing out.
  public func inputEnergy(of inputs: Tensor<Scalar>) -> Tensor<Double> {
    -(-classEnergies(of: inputs)).logSumExp(along: 1)
  }

  /// x of rows (x, y), `[batch, inputs]`.
  public func inputs(of rows: Tensor<Scalar>) -> Tensor<Scalar> { rows.columns(0..<inputCount) }

  /// The class of every row (x, y); nil where a row has no label.
  public func labels(of rows: Tensor<Scalar>) -> [Int?] {
    let (width, first) = (rows.shape[1], inputCount)
    let elements = rows.elements
    return (0..<rows.shape[0]).map { row in
      (0..<classCount).first { elements[row * width + first + $0] > 0.5 }
    }
  }

  /// The mean of −log p(y | x) over the rows that have labels, in nats; NaN where none has.
  public func meanConditionalLoss(of rows: Tensor<Scalar>) -> Double {
    let logProbabilities = classLogProbabilities(of: inputs(of: rows))
    let losses = labels(of: rows).enumerated().compactMap { row, label in
      label.map { -logProbabilities[row, $0] }
    }
    return losses.reduce(0, +) / Double(losses.count)
  }
}
