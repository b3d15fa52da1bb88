import Joule

/// What chains at one temperature say, beside what is known exactly.
struct IsingPoint: Encodable, Sendable {
  /// One observable.
  struct Estimate: Encodable, Sendable {
    var value: Double
    /// The Monte-Carlo standard error; nil where draws do not vary.
    var error: Double?
    /// How many independent draws would tell as much.
    var effectiveSampleSize: Double?
    /// Of this torus: by formula, or by counting its states.
    var exact: Double?
    /// Of the infinite lattice.
    var infinite: Double?

    enum CodingKeys: String, CodingKey {
      case value, error, exact, infinite
      case effectiveSampleSize = "effective_sample_size"
    }
  }

  var temperature: Double
  var observables: [IsingObservable: Estimate]
  /// The larger of those of energy and |m|; nil where draws do not vary.
  var rHat: Double?
  /// The smaller of those of energy and |m|.
  var effectiveSampleSize: Double?
  /// In sweeps, of energy and of |m|.
  var energyTime: Double?
  var magnetisationTime: Double?

  enum CodingKeys: String, CodingKey {
    case temperature
    case rHat = "r_hat"
    case effectiveSampleSize = "effective_sample_size"
    case energyTime = "energy_autocorrelation_time"
    case magnetisationTime = "magnetisation_autocorrelation_time"
  }

  init(
    temperature: Double, side: Int, states: TorusStates?, chainCount: Int, energies: [Double],
    magnetisations: [Double]
  ) {
    self.temperature = temperature
    var columns = [[Double]](repeating: [], count: IsingObservable.momentCount)
    for (energy, magnetisation) in zip(energies, magnetisations) {
      let moments = IsingObservable.moments(energy: energy, magnetisation: magnetisation)
      for (index, moment) in moments.enumerated() { columns[index].append(moment) }
    }
    let traces = columns.map { Trace($0, chainCount: chainCount) }
    let sites = side * side
    observables = [:]
    for observable in IsingObservable.allCases {
      let estimate = FunctionOfMeans(
        of: traces,
        value: { observable.value($0, siteCount: sites, temperature: temperature) },
        gradient: { observable.gradient($0, siteCount: sites, temperature: temperature) })
      observables[observable] = Estimate(
        value: estimate.value, error: estimate.standardError,
        effectiveSampleSize: estimate.effectiveSampleSize,
        exact: Self.exact(observable, temperature, side: side, states: states),
        infinite: Self.infinite(observable, temperature))
    }
    // Energy and |m|.
    let judged = [traces[0], traces[2]]
    rHat = judged.compactMap(\.rHat).max()
    effectiveSampleSize = judged.compactMap { $0.effectiveSampleSize(for: .mean) }.min()
    energyTime = traces[0].autocorrelationTime?.value
    magnetisationTime = traces[2].autocorrelationTime?.value
  }

  subscript(_ observable: IsingObservable) -> Estimate {
    observables[observable] ?? Estimate(value: .nan)
  }

  /// What is known of a torus: energy and specific heat by Kaufman's formula, everything where its states can be
  /// counted.
  static func exact(
    _ observable: IsingObservable, _ temperature: Double, side: Int, states: TorusStates?
  ) -> Double? {
    let value: Double? =
      switch observable {
      case .energy:
        IsingTorus(height: side, width: side).values(temperature: temperature).energy
      case .specificHeat:
        IsingTorus(height: side, width: side).values(temperature: temperature).heatCapacity
      case .magnetisation, .susceptibility, .binderCumulant:
        states.map { $0.value(of: observable, temperature: temperature) }
      }
    return value.flatMap { $0.isFinite ? $0 : nil }
  }

  /// What is known of the infinite lattice: Onsager's energy and specific heat, Yang's magnetisation.
  static func infinite(_ observable: IsingObservable, _ temperature: Double) -> Double? {
    let value: Double? =
      switch observable {
      case .energy: IsingPlane.energy(temperature: temperature)
      case .specificHeat: IsingPlane.heatCapacity(temperature: temperature)
      case .magnetisation: IsingPlane.magnetisation(temperature: temperature)
      case .susceptibility, .binderCumulant: nil
      }
    return value.flatMap { $0.isFinite ? $0 : nil }
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(temperature, forKey: .temperature)
    try values.encodeIfPresent(rHat, forKey: .rHat)
    try values.encodeIfPresent(effectiveSampleSize, forKey: .effectiveSampleSize)
    try values.encodeIfPresent(energyTime, forKey: .energyTime)
    try values.encodeIfPresent(magnetisationTime, forKey: .magnetisationTime)
    var others = encoder.container(keyedBy: ObservableKey.self)
    for observable in IsingObservable.allCases {
      try others.encode(self[observable], forKey: ObservableKey(observable))
    }
  }

  /// Observables stand beside the other figures of a temperature.
  private struct ObservableKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ observable: IsingObservable) { stringValue = observable.rawValue }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
