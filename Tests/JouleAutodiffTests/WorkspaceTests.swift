import Foundation
import JouleAutodiff
import JouleTensor
import JouleTestSupport
import Testing

@Suite struct WorkspaceTests {
  @Test func tenThousandStepsHoldNoMoreMemoryThanTen() {
    let workspace = Workspace<Float>()
    let x = Tensor<Float>(uniform: [16, 8], using: RandomKey(seed: 1))
    let weights = Tensor<Float>(uniform: [8, 8], using: RandomKey(seed: 2))
    var gradient = Tensor<Float>(zeros: [16, 8])
    func step() -> Float {
      workspace.withTape { tape in
        let point = tape.value(x)
        let energy = point.matmul(tape.value(weights)).swish().sum(along: 1)
        energy.exchangeGradient(for: point, with: &gradient)
        return gradient.elements[0]
      }
    }
    let first = step()
    for _ in 0..<9 { _ = step() }
    let held = workspace.spareCount
    #expect(held > 0)
    for _ in 0..<9_990 { #expect(step() == first) }
    #expect(workspace.spareCount == held)
  }

  /// What is exchanged is the caller's from then on, whatever shape it had and whoever else holds it.
  @Test func exchangedGradientsAreTheCallersOwn() {
    let workspace = Workspace<Double>()
    func gradient(at number: Double, with tensor: inout Tensor<Double>) {
      workspace.withTape { tape in
        let point = tape.value(Tensor<Double>([3, 2], repeating: number))
        (point * point).sum().exchangeGradient(for: point, with: &tensor)
      }
    }
    var found = Tensor<Double>([5], repeating: 7)
    gradient(at: 1, with: &found)
    #expect(found == Tensor([3, 2], repeating: 2))
    let kept = found
    gradient(at: 2, with: &found)
    gradient(at: 3, with: &found)
    #expect(found == Tensor([3, 2], repeating: 6))
    #expect(kept == Tensor([3, 2], repeating: 2))
    // A gradient that is nobody's: that of a value that does not depend on the variable.
    workspace.withTape { tape in
      let (point, other) = (tape.value([1.0, 2]), tape.value([3.0]))
      other.exchangeGradient(for: point, with: &found)
    }
    #expect(found == Tensor([2], repeating: 0))
  }

  /// A reshaped tensor is the same memory: it comes back too, once.
  @Test func memoryOfReshapedValuesIsUsedAgain() {
    let workspace = Workspace<Float>()
    let x = Tensor<Float>(uniform: [30, 40], using: RandomKey(seed: 1))
    func step() -> Tensor<Float> {
      workspace.withTape { tape in
        let point = tape.value(x)
        let wide = point.exp().reshaped(to: [60, 20])
        let energy = (wide.reshaped(to: [1200]) * wide.reshaped(to: [1200])).sum()
        return energy.gradientTensors(for: [point])[0]
      }
    }
    // 2 exp(2x): two factors exp(x), of 2 ulps each, and a product.
    let gradient = step()
    for place in 0..<x.count {
      let exact = 2 * exp(2 * Double(x.elements[place]))
      #expect(abs(Double(gradient.elements[place]) - exact) <= 5 * exact * Double(Float.ulpOfOne))
    }
    for _ in 0..<20 { #expect(step() == gradient) }
    // The exponentials, and what the way back needed.
    #expect(workspace.spareCount >= 2 * x.count)
    let held = workspace.spareCount
    for _ in 0..<100 { _ = step() }
    #expect(workspace.spareCount == held)
  }

  @Test func memoryThatIsNotNeededAnyMoreIsGivenBack() {
    let workspace = Workspace<Float>()
    func step(_ rows: Int) {
      workspace.withTape { _ = tapeSum($0, rows) }
    }
    step(1000)
    #expect(workspace.spareCount >= 1000)
    for _ in 0..<40 { step(10) }
    #expect(workspace.spareCount < 1000)
  }

  private func tapeSum(_ tape: Tape<Float>, _ rows: Int) -> Tensor<Float> {
    tape.value(Tensor([rows], repeating: 1)).exp().sum().tensor
  }
}
