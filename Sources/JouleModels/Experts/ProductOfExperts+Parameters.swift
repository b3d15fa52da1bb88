public import JouleAlgebra
public import JouleCore
public import JouleTensor

/// Rows with what the gradient of each expert needs of them.
public struct ExpertRows<Expert: ParametricEnergy>: Sendable {
  /// `[batch, variables]`
  public var rows: Tensor<Expert.Scalar>
  /// One an expert.
  public var completions: [Expert.Completion]
}

extension ProductOfExperts: ParametricEnergy where Expert: ParametricEnergy {
  public typealias Completion = ExpertRows<Expert>

  /// Those of the experts, in order, under names such as `expert0.weights`; then, where they are trained,
  /// `expert_weights`, w `[experts]`.
  public var parameters: ParameterSet<Scalar> {
    get {
      var entries = ExpertParameters.entries(of: experts)
      if trainsWeights {
        entries.append(.init(name: "expert_weights", role: .bias, value: Tensor(weights)))
      }
      return ParameterSet(entries)
    }
    set {
      precondition(
        newValue.entries.count == ExpertParameters.count(of: experts) + (trainsWeights ? 1 : 0),
        "a product of other parameters: \(newValue.entries.map(\.name))")
      ExpertParameters.set(newValue.entries, of: &experts)
      if trainsWeights, let last = newValue.entries.last { weights = last.value.elements }
    }
  }

  public func complete(_ rows: Tensor<Scalar>) -> ExpertRows<Expert> {
    ExpertRows(rows: rows, completions: experts.map { $0.complete(rows) })
  }

  public func complete(
    _ range: Range<Int>, of batch: Tensor<Scalar>, into completion: inout ExpertRows<Expert>
  ) {
    completion.rows = batch.rows(range)
    for (index, expert) in experts.enumerated() {
      expert.complete(range, of: batch, into: &completion.completions[index])
    }
  }

  public func rows(of completion: ExpertRows<Expert>) -> Tensor<Scalar> { completion.rows }

  /// wₘ ∂Eₘ/∂θₘ for every expert, and ∂E/∂wₘ = Eₘ; see `ParametricEnergy`.
  public func accumulateGradient(
    of terms: [GradientTerm<ProductOfExperts>], into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    for (index, range) in ExpertParameters.ranges(of: experts).enumerated() where !range.isEmpty {
      var own = experts[index].parameters
      for (place, entry) in zip(own.entries.indices, range) {
        own.entries[place].value = gradient.entries[entry].value
        // One holder at a time, so that nothing is copied.
        gradient.entries[entry].value = Tensor(zeros: [0])
      }
      judgements[index].accumulateGradient(
        of: terms.map {
          GradientTerm(
            $0.completion.completions[index], weight: $0.weight, rowWeights: $0.rowWeights)
        },
        into: &own, scalingPreviousBy: scale, on: workers)
      for (place, entry) in zip(own.entries.indices, range) {
        gradient.entries[entry].value = own.entries[place].value
      }
    }
    if trainsWeights {
      let sums = experts.map { expert in -Scalar(Self.sum(of: expert, over: terms)) }
      gradient.entries[gradient.entries.count - 1].value
        .scale(by: scale, subtracting: Tensor(sums))
    }
  }

  /// Σ_t w_t Σᵢ r_tᵢ Eₘ(x_tᵢ), in Double.
  private static func sum(
    of expert: Expert, over terms: [GradientTerm<ProductOfExperts>]
  ) -> Double {
    terms.reduce(0) { total, term in
      let energies = Tensor<Double>(expert.energy(of: term.completion.rows))
      let sum = term.rowWeights.map { Tensor<Double>($0).dot(energies) } ?? energies.sum()
      return total + Double(term.weight) * sum
    }
  }
}
