import JouleAutodiff
import JouleTensor
import Testing

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
  @Test func productsOfUnequalInnerLengths() async {
    let line = #line + 3
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let tape = Tape<Double>()
      _ = tape.value(Tensor(zeros: [2, 3])).matmul(tape.value(Tensor(zeros: [4, 2])))
    }
    expectMessage(result, "matmul", "[2, 3]", "[4, 2]", line: line)
  }

  @Test func sumsOfShapesThatDoNotPair() async {
    let line = #line + 3
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let tape = Tape<Float>()
      _ = tape.value(Tensor(zeros: [2, 3])) + tape.value(Tensor(zeros: [2]))
    }
    expectMessage(result, "+", "[2, 3]", "[2]", line: line)
  }

  @Test func convolutionsOfOtherChannels() async {
    let line = #line + 4
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let tape = Tape<Float>()
      let x = tape.value(Tensor(zeros: [1, 8, 8, 2]))
      _ = x.convolution(tape.value(Tensor(zeros: [3, 3, 1, 4])))
    }
    expectMessage(result, "convolution", "[1, 8, 8, 2]", "[3, 3, 1, 4]", line: line)
  }

  @Test func concatenationsOfOtherLengths() async {
    let line = #line + 4
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let tape = Tape<Float>()
      let (x, y) = (tape.value(Tensor(zeros: [2, 3])), tape.value(Tensor(zeros: [3, 2])))
      _ = Value(concatenating: [x, y], along: 1)
    }
    expectMessage(result, "concatenating", "[2, 3]", "[3, 2]", line: line)
  }
}
