import Foundation
import Joule

/// A mixture of models of the catalog, which one file holds: the tensors and the metadata of expert m behind `expertm.`,
/// `proportions`, and `log_partitions`, what is known of their log Z.
struct ExpertMixtureModel<Values: ExpertValues>: ArchivableModel {
  typealias Scalar = Float
  typealias Experts = MixtureOfExperts<FileExpert>

  let mixture: Experts
  /// Of every expert, in nats.
  let logPartitions: [KnownPartition]

  static var kind: String { Values.mixtureKind }

  init(
    _ kinds: [any ModelKind], logPartitions: [KnownPartition], proportions: [Double]?
  ) throws(ExpertsError) {
    self.init(
      try Experts(
        kinds.map { FileExpert(kind: $0) }, logPartitions: logPartitions.map(\.estimate),
        proportions: proportions), logPartitions: logPartitions)
  }

  init(_ mixture: Experts, logPartitions: [KnownPartition]) {
    self.mixture = mixture
    self.logPartitions = logPartitions
  }

  var variableCount: Int { mixture.variableCount }

  func energy(of rows: Tensor<Float>) -> Tensor<Float> { mixture.energy(of: rows) }

  /// By how much log Z of the mixture, which is to be 0, may differ from it.
  var partitionError: Double {
    if logPartitions.allSatisfy(\.isExact) { return 0 }
    func total(_ bound: (KnownPartition) -> Double) -> Double {
      let parts = zip(mixture.proportions, logPartitions).map {
        $0 * exp(bound($1) - $1.estimate)
      }
      return log(parts.reduce(0, +))
    }
    return max(abs(total(\.upper)), abs(total(\.lower)))
  }

  func archive(into archive: inout Archive) {
    archive.store(Tensor(mixture.proportions), as: "proportions")
    archive.store(
      Tensor(logPartitions.map { [$0.lower, $0.estimate, $0.upper] }), as: "log_partitions")
    archive.store(experts: mixture.experts.map(\.kind))
  }

  /// - Throws: when there are tensors of no expert, an expert cannot be read or is of other variables, or numbers are not
  ///   what they have to be.
  init(from archive: Archive) throws(ArchiveError) {
    let proportions: Tensor<Double> = try archive.tensor("proportions")
    guard proportions.rank == 1, proportions.count > 0 else {
      throw .shape("proportions", found: proportions.shape, expected: "[experts], at least one")
    }
    let count = proportions.count
    let bounds: Tensor<Double> = try archive.tensor("log_partitions", shape: [count, 3])
    let partitions = (0..<count).map {
      KnownPartition(lower: bounds[$0, 0], estimate: bounds[$0, 1], upper: bounds[$0, 2])
    }
    if let index = bounds.firstNonFinite { throw .notFinite("log_partitions", index: index) }
    if let index = partitions.firstIndex(where: { $0.lower > $0.estimate || $0.estimate > $0.upper }
    ) {
      throw .inconsistent(
        "log_partitions of expert \(index) are \(bounds.row(index).elements), expected a lower bound, an estimate "
          + "and an upper bound, in this order")
    }
    let kinds = try archive.experts(
      count: count, of: Values.values, besides: ["proportions", "log_partitions"])
    do {
      try self.init(kinds, logPartitions: partitions, proportions: proportions.elements)
    } catch {
      throw .inconsistent("\(error)")
    }
  }
}

/// log Z of a model as far as it is known, in nats.
struct KnownPartition: Sendable {
  var lower: Double
  var estimate: Double
  var upper: Double

  init(lower: Double, estimate: Double, upper: Double) {
    self.lower = lower
    self.estimate = estimate
    self.upper = upper
  }

  init(exactly value: Double) {
    self.init(lower: value, estimate: value, upper: value)
  }

  var isExact: Bool { lower == upper }
}
