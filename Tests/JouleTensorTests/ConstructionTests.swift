import JouleTensor
import Testing

@Suite struct ConstructionTests {
  @Test func vectorsAndMatricesFromArrays() {
    check(Float.self)
    check(Double.self)
    func check<S: TensorScalar>(_: S.Type) {
      let vector = Tensor<S>([1, 2, 3])
      #expect(vector.shape == [3] && vector.elements == [1, 2, 3] && vector.rank == 1)
      let matrix = Tensor<S>([[1, 2, 3], [4, 5, 6]])
      #expect(matrix.shape == [2, 3] && matrix.elements == [1, 2, 3, 4, 5, 6])
      #expect(Tensor<S>([[], []]).shape == [2, 0])
      #expect(Tensor<S>([2, 2], repeating: 7).elements == [7, 7, 7, 7])
      #expect(Tensor<S>(zeros: [2, 0, 3]).count == 0)
      #expect(Tensor<S>([], repeating: 5).count == 1)
      #expect(Tensor<S>.identity(3) == Tensor([[1, 0, 0], [0, 1, 0], [0, 0, 1]]))
      #expect(Tensor<S>.identity(0).shape == [0, 0])
    }
  }

  @Test func conversionRoundsToNearest() {
    let third = Tensor<Double>([1.0 / 3, -2, .infinity])
    #expect(Tensor<Float>(third).elements == [Float(1.0 / 3), -2, .infinity])
    #expect(Tensor<Double>(Tensor<Float>(third)).elements[0] == Double(Float(1.0 / 3)))
    #expect(Tensor<Double>(third) == third)
    #expect(Tensor<Float>(Tensor<Double>(zeros: [0, 3])).shape == [0, 3])
  }

  @Test func stackingAddsAnAxis() {
    let a = Tensor<Float>([1, 2])
    #expect(Tensor(stacking: [a, a + 10]) == Tensor([[1, 2], [11, 12]]))
    #expect(Tensor(stacking: [a.reshaped(to: [1, 2])]).shape == [1, 1, 2])
    #expect(Tensor(stacking: [Tensor<Float>(zeros: [0]), Tensor(zeros: [0])]).shape == [2, 0])
  }

  @Test(arguments: [[2, 3, 4, 2], [3, 1], [2, 0, 3]])
  func concatenatingUndoesCuttingAlongEveryAxis(shape: [Int]) {
    let whole: Tensor<Double> = testNumbers(shape)
    for axis in shape.indices {
      let joined = Tensor(concatenating: [whole, whole], along: axis)
      var expected = shape
      expected[axis] *= 2
      #expect(joined.shape == expected)
      for index in indices(of: expected) {
        var original = index
        original[axis] %= shape[axis]
        #expect(element(joined, index) == element(whole, original))
      }
    }
    let (top, bottom) = (whole.rows(0..<1), whole.rows(1..<shape[0]))
    #expect(Tensor(concatenating: [top, bottom]) == whole)
  }

  @Test func equalityIsThatOfNumbers() {
    #expect(Tensor<Float>([0]) == Tensor([-0.0]))
    #expect(Tensor<Float>([1, 2]) != Tensor([[1, 2]]))
    let nan = Tensor<Float>([.nan])
    #expect(!(nan == nan))
  }
}
