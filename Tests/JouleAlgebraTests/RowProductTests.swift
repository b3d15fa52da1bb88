import JouleAlgebra
import Testing

/// Rows by the weights of a layer, at every level.
@Suite struct RowProductTests {
  static let levels = VectorKernels.Level.allCases.compactMap(VectorKernels.at)
  /// Rows, depth, columns: none, one, below, at and above the sizes of tiles, vectors and strips.
  static let shapes = [
    (0, 3, 4), (3, 0, 4), (3, 4, 0), (1, 1, 1), (1, 7, 16), (5, 1, 9), (6, 4, 33), (13, 9, 15),
    (14, 16, 32), (15, 17, 31), (17, 33, 48), (29, 64, 65), (2, 512, 20), (33, 515, 35),
    (3, 1030, 259),
  ]

  private struct Inputs<S: KernelScalar> {
    let x: [S]
    let w: [S]
    let bias: [S]

    init(rows: Int, depth: Int, columns: Int) {
      var numbers = TestNumbers(rows * 10_000 + depth * 100 + columns)
      x = numbers.array(rows * depth)
      w = numbers.array(depth * columns)
      bias = numbers.array(columns)
    }
  }

  private func product<S: KernelScalar>(
    _ kernels: VectorKernels, _ inputs: Inputs<S>, _ tw: Transpose, hasBias: Bool,
    rows: Range<Int>, depth: Int, columns: Int
  ) -> [S] {
    // What lies behind must stay, and what lies there must not matter.
    var result = [S](repeating: .nan, count: rows.count * columns)
    let w = tw == .none ? inputs.w : naiveTranspose(inputs.w, rows: depth, columns: columns)
    kernels.multiplyRows(
      inputs.x.span.extracting(rows.lowerBound * depth..<rows.upperBound * depth), by: w.span, tw,
      adding: hasBias ? inputs.bias : nil, rows: rows.count, depth: depth, columns: columns,
      into: result.mutableSpan)
    return result
  }

  @Test(arguments: shapes) func isTheProduct(rows: Int, depth: Int, columns: Int) {
    func check<S: KernelScalar>(_ type: S.Type) {
      let inputs = Inputs<S>(rows: rows, depth: depth, columns: columns)
      let exact = naiveProduct(inputs.x, inputs.w, rows: rows, columns: columns, depth: depth)
      let sizes = naiveProduct(
        inputs.x.map { abs($0) }, inputs.w.map { abs($0) }, rows: rows, columns: columns,
        depth: depth)
      for kernels in Self.levels {
        for tw in [Transpose.none, .transposed] {
          for hasBias in [false, true] {
            let found = product(
              kernels, inputs, tw, hasBias: hasBias, rows: 0..<rows, depth: depth,
              columns: columns)
            let isRight = found.indices.allSatisfy { place in
              let bias = hasBias ? Double(inputs.bias[place % columns]) : 0
              let bound = roundingBound(type, terms: depth, magnitude: sizes[place] + abs(bias))
              return abs(Double(found[place]) - exact[place] - bias) <= bound
            }
            #expect(isRight, "\(type) at \(kernels.level), \(tw), bias \(hasBias)")
          }
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  /// Where there are fused multiply-adds, an element is one chain of them: the same bits at either level, from W or its
  /// transpose, and however many rows there are beside it.
  @Test(arguments: shapes) func anElementIsOneChain(rows: Int, depth: Int, columns: Int) {
    guard columns > 1 else { return }
    func check<S: KernelScalar>(_ type: S.Type) {
      let inputs = Inputs<S>(rows: rows, depth: depth, columns: columns)
      var chains = [S](repeating: 0, count: rows * columns)
      for place in chains.indices {
        let (row, column) = (place / columns, place % columns)
        chains[place] = inputs.bias[column]
        for step in 0..<depth {
          chains[place].addProduct(
            inputs.x[row * depth + step], inputs.w[step * columns + column])
        }
      }
      for kernels in Self.levels where kernels.level != .baseline {
        for tw in [Transpose.none, .transposed] {
          for cut in [0..<rows, rows / 3..<rows] {
            let found = product(
              kernels, inputs, tw, hasBias: true, rows: cut, depth: depth, columns: columns)
            #expect(
              found.elementsEqual(chains[(cut.lowerBound * columns)...]),
              "\(type) at \(kernels.level), \(tw), rows \(cut)")
          }
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  /// Xᵀ W at every level; with fused multiply-adds, and where the kernel is the faster, an element is one chain.
  @Test(arguments: [
    (0, 3, 64), (3, 0, 64), (1, 1, 64), (5, 7, 9), (14, 33, 64), (17, 70, 100), (29, 64, 131),
    (3, 1030, 64), (784, 16, 80),
  ])
  func columnsMeetColumns(rows: Int, depth: Int, columns: Int) {
    func check<S: KernelScalar>(_ type: S.Type) {
      let inputs = Inputs<S>(rows: rows, depth: depth, columns: columns)
      let x = naiveTranspose(inputs.x, rows: rows, columns: depth)
      let exact = naiveProduct(inputs.x, inputs.w, rows: rows, columns: columns, depth: depth)
      let sizes = naiveProduct(
        inputs.x.map { abs($0) }, inputs.w.map { abs($0) }, rows: rows, columns: columns,
        depth: depth)
      for kernels in Self.levels {
        var found = [S](repeating: .nan, count: rows * columns)
        kernels.multiplyColumns(
          x.span, by: inputs.w.span, rows: rows, depth: depth, columns: columns,
          into: found.mutableSpan)
        let isRight = found.indices.allSatisfy {
          abs(Double(found[$0]) - exact[$0])
            <= roundingBound(type, terms: depth, magnitude: sizes[$0])
        }
        #expect(isRight, "\(type) at \(kernels.level)")
        guard kernels.level != .baseline, columns >= 64 else { continue }
        let areChains = found.indices.allSatisfy { place in
          var chain: S = 0
          for step in 0..<depth {
            chain.addProduct(
              inputs.x[place / columns * depth + step],
              inputs.w[step * columns + place % columns])
          }
          return found[place] == chain
        }
        #expect(areChains, "\(type) at \(kernels.level)")
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func notANumberPassesThroughAndStaysInItsRow() {
    for kernels in Self.levels {
      var inputs = [Float](repeating: 1, count: 20 * 40)
      inputs[7 * 40 + 3] = .nan
      let w = [Float](repeating: 0, count: 40 * 33)
      for tw in [Transpose.none, .transposed] {
        var result = [Float](repeating: 5, count: 20 * 33)
        kernels.multiplyRows(
          inputs.span, by: w.span, tw, rows: 20, depth: 40, columns: 33,
          into: result.mutableSpan)
        for place in result.indices {
          #expect(place / 33 == 7 ? result[place].isNaN : result[place] == 0)
        }
      }
    }
  }
}
