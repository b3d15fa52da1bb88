public import JouleTensor

/// Keeps what running chains draw, in bounded room, so that diagnostics can be had at any moment.
///
///     var recorder = DrawRecorder<Float>(chainCount: 4, variableCount: 2)
///     recorder.record(chains.position)            // after every step
///     let worst = recorder.draws?.diagnostics().map(\.rHat).max()
///
/// When the room is full every second draw is dropped, and from then on every second step is left out:
/// at least half the room is in use, and the draws kept are equally far apart in time. Effective sample
/// sizes are then those of the draws kept, a lower bound for all steps.
public struct DrawRecorder<Scalar: TensorScalar>: Sendable {
  public let chainCount: Int
  public let variableNames: [String]
  /// The most draws of a chain to be kept.
  public let capacity: Int
  /// Steps from one draw that is kept to the next.
  public private(set) var interval = 1
  /// Steps seen.
  public private(set) var stepCount = 0
  /// `[draw, chain, variable]`.
  private var elements: [Scalar] = []

  /// - Parameters:
  ///   - variableNames: one a variable; by default `x[1]`, `x[2]`, …
  ///   - capacity: draws of a chain, at least 2.
  /// - Precondition: no count is zero; there are as many names as variables.
  public init(
    chainCount: Int, variableCount: Int, variableNames: [String]? = nil, capacity: Int = 1000
  ) {
    precondition(
      chainCount > 0 && variableCount > 0 && capacity >= 2,
      "a recorder of \(chainCount) chains and \(variableCount) variables with room for \(capacity) "
        + "draws: at least 1, 1 and 2 are needed")
    let names = variableNames ?? (1...variableCount).map { "x[\($0)]" }
    precondition(
      names.count == variableCount, "\(names.count) names for \(variableCount) variables")
    self.chainCount = chainCount
    self.variableNames = names
    self.capacity = capacity
  }

  /// Draws of each chain that are kept now.
  public var drawCount: Int { elements.count / stepSize }

  private var stepSize: Int { chainCount * variableNames.count }

  /// Takes in where the chains are after a step, `[chain, variable]`.
  public mutating func record(_ position: Tensor<Scalar>) {
    precondition(
      position.shape == [chainCount, variableNames.count],
      "the recorder takes [\(chainCount), \(variableNames.count)], got \(position.shape)")
    defer { stepCount += 1 }
    guard stepCount % interval == 0 else { return }
    if drawCount == capacity {
      thin()
      guard stepCount % interval == 0 else { return }
    }
    elements.append(contentsOf: position.elements)
  }

  private mutating func thin() {
    interval *= 2
    elements = stride(from: 0, to: drawCount, by: 2).flatMap {
      elements[$0 * stepSize..<($0 + 1) * stepSize]
    }
  }

  /// What is kept; nil before the first step.
  public var draws: Draws<Scalar>? {
    guard drawCount > 0 else { return nil }
    let width = variableNames.count
    var values: [Scalar] = []
    values.reserveCapacity(elements.count)
    for chain in 0..<chainCount {
      for draw in 0..<drawCount {
        let start = draw * stepSize + chain * width
        values.append(contentsOf: elements[start..<start + width])
      }
    }
    return Draws(
      Tensor(shape: [chainCount, drawCount, width], elements: values),
      variableNames: variableNames)
  }
}
