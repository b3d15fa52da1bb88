/// Rows on their way through an ``AutoregressiveLayer``: their values, the logits found so far, and the
/// hidden states that the gradient goes back through.
///
/// The storage is used again when other rows are put in.
public struct AutoregressiveRows<S: KernelScalar>: Sendable {
  /// The number of variables of a row, and of hidden units.
  public let variables, hidden: Int
  /// Whether every state is kept, as the gradient needs them, or the last alone.
  public let keepsStates: Bool

  /// The number of rows.
  public private(set) var count = 0
  /// `[count, variables]`
  public private(set) var values: [S] = []
  /// `[count, variables]`
  public internal(set) var logits: [S] = []
  /// `[count, hidden]`
  var activations: [S] = []
  /// `[any, hidden]`
  var states: [S] = []
  /// The place among the states that each row has reached.
  var places: [Int64] = []

  /// No rows.
  public init(variables: Int, hidden: Int, keepsStates: Bool) {
    precondition(
      variables > 0 && hidden > 0, "\(variables) variables and \(hidden) hidden units: one at least"
    )
    self.variables = variables
    self.hidden = hidden
    self.keepsStates = keepsStates
  }

  /// Puts other rows in the place of these.
  ///
  /// - Parameter rows: `[count, variables]`.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public mutating func assign(_ rows: Span<S>) {
    count = rowCount(of: rows.count, columns: variables)
    Self.resize(&values, rows.count)
    VectorKernels.best.copy(rows, into: values.mutableSpan)
    Self.resize(&logits, rows.count)
    Self.resize(&activations, count * hidden)
    Self.grow(&states, to: stateCount * hidden)
    rewind()
  }

  /// Puts other values in the place of one variable's, for rows that are drawn as they go.
  ///
  /// - Parameter column: `[count]`.
  /// - Precondition: states are not kept, since there is room for as many as the old values have.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public mutating func assign(_ column: [S], to variable: Int) {
    precondition(!keepsStates, "rows whose states are kept stay as they are")
    precondition(
      column.count == count && variable >= 0 && variable < variables,
      "\(column.count) values of variable \(variable), for \(count) rows of \(variables) variables")
    for row in 0..<count { values[row * variables + variable] = column[row] }
  }

  /// The states that the rows have: one, and one more for each value that is not zero, or one alone.
  private var stateCount: Int {
    keepsStates ? count + values.reduce(0) { $0 + ($1 == 0 ? 0 : 1) } : count
  }

  /// Every row back to its first state.
  @specialized(where S == Float)
  @specialized(where S == Double)
  mutating func rewind() {
    places.removeAll(keepingCapacity: true)
    var place: Int64 = 0
    for row in 0..<count {
      places.append(place)
      place += 1
      guard keepsStates else { continue }
      for element in row * variables..<(row + 1) * variables where values[element] != 0 {
        place += 1
      }
    }
  }

  private static func resize(_ array: inout [S], _ count: Int) {
    if array.count != count { array = [S](repeating: 0, count: count) }
  }

  /// Room for more is made with some to spare: rows of a kind need about the same.
  private static func grow(_ array: inout [S], to count: Int) {
    if array.count < count { array = [S](repeating: 0, count: count + count / 8) }
  }
}
