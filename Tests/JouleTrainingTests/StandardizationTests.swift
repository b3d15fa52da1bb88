import Joule
import JouleTestSupport
import Testing

/// The affine map that models of real data are trained behind.
@Suite struct StandardizationTests {
  /// Columns of very different scales, the last constant.
  static let rows: Tensor<Float> = {
    let noise = Tensor<Float>(normal: [2300, 3], using: RandomKey(seed: 5))
    let scales: [Float] = [30, 1e-3, 5]
    let means: [Float] = [1e4, -2, 0]
    var rows = Tensor<Float>([2300, 4], repeating: 7)
    for row in 0..<2300 {
      for column in 0..<3 {
        rows[row, column] = means[column] + scales[column] * noise[row, column]
      }
    }
    return rows
  }()

  @Test func columnsGetMeanZeroAndDeviationOne() {
    let data = Dataset(Self.rows)
    let map = Standardization(of: data)
    let rows: Tensor<Double> = map.standardized(data).batch(0..<2300)
    for column in 0..<3 {
      let values = rows.columns(column..<column + 1)
      // A Float of size 1 is off by half an ulp, 6e-8; so is the mean at most.
      #expect(abs(values.mean()) < 1e-7, "column \(column)")
      #expect(abs((values - values.mean()).squared().mean() - 1) < 1e-6, "column \(column)")
    }
    #expect(rows.columns(3..<4).elements.allSatisfy { $0 == 0 })
    #expect(map.scales[3] == 1)
  }

  @Test func restoringUndoesIt() {
    let map = Standardization(of: Dataset(Self.rows))
    let back = map.restored(map.standardized(Dataset(Self.rows)).batch(0..<2300))
    for (index, began) in Self.rows.elements.enumerated() {
      // Half an ulp of z, whose size is below 8, in units of x; and one of x.
      let bound = began.ulp + 2.4e-7 * Float(map.scales[index % 4])
      #expect(abs(back.elements[index] - began) <= bound, "element \(index)")
    }
  }

  /// A normal density of the columns is that of z less Σ log s.
  @Test func theVolumeIsThatOfTheMap() throws {
    let map = Standardization(
      means: Tensor([3, -1]), scales: Tensor([10, 0.25]))
    let x = Tensor<Double>(shape: [1, 2], elements: [17, -0.5])
    let z = (x - map.means) / map.scales
    let direct = try NormalDistribution<Double>(
      mean: map.means, covariance: Tensor([[100, 0], [0, 0.0625]]))
    let standard = try NormalDistribution<Double>(
      mean: Tensor([0, 0]), covariance: Tensor.identity(2))
    #expect(
      abs(
        direct.logDensity(of: x).elements[0]
          - (standard.logDensity(of: z).elements[0] - map.logVolume)) < 1e-13)
  }

  @Test func anArchiveKeepsItAndDamageIsNamed() throws {
    let map = Standardization(of: Dataset(Self.rows))
    var archive = Archive()
    map.archive(into: &archive, prefix: "s.")
    #expect(try Standardization(from: archive, prefix: "s.") == map)
    #expect(throws: ArchiveError.missing("t.means")) {
      try Standardization(from: archive, prefix: "t.")
    }
    archive.store(Tensor<Double>([1, 1, 0, 1]), as: "s.scales")
    #expect(throws: ArchiveError.self) { try Standardization(from: archive, prefix: "s.") }
    archive.store(Tensor<Double>([1, 1]), as: "s.scales")
    #expect(throws: ArchiveError.shape("s.scales", found: [2], expected: "[4]")) {
      try Standardization(from: archive, prefix: "s.")
    }
  }
}
