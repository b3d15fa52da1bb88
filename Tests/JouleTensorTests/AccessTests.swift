import JouleTensor
import Testing

@Suite struct AccessTests {
  @Test func subscriptsOfEveryRankAreRowMajor() {
    check(Float.self)
    check(Double.self)
    func check<S: TensorScalar>(_: S.Type) {
      for shape in [[], [5], [3, 4], [2, 3, 2], [2, 1, 3, 2]] {
        let count = shape.reduce(1, *)
        var tensor = Tensor<S>(shape: shape, elements: (0..<count).map { S($0) })
        for (offset, index) in indices(of: shape).enumerated() {
          #expect(at(tensor, index) == S(offset))
        }
        switch shape.count {
        case 0: tensor[] = 99
        case 1: tensor[4] = 99
        case 2: tensor[2, 3] = 99
        case 3: tensor[1, 2, 1] = 99
        default: tensor[1, 0, 2, 1] = 99
        }
        #expect(tensor.elements == (0..<count - 1).map { S($0) } + [99])
      }
    }
    func at<S>(_ t: Tensor<S>, _ i: [Int]) -> S {
      switch i.count {
      case 0: t[]
      case 1: t[i[0]]
      case 2: t[i[0], i[1]]
      case 3: t[i[0], i[1], i[2]]
      default: t[i[0], i[1], i[2], i[3]]
      }
    }
  }

  @Test func rowsAndColumns() {
    check(Float.self)
    check(Double.self)
    func check<S: TensorScalar>(_: S.Type) {
      let t = Tensor<S>([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
      #expect(t.row(1) == Tensor([4, 5, 6]))
      #expect(t.rows(1..<3) == Tensor([[4, 5, 6], [7, 8, 9]]))
      #expect(t.rows(3..<3).shape == [0, 3])
      #expect(t.rows(at: [2, 0, 2]) == Tensor([[7, 8, 9], [1, 2, 3], [7, 8, 9]]))
      #expect(t.rows(at: []).shape == [0, 3])
      #expect(t.columns(1..<3) == Tensor([[2, 3], [5, 6], [8, 9]]))
      #expect(t.columns(1..<1).shape == [3, 0])
      #expect(Tensor<S>([5, 6]).row(1) == Tensor(shape: [], elements: [6]))
      let deep: Tensor<S> = testNumbers([2, 3, 2, 2])
      #expect(deep.row(1).shape == [3, 2, 2])
      #expect(deep.row(1).elements == Array(deep.elements[12...]))
    }
  }

  @Test func assigningRowsChangesThoseRowsOnly() {
    check(Float.self)
    check(Double.self)
    func check<S: TensorScalar>(_: S.Type) {
      let source = Tensor<S>([[1, 2], [3, 4], [5, 6]])
      var t = Tensor<S>(zeros: [4, 2])
      t.assignRow(2, from: source, row: 1)
      #expect(t == Tensor([[0, 0], [0, 0], [3, 4], [0, 0]]))
      t.assignRows(0..<2, from: source, startingAt: 1)
      #expect(t == Tensor([[3, 4], [5, 6], [3, 4], [0, 0]]))
      t.assignRows(1..<4, from: source)
      #expect(t == Tensor([[3, 4], [1, 2], [3, 4], [5, 6]]))
      source.rows(at: [2, 2, 0, 1], into: &t)
      #expect(t == Tensor([[5, 6], [5, 6], [1, 2], [3, 4]]))
      t.assign(t.rows(at: [3, 2, 1, 0]))
      #expect(t == Tensor([[3, 4], [1, 2], [5, 6], [5, 6]]))
      t.assignRow(0, from: t, row: 3)
      #expect(t.row(0) == Tensor([5, 6]))
    }
  }

  @Test(arguments: [[3, 4], [1, 5], [33, 17], [0, 3], [3, 0]])
  func transposeExchangesIndices(shape: [Int]) {
    check(Float.self)
    check(Double.self)
    func check<S: TensorScalar>(_: S.Type) {
      let t: Tensor<S> = testNumbers(shape)
      let transposed = t.transposed()
      #expect(transposed.shape == [shape[1], shape[0]])
      for index in indices(of: shape) {
        #expect(transposed[index[1], index[0]] == t[index[0], index[1]])
      }
      #expect(transposed.transposed() == t)
    }
  }

  @Test func reshapingKeepsTheOrderOfElements() {
    let t: Tensor<Float> = testNumbers([2, 6])
    #expect(t.reshaped(to: [3, 2, 2]).elements == t.elements)
    #expect(t.reshaped(to: [3, 2, 2]).shape == [3, 2, 2])
    #expect(Tensor<Float>([4]).reshaped(to: [])[] == 4)
  }

  @Test func markedRowsAreOverwrittenAndNoOthers() {
    var t: Tensor<Double> = testNumbers([3, 2])
    let old = t
    let other = old + 100
    t.assignRows(where: [true, false, true], from: other)
    #expect(t.row(0) == other.row(0) && t.row(1) == old.row(1) && t.row(2) == other.row(2))
  }
}
