import JouleTensor
import JouleTestSupport
import Testing

@Suite struct NumericWorkTests {
  /// The page and the example stand still together: its Swift blocks are the marked sections, in order.
  @Test func thePageShowsTheCodeThatRuns() throws {
    let sections = try PageCode.sections(ofExample: "NumericWorkExample.swift")
    #expect(sections.count == 3)
    #expect(try PageCode.blocks(ofPage: "docs/examples/numeric-work.md") == sections)
  }

  @Test func theParabolaIsFound() throws {
    let coefficients = try fitParabola()
    // The estimate's covariance is s²(XᵀX)⁻¹; its largest entry here is below (0.01 · 0.45)².
    let error = (coefficients - Tensor([1, -2, 0.5])).largestMagnitude
    #expect(error < 5 * 0.01 * 0.45, "\(coefficients)")
  }

  @Test func componentsOfDataOnALineAreThatLine() throws {
    let along = Tensor<Float>(normal: [200], using: RandomKey(seed: 2))
    let across = Tensor<Float>(normal: [200, 3], using: RandomKey(seed: 3)) * 1e-3
    let data = along.outerProduct(with: Tensor([0.6, 0, 0.8])) + across + Tensor([5, 6, 7])
    let (components, scores, shares) = try principalComponents(of: data, count: 2)
    #expect(components.shape == [2, 3] && scores.shape == [200, 2] && shares.shape == [2])
    #expect(abs(components.row(0).dot(Tensor([0.6, 0, 0.8]))) > 0.9999)
    #expect(shares[0] > 0.999 && shares[1] < 0.001)
    let rebuilt = scores.matmul(components) + data.mean(along: 0)
    #expect((rebuilt - data).largestMagnitude < 0.01)
  }

  @Test func theRodIsLinear() throws {
    #expect((try temperatures() - Tensor([20, 40, 60, 80])).largestMagnitude < 1e-12)
    #expect(describeFailure().contains("singular"))
  }
}
