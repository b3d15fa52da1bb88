public import JouleTensor

/// A Markov chain on d states: where it goes next depends on where it is alone, the same at every step.
///
///     T[i, j] = P(next = i | now = j),   p_t = T^t p_0
///
/// Columns sum to one. Everything about the graph of the chain (classes, periods) is exact and known on
/// construction; what costs O(d³) is a method. States are numbered from zero.
///
///     let weather = try MarkovChain(
///       columns: Tensor([[0.9, 0.2, 0.1], [0.08, 0.6, 0.4], [0.02, 0.2, 0.5]]),
///       stateNames: ["sun", "cloud", "rain"])
///     let share = try weather.stationaryDistribution()
///
/// Not for chains too large for a d × d matrix in memory.
///
/// Reference: Levin and Peres, Markov Chains and Mixing Times, 2nd ed. (2017), cited as LP.
public struct MarkovChain: Sendable, Equatable {
  /// T, `[states, states]`.
  public let transition: Tensor<Double>
  /// What states are called in messages; their numbers unless names were given.
  public let stateNames: [String]
  /// The largest |1 − sum| of a column as it was given; columns were divided by their sums.
  public let largestSumError: Double
  /// The communicating classes, in the order of their first states.
  public let classes: [CommunicatingClass]
  /// Where the chain can go from each state in one step.
  let successors: StateLists
  /// The index in `classes` of each state's class.
  let classOfState: [Int]

  /// The number of states d.
  public var stateCount: Int { stateNames.count }

  /// T[next, now] = P(next | now).
  public func probability(of next: Int, after now: Int) -> Double {
    requireState(next)
    requireState(now)
    return transition.elements[next * stateCount + now]
  }

  /// How far from one the sum of a column may be, by default: what rounding to seven digits does.
  public static let sumTolerance = 1e-6

  /// A chain from its column-stochastic matrix.
  ///
  /// - Parameters:
  ///   - transition: `[states, states]`; column j holds the probabilities of what follows state j.
  ///   - stateNames: one a state.
  ///   - tolerance: how far from one the sum of a column may be. Sums within it are divided out, so that
  ///     columns sum to one to rounding.
  /// - Throws: `MarkovChainError` naming the column.
  public init(
    columns transition: Tensor<Double>, stateNames: [String]? = nil,
    tolerance: Double = MarkovChain.sumTolerance
  ) throws(MarkovChainError) {
    try self.init(transition, layout: .columns, stateNames: stateNames, tolerance: tolerance)
  }

  /// A chain from a row-stochastic matrix, as many books and programs write it: entry [i, j] is
  /// P(next = j | now = i). It is transposed.
  ///
  /// - Throws: `MarkovChainError` naming the row. See ``init(columns:stateNames:tolerance:)``.
  public init(
    rows transition: Tensor<Double>, stateNames: [String]? = nil,
    tolerance: Double = MarkovChain.sumTolerance
  ) throws(MarkovChainError) {
    try self.init(transition, layout: .rows, stateNames: stateNames, tolerance: tolerance)
  }

  /// A chain from its possible transitions; what is not listed has probability zero.
  ///
  /// - Parameters:
  ///   - count: of states.
  ///   - transitions: those with the same states are added.
  /// - Throws: `MarkovChainError` naming the column: the state that transitions start from.
  public init(
    stateCount count: Int, transitions: some Sequence<Transition>, stateNames: [String]? = nil,
    tolerance: Double = MarkovChain.sumTolerance
  ) throws(MarkovChainError) {
    guard count > 0 else { throw .noStates }
    var elements = [Double](repeating: 0, count: count * count)
    for transition in transitions {
      for state in [transition.from, transition.to] where !(0..<count).contains(state) {
        throw .noSuchState(number: state, count: count)
      }
      guard transition.probability >= 0, transition.probability.isFinite else {
        throw .probability(
          transition.probability, of: String(transition.to), line: .column(String(transition.from)))
      }
      elements[transition.to * count + transition.from] += transition.probability
    }
    try self.init(
      Tensor(shape: [count, count], elements: elements), layout: .columns,
      stateNames: stateNames, tolerance: tolerance)
  }

  /// One way to go.
  public struct Transition: Sendable, Hashable {
    public var from: Int
    public var to: Int
    /// P(next = `to` | now = `from`).
    public var probability: Double

    public init(from: Int, to: Int, probability: Double) {
      self.from = from
      self.to = to
      self.probability = probability
    }
  }

  private init(
    _ given: Tensor<Double>, layout: StochasticMatrix.Layout, stateNames: [String]?,
    tolerance: Double
  ) throws(MarkovChainError) {
    let names = stateNames ?? (0..<(given.shape.first ?? 0)).map(String.init)
    let checked = try StochasticMatrix(given, layout: layout, names: names, tolerance: tolerance)
    let successors = StateLists(successorsIn: checked.columns)
    transition = checked.columns
    largestSumError = checked.largestSumError
    self.stateNames = names
    self.successors = successors
    let components = StrongComponents(of: successors)
    classOfState = components.componentOfState
    classes = CommunicatingClass.all(in: components, successors: successors)
  }

  /// Stops unless there is a state of that number.
  func requireState(_ state: Int) {
    precondition(
      state >= 0 && state < stateCount, "state \(state) of a chain on \(stateCount) states")
  }

  /// Stops unless these are probabilities of the states.
  func requireDistribution(_ probabilities: [Double]) {
    precondition(
      probabilities.count == stateCount,
      "\(probabilities.count) probabilities for a chain on \(stateCount) states")
    let sum = probabilities.reduce(0, +)
    precondition(
      probabilities.allSatisfy { $0 >= 0 } && abs(sum - 1) <= 1e-6,
      "probabilities are not negative and sum to one, got a sum of \(sum)")
  }
}
