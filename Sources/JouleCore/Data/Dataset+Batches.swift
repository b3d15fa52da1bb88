public import JouleAlgebra
public import JouleRandom
public import JouleTensor

extension Dataset {
  /// Fills a batch with rows.
  ///
  /// - Parameters:
  ///   - indices: numbers of the rows, one a row of `batch`.
  ///   - binarization: how values become 0 and 1; what is missing (NaN) stays so.
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
        workers.mutateRows(
          of: target.elements.mutableSpan, rowLength: columnCount, rowsPerPiece: Self.rowsPerPiece
        ) { range, block in
          VectorKernels.best.copyRows(
            indices.dropFirst(range.lowerBound).prefix(range.count), of: rows.elements.span,
            columns: columnCount, into: block)
        }
        if let filled = target as? Tensor<Scalar> { batch = filled }
      } else {
        batch = Tensor<Scalar>(rows.rows(at: Array(indices)))
      }
    case .sparse(let rows):
      workers.mutateRows(
        of: batch.elements.mutableSpan, rowLength: columnCount, rowsPerPiece: Self.rowsPerPiece
      ) { range, block in
        var block = block
        rows.write(indices.dropFirst(range.lowerBound).prefix(range.count), into: &block)
      }
    }
    binarize(&batch, binarization, using: random, on: workers)
  }

  /// Bytes have their thresholds in the table that they are looked up in.
  private func binarize<Scalar: TensorScalar>(
    _ batch: inout Tensor<Scalar>, _ binarization: Binarization, using random: ChainRandom,
    on workers: Workers
  ) {
    if binarization == .none { return }
    // Neither a threshold nor a draw keeps NaN.
    let missing = hasMissing ? batch.elements.indices.filter { batch.elements[$0].isNaN } : []
    switch (binarization, storage) {
    case (.threshold, .floats), (.threshold, .sparse): batch.formThreshold(above: 0.5)
    case (.sample, _):
      workers.mutateRows(
        of: batch.elements.mutableSpan, rowLength: columnCount, rowsPerPiece: Self.rowsPerPiece
      ) { rows, block in
        VectorKernels.best.bernoulliInPlace(
          block, columns: columnCount,
          random.advanced(by: rows.lowerBound).address(purpose: DrawPurpose.data))
      }
    default: break
    }
    for place in missing { batch.elements[place] = .nan }
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

  /// Consecutive rows, all of them, in pieces of at most 1000 that are not too large to be written out.
  public var rowBlocks: [Range<Int>] {
    let size = Swift.max(1, Swift.min(1000, (1 << 23) / Swift.max(1, columnCount)))
    return stride(from: 0, to: rowCount, by: size).map {
      $0..<Swift.min($0 + size, rowCount)
    }
  }
}
