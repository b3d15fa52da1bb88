import Joule
import JouleTestSupport
import Testing

/// Rows of which few values are listed are the same rows.
@Suite struct SparseRowsTests {
  /// 300 rows of 9 columns, four fifths of them zero; one column of categories, one always listed.
  static let full: Tensor<Float> = {
    var stream = RandomStream(key: RandomKey(seed: 3))
    return Tensor(
      (0..<300).map { _ in
        (0..<9).map { column -> Float in
          switch column {
          case 8: 0.25 + 0.5 * stream.uniform(as: Float.self)
          case 7: stream.integer(below: 4) == 0 ? Float(stream.integer(below: 3)) : 0
          default: stream.integer(below: 5) == 0 ? stream.uniform(as: Float.self) : 0
          }
        }
      })
  }()

  static func sparse(_ rows: Tensor<Float>) -> Dataset {
    var (starts, columns, values): ([Int], [Int32], [Float]) = ([0], [], [])
    for row in 0..<rows.shape[0] {
      for column in 0..<rows.shape[1] where rows[row, column] != 0 {
        columns.append(Int32(column))
        values.append(rows[row, column])
      }
      starts.append(columns.count)
    }
    return Dataset(
      SparseRows(
        rowStarts: starts, columns: columns, values: values, columnCount: rows.shape[1]))
  }

  /// The same with every tenth value missing.
  static let holes: Tensor<Float> = {
    var rows = full
    for place in stride(from: 4, to: rows.count, by: 10) { rows.elements[place] = .nan }
    return rows
  }()

  /// The same as probabilities.
  private static func bounded(_ rows: Tensor<Float>) -> Tensor<Float> {
    Tensor(shape: rows.shape, elements: rows.elements.map { $0 > 1 ? 1 : $0 })
  }

  /// Bit patterns: NaN is equal to NaN.
  private static func bits<Scalar: TensorScalar>(_ rows: Tensor<Scalar>) -> [UInt64] {
    rows.elements.map { Double($0).bitPattern & ($0.isNaN ? 0x7FF8_0000_0000_0000 : .max) }
  }

  @Test(arguments: Binarization.allCases)
  func batchesAreThoseOfFullRows(binarization: Binarization) {
    for hasHoles in [false, true] {
      let rows = Self.bounded(hasHoles ? Self.holes : Self.full)
      let (dense, sparse) = (Dataset(rows), Self.sparse(rows))
      #expect(sparse.byteCount < dense.byteCount)
      #expect(sparse.hasMissing == hasHoles && dense.hasMissing == hasHoles)
      let picked = (0..<130).map { ($0 * 7) % 300 }
      let random = ChainRandom(key: RandomKey(seed: 8), firstChain: 3)
      func batch<Scalar: TensorScalar>(
        _ data: Dataset, _ threads: Int, as type: Scalar.Type
      ) -> [UInt64] {
        var batch = Tensor<Scalar>([130, 9], repeating: 7)
        data.gather(
          picked[...], binarization: binarization, using: random, into: &batch,
          on: Workers(count: threads))
        return Self.bits(batch)
      }
      for threads in [1, 2] {
        #expect(batch(sparse, threads, as: Float.self) == batch(dense, 1, as: Float.self))
        #expect(batch(sparse, threads, as: Double.self) == batch(dense, 1, as: Double.self))
      }
    }
  }

  /// A threshold or a draw makes bits of what is there, and nothing of what is not.
  @Test func whatIsMissingStaysMissing() {
    for binarization in Binarization.allCases {
      let rows: Tensor<Float> = Dataset(Self.bounded(Self.holes)).batch(
        0..<300, binarization: binarization)
      #expect(rows.elements.map(\.isNaN) == Self.holes.elements.map(\.isNaN))
      let given = rows.elements.filter { !$0.isNaN }
      #expect(binarization == .none || given.allSatisfy { $0 == 0 || $0 == 1 })
    }
  }

