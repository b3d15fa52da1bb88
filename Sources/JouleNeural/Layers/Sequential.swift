public import JouleAutodiff
public import JouleCore
public import JouleTensor

/// Layers one after another.
///
/// The parameters of layer i are its own under the prefix `layer<i>.`, counted from 0, layers without parameters
/// included.
public struct Sequential: Layer {
  public let layers: [any Layer]

  public init(_ layers: [any Layer]) { self.layers = layers }

  public var parameters: [ParameterDescription] {
    layers.enumerated().flatMap { number, layer in
      layer.parameters.map { $0.prefixed(prefix(number)) }
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func callAsFunction<Scalar: TensorScalar>(
    _ x: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    layers.enumerated().reduce(x) { signal, layer in
      layer.element(signal, parameters.part(prefix(layer.offset)))
    }
  }

  private func prefix(_ number: Int) -> String { "layer\(number)." }
}
