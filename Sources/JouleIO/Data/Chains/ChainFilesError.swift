/// Why files of chains cannot be used.
public enum ChainFilesError: Error, Equatable, CustomStringConvertible {
  case data(DataFileError)
  case layout(path: String, found: String, expected: String)
  /// No column is a variable.
  case noVariables(path: String)
  /// Two files whose chains are not of one run.
  case disagreement(path: String, found: String, other: String, expected: String)
  /// Nothing is left after so many draws.
  case burnIn(path: String, drawCount: Int, burnIn: Int)

  /// One sentence: the file, what was found, what was expected.
  public var description: String {
    switch self {
    case .data(let error): error.description
    case .layout(let path, let found, let expected):
      "\(path): it has \(found), expected \(expected)"
    case .noVariables(let path):
      "\(path): it has no column of a variable, expected at least one beside those that number chains "
        + "and draws or tell of the sampler"
    case .disagreement(let path, let found, let other, let expected):
      "\(path): it has \(found), \(other) has \(expected); chains of one run have the same columns and "
        + "equally many draws"
    case .burnIn(let path, let drawCount, let burnIn):
      "\(path): each chain has \(drawCount) draws, and \(burnIn) are to be left out; leave out fewer"
    }
  }
}
