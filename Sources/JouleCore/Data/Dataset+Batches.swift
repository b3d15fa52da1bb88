public import JouleAlgebra
public import JouleRandom
public import JouleTensor

extension Dataset {
  /// Fills a batch with rows.
  ///
  /// - Parameters:
  ///   - indices: numbers of the rows, one a row of `batch`.
  ///   - binarization: how values become 0 and 1.
  ///   - random: for `.sample`: row r of the batch draws as chain `random.firstChain` + r.
  ///   - batch: `[indices.count, columnCount]`, overwritten.
  ///   - workers: the result does not depend on their number.
  public func gather<Scalar: TensorScalar>(
    _ indices: ArraySlice<Int>, binarization: Binarization, using random: ChainRandom,
    into batch: inout Tensor<Scalar>, on workers: Workers = .single
  ) {
    precondition(
      batch.shape == [indices.count, columnCount],
      "a batch of \(indices.count) rows has shape \([indices.count, columnCount]), got \(batch.shape)"
    )
    switch storage {
    case .bytes(let bytes, let scale):
      let table: [Scalar] = (0...255).map {
        let value = Float($0) / scale
        return binarization == .threshold ? (value > 0.5 ? 1 : 0) : Scalar(value)
      }
      workers.mutateRows(
        of: batch.elements.mutableSpan, rowLength: columnCount, rowsPerPiece: Self.rowsPerPiece
      ) { rows, block in
        VectorKernels.best.lookUpRows(
          of: bytes, columns: columnCount,
          at: indices.dropFirst(rows.lowerBound).prefix(rows.count), table: table, into: block)
      }
    case .floats(let rows):
      if var target = batch as? Tensor<Float> {
        // The batch must be held once while it is written, or all of it would be copied.
        batch = Tensor(zeros: [0])
        rows.rows(at: indices, into: &target)
        if let filled = target as? Tensor<Scalar> { batch = filled }
      } else {
        batch = Tensor<Scalar>(rows.rows(at: Array(indices)))
      }
      if binarization == .threshold { batch.formThreshold(above: 0.5) }
    }
    if binarization == .sample {
      workers.mutateRows(
        of: batch.elements.mutableSpan, rowLength: columnCount, rowsPerPiece: Self.rowsPerPiece
      ) { rows, block in
        VectorKernels.best.bernoulliInPlace(
          block, columns: columnCount,
          random.advanced(by: rows.lowerBound).address(purpose: DrawPurpose.data))
      }
    }
  }

  /// Rows a task gathers.
  private static var rowsPerPiece: Int { 50 }

  /// Rows as a tensor, `[rows.count, columnCount]`; see `gather(_:binarization:using:into:)`.
  public func batch<Scalar: TensorScalar>(
    _ rows: Range<Int>, binarization: Binarization = .none,
    using random: ChainRandom = ChainRandom(key: RandomKey(seed: 0)),
    as type: Scalar.Type = Scalar.self
  ) -> Tensor<Scalar> {
    var batch = Tensor<Scalar>(zeros: [rows.count, columnCount])
    gather(Array(rows)[...], binarization: binarization, using: random, into: &batch)
    return batch
  }

  /// The mean of every column over weighted rows, `[columnCount]`, summed in Double; over the values that are there,
  /// where some are missing (NaN). Of a sampled binarization it is the expected mean.
  public func columnMeans(binarization: Binarization = .none) -> Tensor<Double> {
    var sums = Tensor<Double>(zeros: [columnCount])
    var totals = Tensor<Double>(zeros: [columnCount])
    let plain: Binarization = binarization == .threshold ? .threshold : .none
    for start in stride(from: 0, to: rowCount, by: 1000) {
      let range = start..<Swift.min(start + 1000, rowCount)
      var rows: Tensor<Double> = batch(range, binarization: plain)
      let weights =
        rowWeights.map { Tensor<Double>(Array($0[range])) }
        ?? Tensor([range.count], repeating: 1)
      guard rows.elements.contains(where: { $0.isNaN }) else {
        sums += rowWeights == nil ? rows.sum(along: 0) : weights.matmul(rows)
        totals += weights.sum()
        continue
      }
      let known = Tensor<Double>(
        shape: rows.shape, elements: rows.elements.map { $0.isNaN ? 0 : 1 })
      rows = Tensor(shape: rows.shape, elements: rows.elements.map { $0.isNaN ? 0 : $0 })
      sums += weights.matmul(rows)
      totals += weights.matmul(known)
    }
    return rowCount == 0 ? sums : sums * totals.reciprocal()
  }
}
