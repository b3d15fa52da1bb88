public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// The gradient of a mean-field free energy: log Z is replaced by an expansion in the couplings, and no chain
/// is drawn.
///
///     ∂L/∂θ ≈ E_batch[∂E/∂θ] − mean over points of ∂Γ/∂θ,   ∂Γ/∂m = 0 at every point
///
/// Points are rows of means of both layers. They persist from update to update, as chains do, and relax a few
/// iterations each time; they start at rows of the data, so that they settle in different minima.
/// Deterministic: the expansion's error, of the fourth power of the couplings at third order, is what it has
/// instead of noise. Where couplings are strong the iteration need not converge; ``figures(_:of:)``
/// tells how far the points still move.
///
/// The gradient is taken in centred parameters unless asked otherwise, with offsets as ``Centered`` has them.
///
/// Reference: M. Gabrié, E. Tramel, F. Krzakala, Training restricted Boltzmann machines via the
/// Thouless-Anderson-Palmer free energy, NeurIPS 2015, arXiv:1506.02914, §3 and algorithm 1.
public struct MeanFieldGradient<Model: MeanFieldModel>: GradientEstimator {
  let order: MeanFieldOrder
  let points: Int
  let iterations: Int
  let inertia: Double
  let slidingFactor: Double?

  /// - Parameters:
  ///   - points: at least 1.
  ///   - iterations: an update, at least 1.
  ///   - inertia: the part of the old means that an iteration keeps, in [0, 1).
  ///   - slidingFactor: of the hidden offsets of centring, in (0, 1]; nil for the plain gradient.
  public init(
    order: MeanFieldOrder = .second, points: Int = 100, iterations: Int = 3,
    inertia: Double = 0.5, slidingFactor: Double? = 0.01
  ) {
    precondition(points > 0, "mean field needs at least 1 point, got \(points)")
    precondition(iterations > 0, "mean field needs at least 1 iteration, got \(iterations)")
    precondition(inertia >= 0 && inertia < 1, "inertia lies in [0, 1), got \(inertia)")
    self.order = order
    self.points = points
    self.iterations = iterations
    precondition(
      slidingFactor.map { $0 > 0 && $0 <= 1 } ?? true,
      "the sliding factor lies in (0, 1], got \(slidingFactor ?? 0)")
    self.inertia = inertia
    self.slidingFactor = slidingFactor
  }

  public struct State: Sendable {
    var batchRanges: [Range<Int>] = []
    /// Scratch for the batch.
    var data: [LatentRows<Model.Scalar>] = []
    /// The points, in pieces.
    var points: [LatentRows<Model.Scalar>]
    var offsets: CenteringOffsets<Model.Scalar>
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State {
    let start = statistics.startRows(points)
    return State(
      points: RowPieces.ranges(points).map { model.complete(start.rows($0)) },
      offsets: CenteringOffsets(
        visible: statistics.means,
        hidden: model.hiddenMean(given: statistics.examples).mean(along: 0)))
  }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    let ranges = RowPieces.ranges(batch.shape[0])
    if state.batchRanges != ranges {
      state.batchRanges = ranges
      state.data = ranges.map { model.complete(batch.rows($0)) }
    }
    workers.mutateEach(&state.data) { index, completion in
      model.complete(ranges[index], of: batch, into: &completion)
    }
    let (order, iterations, inertia) = (order, iterations, Model.Scalar(inertia))
    workers.mutateEach(&state.points) { _, piece in
      model.relax(&piece, order: order, iterations: iterations, inertia: inertia)
    }
    let weight = 1 / Model.Scalar(batch.shape[0])
    let data = state.data.map { GradientTerm<Model>($0, weight: weight) }
    model.accumulateGradient(of: data, into: &gradient, scalingPreviousBy: 0, on: workers)
    for piece in state.points {
      let share = Model.Scalar(piece.visible.shape[0]) / Model.Scalar(points)
      model.accumulateMeanFieldGradient(
        at: piece, order: order, weight: -share, into: &gradient, on: workers)
    }
    if let slidingFactor {
      state.offsets.slide(towards: data, by: slidingFactor)
      model.center(&gradient, offsets: state.offsets)
    }
  }
}

extension MeanFieldGradient: ReportingEstimator {
  /// `mean_field_log_partition`, the mean of −Γ over the points, and `mean_field_movement`, how far a mean
  /// moves in another iteration at most.
  public func figures(_ model: Model, of state: State) -> [String: Double] {
    var (sum, movement) = (0.0, 0.0)
    for piece in state.points {
      sum -= model.meanFieldFreeEnergy(of: piece, order: order).sum()
      var next = piece
      model.relax(&next, order: order, iterations: 1, inertia: Model.Scalar(inertia))
      movement = Swift.max(
        movement, Double((next.visible - piece.visible).largestMagnitude),
        Double((next.hiddenMean - piece.hiddenMean).largestMagnitude))
    }
    return [
      "mean_field_log_partition": sum / Double(points), "mean_field_movement": movement,
    ]
  }
}

extension MeanFieldGradient.State: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    for (number, piece) in points.enumerated() {
      archive.store(piece.visible, as: "\(prefix)points\(number).visible")
      archive.store(piece.hiddenMean, as: "\(prefix)points\(number).hidden")
    }
    archive.store(offsets.hidden, as: prefix + "hidden_offsets")
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    for number in points.indices {
      points[number].visible = try archive.tensor(
        "\(prefix)points\(number).visible", shape: points[number].visible.shape)
      points[number].hiddenMean = try archive.tensor(
        "\(prefix)points\(number).hidden", shape: points[number].hiddenMean.shape)
    }
    offsets.hidden = try archive.tensor(prefix + "hidden_offsets", shape: offsets.hidden.shape)
  }
}
