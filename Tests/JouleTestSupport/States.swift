public import JouleTensor

/// States of binary variables as numbers and as rows: bit i of a number is the value of variable i.
public enum States {
  /// Rows of given states, `[states, count]`.
  public static func rows<Scalar: TensorScalar>(
    _ states: [Int], count: Int, as type: Scalar.Type = Scalar.self
  ) -> Tensor<Scalar> {
    Tensor(
      shape: [states.count, count],
      elements: states.flatMap { state in
        (0..<count).map { state >> $0 & 1 == 1 ? 1 : 0 }
      })
  }

  /// All states, in order.
  public static func all<Scalar: TensorScalar>(
    of count: Int, as type: Scalar.Type = Scalar.self
  ) -> Tensor<Scalar> {
    rows(Array(0..<1 << count), count: count)
  }

  /// The numbers of rows of zeros and ones.
  public static func numbers<Scalar: TensorScalar>(of rows: Tensor<Scalar>) -> [Int] {
    let width = rows.shape[1]
    return (0..<rows.shape[0]).map { row in
      (0..<width).reduce(0) { $0 | (rows.elements[row * width + $1] > 0.5 ? 1 << $1 : 0) }
    }
  }
}
