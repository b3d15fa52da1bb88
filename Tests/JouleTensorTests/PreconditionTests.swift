import JouleTensor
import Testing

/// A mistake in shapes stops the program. Optimised builds keep the stop and drop the text, so the text
/// is looked for only where there is one.
private func expectMessage(_ result: ExitTest.Result?, _ parts: String...) {
  var hasMessages = false
  assert(
    {
      hasMessages = true; return true
    }())
  guard let result, hasMessages else { return }
  let message = String(decoding: result.standardErrorContent, as: UTF8.self)
  for part in parts { #expect(message.contains(part)) }
}

@Suite struct PreconditionTests {
  @Test func shapesThatDoNotPair() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Float>(zeros: [2, 3]) + Tensor(zeros: [2])
    }
    expectMessage(result, "[2, 3]", "[2]")
  }

  @Test func productsOfUnequalInnerLengths() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Double>(zeros: [2, 3]).matmul(Tensor(zeros: [4, 2]))
    }
    expectMessage(result, "[2, 3]", "[4, 2]")
  }

  @Test func indicesOutsideTheShape() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Double>(zeros: [2, 3])[0, 3]
    }
    expectMessage(result, "[0, 3]", "[2, 3]")
  }

  @Test func destinationsOfAnotherShape() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var destination = Tensor<Double>(zeros: [3, 2])
      Tensor.multiply(Tensor(zeros: [2, 3]), Tensor(zeros: [3, 2]), into: &destination)
    }
    expectMessage(result, "[3, 2]", "[2, 2]")
  }

  @Test func elementsThatDoNotFillTheShape() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor<Double>(shape: [2, 3], elements: [1, 2])
    }
    expectMessage(result, "[2, 3]", "6", "2")
  }
}
