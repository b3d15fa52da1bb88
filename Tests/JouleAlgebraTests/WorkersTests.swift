import Foundation
import JouleAlgebra
import Synchronization
import Testing

@Suite struct WorkersTests {
  static let counts = [1, 2, 3, 4, 16]

  @Test(arguments: counts, [0, 1, 2, 5, 1000])
  func everyPieceIsDoneExactlyOnce(count: Int, pieces: Int) {
    let done = Mutex([Int](repeating: 0, count: pieces))
    Workers(count: count).forEach(pieces: pieces) { piece in
      done.withLock { $0[piece] += 1 }
    }
    #expect(done.withLock { $0 } == [Int](repeating: 1, count: pieces))
  }

  @Test(arguments: counts) func everyElementIsMutatedInPlace(count: Int) {
    // A copy on write would move the storage: the address of each row must stay.
    var rows = (0..<37).map { [Double](repeating: Double($0), count: 1000) }
    let addresses = rows.map { $0.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) } }
    Workers(count: count).mutateEach(&rows) { index, row in
      for i in row.indices { row[i] += Double(index) }
    }
    #expect(
      rows.map { $0.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) } } == addresses)
    for (index, row) in rows.enumerated() {
      #expect(row.allSatisfy { $0 == 2 * Double(index) })
    }
    var none: [[Double]] = []
    Workers(count: count).mutateEach(&none) { _, _ in Issue.record("there is no element") }
  }

  @Test(arguments: counts, [(0, 3), (1, 3), (3, 3), (10, 3), (10, 1), (10, 100)])
  func blocksOfRowsCoverTheMatrix(count: Int, cut: (rows: Int, piece: Int)) {
    var matrix = [Float](repeating: 0, count: cut.rows * 5)
    let seen = Mutex([Range<Int>]())
    Workers(count: count).mutateRows(
      of: matrix.mutableSpan, rowLength: 5, rowsPerPiece: cut.piece
    ) { rows, block in
      seen.withLock { $0.append(rows) }
      precondition(block.count == rows.count * 5)
      for i in block.indices { block[i] += Float(rows.lowerBound * 5 + i) }
    }
    #expect(matrix == (0..<cut.rows * 5).map(Float.init))
    let expected = stride(from: 0, to: cut.rows, by: cut.piece).map {
      $0..<min($0 + cut.piece, cut.rows)
    }
    #expect(seen.withLock { $0.sorted { $0.lowerBound < $1.lowerBound } } == expected)
  }

  @Test(arguments: counts) func severalMatricesAreCutAlike(count: Int) {
    var a = [Float](repeating: 1, count: 7 * 4)
    var b = [Double](repeating: 2, count: 7)
    var c = [Int](repeating: 3, count: 7 * 2)
    let workers = Workers(count: count)
    workers.mutateRows(
      of: a.mutableSpan, b.mutableSpan, c.mutableSpan, rowLengths: (4, 1, 2), rowsPerPiece: 2
    ) { rows, a, b, c in
      for (i, row) in rows.enumerated() {
        b[i] += Double(row)
        c[2 * i] = row
        for j in 0..<4 { a[4 * i + j] += Float(row) }
      }
    }
    #expect(a == (0..<28).map { 1 + Float($0 / 4) })
    #expect(b == (0..<7).map { 2 + Double($0) })
    #expect(c == (0..<14).map { $0 % 2 == 0 ? $0 / 2 : 3 })

    workers.mutateRows(of: a.mutableSpan, b.mutableSpan, rowLengths: (4, 1), rowsPerPiece: 3) {
      rows, a, b in
      for i in 0..<rows.count { b[i] = Double(a[4 * i]) }
    }
    #expect(b == (0..<7).map { 1 + Double($0) })

    var (first, second, third) = (a, a, a)
    workers.mutateRows(
      of: first.mutableSpan, second.mutableSpan, third.mutableSpan, rowLength: 4, rowsPerPiece: 2
    ) { _, first, second, third in
      for i in first.indices { (first[i], second[i], third[i]) = (0, first[i], second[i] + 1) }
    }
    #expect(first.allSatisfy { $0 == 0 } && second == a && third == a.map { $0 + 1 })
    workers.mutateRows(of: first.mutableSpan, second.mutableSpan, rowLength: 4, rowsPerPiece: 2) {
      _, first, second in
      for i in first.indices { first[i] = second[i] }
    }
    #expect(first == a)
  }

  /// What bodies read is captured as spans; what they write comes by `inout`. The bits of a product
  /// cut in blocks depend on the cut, which is the same for every number of workers.
  @Test func resultsDoNotDependOnTheNumberOfWorkers() async {
    await #expect(processExitsWith: .success) {
      BLASThreads.set(1)
      let (m, n, k) = (100, 130, 257)
      var numbers = TestNumbers(9)
      let a: [Float] = numbers.array(m * k)
      let b: [Float] = numbers.array(k * n)
      func product(_ workers: Workers, _ a: Span<Float>, _ b: Span<Float>) -> [Float] {
        var c = [Float](repeating: .nan, count: m * n)
        workers.mutateRows(of: c.mutableSpan, rowLength: n, rowsPerPiece: 7) { rows, block in
          var part = [Float](repeating: 0, count: rows.count * n)
          BLAS.gemm(
            m: rows.count, n: n, k: k, a.extracting((rows.lowerBound * k)...), b,
            into: part.mutableSpan)
          for i in block.indices { block[i] = part[i] }
        }
        return c
      }
      let single = product(.single, a.span, b.span)
      for count in [2, 4] {
        for _ in 0..<20 { precondition(product(Workers(count: count), a.span, b.span) == single) }
      }
    }
  }

  @Test(.timeLimit(.minutes(1))) func nestedUseEnds() {
    let sum = Atomic(0)
    let workers = Workers(count: 4)
    workers.forEach(pieces: 8) { outer in
      workers.forEach(pieces: 8) { middle in
        Workers(count: 2).forEach(pieces: 3) { inner in
          sum.add(outer * 100 + middle * 10 + inner, ordering: .relaxed)
        }
      }
    }
    #expect(sum.load(ordering: .relaxed) == 28 * 100 * 24 + 28 * 10 * 24 + 3 * 64)
  }

  /// Forks in quick succession, where helpers are still awake, and with pauses in which they fall
  /// asleep, or are just about to.
  @Test(.timeLimit(.minutes(1)), arguments: [0, 50, 190, 200, 210, 400])
  func noPieceIsLostBetweenForks(pause microseconds: UInt32) {
    let workers = Workers(count: 3)
    var values = [Int](repeating: 0, count: 64)
    let rounds = microseconds == 0 ? 20_000 : 500
    for round in 0..<rounds {
      workers.mutateRows(of: values.mutableSpan, rowLength: 4, rowsPerPiece: 1) { rows, block in
        for i in block.indices { block[i] += round + rows.lowerBound }
      }
      if microseconds > 0 { usleep(microseconds) }
    }
    let sum = rounds * (rounds - 1) / 2
    #expect(values == (0..<64).map { sum + rounds * ($0 / 4) })
  }

  @Test(.timeLimit(.minutes(1))) func copiesShareHelpersAndDoAllTheWorkOfEach() async {
    let workers = Workers(count: 3)
    let totals = await withTaskGroup(of: [Int].self) { group in
      for _ in 0..<8 {
        group.addTask {
          (0..<500).map { _ in
            let sum = Atomic(0)
            workers.forEach(pieces: 20) { sum.add($0, ordering: .relaxed) }
            return sum.load(ordering: .relaxed)
          }
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(totals == [Int](repeating: 190, count: 4000))
  }

  @Test(.timeLimit(.minutes(1))) func useFromManyTasksEnds() async {
    let total = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<32 {
        group.addTask {
          let sum = Atomic(0)
          Workers(count: 4).forEach(pieces: 100) { sum.add($0, ordering: .relaxed) }
          return sum.load(ordering: .relaxed)
        }
      }
      return await group.reduce(0, +)
    }
    #expect(total == 32 * 4950)
  }

  @Test func workOfNoWorkersOrBrokenRowsTraps() async {
    await #expect(processExitsWith: .failure) { _ = Workers(count: 0) }
    await #expect(processExitsWith: .failure) {
      var matrix = [Float](repeating: 0, count: 7)
      Workers.single.mutateRows(of: matrix.mutableSpan, rowLength: 2, rowsPerPiece: 1) { _, _ in }
    }
    await #expect(processExitsWith: .failure) {
      var (a, b) = ([Float](repeating: 0, count: 6), [Float](repeating: 0, count: 4))
      Workers.single.mutateRows(
        of: a.mutableSpan, b.mutableSpan, rowLength: 2, rowsPerPiece: 1
      ) { _, _, _ in }
    }
  }
}