  @Test func partsOfDataAreThoseOfFullRows() {
    let (dense, sparse) = (Dataset(Self.holes), Self.sparse(Self.holes))
    func same(_ a: Dataset, _ b: Dataset) -> Bool {
      let (one, other): (Tensor<Float>, Tensor<Float>) = (
        a.batch(0..<a.rowCount), b.batch(0..<b.rowCount)
      )
      return one.shape == other.shape && Self.bits(one) == Self.bits(other)
    }
    let picked = [5, 299, 5, 0]
    #expect(same(sparse.rows(at: picked), dense.rows(at: picked)))
    #expect(same(sparse.prefix(17), dense.prefix(17)))
    #expect(same(sparse.reshaped(columnCount: 27), dense.reshaped(columnCount: 27)))
    #expect(same(sparse.flipped(), dense.flipped()))
    let labels: [Int?] = (0..<300).map { $0 % 4 == 3 ? nil : $0 % 4 }
    let weights = (0..<300).map { Double($0 % 3) }
    let labelled = sparse.weighted(by: weights).labelled(labels, classCount: 3)
    #expect(same(labelled, dense.labelled(labels, classCount: 3)))
    #expect(labelled.sparseRows != nil && labelled.rowWeights == weights)
    #expect(Self.sparse(Self.full).valueRange == Dataset(Self.full).valueRange)
    #expect(sparse.checksum != Self.sparse(Self.full).checksum)
  }

  /// Means, deviations and the standardized rows, holes and weights included. Sums run in another order: their rounding
  /// is at most N ulps, 1e-13 here; a Float may then be off by one.
  @Test func standardizedRowsAreThoseOfFullRows() {
    let coding = Standardization(
      means: Tensor([Double](repeating: 0.1, count: 7) + [0, 0.5]),
      scales: Tensor([Double](repeating: 0.3, count: 7) + [1, 0.2]),
      stateCounts: [1, 1, 1, 1, 1, 1, 1, 3, 1])
    for rows in [Self.full, Self.holes] {
      let weights = (0..<300).map { Double($0 % 5) }
      let dense = Dataset(rows).weighted(by: weights)
      let sparse = Self.sparse(rows).weighted(by: weights)
      let (means, found) = (dense.columnMeans(), sparse.columnMeans())
      #expect((means - found).largestMagnitude < 1e-13)
      let spread = dense.columnVariances(about: means) - sparse.columnVariances(about: means)
      #expect(spread.largestMagnitude < 1e-13)
      let (z, other) = (coding.standardized(dense), coding.standardized(sparse))
      #expect(other.sparseRows != nil && other.rowWeights == weights)
      let (a, b): (Tensor<Float>, Tensor<Float>) = (z.batch(0..<300), other.batch(0..<300))
      #expect(a.shape == [300, 11] && Self.bits(a) == Self.bits(b))
      #expect((z.columnMeans() - other.columnMeans()).largestMagnitude < 1e-12)
    }
  }

  /// Deviations over holes are those of what is there, each row as often as it counts.
  @Test func deviationsAreOfWeightedValuesThatAreThere() {
    let data = Dataset(Tensor<Float>([[1, .nan], [3, 4], [.nan, 8], [5, 0]]))
      .weighted(by: [1, 1, 2, 0])
    let coding = Standardization(of: data)
    // 1 and 3 once each; 4 once and 8 twice, about 20/3.
    #expect(coding.means[0] == 2 && coding.scales[0] == 1)
    #expect(abs(coding.scales[1] - (32.0 / 9).squareRoot()) < 1e-15)
  }

  @Test func aMachineLearnsTheSameFromThem() throws {
    let rows = Self.bounded(Self.full)
    func trained(_ data: Dataset) throws -> RestrictedBoltzmannMachine<Float> {
      let statistics = DataStatistics<Float>(
        of: data, binarization: .sample, key: RandomKey(seed: 1))
      let trainer = Trainer(
        estimator: Centered(
          PersistentContrastiveDivergence(chains: 10) {
            BlockGibbs<RestrictedBoltzmannMachine<Float>>($0)
          }),
        optimizer: SGD(),
        plan: TrainingPlan(
          epochs: 3, batchSize: 32, learningRate: 0.1, binarization: .sample,
          key: RandomKey(seed: 2)))
      // Means of full rows for both: theirs are summed in another order.
      let model = RestrictedBoltzmannMachine<Float>(
        visibleMeans: Tensor([9], repeating: 0.3), hiddenCount: 4, using: RandomKey(seed: 3))
      var run = trainer.start(
        model,
        data: DataStatistics(
          rowCount: 300, means: Tensor([9], repeating: 0.3), examples: statistics.examples))
      try trainer.train(&run, on: data, workers: Workers(count: 2))
      return run.model
    }
    #expect(try trained(Self.sparse(rows)) == trained(Dataset(rows)))
  }
}
