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
      var entries: [ParameterSet<Scalar>.Entry] = []
      for (index, expert) in experts.enumerated() {
        entries += expert.parameters.entries.map {
          .init(name: "expert\(index).\($0.name)", role: $0.role, value: $0.value)
        }
      }
      if trainsWeights {
        entries.append(.init(name: "expert_weights", role: .bias, value: Tensor(weights)))
      }
      return ParameterSet(entries)
    }
    set {
      let ranges = entryRanges
      precondition(
        newValue.entries.count == (ranges.last?.upperBound ?? 0) + (trainsWeights ? 1 : 0),
        "a product of other parameters: \(newValue.entries.map(\.name))")
      for (index, range) in ranges.enumerated() {
        var own = experts[index].parameters
        for (place, entry) in zip(own.entries.indices, range) {
          own.entries[place].value = newValue.entries[entry].value
        }
        experts[index].parameters = own
      }
      if trainsWeights, let last = newValue.entries.last { weights = last.value.elements }
    }
  }

  /// Where the parameters of each expert stand among all.
  private var entryRanges: [Range<Int>] {
    var end = 0
    return experts.map { expert in
      let start = end
      end += expert.parameters.entries.count
      return start..<end
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
    for (index, range) in entryRanges.enumerated() where !range.isEmpty {
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
