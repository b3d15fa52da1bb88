public import JouleAlgebra
public import JouleCore
public import JouleRandom
import JouleTensor

/// Means over a data set, row by row in batches, summed in Double.
public struct RowScores<Model: EnergyModel>: Sendable {
  let model: Model
  let data: Dataset
  let binarization: Binarization
  let key: RandomKey
  let workers: Workers

  /// - Precondition: the data have at least one row, as wide as the model.
  public init(
    _ model: Model, data: Dataset, binarization: Binarization = .none, key: RandomKey,
    on workers: Workers = .single
  ) {
    precondition(
      data.columnCount == model.variableCount && data.rowCount > 0,
      "data of \(data.rowCount) rows and \(data.columnCount) columns cannot score a model of "
        + "\(model.variableCount) variables")
    self.model = model
    self.data = data
    self.binarization = binarization
    self.key = key
    self.workers = workers
  }

  /// E of every row, in nats.
  public func energies() -> [Double] {
    map { rows, _ in model.energy(of: rows).elements.map { Double($0) } }
  }

  /// One number a row, in order; the batches are cut by the data alone.
  func map(
    _ body: @Sendable (_ rows: Tensor<Model.Scalar>, _ firstRow: Int) -> [Double]
  ) -> [Double] {
    let batch = 250
    var pieces = stride(from: 0, to: data.rowCount, by: batch).map {
      (range: $0..<Swift.min($0 + batch, data.rowCount), values: [Double]())
    }
    workers.mutateEach(&pieces) { _, piece in
      let rows = data.batch(
        piece.range, binarization: binarization,
        using: ChainRandom(key: key, firstChain: piece.range.lowerBound), as: Model.Scalar.self)
      piece.values = body(rows, piece.range.lowerBound)
    }
    return pieces.flatMap(\.values)
  }
}

extension RowScores where Model: TractableDistribution {
  /// log p of every row, constants included, in nats.
  public func logDensities() -> [Double] {
    map { rows, _ in model.logDensity(of: rows).elements }
  }
}

extension RowScores where Model: LocalEnergy {
  /// The pseudo-log-likelihood of every row, per variable, exact over all variables.
  ///
  ///     (1/n) Σᵢ log p(xᵢ | the rest of x) = (1/n) Σᵢ −softplus(−ΔEᵢ(x))
  ///
  /// - Parameter sites: which variables; nil means all.
  /// - Returns: one number a row, in nats per variable.
  ///
  /// Reference: J. Besag, Statistical analysis of non-lattice data, The Statistician 24 (1975).
  public func pseudoLogLikelihoods(sites: [Int]? = nil) -> [Double] {
    let sites = sites ?? Array(0..<model.variableCount)
    return map { rows, _ in
      let logs = (-model.flipEnergies(of: rows, sites: sites)).softplus()
      return logs.mean(along: 1).elements.map { -Double($0) }
    }
  }
}

extension RowScores where Model: LatentVariableModel {
  /// The mean absolute difference of a row and E[v | E[h | row]], per variable. It measures how well one
  /// pass through the hidden layer copies its input, not how good the model is.
  public func reconstructionErrors() -> [Double] {
    map { rows, _ in
      let copies = model.visibleMean(given: model.hiddenMean(given: rows))
      return (rows - copies).abs().mean(along: 1).elements.map { Double($0) }
    }
  }
}

/// A mean with its standard error.
public struct MeanEstimate: Sendable, Equatable, Codable {
  public let mean: Double
  /// sd / √n of independent values; zero for one value.
  public let standardError: Double

  public init(mean: Double, standardError: Double) {
    self.mean = mean
    self.standardError = standardError
  }

  /// The mean of independent values.
  public init(of values: [Double]) {
    let count = Double(Swift.max(values.count, 1))
    let mean = values.reduce(0, +) / count
    self.mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    standardError = values.count > 1 ? (squares / (count - 1) / count).squareRoot() : 0
  }
}
