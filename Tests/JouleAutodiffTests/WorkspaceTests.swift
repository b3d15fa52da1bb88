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
    func step() -> Float {
      workspace.withTape { tape in
        let point = tape.value(x)
        let energy = point.matmul(tape.value(weights)).swish().sum(along: 1)
        return energy.withGradientTensors(for: [point]) { $0[0].elements[0] }
      }
    }
    let first = step()
    for _ in 0..<9 { _ = step() }
    let held = workspace.spareCount
    #expect(held > 0)
    for _ in 0..<9_990 { #expect(step() == first) }
    #expect(workspace.spareCount == held)
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
