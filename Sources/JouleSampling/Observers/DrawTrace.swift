public import JouleCore
public import JouleTensor

/// Keeps every draw of what it looks at: for diagnostics, plots and files.
///
/// Room: 8 bytes a number, chain and draw. Look at some numbers rather than all variables where
/// there are many.
public struct DrawTrace: ChainObserver {
  public let observable: Observable
  /// `[draw, chain, number]` of each piece.
  private var pieces: [Piece] = []

  private struct Piece: Sendable {
    var chainCount = 0
    var elements: [Double] = []
  }

  public init(_ observable: Observable = .variables) { self.observable = observable }

  public func begun(chains: Range<Int>, plan: SamplingPlan) -> DrawTrace {
    DrawTrace(observable)
  }

  public mutating func observe(_ rows: Tensor<Double>) {
    let values = observable.values(of: rows)
    if pieces.isEmpty { pieces = [Piece(chainCount: values.shape[0])] }
    pieces[0].elements += values.elements
    width = values.shape[1]
  }

  public mutating func merge(_ next: DrawTrace) { pieces += next.pieces }

  /// Numbers of a chain's draw.
  private var width = 0

  public var chainCount: Int { pieces.reduce(0) { $0 + $1.chainCount } }

  /// Draws of each chain.
  public var drawCount: Int {
    pieces.first.map { $0.elements.count / max(1, $0.chainCount * width) } ?? 0
  }

  /// What the numbers are called.
  public var names: [String] { observable.names(count: width) }

  /// Every draw, `[chain, draw, number]`.
  public var values: Tensor<Double> {
    let draws = drawCount
    var elements: [Double] = []
    elements.reserveCapacity(chainCount * draws * width)
    for piece in pieces {
      for chain in 0..<piece.chainCount {
        for draw in 0..<draws {
          let first = (draw * piece.chainCount + chain) * width
          elements += piece.elements[first..<first + width]
        }
      }
    }
    return Tensor(shape: [chainCount, draws, width], elements: elements)
  }

  /// The same with its names, for diagnostics and files; nil before the first draw.
  public var draws: Draws<Double>? {
    drawCount > 0 && width > 0 ? Draws(values, variableNames: names) : nil
  }
}
