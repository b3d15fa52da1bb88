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
}
