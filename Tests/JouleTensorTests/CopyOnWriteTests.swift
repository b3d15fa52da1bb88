import JouleTensor
import Testing

@Suite struct CopyOnWriteTests {
  /// Everything that works in place, by name.
  private static func operations<S: TensorScalar>(
    _ type: S.Type
  ) -> [(String, (inout Tensor<S>) -> Void)] {
    let other: Tensor<S> = testNumbers([8, 8])
    let row: Tensor<S> = testNumbers([8])
    let column: Tensor<S> = testNumbers([8, 1])
    return [
      ("subscript", { $0[1, 1] = 3 }), ("variadic subscript", { $0.reshape(to: [4, 2, 8]) }),
      ("assignRow", { $0.assignRow(1, from: other, row: 2) }),
      ("assignRows", { $0.assignRows(1..<4, from: other) }), ("assign", { $0.assign(other) }),
      ("rows into", { other.rows(at: [0, 1, 2, 3, 4, 5, 6, 7], into: &$0) }),
      ("+= same", { $0 += other }), ("-= row", { $0 -= row }), ("*= column", { $0 *= column }),
      ("/= scalar", { $0 /= 3 }), ("clamp", { $0.clamp(to: 0...1) }),
      ("add", { $0.add(other, scaledBy: 2) }), ("scale", { $0.scale(by: 2) }),
      ("scale subtracting", { $0.scale(by: 2, subtracting: other) }),
      ("scale 0 subtracting", { $0.scale(by: 0, subtracting: other) }), ("fill", { $0.fill(1) }),
      ("formThreshold", { $0.formThreshold(above: 0) }), ("formExp", { $0.formExp() }),
      ("apply into", { other.apply(.tanh, into: &$0) }),
      ("binary into", { Tensor.apply(.subtract, other, other, into: &$0) }),
      ("binary into, row", { Tensor.apply(.subtract, row, other, into: &$0) }),
      ("binary into, scalar", { Tensor.apply(.subtract, other, Tensor([2]), into: &$0) }),
      ("multiply", { Tensor.multiply(other, .transposed, other, accumulate: 1, into: &$0) }),
      ("normal", { $0.fillNormal(using: RandomKey(seed: 1)) }),
      ("uniform", { $0.fillUniform(using: RandomKey(seed: 1)) }),
    ]
  }

  @Test func aTensorHeldOnceIsChangedWhereItIs() {
    check(Float.self)
    check(Double.self)
    func check<S: TensorScalar>(_ type: S.Type) {
      for (name, operation) in Self.operations(type) {
        var t: Tensor<S> = testNumbers([8, 8], seed: 9)
        let before = address(t)
        operation(&t)
        #expect(address(t) == before, "\(name) copied")
      }
    }
  }

  @Test func aSharedTensorKeepsItsValue() {
    check(Float.self)
    check(Double.self)
    func check<S: TensorScalar>(_ type: S.Type) {
      for (name, operation) in Self.operations(type) {
        let original: Tensor<S> = testNumbers([8, 8], seed: 9)
        let elements = original.elements.map { $0 }
        var copy = original
        #expect(address(copy) == address(original))
        operation(&copy)
        #expect(original.elements == elements, "\(name) changed a copy")
        #expect(original.shape == [8, 8])
      }
    }
  }
}
