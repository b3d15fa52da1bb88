import Joule
import Testing

/// Diagnostics of chains that still run.
@Suite struct RunningDiagnosticsTests {
  private let positions = (0..<257).map {
    Tensor<Float>(normal: [5, 3], using: RandomKey(seed: 9).folded(UInt64($0)))
  }

  @Test func runningMomentsAreThoseOfStoredDraws() {
    var moments = RunningMoments()
    for position in positions { moments.observe(Tensor<Double>(position)) }
    for variable in 0..<3 {
      let chains = (0..<5).map { chain in positions.map { Double($0[chain, variable]) } }
      let n = Double(positions.count)
      let means = chains.map { $0.reduce(0, +) / n }
      let within =
        zip(chains, means).map { chain, mean in
          chain.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
        }.reduce(0, +) / 5
      let grand = means.reduce(0, +) / 5
      let between = means.reduce(0) { $0 + ($1 - grand) * ($1 - grand) } / 4
      let ratio = (n - 1) / n + between / within
      #expect(abs(moments.mean[variable] - grand) < 1e-12)
      let total = (within * 5 * (n - 1) + between * 4 * n) / (5 * n - 1)
      #expect(abs(moments.variance[variable] - total) < 1e-12)
      #expect(abs(moments.rHat[variable] - ratio.squareRoot()) < 1e-12)
    }
  }

  @Test func nothingIsDefinedTooEarly() {
    var moments = RunningMoments()
    moments.observe(Tensor(zeros: [2, 1]))
    #expect(moments.rHat[0].isNaN, "of one draw")
    moments.observe(Tensor(zeros: [2, 1]))
    #expect(moments.rHat[0].isNaN, "of draws without variance")
    var single = RunningMoments()
    for value in [1.0, 2, 3] { single.observe(Tensor([1, 1], repeating: value)) }
    #expect(single.rHat[0].isNaN && single.mean.elements == [2], "of one chain")
  }

  @Test func aRecorderKeepsEverythingWhileThereIsRoom() {
    var recorder = DrawRecorder<Float>(chainCount: 5, variableCount: 3, capacity: 257)
    #expect(recorder.draws == nil)
    for position in positions { recorder.record(position) }
    guard let draws = recorder.draws else { return }
    #expect(draws.chainCount == 5 && draws.drawCount == 257 && draws.variableCount == 3)
    for (draw, position) in positions.enumerated() {
      #expect(draws.values[4, draw, 2] == position[4, 2])
    }
  }

  /// With less room every 2ᵏ-th draw is kept, and the room is at least half full.
  @Test(arguments: [2, 3, 10, 64, 100]) func aFullRecorderThins(capacity: Int) {
    var recorder = DrawRecorder<Float>(chainCount: 5, variableCount: 3, capacity: capacity)
    for (step, position) in positions.enumerated() {
      recorder.record(position)
      #expect(recorder.drawCount <= capacity)
      #expect(recorder.drawCount >= min(step + 1, capacity / 2))
      guard let draws = recorder.draws else { return }
      let kept = (0..<draws.drawCount).map { draws.values[1, $0, 0] }
      #expect(kept == (0..<draws.drawCount).map { positions[$0 * recorder.interval][1, 0] })
    }
    #expect(recorder.stepCount == positions.count)
  }
}
