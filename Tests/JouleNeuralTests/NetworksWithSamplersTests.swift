import Joule
import JouleTestSupport
import Testing

/// What docs/networks-with-samplers.md shows; flows are in `FlowTrainingTests`.
@Suite struct NetworksWithSamplersTests {
  @Test func thePageShowsTheCodeThatRuns() throws {
    let sections = try PageCode.sections(ofExample: "NetworksWithSamplersExample.swift")
    #expect(sections.count == 4)
    #expect(try PageCode.blocks(ofPage: "docs/networks-with-samplers.md") == sections)
  }

  /// Rows of which the last bit is the parity of the others: no product of means comes near.
  @Test func masksLearnAParity() throws {
    let rows = (0..<16).map { state -> [Float] in
      let bits = (0..<4).map { state >> $0 & 1 }
      return (bits + [bits.reduce(0, +) % 2]).map { Float($0) }
    }
    let model = try trainedMADE(
      on: Dataset(Tensor<Float>(rows)), hidden: [64], epochs: 1500, key: RandomKey(seed: 8))
    // log 16 nats is the entropy of the data, and 5 log 2 what independent bits need.
    let loss = -model.logDensity(of: Tensor<Float>(rows)).mean()
    #expect(loss > MonteCarlo.log(16) - 1e-5 && loss < MonteCarlo.log(16) + 0.02, "\(loss)")
  }

  /// Eight normal distributions on a ring: how many of them the generator has found.
  ///
  /// A generator before training finds two at most, with the few rows that its blob has there.
  @Test func theGeneratorOfAnEBGANFindsTheModes() throws {
    let key = RandomKey(seed: 71)
    let rows = EightNormals.rows(4000, key: key.folded("data"))
    let model = try trainedEBGAN(on: Dataset(rows), epochs: 60, key: key)
    let draws = model.generate(count: 4000, using: ChainRandom(key: key.folded("draws")))
    // A mode is found if one draw in a hundred lies within three of its deviations.
    let found = EightNormals.centers.filter { center in
      let near = (0..<4000).filter { row in
        let (dx, dy) = (Double(draws[row, 0]) - center.x, Double(draws[row, 1]) - center.y)
        return dx * dx + dy * dy < 9 * EightNormals.deviation * EightNormals.deviation
      }
      return near.count >= 40
    }
    #expect(found.count >= 6, "\(found)")
    // Below the margin at the data.
    let energy = model.energy(of: rows).mean()
    #expect(energy < 0.15, "\(energy)")
  }
}
