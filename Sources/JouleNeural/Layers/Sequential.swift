public import JouleAutodiff
public import JouleCore
public import JouleTensor

/// Layers one after another.
///
/// The parameters of layer i are its own under the prefix `layer<i>.`, counted from 0, layers without parameters
/// included.
public struct Sequential: Layer {
  public let layers: [any Layer]

  /// What the names of each layer's parameters begin with.
  private let prefixes: [String]

  public init(_ layers: [any Layer]) {
    self.layers = layers
    prefixes = layers.indices.map { "layer\($0)." }
  }

  public var parameters: [ParameterDescription] {
    zip(layers, prefixes).flatMap { layer, prefix in
      layer.parameters.map { $0.prefixed(prefix) }
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func callAsFunction<Scalar: TensorScalar>(
    _ x: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    zip(layers, prefixes).reduce(x) { signal, part in
      part.0(signal, parameters.part(part.1))
    }
  }
}
