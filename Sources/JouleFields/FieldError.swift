/// Why a field cannot be built or an answer cannot be given.
public enum FieldError: Error, Equatable, CustomStringConvertible {
  case selfLoop(edge: Int, site: Int)
  case repeatedEdge(edge: Int, first: Int, second: Int)
  case siteOutOfRange(edge: Int, site: Int, siteCount: Int)
  /// A number that has to be finite is not.
  case notFinite(what: String, index: Int, value: Double)
  /// A matrix of couplings that is not symmetric.
  case notSymmetric(row: Int, column: Int, value: Double, mirrored: Double)
  /// A coupling that a method cannot treat.
  case notSubmodular(edge: Int, first: Int, second: Int, excess: Double)
  /// Work or memory beyond a stated limit.
  case tooLarge(what: String, found: String, limit: String, cure: String)
  case unsupported(what: String, found: String, expected: String)

  public var description: String {
    switch self {
    case .selfLoop(let edge, let site):
      "edge \(edge) joins site \(site) to itself: a self-coupling is a constant or a field, put it there"
    case .repeatedEdge(let edge, let first, let second):
      "edge \(edge) joins sites \(first) and \(second) again: add its coupling to the earlier one's, or "
        + "ask for repeated edges to be merged"
    case .siteOutOfRange(let edge, let site, let siteCount):
      "edge \(edge) names site \(site); there are sites 0 to \(siteCount - 1)"
    case .notFinite(let what, let index, let value): "\(what) \(index) is \(value)"
    case .notSymmetric(let row, let column, let value, let mirrored):
      "couplings are symmetric: [\(row), \(column)] is \(value), [\(column), \(row)] is \(mirrored)"
    case .notSubmodular(let edge, let first, let second, let excess):
      "edge \(edge) between sites \(first) and \(second) is not submodular: E(0,0) + E(1,1) exceeds "
        + "E(0,1) + E(1,0) by \(excess). A cut cannot minimise this energy; of two labels roof duality "
        + "proves what it can, of more alpha-beta-swap or TRW-S may do"
    case .tooLarge(let what, let found, let limit, let cure):
      "\(what): \(found), the limit is \(limit). \(cure)"
    case .unsupported(let what, let found, let expected):
      "\(what): got \(found), expected \(expected)"
    }
  }
}
