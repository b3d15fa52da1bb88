import Joule

extension MarkovAnalysis {
  /// Numbers of states count from 0; what is infinite or does not exist is null.
  var json: JSON {
    var members: [JSON.Member] = [
      .init("path", JSON(path)),
      .init("states", JSON(chain.stateCount)),
      .init("state_names", .array(chain.stateNames.map { JSON($0) })),
      .init("largest_sum_error", JSON(chain.largestSumError)),
      .init("irreducible", .bool(chain.isIrreducible)),
      .init("periodic", .bool(chain.isPeriodic)),
      .init("ergodic", .bool(chain.isErgodic)),
      .init("forgets_start", .bool(chain.forgetsItsStart)),
      .init(
        "classes",
        .array(
          chain.classes.map { own in
            [
              "states": .array(own.states.map { JSON($0) }), "closed": .bool(own.isClosed),
              "period": JSON(own.period),
            ]
          })),
      .init("transient_states", .array(chain.transientStates.map { JSON($0) })),
      .init("stationary", Self.matrix(stationary)),
      .init("absorption", Self.matrix(absorption)),
      .init("absorption_times", Self.vector(absorptionTimes)),
      .init("detailed_balance_residual", JSON(residual)),
      .init("reversible", .bool(isReversible)),
      .init(
        "eigenvalues",
        .array(spectrum.eigenvalues.map { .array([JSON($0.real), JSON($0.imaginary)]) })),
      .init("second_modulus", JSON(spectrum.secondModulus)),
      .init("spectral_gap", JSON(spectrum.spectralGap)),
      .init("relaxation_time", JSON(spectrum.relaxationTime)),
      .init("mixing_threshold", JSON(threshold)),
      .init("mixing_time", mixing.map { JSON($0.steps) } ?? .null),
      .init(
        "mixing_time_bounds",
        bounds.map { ["lower": JSON($0.lower), "upper": JSON($0.upper)] } ?? .null),
      .init(
        "mixing_distances",
        .array(
          (mixing?.distances ?? []).map {
            ["steps": JSON($0.steps), "total_variation": JSON($0.totalVariation)]
          })),
      .init("start", JSON(start)),
      .init(
        "distributions",
        .array(
          snapshots.map {
            ["steps": JSON($0.steps), "probabilities": Self.vector($0.probabilities)]
          })),
      .init("long_run", Self.vector(longRun)),
      .init(
        "hitting_times",
        .array(
          hittingTimes.map {
            ["target": JSON($0.target), "from_each_state": Self.vector($0.times)]
          })
      ),
    ]
    if let walk {
      members.append(
        .init(
          "walk",
          [
            "seed": .number(Double(walk.seed)), "steps": JSON(walk.states.count - 1),
            "states": .array(walk.states.map { JSON($0) }), "shares": Self.vector(walk.shares),
          ]))
    }
    return .object(members)
  }

  private static func vector(_ values: [Double]) -> JSON { .array(values.map { JSON($0) }) }

  private static func matrix(_ rows: [[Double]]) -> JSON { .array(rows.map(vector)) }
}
