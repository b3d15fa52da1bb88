import JouleAutodiff
import JouleTensor
import JouleTestSupport
import Testing

@Suite struct DifferentiationGuideTests {
  @Test func thePageShowsThisCode() throws {
    let sections = try PageCode.sections(ofExample: "DifferentiationExample.swift")
    #expect(sections.count == 4)
    #expect(try PageCode.blocks(ofPage: "docs/differentiation.md") == sections)
  }

  @Test func theBellSlopesAsItShould() {
    let (value, gradient) = slopeOfTheBell()
    let half = (-0.5 as Double)
    #expect(abs(value[1] - exponential(half)) < 1e-15)
    #expect(gradient.row(0).elements == [0, 0])
    #expect(abs(gradient[1, 0] + exponential(half)) < 1e-15)
  }

  @Test func curvatureAtTheTopIsMinusTheIdentity() {
    #expect(curvatureOfTheBell(along: Tensor([[1, 2]])).elements == [-1, -2])
  }

  @Test func atZeroTheTangentIsTheWeights() {
    let weights = Tensor<Double>([[1, 2, 3], [4, 5, 6]])
    #expect(pushed(Tensor([[1, 0]]), through: weights).elements == [1, 2, 3])
  }

  @Test func laplacianOfTheBellIsItsFormula() {
    // (‖x‖² − 2) exp(−‖x‖²/2)
    let laplacian = laplacianOfTheBell(at: Tensor([[0, 0], [1, 1]]))
    #expect(abs(laplacian[0] + 2) < 1e-15)
    #expect(abs(laplacian[1]) < 1e-15)
  }

  @Test func aUsersOwnOperationDifferentiatesTwice() {
    let product = Autodiff.hessianVectorProduct(at: Tensor<Double>([2]), along: Tensor([1])) {
      $0.cubed()
    }
    #expect(product.elements == [12])
  }

  private func exponential(_ x: Double) -> Double { Tensor([x]).exp()[0] }
}
