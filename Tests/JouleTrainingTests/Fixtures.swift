import Joule
import JouleTestSupport

/// Small machines and data sets for tests of training.
enum Fixtures {
  /// 4 visible, 3 hidden, nothing symmetric about it.
  static let machine = RestrictedBoltzmannMachine<Double>(
    weights: Tensor([
      [0.9, -1.1, 0.4], [-0.6, 0.8, 1.3], [1.5, 0.2, -0.7], [-0.3, -1.4, 0.6],
    ]),
    visibleBias: Tensor([0.2, -0.5, 0.1, 0.4]), hiddenBias: Tensor([-0.3, 0.6, -0.1]))

  static func bruteForce(_ machine: RestrictedBoltzmannMachine<Double>) -> BruteForceMachine {
    BruteForceMachine(
      weights: machine.weights,
      visibleBias: machine.visibleBias, hiddenBias: machine.hiddenBias)
  }

  /// The bars and stripes of a 3×3 grid: rows all on or off, or columns; 16 draws, the empty and the
  /// full grid twice. Their entropy is 2.5993 nats: no model's mean log-likelihood is higher.
  static let barsAndStripes: Dataset = {
    var bytes: [UInt8] = []
    for pattern in 0..<8 {
      let bits = (0..<3).map { UInt8(pattern >> $0 & 1) }
      bytes += (0..<9).map { bits[$0 / 3] }
      bytes += (0..<9).map { bits[$0 % 3] }
    }
    return Dataset(bytes: bytes, rowCount: 16, columnCount: 9, scale: 1)
  }()

  /// Grey rows of a seeded uniform distribution.
  static func greyRows(_ rows: Int, columns: Int, seed: UInt64 = 31) -> Dataset {
    let values = Tensor<Float>(uniform: [rows, columns], using: RandomKey(seed: seed))
    return Dataset(
      bytes: values.elements.map { UInt8($0 * 255) }, rowCount: rows, columnCount: columns)
  }

  typealias Machine = RestrictedBoltzmannMachine<Float>
  typealias Kernel = BlockGibbs<Machine>

  static func startMachine(_ data: Dataset, hidden: Int) -> Machine {
    let statistics: DataStatistics<Float> = statistics(data)
    return Machine(
      visibleMeans: statistics.smoothedMeans, hiddenCount: hidden, using: RandomKey(seed: 1))
  }

  static func statistics<Scalar: TensorScalar>(
    _ data: Dataset, as type: Scalar.Type = Scalar.self
  ) -> DataStatistics<Scalar> {
    DataStatistics(of: data, binarization: .none, key: RandomKey(seed: 2))
  }

  /// The mean log-likelihood of data under a machine, exactly.
  static func exactLogLikelihood<Scalar>(
    of machine: RestrictedBoltzmannMachine<Scalar>, _ data: Dataset
  ) -> Double {
    let exact = RestrictedBoltzmannMachine<Double>(machine)
    let energies = RowScores(exact, data: data, key: RandomKey(seed: 0)).energies()
    return -MeanEstimate(of: energies).mean - ExactPartition.logPartition(of: exact)
  }
}
