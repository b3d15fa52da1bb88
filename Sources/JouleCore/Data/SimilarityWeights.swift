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
    let lanes = 64
    let blocks = (columnCount + lanes - 1) / lanes
    let rows: Tensor<Float> = batch(0..<rowCount)
    // Rows as bytes in vectors; what pads the last one differs in no pair, and is taken off again.
    var vectors: [SIMD64<UInt8>] = []
    for row in 0..<rowCount {
      for block in 0..<blocks {
        var vector = SIMD64<UInt8>()
        for lane in 0..<Swift.min(lanes, columnCount - block * lanes) {
          let value = rows[row, block * lanes + lane]
          guard let byte = UInt8(exactly: value) else {
            preconditionFailure("similarity is between categories 0 to 255, got \(value)")
          }
          vector[lane] = byte
        }
        vectors.append(vector)
      }
    }
    // As many columns may differ; a little room for rounding of the share.
    let allowed = Int((Double(columnCount) * (1 - share) + 1e-9).rounded(.down))
    let rowsPerPiece = 64
    var pieces = stride(from: 0, to: rowCount, by: rowsPerPiece).map {
      (rows: $0..<Swift.min($0 + rowsPerPiece, rowCount), weights: [Double]())
    }
    let packed = vectors
    let count = rowCount
    workers.mutateEach(&pieces) { _, piece in
      piece.weights = piece.rows.map { row in
        var similar = 0
        for other in 0..<count {
          var differing = 0
          for block in 0..<blocks {
            let unequal = packed[row * blocks + block] .!= packed[other * blocks + block]
            differing += Int(
              SIMD64<UInt8>(repeating: 0).replacing(with: 1, where: unequal).wrappedSum())
          }
          if differing <= allowed { similar += 1 }
        }
        return 1 / Double(similar)
      }
    }
    return pieces.flatMap(\.weights)
  }
}
