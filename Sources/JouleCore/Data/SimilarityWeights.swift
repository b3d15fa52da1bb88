public import JouleAlgebra
import JouleTensor

extension Dataset {
  /// Weights that undo near-copies: one over the number of rows that a row is like, itself included.
  ///
  ///     wᵢ = 1 / #{j : rows i and j agree in at least a share s of their columns}
  ///
  /// Related sequences come in families of very different sizes; with these weights each family counts about the same.
  /// Reference: F. Morcos et al., Direct-coupling analysis of residue coevolution, PNAS 108 (2011), eq. 2 of its methods.
  ///
  /// - Parameters:
  ///   - share: s, in (0, 1]; 0.8 is usual.
  ///   - workers: the result does not depend on their number.
  /// - Precondition: every value is a whole number from 0 to 255.
  public func similarityWeights(share: Double, on workers: Workers = .single) -> [Double] {
    precondition(share > 0 && share <= 1, "the share of equal columns lies in (0, 1], got \(share)")
    let width = columnCount
    let count = rowCount
    let codes = rowBlocks.flatMap { block in
      (batch(block) as Tensor<Float>).elements.map { value -> UInt8 in
        guard let byte = UInt8(exactly: value) else {
          preconditionFailure("similarity is between categories 0 to 255, got \(value)")
        }
        return byte
      }
    }
    // As many columns may differ; a little room for rounding of the share.
    let allowed = Int((Double(width) * (1 - share) + 1e-9).rounded(.down))
    let rowsPerPiece = 64
    var pieces = stride(from: 0, to: count, by: rowsPerPiece).map {
      (rows: $0..<Swift.min($0 + rowsPerPiece, count), weights: [Double]())
    }
    workers.mutateEach(&pieces) { _, piece in
      let span = codes.span
      piece.weights = piece.rows.map { row in
        let own = span.extracting(row * width..<(row + 1) * width)
        var similar = 0
        for other in 0..<count {
          let theirs = span.extracting(other * width..<(other + 1) * width)
          var differing = 0
          // Unrelated rows differ in so many columns soon.
          for column in 0..<width where own[column] != theirs[column] {
            differing += 1
            if differing > allowed { break }
          }
          if differing <= allowed { similar += 1 }
        }
        return 1 / Double(similar)
      }
    }
    return pieces.flatMap(\.weights)
  }
}
