public import JouleRandom
public import JouleTensor

/// How many inputs an output has and how many outputs an input: what keeps the scale of signals.
public struct Fans: Sendable, Equatable {
  public let inputs: Int
  public let outputs: Int

  public init(inputs: Int, outputs: Int) {
    self.inputs = inputs
    self.outputs = outputs
  }
}

/// What a parameter is before training.
///
/// Random ones have mean zero and a variance of gain / fan:
///
/// | name | variance | keeps | reference |
/// |---|---|---|---|
/// | `lecun` | 1 / inputs | the variance of signals through linear layers | LeCun et al. 1998, eq. 16 |
/// | `glorot` | 2 / (inputs + outputs) | that of signals and of gradients, in between | Glorot & Bengio 2010, eq. 12 and 16 |
/// | `he` | 2 / inputs | that of signals through rectifiers, which halve it | He et al. 2015, eq. 10 |
///
/// References: Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, Efficient BackProp, in Neural Networks: Tricks of
/// the Trade (1998), §4.6. X. Glorot, Y. Bengio, Understanding the difficulty of training deep feedforward
/// neural networks, AISTATS 2010. K. He, X. Zhang, S. Ren, J. Sun, Delving deep into rectifiers, ICCV 2015.
public enum Initializer: Sendable, Equatable {
  case constant(Double)
  /// Draws of variance `gain` / fan.
  case scaled(gain: Double, by: Fan, Distribution)

  /// Which number of connections divides the variance.
  public enum Fan: Sendable { case inputs, average }

  public enum Distribution: Sendable { case uniform, normal }

  public static let zeros = Initializer.constant(0)
  public static let ones = Initializer.constant(1)
  public static let lecun = Initializer.scaled(gain: 1, by: .inputs, .normal)
  public static let glorot = Initializer.scaled(gain: 1, by: .average, .uniform)
  public static let he = Initializer.scaled(gain: 2, by: .inputs, .normal)

  /// A tensor as it starts.
  public func tensor<Scalar: TensorScalar>(
    shape: [Int], fans: Fans, using key: RandomKey
  ) -> Tensor<Scalar> {
    switch self {
    case .constant(let value): return Tensor(shape, repeating: Scalar(value))
    case .scaled(let gain, let fan, let distribution):
      let connections =
        fan == .inputs ? Double(fans.inputs) : Double(fans.inputs + fans.outputs) / 2
      let variance = gain / max(connections, 1)
      switch distribution {
      case .normal: return Tensor(normal: shape, using: key) * Scalar(variance.squareRoot())
      case .uniform:
        // Uniform on [−a, a) has variance a²/3.
        let bound = (3 * variance).squareRoot()
        return Tensor(uniform: shape, using: key) * Scalar(2 * bound) - Scalar(bound)
      }
    }
  }
}
