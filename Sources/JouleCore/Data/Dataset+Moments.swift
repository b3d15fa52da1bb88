public import JouleTensor

extension Dataset {
  /// The mean of every column over weighted rows, `[columnCount]`, summed in Double; over the values that are there,
  /// where some are missing (NaN), 0 where none is. Of a sampled binarization it is the expected mean.
  public func columnMeans(binarization: Binarization = .none) -> Tensor<Double> {
    averages(thresholding: binarization == .threshold) { value, _ in value }
  }

  /// The mean squared distance of every column from a value, `[columnCount]`: over weighted rows and what is there of
  /// them, as ``columnMeans(binarization:)``.
  ///
  /// - Parameter centers: `[columnCount]`; about the means these are the variances, with N in the denominator.
  public func columnVariances(about centers: Tensor<Double>) -> Tensor<Double> {
    precondition(
      centers.shape == [columnCount], "\(columnCount) columns about \(centers.shape) centers")
    return averages(thresholding: false) { value, column in
      (value - centers[column]) * (value - centers[column])
    }
  }

  /// The weighted mean of something of every column's values.
  private func averages(
    thresholding: Bool, of quantity: (_ value: Double, _ column: Int) -> Double
  ) -> Tensor<Double> {
    var sums = [Double](repeating: 0, count: columnCount)
    var totals = sums
    if let rows = sparseRows {
      sum(rows, thresholding, quantity, into: &sums, &totals)
    } else {
      for block in rowBlocks {
        // A block adds up by itself first, so that rounding does not grow with the rows.
        var (part, weight) = (
          [Double](repeating: 0, count: columnCount), [Double](repeating: 0, count: columnCount)
        )
        let rows: Tensor<Double> = batch(block, binarization: thresholding ? .threshold : .none)
        let values = rows.elements.span
        for row in 0..<block.count {
          let own = rowWeights?[block.lowerBound + row] ?? 1
          for column in 0..<columnCount {
            let value = values[row * columnCount + column]
            if value.isNaN { continue }
            part[column] += own * quantity(value, column)
            weight[column] += own
          }
        }
        for column in 0..<columnCount {
          sums[column] += part[column]
          totals[column] += weight[column]
        }
      }
    }
    return Tensor(zip(sums, totals).map { $1 > 0 ? $0 / $1 : 0 })
  }

  /// Listed values one by one, the background as often as it shows.
  private func sum(
    _ rows: SparseRows, _ thresholding: Bool, _ quantity: (Double, Int) -> Double,
    into sums: inout [Double], _ totals: inout [Double]
  ) {
    func value(_ number: Float) -> Double {
      thresholding && !number.isNaN ? (number > 0.5 ? 1 : 0) : Double(number)
    }
    let whole = rowWeights?.reduce(0, +) ?? Double(rowCount)
    var behind = [Double](repeating: whole, count: columnCount)
    for row in 0..<rowCount {
      let own = rowWeights?[row] ?? 1
      for entry in rows.entries(of: row) {
        let (column, number) = (Int(rows.columns[entry]), value(rows.values[entry]))
        behind[column] -= own
        if number.isNaN { continue }
        sums[column] += own * quantity(number, column)
        totals[column] += own
      }
    }
    for column in 0..<columnCount {
      sums[column] += behind[column] * quantity(value(rows.background?[column] ?? 0), column)
      totals[column] += behind[column]
    }
  }
}
