public import JouleCore
import JouleRandom
public import JouleTensor

/// Persistent chains that begin anew now and then, so that modes which no chain has found, or which all have
/// left, are looked for again.
///
/// Reference: Y. Du, I. Mordatch, Implicit generation and modeling with energy-based models, NeurIPS 2019,
/// arXiv:1903.08689, §3.1: 5 % of the chains start from noise.
public struct ChainRestarts<Scalar: TensorScalar>: Sendable {
  /// The probability with which a chain restarts before an update.
  public let rate: Double
  /// Rows to restart at, `[count, variables]`; nil for rows of the batch.
  private let draw: (@Sendable (_ count: Int, _ random: ChainRandom) -> Tensor<Scalar>)?

  /// Whether chains begin there too, instead of at the data.
  private let begins: Bool

  private init(
    rate: Double, begins: Bool, draw: (@Sendable (Int, ChainRandom) -> Tensor<Scalar>)?
  ) {
    precondition(rate >= 0 && rate <= 1, "the rate of restarts lies in [0, 1], got \(rate)")
    self.rate = rate
    self.begins = begins
    self.draw = draw
  }

  /// At draws from a distribution.
  ///
  /// - Parameter beginning: whether chains also begin there, instead of at the data.
  public static func noise<Noise: TractableDistribution>(
    _ distribution: Noise, rate: Double = 0.05, beginning: Bool = false
  ) -> ChainRestarts where Noise.Scalar == Scalar {
    ChainRestarts(rate: rate, begins: beginning) { distribution.sample(count: $0, using: $1) }
  }

  /// At rows of the batch.
  public static func data(rate: Double = 0.05) -> ChainRestarts {
    ChainRestarts(rate: rate, begins: false, draw: nil)
  }

  /// The rows at which so many chains begin; nil where that is the data.
  func beginnings(_ count: Int, using random: ChainRandom) -> Tensor<Scalar>? {
    begins ? draw?(count, random) : nil
  }

  /// Marks the chains that restart, and gives the rows at which they do.
  ///
  /// - Parameters:
  ///   - count: chains of a piece.
  ///   - random: addresses the first of them.
  /// - Returns: nil where no chain of the piece restarts.
  func drawn(
    _ count: Int, from batch: Tensor<Scalar>, using random: ChainRandom
  ) -> (marks: [Bool], rows: Tensor<Scalar>)? {
    let chances = Tensor<Double>(uniform: [count, 2], using: random.folded(0))
    let marks = (0..<count).map { chances[$0, 0] < rate }
    guard marks.contains(true) else { return nil }
    let rows =
      draw?(count, random.folded(1))
      ?? batch.rows(
        at: (0..<count).map {
          Swift.min(Int(chances[$0, 1] * Double(batch.shape[0])), batch.shape[0] - 1)
        })
    return (marks, rows)
  }
}
