import Joule
import JouleTestSupport
import Testing

/// The leapfrog keeps what Hamilton's equations keep: time's reversibility, volume, and the energy to second order.
@Suite struct LeapfrogTests {
  static let model = ContinuousTargets.Bent.energy

  static func metrics() throws -> [EuclideanMetric<Double>] {
    [
      .unit(3), try .diagonal(variances: [3, 0.5, 1.2]),
      try .dense(covariance: Tensor([[3, 0.4, -0.2], [0.4, 0.8, 0.3], [-0.2, 0.3, 0.6]])),
    ]
  }

  /// A batch of points in phase space at exact draws.
  static func points(_ count: Int) -> PhaseBatch<Double> {
    var batch = PhaseBatch<Double>(rows: count, variableCount: 3)
    batch.position = ContinuousTargets.Bent.draws(count, key: RandomKey(seed: 41))
    batch.drawMomenta(using: ChainRandom(key: RandomKey(seed: 42)))
    batch.evaluate(model)
    return batch
  }

  @Test func backwardsUndoesForwards() throws {
    for metric in try Self.metrics() {
      let start = Self.points(20)
      var batch = start
      let steps = (0..<20).map { 0.05 + 0.01 * Double($0) }
      batch.leapfrog(Self.model, metric, steps: steps, count: 12)
      #expect((batch.position - start.position).largestMagnitude > 1)
      batch.leapfrog(Self.model, metric, steps: steps.map { -$0 }, count: 12)
      #expect((batch.position - start.position).largestMagnitude < 1e-10)
      #expect((batch.momentum - start.momentum).largestMagnitude < 1e-10)
    }
  }

  /// The determinant of ∂(x′, z′)/∂(x, z) is 1, by central differences.
  @Test func volumeIsKept() throws {
    for metric in try Self.metrics() {
      let jacobian = try Self.jacobian(metric) { batch in
        batch.leapfrog(Self.model, metric, steps: [0.3], count: 4)
      }
      #expect(abs(try jacobian.determinant() - 1) < 1e-6)
    }
    // Euler's method does not keep it.
    let euler = try Self.jacobian(.unit(3)) { batch in
      let (x, z) = (batch.position, batch.momentum)
      batch.position = x + z * 0.3
      batch.momentum = z - batch.gradient * 0.3
    }
    #expect(abs(try euler.determinant() - 1) > 0.01)
  }

  private static func jacobian(
    _ metric: EuclideanMetric<Double>, of flow: (inout PhaseBatch<Double>) -> Void
  ) throws -> Tensor<Double> {
    let h = 1e-5
    let center = points(1)
    func end(_ coordinate: Int, _ shift: Double) -> [Double] {
      var batch = center
      if coordinate < 3 {
        batch.position[0, coordinate] += shift
      } else {
        batch.momentum[0, coordinate - 3] += shift
      }
      batch.evaluate(model)
      flow(&batch)
      return batch.position.elements + batch.momentum.elements
    }
    return Tensor(
      (0..<6).map { coordinate in
        zip(end(coordinate, h), end(coordinate, -h)).map { ($0 - $1) / (2 * h) }
      })
  }

  /// Halving the step divides the error of the energy over a fixed time by four.
  @Test func energyErrorIsOfSecondOrder() throws {
    for metric in try Self.metrics() {
      let errors = [16, 32, 64].map { count in
        var batch = Self.points(50)
        let start = zip(batch.energies, batch.kineticEnergies).map(+)
        batch.leapfrog(
          Self.model, metric, steps: [Double](repeating: 1.0 / Double(count), count: 50),
          count: count)
        let end = zip(batch.energies, batch.kineticEnergies).map(+)
        return zip(start, end).reduce(0) { $0 + abs($1.0 - $1.1) }
      }
      for (coarse, fine) in zip(errors, errors.dropFirst()) {
        #expect(coarse / fine > 3.6 && coarse / fine < 4.4, "\(errors)")
      }
    }
  }

  @Test func momentaAreStandardNormalWhateverTheMass() {
    var batch = PhaseBatch<Float>(rows: 4000, variableCount: 5)
    batch.drawMomenta(using: ChainRandom(key: RandomKey(seed: 43)))
    let z = MonteCarlo.zScore(of: batch.kineticEnergies, expected: 2.5)
    #expect(abs(z) < 4)
  }
}
