import RealModule

/// The probabilities with which a single site gets each of its values.
package enum SiteRule {
  /// p_k ∝ exp(−E_k); nil where that is not defined: an energy is NaN or −∞, or all are +∞.
  package static func conditional(energies: some Collection<Double>) -> [Double]? {
    guard let least = energies.min(), least.isFinite else { return nil }
    let weights = energies.map { Double.exp(least - $0) }
    let total = weights.reduce(0, +)
    return total.isFinite ? weights.map { $0 / total } : nil
  }

  /// What a Metropolis step between different values does: the probability that each is proposed, in
  /// sum one or, where there is no other, none; and that it is then accepted.
  ///
  /// - Parameter present: the number of the value that the site has; nil for one that it should not have.
  package static func metropolized(
    energies: some Collection<Double>, present: Int?
  ) -> (proposals: [Double], acceptances: [Double])? {
    guard var proposals = conditional(energies: energies) else { return nil }
    guard let present else { return (proposals, proposals.map { _ in 1 }) }
    // Sums without one term, rather than one less the term, which loses the small.
    func others(than value: Int) -> Double {
      proposals.indices.reduce(0) { $1 == value ? $0 : $0 + proposals[$1] }
    }
    let rest = others(than: present)
    let acceptances = proposals.indices.map { value in
      value == present ? 0 : min(1, rest / others(than: value))
    }
    proposals[present] = 0
    if rest > 0 { for value in proposals.indices { proposals[value] /= rest } }
    return (proposals, acceptances)
  }
}
