/// What is wrong with a matrix that should be a Markov chain, or with a question that it cannot answer.
public enum MarkovChainError: Error, Sendable, Equatable {
  /// The part of the matrix that holds what follows one state, by the state's name.
  public enum Line: Sendable, Equatable {
    case column(String)
    case row(String)
  }

  case noStates
  case notSquare(shape: [Int])
  case names(found: Int, expected: Int)
  case noSuchState(number: Int, count: Int)
  /// Negative, greater than one, NaN or infinite; the probability that the state `of` comes next.
  case probability(Double, of: String, line: Line)
  /// - Parameter isOtherwiseStochastic: whether every line in the other direction does sum to one.
  case sum(Double, line: Line, isOtherwiseStochastic: Bool)
  /// What was asked for needs one stationary distribution; the closed classes, by the names of states.
  case notUnique(closedClasses: [[String]])
  /// What was asked for divides by the stationary probability of this state, which is zero.
  case zeroProbability(state: String)
  /// Probabilities of ways out of a state are too small for their product to be a number.
  case underflow(state: String)
  /// LAPACK's iteration for eigenvalues did not end.
  case notConverged
}

extension MarkovChainError: CustomStringConvertible {
  /// What was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .noStates: "a Markov chain has at least one state, found none"
    case .notSquare(let shape):
      "a transition matrix has as many rows as columns, found shape \(shape)"
    case .names(let found, let expected): "\(found) names for \(expected) states"
    case .noSuchState(let number, let count):
      "a transition names state \(number), expected 0 to \(count - 1)"
    case .probability(let value, let next, let line):
      "\(line) has \(value) as the probability of going to '\(next)', expected a number from 0 to 1"
    case .sum(let sum, let line, let isOtherwiseStochastic):
      "\(line) sums to \(sum), expected 1"
        + (isOtherwiseStochastic
          ? "; \(line.others) all do: read the matrix by \(line.others)" : "")
    case .notUnique(let classes):
      "the chain has \(classes.count) closed classes, and with them as many stationary "
        + "distributions, expected one: "
        + classes.prefix(4).map { "{\(abbreviated($0))}" }.joined(separator: ", ")
    case .zeroProbability(let state):
      "state '\(state)' has stationary probability 0, expected more: the chain leaves it for good, or "
        + "its share is below what a Double holds"
    case .underflow(let state):
      "the ways out of state '\(state)' are too improbable to compute with, expected products above "
        + "1e-308"
    case .notConverged: "LAPACK's iteration for eigenvalues did not converge"
    }
  }

  private func abbreviated(_ names: [String]) -> String {
    names.count > 5
      ? names.prefix(4).joined(separator: ", ") + ", … (\(names.count) states)"
      : names.joined(separator: ", ")
  }
}

extension MarkovChainError.Line: CustomStringConvertible {
  public var description: String {
    switch self {
    case .column(let name): "the column of state '\(name)'"
    case .row(let name): "the row of state '\(name)'"
    }
  }

  /// What runs in the other direction.
  var others: String {
    switch self {
    case .column: "rows"
    case .row: "columns"
    }
  }
}
