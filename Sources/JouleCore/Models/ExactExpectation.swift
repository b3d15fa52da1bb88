public import JouleAlgebra

/// A model that knows the expectation of its energy gradient under itself: by a formula, by a sum over its
/// states, or by quadrature.
///
/// It is the second term of
///
///     ∂L/∂θ = E_data[∂E/∂θ] − E_model[∂E/∂θ]
///
/// without a single draw.
public protocol ExactExpectation: ParametricEnergy {
  /// gradient ← gradient + weight · E_model[∂E/∂θ].
  ///
  /// Where the model is not normalisable, as after too long a step, it adds NaN: training then stops and
  /// says so.
  ///
  /// - Parameters:
  ///   - gradient: of the layout of `parameters`.
  ///   - workers: the result does not depend on their number.
  func accumulateExpectedGradient(
    into gradient: inout ParameterSet<Scalar>, weight: Scalar, on workers: Workers)
}
