import ArgumentParser
import Joule

/// How the gradient of a machine of two blocks of units is estimated.
struct EstimatorSettings: Codable, Sendable, Equatable {
  var method: Method
  /// Gibbs steps an update; of `tap`, iterations of the means.
  var gibbsSteps: Int
  /// Chains, at every temperature or snapshot; of `tap`, points.
  var chains: Int
  var centering: Bool
  // What follows is set where the method or the form of the gradient has it.
  var gradient: GradientForm?
  var temperatures: Int?
  /// nil takes the learning rate.
  var fastRate: Double?
  var swapRate: Double?
  var order: Int?
  var damping: Double?

  /// Where the model's term of the gradient comes from.
  enum Method: String, Codable, CaseIterable, Sendable, ExpressibleByArgument {
    case cd, pcd, fpcd, pt, ptt, tap
  }

  /// In which parameters, or by which metric, the gradient is taken.
  enum GradientForm: String, Codable, CaseIterable, Sendable, ExpressibleByArgument {
    case centered, plain, standardized, natural
  }

  enum CodingKeys: String, CodingKey {
    case method, chains, centering, gradient, temperatures, order, damping
    case gibbsSteps = "gibbs_steps"
    case fastRate = "fast_rate"
    case swapRate = "swap_rate"
  }

  /// The form, whether it was named or is one of the two that centring tells apart.
  var form: GradientForm { gradient ?? (centering ? .centered : .plain) }

  var summary: [(String, String)] {
    [("Method", methodSummary)]
      + (gradient.map { [("Gradient", gradientSummary($0))] } ?? [
        ("Centring", centering ? "on" : "off")
      ])
  }

  private var methodSummary: String {
    let chains = "\(chains) chains, \(gibbsSteps) step(s) an update"
    switch method {
    case .cd: return "contrastive divergence, CD-\(gibbsSteps)"
    case .pcd: return "persistent contrastive divergence, \(chains)"
    case .fpcd:
      return "persistent contrastive divergence with fast weights, \(chains), fast rate "
        + (fastRate.map { format(shortest: $0) } ?? "as the learning rate")
    case .pt:
      return "persistent chains with parallel tempering, \(temperatures ?? 0) temperatures, "
        + "\(chains) at each"
    case .ptt:
      return "trajectory tempering, a snapshot where swaps fall below "
        + "\(format(shortest: swapRate ?? 0)), \(chains) at each"
    case .tap:
      return "mean field of order \(order ?? 0), \(self.chains) points, \(gibbsSteps) iterations "
        + "an update"
    }
  }

  private func gradientSummary(_ form: GradientForm) -> String {
    form == .natural
      ? "natural, in blocks, damping \(format(shortest: damping ?? 0))" : form.rawValue
  }
}
