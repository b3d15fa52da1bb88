import Joule

/// The normal distribution by its natural parameters, in any number of variables.
///
///     E(x) = ½ xᵀPx − bᵀx
struct NaturalNormal<Scalar: TensorScalar>: EnergyExpression {
  let variableCount: Int
  var parameters: ParameterSet<Scalar>
  let workspace = Workspace<Scalar>()

  init(precision: Tensor<Scalar>, shift: Tensor<Scalar>) {
    variableCount = shift.count
    parameters = ParameterSet([
      .init(name: "precision", role: .weight, value: precision),
      .init(name: "shift", role: .bias, value: shift),
    ])
  }

  /// What makes it N(mean, covariance).
  init(mean: Tensor<Scalar>, covariance: Tensor<Scalar>) throws {
    let precision = try covariance.inverse()
    self.init(precision: precision, shift: precision.matmul(mean))
  }

  /// N(0, I).
  init(standard count: Int) {
    self.init(precision: .identity(count), shift: Tensor(zeros: [count]))
  }

  func energy(of x: Value<Scalar>, _ p: ParameterValues<Scalar>) -> Value<Scalar> {
    (x.matmul(p["precision"]) * x).sum(along: 1) * 0.5 - (x * p["shift"]).sum(along: 1)
  }

  /// log Z, in nats.
  var logPartition: Double {
    get throws {
      let (precision, shift) = (
        Tensor<Double>(parameters["precision"]), Tensor<Double>(parameters["shift"])
      )
      let mean = try precision.solvePositiveDefinite(shift)
      let logTwoPi = 1.8378770664093454
      return 0.5
        * (shift.dot(mean) + Double(variableCount) * logTwoPi - (try precision.logDeterminant()))
    }
  }
}

/// A small smooth network in the plane, held together by a well: nothing about it is symmetric.
struct PlaneNetwork<Scalar: TensorScalar>: EnergyExpression {
  let variableCount = 2
  var parameters: ParameterSet<Scalar>
  let workspace = Workspace<Scalar>()

  init(hidden: Int, seed: UInt64) {
    let key = RandomKey(seed: seed)
    parameters = ParameterSet([
      .init(name: "w", role: .weight, value: Tensor(normal: [2, hidden], using: key.folded("w"))),
      .init(name: "b", role: .bias, value: Tensor(normal: [hidden], using: key.folded("b"))),
      .init(name: "v", role: .weight, value: Tensor(normal: [hidden, 1], using: key.folded("v"))),
    ])
  }

  func energy(of x: Value<Scalar>, _ p: ParameterValues<Scalar>) -> Value<Scalar> {
    let hidden = x.affine(p["w"], p["b"]).swish()
    return hidden.matmul(p["v"]).reshaped(to: [x.shape[0]]) + x.squared().sum(along: 1) * 0.5
  }
}

/// N(0, (v + σ²)I) under noise σ: what noise makes of N(0, vI).
struct NoisyNormal: NoiseConditionalEnergy {
  typealias Scalar = Double
  let variableCount = 2
  var noise = 0.1
  var parameters: ParameterSet<Double>
  let workspace = Workspace<Double>()

  init(variance: Double) {
    parameters = ParameterSet([
      .init(name: "variance", role: .bias, value: Tensor([variance]))
    ])
  }

  func energy(
    of x: Value<Double>, noise: Value<Double>, _ p: ParameterValues<Double>
  ) -> Value<Double> {
    let variance = (noise.squared() + p["variance"]).reshaped(to: [x.shape[0]])
    return x.squared().sum(along: 1) * 0.5 / variance
  }
}

/// All distributions of two bits that give every state a probability.
///
///     E(x) = −b₁x₁ − b₂x₂ − w x₁x₂
struct TwoBits: EnergyExpression {
  typealias Scalar = Double
  let variableCount = 2
  var parameters = ParameterSet<Double>([
    .init(name: "b", role: .bias, value: Tensor([0, 0])),
    .init(name: "w", role: .weight, value: Tensor([0])),
  ])
  let workspace = Workspace<Double>()

  func energy(of x: Value<Double>, _ p: ParameterValues<Double>) -> Value<Double> {
    // (x₁ + x₂)² − x₁² − x₂² = 2 x₁ x₂
    let product = (x.sum(along: 1).squared() - x.squared().sum(along: 1)) * 0.5
    return -(x * p["b"]).sum(along: 1) - product * p["w"]
  }

  /// 16 rows: the states 00, 10, 01, 11 so many times.
  static let counts = [5, 2, 3, 6]
  static let data: Tensor<Double> = Tensor(
    counts.enumerated().flatMap { state, count in
      [[Double]](repeating: [Double(state & 1), Double(state >> 1)], count: count)
    })

  /// b₁, b₂, w that give the data's frequencies.
  static let solution: [Double] = {
    let logs = counts.map { Double($0) }.map { Tensor<Double>([$0]).log()[0] }
    return [logs[1] - logs[0], logs[2] - logs[0], logs[3] + logs[0] - logs[1] - logs[2]]
  }()

  var elements: [Double] { parameters.entries.flatMap(\.value.elements) }
}
