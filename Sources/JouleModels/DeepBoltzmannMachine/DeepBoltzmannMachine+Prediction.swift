public import JouleAutodiff
public import JouleCore
public import JouleTensor

extension DeepBoltzmannMachine: PredictiveModel {
  /// Whether rows can be predicted over values: all units are bits.
  public var isPredictive: Bool {
    machine.layers.allSatisfy { $0.groups.count == 1 && $0.groups[0] is BernoulliUnits }
  }

  /// How badly mean field predicts the hidden bits of rows; see `PredictiveModel`.
  ///
  ///     L = Σ_{i hidden} softplus(aᵢ) − vᵢ aᵢ,   a = b⁰ + W⁰ μ¹
  ///
  /// Hidden bits are latent like the layers above: they start at their means without input, and every round updates
  /// the odd layers, then the even ones, the hidden bits of the data among them. The fields a that the last round gives
  /// them are the prediction. As many rounds as ``inferenceRounds``, at least one; the gradient is that of all of them.
  ///
  /// Bits that are missing (NaN) are hidden whatever the mask says, and are predicted by no one.
  ///
  /// - Precondition: ``isPredictive``.
  ///
  /// Reference: I. Goodfellow, M. Mirza, A. Courville, Y. Bengio, Multi-prediction deep Boltzmann machines,
  /// NIPS 2013, §3.
  public func predictionLosses(
    of rows: Value<Scalar>, hiding mask: Tensor<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    precondition(isPredictive, "rows are predicted by machines of bits, got \(machine.layers)")
    precondition(
      rows.shape == mask.shape && rows.shape.count == 2 && rows.shape[1] == variableCount,
      "rows of shape \(rows.shape) and a mask of \(mask.shape) for \(variableCount) variables")
    let last = machine.layers.count - 1
    let weights = (0..<last).map { parameters["weights\($0)"] }
    let biases = (0...last).map { parameters["layer\($0).bias"] }
    let (data, latent, counted) = Self.parts(of: rows.tensor, hiding: mask)
    let (isHidden, isCounted) = (rows.tape.value(latent), rows.tape.value(counted))
    let rows = rows.tensor.containsNaN ? rows.tape.value(data) : rows
    let shown = rows * (1 - isHidden)
    // Means of no input are one row for all.
    var means = biases.map { $0.logistic().reshaped(to: [1, $0.count]) }
    means[0] = shown + isHidden * means[0]

    func field(_ layer: Int) -> Value<Scalar> {
      var sum = biases[layer]
      if layer > 0 { sum = means[layer - 1].affine(weights[layer - 1], sum) }
      guard layer < last else { return sum }
      return sum + means[layer + 1].matmul(weights[layer], transposingOther: true)
    }
    func update(from first: Int) {
      for layer in stride(from: first, through: last, by: 2) {
        means[layer] = field(layer).logistic()
      }
    }
    update(from: 1)
    var prediction = field(0)
    for _ in 1..<Swift.max(inferenceRounds, 1) {
      means[0] = shown + isHidden * prediction.logistic()
      update(from: 2)
      update(from: 1)
      prediction = field(0)
    }
    return ((prediction.softplus() - rows * prediction) * isCounted).sum(along: 1)
  }

  /// Rows with 0 for what is missing, and marks of what is latent, and of what is to be predicted.
  private static func parts(
    of rows: Tensor<Scalar>, hiding mask: Tensor<Scalar>
  ) -> (data: Tensor<Scalar>, latent: Tensor<Scalar>, counted: Tensor<Scalar>) {
    guard rows.containsNaN else { return (rows, mask, mask) }
    let missing = rows.missingMarks
    return (
      rows.completed(by: Tensor(zeros: rows.shape)), mask + missing * (1 - mask),
      mask * (1 - missing)
    )
  }
}
