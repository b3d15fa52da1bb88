/// What is asked of an Ising model of N sites at temperature T, from the moments of its energy E and
/// magnetisation M.
///
/// Each is a function f of the means of ``moments(energy:magnetisation:)``, given with its derivatives: how far the
/// estimate is off follows from how far the means are.
public enum IsingObservable: String, Sendable, CaseIterable {
  /// ⟨e⟩, e = E / N
  case energy
  /// ⟨|m|⟩, m = M / N
  case magnetisation
  /// C = N (⟨e²⟩ − ⟨e⟩²) / T²
  case specificHeat = "specific_heat"
  /// χ = N (⟨m²⟩ − ⟨|m|⟩²) / T
  case susceptibility
  /// U = 1 − ⟨m⁴⟩ / (3 ⟨m²⟩²): 2/3 in order, 0 in disorder.
  case binderCumulant = "binder_cumulant"

  /// How many moments there are.
  public static let momentCount = 5

  /// e, e², |m|, m², m⁴ of one state.
  public static func moments(energy e: Double, magnetisation m: Double) -> [Double] {
    [e, e * e, abs(m), m * m, m * m * m * m]
  }

  /// f of the means of the moments.
  public func value(_ means: [Double], siteCount: Int, temperature: Double) -> Double {
    let n = Double(siteCount)
    return switch self {
    case .energy: means[0]
    case .magnetisation: means[2]
    case .specificHeat: n * (means[1] - means[0] * means[0]) / (temperature * temperature)
    case .susceptibility: n * (means[3] - means[2] * means[2]) / temperature
    case .binderCumulant: 1 - means[4] / (3 * means[3] * means[3])
    }
  }

  /// ∂f/∂ each mean.
  public func gradient(_ means: [Double], siteCount: Int, temperature: Double) -> [Double] {
    let n = Double(siteCount)
    switch self {
    case .energy: return [1, 0, 0, 0, 0]
    case .magnetisation: return [0, 0, 1, 0, 0]
    case .specificHeat:
      let scale = n / (temperature * temperature)
      return [-2 * scale * means[0], scale, 0, 0, 0]
    case .susceptibility:
      let scale = n / temperature
      return [0, 0, -2 * scale * means[2], scale, 0]
    case .binderCumulant:
      let square = means[3] * means[3]
      return [0, 0, 0, 2 * means[4] / (3 * square * means[3]), -1 / (3 * square)]
    }
  }
}
