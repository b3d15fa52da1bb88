public import JouleAutodiff
public import JouleCore
public import JouleTensor

/// A quadratic form of features, as the last layer of an energy: half a sum of squares, never below zero.
///
///     y = ½ |x A + b|²,   `[batch, inputs]` → `[batch, 1]`
///
/// An energy that ends in it is bounded below by 0; the rank is the number of squares. Parameters: `weights` A
/// `[inputs, rank]`, `bias` b `[rank]`, which starts at zero.
public struct Quadratic: Layer {
  private let map: Dense

  public init(_ inputs: Int, rank: Int, initializer: Initializer = .lecun) {
    map = Dense(inputs, rank, initializer: initializer)
  }

  public var parameters: [ParameterDescription] { map.parameters }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func callAsFunction<Scalar: TensorScalar>(
    _ x: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    map(x, parameters).squared().sum(along: 1, keepingAxis: true) * 0.5
  }
}
