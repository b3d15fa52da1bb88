import JouleAutodiff
import JouleTensor
import Testing

// Mistakes of a user, and the lines on which they are made. They stand in functions because a test's own closure is
// compiled from generated text.
private let lineOfSum = #line + 3
private func addShapesThatDoNotPair() {
  let tape = Tape<Float>()
  _ = tape.value(Tensor(zeros: [2, 3])) + tape.value(Tensor(zeros: [2]))
}

private let lineOfConvolution = #line + 4
private func convolveOtherChannels() {
  let tape = Tape<Float>()
  let x = tape.value(Tensor(zeros: [1, 8, 8, 2]))
  _ = x.convolution(tape.value(Tensor(zeros: [3, 3, 1, 4])))
}

/// Optimised builds keep the stop and drop the text, so the text is looked for only where there is one.
private func expectMessage(_ result: ExitTest.Result?, _ parts: String..., line: Int) {
  var hasMessages = false
  assert(
    {
      hasMessages = true; return true
    }())
  guard let result, hasMessages else { return }
  let message = String(decoding: result.standardErrorContent, as: UTF8.self)
  for part in parts + ["ShapePreconditionTests.swift:\(line)"] {
    #expect(message.contains(part), "'\(part)' is not in:\n\(message.prefix(2000))")
  }
}

/// A mistake in shapes names the operation, both shapes, and the line that asked for it.
@Suite struct ShapePreconditionTests {
  @Test func sumsOfShapesThatDoNotPair() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      addShapesThatDoNotPair()
    }
    expectMessage(result, "+", "[2, 3]", "[2]", line: lineOfSum)
  }

  @Test func convolutionsOfOtherChannels() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      convolveOtherChannels()
    }
    expectMessage(
      result, "convolution", "[1, 8, 8, 2]", "[3, 3, 1, 4]", line: lineOfConvolution)
  }
}
