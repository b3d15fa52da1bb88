public import JouleAutodiff
public import JouleCore
public import JouleRandom
public import JouleTensor
import RealModule

/// An energy for data under noise of every strength, that is a network told the strength.
///
///     E(x, σ) = ½ |x|² / (1 + σ²) + f(x / √(1 + σ²), log σ; θ) / σ
///
/// Data with mean 0 and variance 1 have about the variance 1 + σ² with the noise: the first term is right where they are
/// normal, and holds the energy together elsewhere; the network sees inputs of one size. Slopes are of the
/// order of 1/σ, which is divided out. log σ is one input more of a dense network, and one channel more of a
/// convolutional one, the same all over the image.
///
/// The levels of noise that it is for belong to the model: drawing from it begins at the strongest, and as an energy
/// of its rows alone it stands at the weakest, unless ``noise`` says otherwise. Parameters are the network's.
///
/// Reference: T. Karras, M. Aittala, T. Aila, S. Laine, Elucidating the design space of diffusion-based generative
/// models, NeurIPS 2022, arXiv:2206.00364, §5, for the scales of input and output.
public struct NoiseConditionalNetwork<Scalar: TensorScalar>: NoiseConditionalEnergy {
  public let architecture: EnergyArchitecture
  /// What a row of variables is, such as `[2]` or `[28, 28, 1]`: without the strength of the noise.
  public let inputShape: [Int]
  public let levels: NoiseLevels
  public var noise: Scalar
  public var parameters: ParameterSet<Scalar>
  public let workspace = Workspace<Scalar>()
  private let network: Sequential

  /// A network as it starts.
  ///
  /// - Parameter inputShape: of one row; the product of its lengths is the number of variables.
  /// - Throws: when the network does not fit the inputs.
  public init(
    _ architecture: EnergyArchitecture, inputShape: [Int], levels: NoiseLevels, using key: RandomKey
  ) throws(ArchitectureError) {
    let network = try Self.network(architecture, inputShape: inputShape)
    self.init(
      architecture, network, inputShape: inputShape, levels: levels,
      parameters: network.initialParameters(using: key))
  }

  init(
    _ architecture: EnergyArchitecture, _ network: Sequential, inputShape: [Int],
    levels: NoiseLevels, parameters: ParameterSet<Scalar>
  ) {
    self.architecture = architecture
    self.network = network
    self.inputShape = inputShape
    self.levels = levels
    self.parameters = parameters
    noise = Scalar(levels.weakest)
  }

  /// The network, with one input or channel more for the strength.
  static func network(
    _ architecture: EnergyArchitecture, inputShape: [Int]
  ) throws(ArchitectureError) -> Sequential {
    guard let channels = inputShape.last else {
      throw .input(inputShape, expected: "at least one axis")
    }
    return try architecture.network(for: inputShape.dropLast() + [channels + 1])
  }

  public var variableCount: Int { inputShape.reduce(1, *) }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func energy(
    of rows: Value<Scalar>, noise: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    let batch = rows.shape[0]
    let variance = noise.squared() + 1
    let logs = noise.log().reshaped(to: [batch] + inputShape.map { _ in 1 })
      .broadcast(to: [batch] + inputShape.dropLast() + [1])
    let scaled = (rows / variance.sqrt()).reshaped(to: [batch] + inputShape)
    let input = Value(concatenating: [scaled, logs], along: inputShape.count)
    let output = network(input, parameters).reshaped(to: [batch, 1]) / noise
    let spread = rows.squared().sum(along: 1, keepingAxis: true) * 0.5 / variance
    return (output + spread).reshaped(to: [batch])
  }
}

/// Strengths of noise at equal factors.
public struct NoiseLevels: Sendable, Equatable {
  /// σ of the strongest.
  public let strongest: Double
  /// σ of the weakest.
  public let weakest: Double
  public let count: Int

  /// - Precondition: 0 < weakest < strongest, both finite; at least 2 levels.
  public init(from strongest: Double, to weakest: Double, count: Int) {
    precondition(
      Self.areLevels(strongest, weakest, count),
      "levels of noise go from a strong one to a weaker one, two at least: got \(count) from \(strongest) to \(weakest)"
    )
    self.strongest = strongest
    self.weakest = weakest
    self.count = count
  }

  /// σ of every level, the strongest first.
  public var noises: [Double] {
    (0..<count).map {
      strongest * Double.pow(weakest / strongest, Double($0) / Double(count - 1))
    }
  }

  static func areLevels(_ strongest: Double, _ weakest: Double, _ count: Int) -> Bool {
    weakest > 0 && weakest < strongest && strongest.isFinite && count > 1 && count <= 10_000
  }
}
