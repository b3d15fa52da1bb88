/// A family whose members model files can hold.
///
/// θ tells most of what there is to know of a family: its length says how many categories or variables there are. What it
/// does not tell, such as the trials of a binomial distribution, is one number more, the ``constant``.
public protocol ArchivableFamily: ConventionalParameters, SampledFamily {
  /// The name of the family in files, such as "negative_binomial".
  static var kind: String { get }

  /// What observations are to a Markov chain that samples them.
  static var observations: ObservationSpace { get }

  /// The name of the number that θ does not tell; nil where it tells all.
  static var constantName: String? { get }

  /// That number; 0 where there is none.
  var constant: Double { get }

  /// The family of so many parameters θ; nil where there is none.
  ///
  /// - Parameter constant: the number that θ does not tell, where there is one.
  init?(parameterCount: Int, constant: Double)
}

/// What the observations of a family are to a Markov chain.
public enum ObservationSpace: Sendable {
  /// 0 and 1.
  case bits
  /// Numbers that may change a little, each by itself.
  case numbers
  /// Whole numbers, or numbers with a given sum: there are no small steps between them.
  case isolated
}

extension ArchivableFamily {
  public static var observations: ObservationSpace { .numbers }
  public static var constantName: String? { nil }
  public var constant: Double { 0 }
}

/// A family of which there is one alone.
public protocol SingleFamily: ArchivableFamily {
  init()
}

extension SingleFamily {
  public init?(parameterCount: Int, constant: Double) {
    self.init()
    guard parameterCount == statisticCount else { return nil }
  }
}

extension Bernoulli: SingleFamily {
  public static var kind: String { "bernoulli" }
  public static var observations: ObservationSpace { .bits }
}

extension Poisson: SingleFamily {
  public static var kind: String { "poisson" }
  public static var observations: ObservationSpace { .isolated }
}

extension Geometric: SingleFamily {
  public static var kind: String { "geometric" }
  public static var observations: ObservationSpace { .isolated }
}

extension Exponential: SingleFamily {
  public static var kind: String { "exponential" }
}

extension Gamma: SingleFamily {
  public static var kind: String { "gamma" }
}

extension InverseGamma: SingleFamily {
  public static var kind: String { "inverse_gamma" }
}

extension Beta: SingleFamily {
  public static var kind: String { "beta" }
}

extension Gaussian: SingleFamily {
  public static var kind: String { "gaussian" }
}

extension VonMises: SingleFamily {
  public static var kind: String { "von_mises" }
}

extension Binomial: ArchivableFamily {
  public static var kind: String { "binomial" }
  public static var observations: ObservationSpace { .isolated }
  public static var constantName: String? { "trials" }
  public var constant: Double { Double(trials) }

  public init?(parameterCount: Int, constant: Double) {
    guard parameterCount == 1, let trials = Int(exactly: constant), trials > 0 else { return nil }
    self.init(trials: trials)
  }
}

extension NegativeBinomial: ArchivableFamily {
  public static var kind: String { "negative_binomial" }
  public static var observations: ObservationSpace { .isolated }
  public static var constantName: String? { "successes" }
  public var constant: Double { successes }

  public init?(parameterCount: Int, constant: Double) {
    guard parameterCount == 1, constant > 0, constant.isFinite else { return nil }
    self.init(successes: constant)
  }
}

extension Categorical: ArchivableFamily {
  public static var kind: String { "categorical" }
  public static var observations: ObservationSpace { .isolated }

  public init?(parameterCount: Int, constant: Double) {
    guard parameterCount > 0 else { return nil }
    self.init(categoryCount: parameterCount + 1)
  }
}

extension Multinomial: ArchivableFamily {
  public static var kind: String { "multinomial" }
  public static var observations: ObservationSpace { .isolated }
  public static var constantName: String? { "trials" }
  public var constant: Double { Double(trials) }

  public init?(parameterCount: Int, constant: Double) {
    guard parameterCount > 0, let trials = Int(exactly: constant), trials > 0 else { return nil }
    self.init(trials: trials, categoryCount: parameterCount + 1)
  }
}

extension Dirichlet: ArchivableFamily {
  public static var kind: String { "dirichlet" }
  public static var observations: ObservationSpace { .isolated }

  public init?(parameterCount: Int, constant: Double) {
    guard parameterCount > 1 else { return nil }
    self.init(partCount: parameterCount)
  }
}

extension MultivariateGaussian: ArchivableFamily {
  public static var kind: String { "multivariate_gaussian" }

  /// n (n + 3) / 2 parameters of n variables.
  public init?(parameterCount: Int, constant: Double) {
    var count = 1
    while count * (count + 3) / 2 < parameterCount { count += 1 }
    guard count * (count + 3) / 2 == parameterCount else { return nil }
    self.init(variableCount: count)
  }
}

extension Wishart: ArchivableFamily {
  public static var kind: String { "wishart" }

  /// 1 + p (p + 1) / 2 parameters of order p.
  public init?(parameterCount: Int, constant: Double) {
    var order = 1
    while 1 + order * (order + 1) / 2 < parameterCount { order += 1 }
    guard 1 + order * (order + 1) / 2 == parameterCount else { return nil }
    self.init(order: order)
  }
}
