import Joule
import JouleTestSupport

/// Kernels that know the graph of a field, and wrong ones like them, for the table of tests.
enum FiniteFieldKernels {
  /// A ferromagnet of four sites and a chord, fields of both signs.
  static func ising(scale: Double) -> IsingModel<Double> {
    let couplings = [0.9, 0.4, 0.7, 0.2, 0.6]
    let edges = zip([(0, 1), (1, 2), (2, 3), (3, 0), (0, 2)], couplings).map {
      (first: $0.0, second: $0.1, coupling: scale * $1)
    }
    guard
      let model = try? IsingModel(
        siteCount: 4, edges: edges, field: Tensor([0.5, -0.8, 0.1, -0.2]))
    else { preconditionFailure("the edges are a graph") }
    return model
  }

  /// Three labels on a row of three sites.
  static let potts = PottsModel<Double>(
    FieldGraph(Lattice([3])), similarity: LabelSimilarity.potts(3), couplings: Tensor([1.2, 0.5]),
    field: Tensor([[0.4, 0, -0.3], [0, 0.2, 0.9], [-0.5, 0, 0]]))

  static let isingTable = TableEnergy(
    values: Array(repeating: [0, 1], count: 4),
    energies: ising(scale: 1).energy(of: StateSpace(binary: 4).rows).elements)

  static let pottsTable = TableEnergy(
    values: Array(repeating: [0, 1, 2], count: 3),
    energies: potts.energy(of: StateSpace(values: Array(repeating: [0, 1, 2], count: 3)).rows)
      .elements)

  static let right: [FiniteKernelCase] =
    clusters("", of: ising(scale: 1)) + [
      FiniteKernelCase(
        "sweep of an Ising model", IsingSweep(ising(scale: 1)), target: isingTable),
      FiniteKernelCase(
        "sweep of an Ising model, Metropolis", IsingSweep(ising(scale: 1), rule: .metropolis),
        target: isingTable),
      cases(try SwendsenWang(potts), "Swendsen-Wang, Potts", pottsTable),
      cases(try Wolff(potts), "Wolff, Potts", pottsTable),
    ]

  /// Bonds with probability 1 − exp(−J) where it is 1 − exp(−2J).
  static let wrong = clusters(", half the bonds", of: ising(scale: 0.5))

  private static func clusters(
    _ name: String, of model: IsingModel<Double>
  ) -> [FiniteKernelCase] {
    [
      cases(try SwendsenWang(model), "Swendsen-Wang\(name)", isingTable),
      cases(try Wolff(model, clustersPerStep: 3), "Wolff\(name)", isingTable),
    ]
  }

  private static func cases<Kernel: TransitionKernel>(
    _ kernel: @autoclosure () throws -> Kernel, _ name: String, _ target: TableEnergy
  ) -> FiniteKernelCase where Kernel.Scalar == Double {
    guard let kernel = try? kernel() else {
      preconditionFailure("the fixtures are ferromagnets")
    }
    return FiniteKernelCase(name, kernel, target: target)
  }
}
