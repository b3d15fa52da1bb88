import Joule

/// A network of two hidden layers over the plane, in a well.
///
///     E(x) = v · swish(swish(x W₁ + b₁) W₂ + b₂) + |x|⁴/50
struct PlaneEnergy: EnergyExpression {
  typealias Scalar = Float
  let variableCount = 2
  var parameters: ParameterSet<Float>
  let workspace = Workspace<Float>()

  init(hidden: Int, key: RandomKey) {
    func weights(_ name: String, _ shape: [Int], scale: Float) -> ParameterSet<Float>.Entry {
      .init(
        name: name, role: .weight, value: Tensor(normal: shape, using: key.folded(name)) * scale)
    }
    let root = Float(hidden).squareRoot()
    parameters = ParameterSet([
      weights("w1", [2, hidden], scale: 1.5),
      .init(name: "b1", role: .bias, value: Tensor(normal: [hidden], using: key.folded("b1")) * 2),
      weights("w2", [hidden, hidden], scale: 1 / root),
      .init(name: "b2", role: .bias, value: Tensor(zeros: [hidden])),
      weights("v", [hidden, 1], scale: 1 / root),
    ])
  }

  func energy(of x: Value<Float>, _ p: ParameterValues<Float>) -> Value<Float> {
    let hidden = x.affine(p["w1"], p["b1"]).swish().affine(p["w2"], p["b2"]).swish()
    return hidden.matmul(p["v"]).reshaped(to: [x.shape[0]]) + x.squared().sum(along: 1).squared()
      / 50
  }
}
