public import JouleAlgebra
public import JouleTensor
import RealModule

/// log Z of an energy of one or two variables, and its probability in every cell of a grid.
///
///     Z ≈ h Σ_g e^{−E(x_g)},   p_g = h e^{−E(x_g)} / Z
///
///     let grid = Grid<Float>(variableCount: 2, over: -4...4, count: 200)
///     let exact = try GridNormalization(of: model, on: grid).requiringAccuracy()
///     let logDensity = -(energy + exact.logPartition)
///
/// Two numbers say whether to believe it: what lies in the outermost cells, and what changes with half as
/// many points along each variable.
public struct GridNormalization: Sendable, Equatable {
  /// log Z, in nats.
  public let logPartition: Double
  /// The probability of every cell, in the order of the grid's points; they sum to one.
  public let probabilities: [Double]
  /// The probability of the outermost cells: what the box cuts off is of this size.
  public let borderMass: Double
  /// |log Z − log Z of every second point|, in nats: above the error of ``logPartition``, which falls at least
  /// as fast.
  public let refinementChange: Double

  /// - Parameters:
  ///   - model: of as many variables as the grid.
  ///   - workers: the result does not depend on their number.
  /// - Throws: ``GridError/notFinite(energy:at:)`` where an energy is NaN or −∞. +∞ is outside the support.
  public init<Model: EnergyModel>(
    of model: Model, on grid: Grid<Model.Scalar>, on workers: Workers = .single
  ) throws(GridError) {
    precondition(
      model.variableCount == grid.variableCount,
      "a grid of \(grid.variableCount) variables for a model of \(model.variableCount)")
    try self.init(energies: grid.energies(of: model, on: workers), on: grid)
  }

  /// The same of energies that are known.
  ///
  /// - Parameter energies: at the grid's points, in their order.
  /// - Throws: as above.
  public init<Scalar: TensorScalar>(
    energies: [Double], on grid: Grid<Scalar>
  ) throws(GridError) {
    precondition(
      energies.count == grid.pointCount,
      "\(energies.count) energies at \(grid.pointCount) points")
    if let point = energies.firstIndex(where: { $0.isNaN || $0 == -.infinity }) {
      let place = grid.rows(point..<point + 1).elements.map { Double($0) }
      throw .notFinite(energy: energies[point], at: place)
    }
    let points = energies.indices
    let lowest = energies.min() ?? .infinity
    guard lowest.isFinite else { throw .empty }
    let weights = energies.map { Double.exp(lowest - $0) }
    let total = weights.reduce(0, +)
    let coarse = points.reduce(0.0) { $0 + (grid.isOnCoarserGrid($1) ? weights[$1] : 0) }
    let border = points.reduce(0.0) { $0 + (grid.isAtBorder($1) ? weights[$1] : 0) }
    let fewer = Double(1 << grid.variableCount)
    logPartition = Double.log(total * grid.cellVolume) - lowest
    probabilities = weights.map { $0 / total }
    borderMass = border / total
    refinementChange = abs(Double.log(coarse * fewer / total))
  }

  /// Itself, if it can be believed.
  ///
  /// - Parameters:
  ///   - borderMass: the most that may lie in the outermost cells.
  ///   - change: the most by which log Z may change with every second point, in nats.
  /// - Throws: ``GridError`` that says which of the two is larger.
  public func requiringAccuracy(
    borderMass limit: Double = 1e-6, change: Double = 1e-3
  ) throws(GridError) -> GridNormalization {
    guard borderMass <= limit else { throw .massAtBorder(borderMass, limit: limit) }
    guard refinementChange <= change else { throw .tooCoarse(refinementChange, limit: change) }
    return self
  }
}

extension Grid {
  /// E at every point, in Double.
  func energies<Model: EnergyModel>(of model: Model, on workers: Workers) -> [Double]
  where Model.Scalar == Scalar {
    var pieces = blocks.map { (points: $0, energies: [Double]()) }
    workers.mutateEach(&pieces) { _, piece in
      piece.energies = model.energy(of: rows(piece.points)).elements.map { Double($0) }
    }
    return pieces.flatMap(\.energies)
  }

  /// The points in pieces of work.
  package var blocks: [Range<Int>] {
    stride(from: 0, to: pointCount, by: Self.blockSize).map {
      $0..<Swift.min($0 + Self.blockSize, pointCount)
    }
  }

  /// Points of a piece of work: enough for an efficient product, few enough for the cache.
  private static var blockSize: Int { 512 }
}

/// Why the sum over a grid is not the integral.
public enum GridError: Error, Equatable, CustomStringConvertible {
  /// An energy is NaN or −∞.
  case notFinite(energy: Double, at: [Double])
  /// No point is in the support.
  case empty
  case massAtBorder(Double, limit: Double)
  case tooCoarse(Double, limit: Double)

  public var description: String {
    switch self {
    case .notFinite(let energy, let place):
      "the energy at \(place) is \(energy), expected a number or +infinity"
    case .empty: "the energy is +infinity at every point of the grid"
    case .massAtBorder(let mass, let limit):
      "the outermost cells of the grid hold a probability of \(mass), more than \(limit): take a wider box"
    case .tooCoarse(let change, let limit):
      "log Z changes by \(change) nats with every second point of the grid, more than \(limit): take more points"
    }
  }
}
