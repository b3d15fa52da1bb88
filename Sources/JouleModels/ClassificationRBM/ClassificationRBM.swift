public import JouleCore
public import JouleRandom
public import JouleTensor

/// A restricted Boltzmann machine of inputs and classes: p(x, y) with an exact p(y | x).
///
///     E(x, y, h) = −xᵀWh − bᵀx − cᵀh − dᵀy − yᵀUh,    x ∈ {0,1}ⁿ, h ∈ {0,1}ᵐ, y one of K classes
///
/// It is a machine of binary hidden units over the visible units (x, y), of which the last K are one softmax
/// group: exactly one of them is 1. So it is made of a ``RestrictedBoltzmannMachine`` whose last K rows of
/// weights are U, and whose last K visible biases are d; energies, hidden conditionals and gradients are that
/// machine's, only the draw of a class is its own. Values of x inside (0, 1) are taken for probabilities.
///
/// References: H. Larochelle, Y. Bengio, Classification using discriminative restricted Boltzmann machines,
/// ICML 2008; H. Larochelle, M. Mandel, R. Pascanu, Y. Bengio, Learning algorithms for the classification
/// restricted Boltzmann machine, JMLR 13 (2012), eq. 1–6.
public struct ClassificationRBM<Scalar: TensorScalar>: Sendable, Equatable {
  /// The machine over the units (x, y): weights `[inputs + classes, hidden]`, W above U.
  public private(set) var machine: RestrictedBoltzmannMachine<Scalar>
  /// K, the number of classes.
  public let classCount: Int

  /// `weights` W above U `[inputs + classes, hidden]`, `visible_bias` b before d `[inputs + classes]`,
  /// `hidden_bias` c `[hidden]`.
  public var parameters: ParameterSet<Scalar> {
    get { machine.parameters }
    set { machine.parameters = newValue }
  }

  /// n + K.
  public var variableCount: Int { machine.variableCount }
  /// n, the number of inputs.
  public var inputCount: Int { variableCount - classCount }
  /// m, the number of hidden units.
  public var hiddenCount: Int { machine.hiddenCount }

  /// W, `[inputs, hidden]`.
  public var weights: Tensor<Scalar> { machine.weights.rows(0..<inputCount) }
  /// U, `[classes, hidden]`.
  public var labelWeights: Tensor<Scalar> {
    machine.weights.rows(inputCount..<variableCount)
  }
  /// b, `[inputs]`.
  public var visibleBias: Tensor<Scalar> {
    Tensor(Array(machine.visibleBias.elements[..<inputCount]))
  }
  /// d, `[classes]`.
  public var labelBias: Tensor<Scalar> {
    Tensor(Array(machine.visibleBias.elements[inputCount...]))
  }
  /// c, `[hidden]`.
  public var hiddenBias: Tensor<Scalar> { machine.hiddenBias }

  /// A machine over the units (x, y), the last of which are the classes.
  ///
  /// - Precondition: at least one input and two classes.
  public init(_ machine: RestrictedBoltzmannMachine<Scalar>, classCount: Int) {
    precondition(
      classCount >= 2 && classCount < machine.variableCount,
      "of \(machine.variableCount) visible units at least 1 is an input and at least 2 are classes, "
        + "got \(classCount) classes")
    self.machine = machine
    self.classCount = classCount
  }

  /// A machine of given parameters.
  ///
  /// - Precondition: shapes `[n, m]`, `[n]`, `[m]`, `[K, m]` and `[K]`.
  public init(
    weights: Tensor<Scalar>, visibleBias: Tensor<Scalar>, hiddenBias: Tensor<Scalar>,
    labelWeights: Tensor<Scalar>, labelBias: Tensor<Scalar>
  ) {
    self.init(
      RestrictedBoltzmannMachine(
        weights: Tensor(concatenating: [weights, labelWeights], along: 0),
        visibleBias: Tensor(concatenating: [visibleBias, labelBias], along: 0),
        hiddenBias: hiddenBias), classCount: labelBias.count)
  }

  /// A machine to be trained: small random weights, hidden biases zero, and biases such that inputs and
  /// classes are as frequent as given where the weights are zero.
  ///
  ///     wᵢⱼ, u_yⱼ ~ N(0, s²),   bᵢ = log(μᵢ / (1 − μᵢ)),   d_y = log π_y
  ///
  /// - Parameters:
  ///   - inputMeans: μ, `[inputs]`, each strictly between 0 and 1.
  ///   - classFrequencies: π, `[classes]`, positive; their scale does not matter.
  ///   - weightScale: s.
  public init(
    inputMeans: Tensor<Scalar>, classFrequencies: Tensor<Scalar>, hiddenCount: Int,
    weightScale: Scalar = 0.01, using key: RandomKey
  ) {
    precondition(
      inputMeans.min() > 0 && inputMeans.max() < 1 && classFrequencies.min() > 0,
      "means lie strictly between 0 and 1 and frequencies above 0")
    let (n, k) = (inputMeans.count, classFrequencies.count)
    let weights =
      Tensor<Scalar>(normal: [n + k, hiddenCount], using: key.folded("weights")) * weightScale
    self.init(
      RestrictedBoltzmannMachine(
        weights: weights,
        visibleBias: Tensor(
          concatenating: [
            (inputMeans / (1 - inputMeans)).log(),
            (classFrequencies * (1 / classFrequencies.sum())).log(),
          ], along: 0),
        hiddenBias: Tensor(zeros: [hiddenCount])), classCount: k)
  }

  /// The same machine in another scalar type.
  public init<Other>(_ other: ClassificationRBM<Other>) {
    self.init(RestrictedBoltzmannMachine(other.machine), classCount: other.classCount)
  }
}
