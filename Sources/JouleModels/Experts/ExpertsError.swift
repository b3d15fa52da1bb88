/// Why models cannot be experts of one product or mixture, or have no closed form together.
///
/// Experts count from 0.
public enum ExpertsError: Error, Equatable, CustomStringConvertible {
  /// No expert at all.
  case none
  /// Experts of different numbers of variables.
  case variables(expert: Int, found: Int, expected: Int)
  /// Variables of different values.
  case values(expert: Int, site: Int, found: [Double], expected: [Double])
  /// More or fewer of something than experts.
  case count(of: String, found: Int, experts: Int)
  /// A weight, or something like it, that is not what it has to be.
  case number(of: String, expert: Int, found: Double, requirement: String)
  /// Experts that have no exact form together, and why.
  case noClosedForm(String)

  public var description: String {
    switch self {
    case .none: "there is no expert: at least one is needed"
    case .variables(let expert, let found, let expected):
      "expert \(expert) has \(found) variables and expert 0 has \(expected): experts judge the same "
        + "variables"
    case .values(let expert, let site, let found, let expected):
      "expert \(expert) gives variable \(site) the values \(found) and expert 0 gives it "
        + "\(expected): experts judge the same values"
    case .count(let what, let found, let experts):
      "\(found) \(what) for \(experts) experts: each has one"
    case .number(let what, let expert, let found, let requirement):
      "the \(what) of expert \(expert) is \(found), expected \(requirement)"
    case .noClosedForm(let reason): "these experts have no closed form: \(reason)"
    }
  }
}
