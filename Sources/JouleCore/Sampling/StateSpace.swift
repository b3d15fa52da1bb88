public import JouleTensor

/// Finitely many rows, numbered: what exact work on small systems runs over.
///
///     let bits = StateSpace<Double>(binary: 4)                  // 16 states
///     let potts = StateSpace<Double>(values: [[0, 1, 2], [0, 1, 2]])
public struct StateSpace<Scalar: TensorScalar>: Sendable {
  /// Every state, `[states, variables]`.
  public let rows: Tensor<Scalar>
  /// The values that occur in each column, ascending.
  private let values: [[Scalar]]
  /// The number of the state of each combination of values; −1 where there is none.
  private let numbers: Numbers

  private enum Numbers: Sendable {
    /// The combination is the number.
    case all
    case some([Int: Int])
  }

  /// The number of states.
  public var count: Int { rows.shape[0] }

  /// The number of variables in a row.
  public var variableCount: Int { rows.shape[1] }

  /// All combinations of the values of each variable; the first variable runs fastest.
  ///
  /// - Precondition: every variable has values, all different.
  public init(values: [[Scalar]]) {
    for (variable, own) in values.enumerated() {
      precondition(
        !own.isEmpty && Set(own).count == own.count,
        "variable \(variable) has different values, at least one; got \(own)")
    }
    let sorted = values.map { $0.sorted() }
    let count = sorted.reduce(1) { $0 * $1.count }
    var elements: [Scalar] = []
    elements.reserveCapacity(count * values.count)
    for state in 0..<count {
      var rest = state
      for own in sorted {
        elements.append(own[rest % own.count])
        rest /= own.count
      }
    }
    rows = Tensor(shape: [count, values.count], elements: elements)
    self.values = sorted
    numbers = .all
  }

  /// All rows of so many variables in {0, 1}: bit i of a state's number is variable i.
  public init(binary count: Int) {
    precondition(
      count > 0 && count <= 24, "1 to 24 binary variables can be listed, got \(count)")
    self.init(values: [[Scalar]](repeating: [0, 1], count: count))
  }

  /// Given rows, `[states, variables]`, all different.
  public init(rows: Tensor<Scalar>) {
    precondition(
      rows.rank == 2 && rows.shape[0] > 0, "states are rows of a matrix, got shape \(rows.shape)")
    let width = rows.shape[1]
    values = (0..<width).map { column in
      Set((0..<rows.shape[0]).map { rows.elements[$0 * width + column] }).sorted()
    }
    var combinations = 1.0
    for own in values { combinations *= Double(own.count) }
    precondition(
      combinations < 0x1p62,
      "states of \(width) variables have \(combinations) combinations of values, too many to number"
    )
    self.rows = rows
    let codes = Self.codes(of: rows, values: values)
    let numbered = [Int: Int](
      zip(codes, 0..<rows.shape[0]), uniquingKeysWith: { first, _ in first })
    precondition(
      numbered.count == rows.shape[0],
      "states are different rows, \(rows.shape[0] - numbered.count) of them are not")
    numbers = .some(numbered)
  }

  /// The number of the state that each row is; nil for one that is none.
  ///
  /// - Parameter rows: `[batch, variables]`.
  /// - Complexity: O(batch · variables · values).
  public func indices(of rows: Tensor<Scalar>) -> [Int?] {
    precondition(
      rows.rank == 2 && rows.shape[1] == variableCount,
      "states have \(variableCount) variables, got rows of shape \(rows.shape)")
    let codes = Self.codes(of: rows, values: values)
    switch numbers {
    case .all: return codes.map { $0 < 0 ? nil : $0 }
    case .some(let numbers): return codes.map { numbers[$0] }
    }
  }

  /// The combination of values that each row is, the first variable running fastest; −1 where a value
  /// is none of its column's.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func codes(of rows: Tensor<Scalar>, values: [[Scalar]]) -> [Int] {
    let width = rows.shape[1]
    return (0..<rows.shape[0]).map { row in
      var code = 0
      var stride = 1
      for column in 0..<width {
        let own = values[column]
        guard let digit = own.firstIndex(of: rows.elements[row * width + column]) else { return -1 }
        code += digit * stride
        stride *= own.count
      }
      return code
    }
  }
}
