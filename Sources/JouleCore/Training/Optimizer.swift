public import JouleAlgebra
public import JouleTensor

/// A rule that moves parameters against a gradient.
public protocol Optimizer: Sendable {
  /// How many sets shaped like the parameters the rule carries from step to step.
  var momentCount: Int { get }

  /// One update, in place.
  ///
  /// - Parameters:
  ///   - gradient: ∂L/∂θ, where L is to fall.
  ///   - rate: the learning rate of this step.
  ///   - regularizer: its derivative is added to the gradient of weights, not of biases.
  ///   - workers: the result does not depend on their number.
  func update<Scalar: TensorScalar>(
    _ parameters: inout ParameterSet<Scalar>, gradient: ParameterSet<Scalar>,
    state: inout OptimizerState<Scalar>, rate: Double, regularizer: Regularizer, on workers: Workers
  )
}

extension Optimizer {
  /// The state before the first step: no steps, moments zero.
  public func makeState<Scalar: TensorScalar>(
    for parameters: ParameterSet<Scalar>
  ) -> OptimizerState<Scalar> {
    OptimizerState(
      steps: 0, moments: (0..<momentCount).map { _ in parameters.zeros() })
  }
}

/// What an optimizer carries from step to step.
public struct OptimizerState<Scalar: TensorScalar>: Sendable, Equatable {
  /// Updates made so far.
  public var steps: Int
  public var moments: [ParameterSet<Scalar>]

  public init(steps: Int, moments: [ParameterSet<Scalar>]) {
    self.steps = steps
    self.moments = moments
  }
}

/// A penalty on the weights, never on the biases.
///
///     R(W) = l1 Σ|w| + ½ l2 Σw²,   ∂R/∂w = l1 sign(w) + l2 w
public struct Regularizer: Sendable, Equatable, Codable {
  public var l1: Double
  public var l2: Double

  /// - Precondition: both are finite and not negative.
  public init(l1: Double = 0, l2: Double = 0) {
    precondition(
      l1 >= 0 && l2 >= 0 && l1.isFinite && l2.isFinite,
      "penalties are finite and not negative: got l1 \(l1), l2 \(l2)")
    self.l1 = l1
    self.l2 = l2
  }
}
