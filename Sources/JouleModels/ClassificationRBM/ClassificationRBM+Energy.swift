import JouleAlgebra
public import JouleCore
public import JouleTensor

extension ClassificationRBM: ClassifierModel {
  /// The free energy of rows (x, y).
  ///
  ///     F(x, y) = −log Σ_h exp(−E(x, y, h)) = −bᵀx − d_y − Σⱼ softplus(cⱼ + (xᵀW)ⱼ + u_yⱼ)
  ///
  /// - Parameter rows: (x, y), `[batch, inputs + classes]`, y a one among zeros.
  /// - Returns: `[batch]`, in nats.
  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> { machine.energy(of: rows) }

  /// F(x, y) of every input with every class, nothing left out.
  ///
  /// - Complexity: 2·n·m flops a row once, then m softplus a row and class.
  public func classEnergies(of inputs: Tensor<Scalar>) -> Tensor<Double> {
    let rows = unlabelled(inputs)
    let input = machine.hiddenInput(of: rows)
    let linear = Tensor<Double>(rows.matmul(machine.visibleBias))
    return classEnergies(ofHiddenInput: input, linear: linear)
  }

  /// E[h | x] = Σ_y p(y | x) p(h | x, y) of inputs alone, `[batch, hidden]`.
  ///
  /// - Parameter inputs: x, `[batch, inputs]`.
  public func hiddenMean(givenInputs inputs: Tensor<Scalar>) -> Tensor<Scalar> {
    let input = machine.hiddenInput(of: unlabelled(inputs))
    let exponents = -classEnergies(
      ofHiddenInput: input, linear: Tensor(zeros: [inputs.shape[0]]))
    let probabilities = Tensor<Scalar>(
      (exponents - exponents.logSumExp(along: 1, keepingAxis: true)).exp())
    var mean = Tensor<Scalar>(zeros: input.shape)
    for (label, bias) in classBiases.enumerated() {
      mean += (input + bias).logistic() * probabilities.columns(label..<label + 1)
    }
    return mean
  }

  /// F(x, y) from xᵀW and bᵀx.
  func classEnergies(
    ofHiddenInput input: Tensor<Scalar>, linear: Tensor<Double>
  ) -> Tensor<Double> {
    let batch = input.shape[0]
    let biases = classBiases
    let labelBias = labelBias
    var energies = [Double](repeating: 0, count: batch * classCount)
    for label in 0..<classCount {
      let sums = machine.softplusSums(of: input, bias: biases[label])
      let own = Double(labelBias[label])
      for row in 0..<batch {
        energies[row * classCount + label] = -(linear[row] + own + sums[row])
      }
    }
    return Tensor(shape: [batch, classCount], elements: energies)
  }

  /// c + u_y of every class, each `[hidden]`.
  var classBiases: [Tensor<Scalar>] {
    (0..<classCount).map { hiddenBias + machine.weights.row(inputCount + $0) }
  }

  /// (x, 0): rows without a label, whose product with the machine's weights is xᵀW.
  func unlabelled(_ inputs: Tensor<Scalar>) -> Tensor<Scalar> {
    precondition(
      inputs.rank == 2 && inputs.shape[1] == inputCount,
      "inputs are [batch, \(inputCount)], got \(inputs.shape)")
    return Tensor(
      concatenating: [inputs, Tensor(zeros: [inputs.shape[0], classCount])], along: 1)
  }
}
