extension Workers {
  /// Cuts a row-major matrix in blocks of rows and calls `body` with each block once, in place.
  /// - Parameters:
  ///   - matrix: rows × `rowLength`.
  ///   - rowsPerPiece: rows in a block; the last may have fewer.
  ///   - body: receives the rows and their elements, `[rows.count, rowLength]`, as its own: it passes
  ///     them on, or says `var block = block` to write them itself.
  /// - Precondition: the elements make whole rows; `rowsPerPiece` > 0.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func mutateRows<S: Sendable>(
    of matrix: consuming MutableSpan<S>, rowLength: Int, rowsPerPiece: Int,
    _ body: @Sendable (_ rows: Range<Int>, _ block: consuming MutableSpan<S>) -> Void
  ) {
    let cut = RowCut(count: matrix.count, rowLength: rowLength, rowsPerPiece: rowsPerPiece)
    matrix.withUnsafeMutableBufferPointer { buffer in
      // The compiler cannot see that the blocks of different pieces are disjoint; `RowCut` makes
      // them so, and `forEach` gives each piece to one thread. The same holds below.
      nonisolated(unsafe) let buffer = buffer
      forEach(pieces: cut.pieces) { piece in
        let rows = cut.rows(of: piece)
        let block = cut.block(rows, of: buffer, rowLength: rowLength).mutableSpan
        body(rows, block)
      }
    }
  }

  /// Cuts two matrices of equally many rows alike. See ``mutateRows(of:rowLength:rowsPerPiece:_:)``.
  /// - Parameter rowLengths: of each matrix, in order; a vector with one element a row has 1.
  public func mutateRows<A: Sendable, B: Sendable>(
    of a: consuming MutableSpan<A>, _ b: consuming MutableSpan<B>, rowLengths: (Int, Int),
    rowsPerPiece: Int,
    _ body:
      @Sendable (
        _ rows: Range<Int>, _ a: consuming MutableSpan<A>, _ b: consuming MutableSpan<B>
      ) -> Void
  ) {
    let cut = RowCut(count: a.count, rowLength: rowLengths.0, rowsPerPiece: rowsPerPiece)
    cut.check(count: b.count, rowLength: rowLengths.1)
    a.withUnsafeMutableBufferPointer { a in
      b.withUnsafeMutableBufferPointer { b in
        nonisolated(unsafe) let (a, b) = (a, b)
        forEach(pieces: cut.pieces) { piece in
          let rows = cut.rows(of: piece)
          let first = cut.block(rows, of: a, rowLength: rowLengths.0).mutableSpan
          let second = cut.block(rows, of: b, rowLength: rowLengths.1).mutableSpan
          body(rows, first, second)
        }
      }
    }
  }

  /// Cuts three matrices of equally many rows alike. See ``mutateRows(of:rowLength:rowsPerPiece:_:)``.
  /// - Parameter rowLengths: of each matrix, in order; a vector with one element a row has 1.
  public func mutateRows<A: Sendable, B: Sendable, C: Sendable>(
    of a: consuming MutableSpan<A>, _ b: consuming MutableSpan<B>, _ c: consuming MutableSpan<C>,
    rowLengths: (Int, Int, Int), rowsPerPiece: Int,
    _ body:
      @Sendable (
        _ rows: Range<Int>, _ a: consuming MutableSpan<A>, _ b: consuming MutableSpan<B>,
        _ c: consuming MutableSpan<C>
      ) -> Void
  ) {
    let cut = RowCut(count: a.count, rowLength: rowLengths.0, rowsPerPiece: rowsPerPiece)
    cut.check(count: b.count, rowLength: rowLengths.1)
    cut.check(count: c.count, rowLength: rowLengths.2)
    a.withUnsafeMutableBufferPointer { a in
      b.withUnsafeMutableBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          nonisolated(unsafe) let (a, b, c) = (a, b, c)
          forEach(pieces: cut.pieces) { piece in
            let rows = cut.rows(of: piece)
            let first = cut.block(rows, of: a, rowLength: rowLengths.0).mutableSpan
            let second = cut.block(rows, of: b, rowLength: rowLengths.1).mutableSpan
            let third = cut.block(rows, of: c, rowLength: rowLengths.2).mutableSpan
            body(rows, first, second, third)
          }
        }
      }
    }
  }

  /// Two matrices of one shape.
  public func mutateRows<A: Sendable, B: Sendable>(
    of a: consuming MutableSpan<A>, _ b: consuming MutableSpan<B>, rowLength: Int,
    rowsPerPiece: Int,
    _ body:
      @Sendable (
        _ rows: Range<Int>, _ a: consuming MutableSpan<A>, _ b: consuming MutableSpan<B>
      ) -> Void
  ) {
    mutateRows(of: a, b, rowLengths: (rowLength, rowLength), rowsPerPiece: rowsPerPiece, body)
  }

  /// Three matrices of one shape.
  public func mutateRows<A: Sendable, B: Sendable, C: Sendable>(
    of a: consuming MutableSpan<A>, _ b: consuming MutableSpan<B>, _ c: consuming MutableSpan<C>,
    rowLength: Int, rowsPerPiece: Int,
    _ body:
      @Sendable (
        _ rows: Range<Int>, _ a: consuming MutableSpan<A>, _ b: consuming MutableSpan<B>,
        _ c: consuming MutableSpan<C>
      ) -> Void
  ) {
    mutateRows(
      of: a, b, c, rowLengths: (rowLength, rowLength, rowLength), rowsPerPiece: rowsPerPiece, body)
  }
}

/// How the rows of a matrix fall into pieces: by the problem alone, never by the threads.
private struct RowCut: Sendable {
  let rowCount: Int
  let rowsPerPiece: Int

  /// A matrix whose rows have no elements has no work, and counts as one without rows.
  init(count: Int, rowLength: Int, rowsPerPiece: Int) {
    precondition(rowsPerPiece > 0, "\(rowsPerPiece) rows a piece: at least one is needed")
    precondition(
      rowLength > 0 ? count % rowLength == 0 : rowLength == 0 && count == 0,
      "\(count) elements are no whole rows of \(rowLength)")
    rowCount = rowLength == 0 ? 0 : count / rowLength
    self.rowsPerPiece = rowsPerPiece
  }

  var pieces: Int { rowCount / rowsPerPiece + (rowCount % rowsPerPiece == 0 ? 0 : 1) }

  func rows(of piece: Int) -> Range<Int> {
    let start = piece * rowsPerPiece
    return start..<start + min(rowsPerPiece, rowCount - start)
  }

  func check(count: Int, rowLength: Int) {
    precondition(
      count == rowCount * rowLength,
      "\(count) elements in rows of \(rowLength), beside a matrix of \(rowCount) rows")
  }

  func block<S>(
    _ rows: Range<Int>, of buffer: UnsafeMutableBufferPointer<S>, rowLength: Int
  ) -> UnsafeMutableBufferPointer<S> {
    UnsafeMutableBufferPointer(
      rebasing: buffer[rows.lowerBound * rowLength..<rows.upperBound * rowLength])
  }
}
