import Joule
import JouleTestSupport
import Testing

/// Products of experts go through the one trainer: all of their experts, or some.
@Suite struct ExpertTrainingTests {
  typealias Machine = RestrictedBoltzmannMachine<Double>

  static let grid = IsingModel<Double>(
    Lattice(height: 2, width: 2), coupling: 0.6, field: Tensor([0.2, 0, -0.3, 0.1]))
  static var product: ProductOfExperts<EitherEnergy<Machine, FixedEnergy<IsingModel<Double>>>> {
    get throws { try ProductOfExperts(Fixtures.machine, FixedEnergy(grid), weights: [1, 0.5]) }
  }

  /// What contrastive divergence of many steps estimates is the exact gradient, and what it would be without
  /// the second expert is not.
  @Test func contrastiveDivergenceEstimatesTheGradientOfTheProduct() throws {
    let product = try Self.product
    let chains = 8000
    let batch = States.rows((0..<chains).map { $0 % 16 }, count: 4, as: Double.self)
    let statistics = DataStatistics<Double>(
      rowCount: chains, means: batch.mean(along: 0), examples: batch)
    func estimate<Estimator: GradientEstimator>(
      _ model: Estimator.Model, _ estimator: Estimator
    ) -> ParameterSet<Double> where Estimator.Model.Scalar == Double {
      var state = estimator.makeState(
        for: model, data: statistics, key: RandomKey(seed: 521))
      var gradient = model.parameters.zeros()
      estimator.estimate(model, at: batch, step: 0, state: &state, into: &gradient, on: .single)
      return gradient
    }
    let found = estimate(
      product, ContrastiveDivergence(steps: 15) { RowCompleting(Gibbs($0), for: $0) })
    let exact = estimate(product, ExactGradient())
    let alone = estimate(
      product.experts[0], ContrastiveDivergence(steps: 15) { RowCompleting(Gibbs($0), for: $0) })
    // Every ∂E/∂θ of a machine lies in [−1, 0], so its deviation is at most ½.
    let bound = 5 * 0.5 / Double(chains).squareRoot()
    let worst = FiniteDifferences.largestDifference(found, exact)
    #expect(worst < bound, "\(worst), bound \(bound)")
    let renamed = ParameterSet<Double>(
      zip(exact.entries, alone.entries).map {
        .init(name: $0.name, role: $0.role, value: $1.value)
      })
    #expect(FiniteDifferences.largestDifference(renamed, exact) > 2 * bound)
  }

  /// The mean log-likelihood of all 16 rows of a data set, exactly.
  static func likelihood<Model: EnumerableModel>(_ model: Model, _ rows: Tensor<Double>) -> Double
  where Model.Scalar == Double {
    -model.energy(of: rows).mean() - ExactPartition.logPartition(of: model)
  }

  /// Only the machine learns, around a field that stays: better than it was, and as good as the exact gradient
  /// makes it but for the noise of the chains.
  @Test func someExpertsTrainAndOthersStay() throws {
    let truth = try ProductOfExperts(
      Machine(
        weights: Tensor([[1.5], [-1.5], [1], [2]]), visibleBias: Tensor([0, 0.5, -0.5, 0]),
        hiddenBias: Tensor([-0.5])), FixedEnergy(Self.grid), weights: [1, 0.5])
    let states: Tensor<Double> = States.all(of: 4)
    let logZ = ExactPartition.logPartition(of: truth)
    let counts = truth.energy(of: states).elements.map {
      Int((400 * MonteCarlo.exp(-$0 - logZ)).rounded())
    }
    let rows = states.rows(at: counts.enumerated().flatMap { Array(repeating: $0, count: $1) })
    let (dataset, _) = FamilyTrainingTests.data(rows)
    let start = try Self.product
    let exact = try FamilyTrainingTests.train(
      start, ExactGradient(), on: dataset, epochs: 200, rate: 0.1)
    let chains = try FamilyTrainingTests.train(
      start,
      PersistentContrastiveDivergence(steps: 4, chains: 200) {
        RowCompleting(Gibbs($0), for: $0)
      }, on: dataset, epochs: 200, rate: 0.1, schedule: .linear(to: 0))
    let before = Self.likelihood(start, rows)
    let (best, reached) = (Self.likelihood(exact, rows), Self.likelihood(chains, rows))
    #expect(best > before + 0.2, "\(before) to \(best)")
    #expect(reached > best - 0.1 * (best - before), "\(before) to \(reached), exactly \(best)")
    guard case .second(let field) = chains.experts[1] else {
      Issue.record("the second expert is a field")
      return
    }
    #expect(field.base == Self.grid)
    guard case .first(let machine) = chains.experts[0] else {
      Issue.record("the first expert is a machine")
      return
    }
    #expect(machine != Fixtures.machine)
  }

  /// A weight that is trained finds how much an expert is worth: the moment of its energy is the data's.
  @Test func weightsAreTrained() throws {
    let expert = FixedEnergy(Self.grid)
    let truth = try ProductOfExperts([expert], weights: [1.7])
    let states: Tensor<Double> = States.all(of: 4)
    let logZ = ExactPartition.logPartition(of: truth)
    let counts = truth.energy(of: states).elements.map {
      Int((5000 * MonteCarlo.exp(-$0 - logZ)).rounded())
    }
    let rows = states.rows(at: counts.enumerated().flatMap { Array(repeating: $0, count: $1) })
    let (dataset, _) = FamilyTrainingTests.data(rows)
    let start = try ProductOfExperts([expert], weights: [0.5], trainsWeights: true)
    let trained = try FamilyTrainingTests.train(
      start, ExactGradient(), on: dataset, epochs: 300, rate: 0.05)
    // At the maximum E_data[E] = E_model[E]; counts were rounded by half a row of 5,000 for each state.
    #expect(abs(trained.weights[0] - 1.7) < 0.02, "\(trained.weights)")
    let gradient = trained.energy(of: rows).mean()
    let energies = trained.energy(of: states)
    let probabilities = (-energies - ExactPartition.logPartition(of: trained)).exp()
    #expect(abs(probabilities.dot(energies) - gradient) < 1e-4)
  }
}
