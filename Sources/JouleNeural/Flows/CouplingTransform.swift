import JouleAutodiff
import JouleCore
import JouleTensor
import RealModule

/// How a coupling changes a variable, given numbers from its network.
public enum CouplingTransform: Sendable, Equatable {
  /// z = x eˢ + t, with s = a tanh r and a learnt, of Real NVP.
  case affine
  /// A monotonic spline of rational quadratics in so many bins on [−bound, bound], the identity outside.
  case spline(bins: Int, bound: Double)

  /// How many numbers the network gives for each variable.
  var numbersPerVariable: Int {
    switch self {
    case .affine: 2
    case .spline(let bins, _): 3 * bins - 1
    }
  }

  func parameters(variables: Int) -> [ParameterDescription] {
    switch self {
    case .affine: [ParameterDescription("gain", role: .bias, shape: [variables], .ones)]
    case .spline: []
    }
  }

  /// z, and log ∂z/∂x of every element.
  ///
  /// - Parameters:
  ///   - x: `[batch, variables]`.
  ///   - numbers: `[batch, variables · numbersPerVariable]`, those of a variable side by side.
  func forward<Scalar: TensorScalar>(
    _ x: Value<Scalar>, by numbers: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> (z: Value<Scalar>, logSlope: Value<Scalar>) {
    switch self {
    case .affine:
      let (scale, shift) = affine(numbers, x.shape, parameters)
      return (x * scale.exp() + shift, scale)
    case .spline(let bins, let bound):
      let spline = RationalQuadraticSpline(
        numbers.reshaped(to: [x.count, numbersPerVariable]), bins: bins, bound: Scalar(bound))
      let (z, logSlope) = spline.value(at: x.reshaped(to: [x.count, 1]))
      return (z.reshaped(to: x.shape), logSlope.reshaped(to: x.shape))
    }
  }

  /// The x whose z is given.
  func inverse<Scalar: TensorScalar>(
    _ z: Value<Scalar>, by numbers: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    switch self {
    case .affine:
      let (scale, shift) = affine(numbers, z.shape, parameters)
      return (z - shift) * (-scale).exp()
    case .spline(let bins, let bound):
      let spline = RationalQuadraticSpline(
        numbers.reshaped(to: [z.count, numbersPerVariable]), bins: bins, bound: Scalar(bound))
      return spline.inverse(at: z.reshaped(to: [z.count, 1])).reshaped(to: z.shape)
    }
  }

  private func affine<Scalar: TensorScalar>(
    _ numbers: Value<Scalar>, _ shape: [Int], _ parameters: ParameterValues<Scalar>
  ) -> (scale: Value<Scalar>, shift: Value<Scalar>) {
    let count = shape[1]
    let raw = numbers.picking((0..<count).map { 2 * $0 })
    let shift = numbers.picking((0..<count).map { 2 * $0 + 1 })
    return (raw.tanh() * parameters["gain"], shift)
  }
}
