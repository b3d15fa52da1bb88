import JouleTensor

/// Rows with missing values (NaN), taken apart: what is there, and where it is.
struct GivenValues {
  /// The rows, 0 where a value is missing, `[batch, variables]`.
  let values: Tensor<Double>
  /// 1 where a value is there, `[batch, variables]`.
  let marks: Tensor<Double>

  /// Nil of complete rows.
  init?(_ rows: Tensor<Double>) {
    guard rows.containsNaN else { return nil }
    values = Tensor(shape: rows.shape, elements: rows.elements.map { $0.isNaN ? 0 : $0 })
    marks = Tensor(shape: rows.shape, elements: rows.elements.map { $0.isNaN ? 0 : 1 })
  }

  /// The mean of what is there of every column, 0 where nothing is, `[variables]`.
  var means: Tensor<Double> {
    let totals = marks.sum(along: 0)
    return Tensor(
      zip(values.sum(along: 0).elements, totals.elements).map { $1 > 0 ? $0 / $1 : 0 })
  }

  /// The rows with a value for every column in the place of those that are missing.
  func filled(with means: Tensor<Double>) -> Tensor<Double> { values + (1 - marks) * means }
}
