public import JouleCore
public import JouleTensor

/// Some numbers of where a chain is: what observers are to look at.
///
///     Observable.variables                       // all variables
///     Observable.variables([0, 3])
///     Observable("radius") { $0.squared().sum(along: 1).sqrt() }
public struct Observable: Sendable {
  private let function: (@Sendable (Tensor<Double>) -> Tensor<Double>)?
  /// How many numbers there are, where that does not depend on the rows.
  private let width: Int?
  private let naming: @Sendable (_ count: Int) -> [String]

  private init(
    width: Int?, naming: @escaping @Sendable (Int) -> [String],
    function: (@Sendable (Tensor<Double>) -> Tensor<Double>)?
  ) {
    self.width = width
    self.naming = naming
    self.function = function
  }

  /// One number a chain.
  ///
  /// - Parameter function: `[chains, variables]` → `[chains]`.
  public init(
    _ name: String, _ function: @escaping @Sendable (Tensor<Double>) -> Tensor<Double>
  ) {
    self.init(width: 1, naming: { _ in [name] }, function: function)
  }

  /// Several numbers a chain.
  ///
  /// - Parameter function: `[chains, variables]` → `[chains, names]`.
  public init(
    _ names: [String], _ function: @escaping @Sendable (Tensor<Double>) -> Tensor<Double>
  ) {
    precondition(!names.isEmpty, "an observable has a name for each of its numbers, got none")
    self.init(width: names.count, naming: { _ in names }, function: function)
  }

  /// All variables.
  public static var variables: Observable {
    Observable(width: nil, naming: { (0..<$0).map { "x[\($0)]" } }, function: nil)
  }

  /// Some of the variables, by their numbers.
  public static func variables(_ columns: [Int]) -> Observable {
    precondition(!columns.isEmpty, "some variables are at least one, got none")
    return Observable(columns.map { "x[\($0)]" }) { SiteChoice.columns(columns, of: $0) }
  }

  /// All variables, their squares, and the products of neighbours.
  public static var secondMoments: Observable {
    Observable(width: nil) { count in
      let variables = (count + 1) / 3
      return (0..<variables).map { "x[\($0)]" } + (0..<variables).map { "x[\($0)]^2" }
        + (0..<variables - 1).map { "x[\($0)] x[\($0 + 1)]" }
    } function: { x in
      let n = x.shape[1]
      return Tensor(
        concatenating: [x, x.squared(), x.columns(0..<n - 1) * x.columns(1..<n)], along: 1)
    }
  }

  /// The energy of a model, in nats.
  public static func energy<Energy: EnergyModel>(of model: Energy) -> Observable {
    Observable("energy") { Tensor<Double>(model.energy(of: Tensor<Energy.Scalar>($0))) }
  }

  /// The numbers of every chain, `[chains, numbers]`.
  public func values(of rows: Tensor<Double>) -> Tensor<Double> {
    guard let function else { return rows }
    let values = function(rows)
    let count = rows.shape[0]
    let isColumn = width == 1 && values.shape == [count]
    precondition(
      isColumn
        || (values.rank == 2 && values.shape[0] == count
          && width ?? values.shape[1] == values.shape[1]),
      "an observable of \(width ?? 1) numbers has shape [\(count), \(width ?? 1)] for \(count) chains, "
        + "got \(values.shape)")
    return isColumn ? values.reshaped(to: [count, 1]) : values
  }

  /// What the numbers are called, given how many there are.
  public func names(count: Int) -> [String] { naming(count) }
}
