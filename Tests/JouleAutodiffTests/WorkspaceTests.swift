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
