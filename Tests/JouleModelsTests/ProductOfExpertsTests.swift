import Joule
import JouleTestSupport
import Testing

/// Products of experts against closed forms, sums over states and finite differences.
@Suite struct ProductOfExpertsTests {
  typealias Machine = RestrictedBoltzmannMachine<Double>

  static func gaussian(
    _ mean: [Double], _ covariance: [[Double]]
  ) throws -> ExponentialFamilyModel<MultivariateGaussian> {
    let triangle = covariance.enumerated().flatMap { $1.prefix($0 + 1) }
    return try ExponentialFamilyModel(
      MultivariateGaussian(variableCount: mean.count), conventional: mean + triangle)
  }

  /// P = P₁ + w P₂ and μ = P⁻¹ (P₁ μ₁ + w P₂ μ₂), worked out with matrices.
  @Test(arguments: [1, 0.4]) func twoGaussiansAreOne(weight: Double) throws {
    let (m1, m2) = (Tensor<Double>([1, -2]), Tensor<Double>([0.5, 3]))
    let (s1, s2) = (
      Tensor<Double>([[2, 0.7], [0.7, 1]]), Tensor<Double>([[0.5, -0.2], [-0.2, 4]])
    )
    let product = try ProductOfExperts(
      [
        Self.gaussian(m1.elements, [[2, 0], [0.7, 1]]),
        Self.gaussian(m2.elements, [[0.5, 0], [-0.2, 4]]),
      ], weights: [1, weight])
    let (p1, p2) = (try s1.inverse(), try s2.inverse() * weight)
    let covariance = try (p1 + p2).inverse()
    let mean = covariance.matmul(p1.matmul(m1) + p2.matmul(m2))
    let closed = try product.closedForm()
    let expected =
      mean.elements + [covariance[0, 0], covariance[1, 0], covariance[1, 1]]
    for (found, value) in zip(closed.conventionalParameters, expected) {
      #expect(abs(found - value) < 1e-13 * max(1, abs(value)), "\(closed.conventionalParameters)")
    }
    let rows = Tensor<Double>(normal: [50, 2], using: RandomKey(seed: 501)) * 2
    let other = Tensor<Double>(normal: [50, 2], using: RandomKey(seed: 502)) * 2
    let difference =
      product.logRatio(of: rows, over: other) - closed.logRatio(of: rows, over: other)
    #expect(difference.largestMagnitude < 1e-12)
    // As `product(with:)` of the family has it, where all weights are 1.
    if weight == 1 {
      let pair = try product.experts[0].product(with: product.experts[1])
      #expect(pair.naturalParameters == closed.naturalParameters)
    }
  }

  /// Ratios under the product are those under its closed form, for families with and without a base measure.
  @Test func membersOfOneFamilyAreOne() throws {
    func check<F: ConventionalParameters & SampledFamily>(
      _ family: F, _ first: [Double], _ second: [Double], weights: [Double]
    ) throws {
      let experts = [
        try ExponentialFamilyModel(family, conventional: first),
        try ExponentialFamilyModel(family, conventional: second),
      ]
      let product = try ProductOfExperts(experts, weights: weights)
      let closed = try product.closedForm()
      let random = ChainRandom(key: RandomKey(seed: 503))
      let rows = experts[0].sample(count: 40, using: random)
      let other = experts[1].sample(count: 40, using: random)
      let (found, expected) = (
        closed.logRatio(of: rows, over: other), product.logRatio(of: rows, over: other)
      )
      for (x, y) in zip(found.elements, expected.elements) {
        #expect(abs(x - y) < 1e-11 * max(1, abs(y)), "\(family.name)")
      }
    }
    try check(Bernoulli(), [0.3], [0.8], weights: [1, 2])
    try check(Categorical(categoryCount: 3), [0.2, 0.3, 0.5], [0.6, 0.3, 0.1], weights: [1, 1])
    try check(Gamma(), [3, 2], [2, 1], weights: [1, 1])
    try check(VonMises(), [1, 2], [0.5, 4], weights: [1, 0.5])
    try check(Poisson(), [3], [8], weights: [0.25, 0.75])
    try check(Binomial(trials: 9), [0.3], [0.6], weights: [0.5, 0.5])
  }

  static let machines = [
    MachineFixtures.machine(visible: 5, hidden: 3),
    MachineFixtures.machine(visible: 5, hidden: 4, seed: 18),
  ]

  /// Free energies of the experts, each by brute force, added up.
  static func bruteForceEnergies(_ weights: [Double]) -> [Double] {
    let energies = machines.map { machine in
      MachineFixtures.bruteForce(machine)
    }
    return (0..<32).map { state in
      zip(weights, energies).reduce(0) { $0 + $1.0 * $1.1.freeEnergy(visible: state) }
    }
  }

  @Test(arguments: [[1.0, 1], [2, 1], [0, 3]]) func machinesAreOne(weights: [Double]) throws {
    let product = try ProductOfExperts(Self.machines, weights: weights)
    let closed = try product.closedForm()
    #expect(closed.hiddenCount == 3 * Int(weights[0]) + 4 * Int(weights[1]))
    let rows: Tensor<Double> = States.all(of: 5)
    let expected = Self.bruteForceEnergies(weights)
    for (index, value) in expected.enumerated() {
      #expect(abs(product.energy(of: rows)[index] - value) < 1e-11)
      #expect(abs(closed.energy(of: rows)[index] - value) < 1e-11)
    }
    // The product sums visible states, the machine the smaller layer.
    let difference =
      ExactPartition.logPartition(of: product) - ExactPartition.logPartition(of: closed)
    #expect(abs(difference) < 1e-11)
  }

  @Test func whatHasNoClosedFormSaysWhy() throws {
    let power = try ProductOfExperts(Self.machines, weights: [0.5, 1])
    #expect(
      throws: ExpertsError.noClosedForm(
        "the weight of expert 0 is 0.5, and only whole powers of a restricted Boltzmann machine are "
          + "machines")
    ) { try power.closedForm() }
    let counts = try ProductOfExperts([
      try ExponentialFamilyModel(Poisson(), conventional: [2]),
      try ExponentialFamilyModel(Poisson(), conventional: [3]),
    ])
    let refused = #expect(throws: ExpertsError.self) { try counts.closedForm() }
    #expect(refused?.description.contains("the weights add up to 2.0") == true)
    let trials = try ProductOfExperts(
      [
        try ExponentialFamilyModel(Binomial(trials: 5), conventional: [0.5]),
        try ExponentialFamilyModel(Binomial(trials: 9), conventional: [0.5]),
      ], weights: [0.5, 0.5])
    #expect(throws: ExpertsError.self) { try trials.closedForm() }
    let spread = try ProductOfExperts(
      [Self.gaussian([0], [[1]]), Self.gaussian([0], [[0.5]])], weights: [1, -1])
    let unbounded = #expect(throws: ExpertsError.self) { try spread.closedForm() }
    #expect(unbounded?.description.contains("positive definite") == true)
  }

  @Test func expertsThatDoNotFitAreRefused() throws {
    let small = MachineFixtures.machine(visible: 4, hidden: 2)
    let errors: [(ExpertsError?, String)] = [
      (
        #expect(throws: ExpertsError.self) { try ProductOfExperts([Self.machines[0], small]) },
        "expert 1 has 4 variables and expert 0 has 5: experts judge the same variables"
      ),
      (
        #expect(throws: ExpertsError.self) { try ProductOfExperts([Machine]()) },
        "there is no expert: at least one is needed"
      ),
      (
        #expect(throws: ExpertsError.self) { try ProductOfExperts(Self.machines, weights: [1]) },
        "1 weights for 2 experts: each has one"
      ),
      (
        #expect(throws: ExpertsError.self) {
          try ProductOfExperts(Self.machines, weights: [1, .nan])
        }, "the weight of expert 1 is nan, expected a finite number"
      ),
      (
        #expect(throws: ExpertsError.self) {
          try ProductOfExperts([
            TableEnergy(values: [[0, 1], [0, 1]], energies: [0, 1, 2, 3]),
            TableEnergy(values: [[0, 1], [-1, 1]], energies: [0, 1, 2, 3]),
          ])
        },
        "expert 1 gives variable 1 the values [-1.0, 1.0] and expert 0 gives it [0.0, 1.0]: experts "
          + "judge the same values"
      ),
      (
        #expect(throws: ExpertsError.self) {
          try MixtureOfExperts(Self.machines, logPartitions: [1, 2], proportions: [1, 0])
        }, "the proportion of expert 1 is 0.0, expected a finite number above 0"
      ),
      (
        #expect(throws: ExpertsError.self) {
          try MixtureOfExperts(Self.machines, logPartitions: [1])
        }, "1 values of log Z for 2 experts: each has one"
      ),
    ]
    for (error, text) in errors { #expect(error?.description == text) }
  }

  /// ∂E/∂θ for all parameters of unlike experts and for the weights, and only for those that are to be trained.
  @Test func theGradientIsThatOfTheEnergy() throws {
    let spins = IsingModel<Double>(
      Lattice(height: 1, width: 5), coupling: 0.4, field: Tensor([0.1, -0.2, 0.3, 0, 0.5]))
    let product = try ProductOfExperts(
      Self.machines[0], spins, weights: [0.7, 1.3], trainsWeights: true
    ).multiplied(by: FixedEnergy(Self.machines[1]), weight: -0.2)
    let names = product.parameters.entries.map(\.name)
    #expect(
      names == [
        "expert0.weights", "expert0.visible_bias", "expert0.hidden_bias", "expert1.couplings",
        "expert1.field", "expert_weights",
      ])
    let rows: Tensor<Double> = States.rows([3, 17, 30, 8], count: 5)
    let rowWeights = Tensor<Double>([0.5, -1, 2, 0.25])
    let found = product.gradient(at: rows, rowWeights: rowWeights)
    let expected = FiniteDifferences.gradient(at: product.parameters) { parameters in
      var moved = product
      moved.parameters = parameters
      return moved.energy(of: rows).dot(rowWeights)
    }
    #expect(FiniteDifferences.largestDifference(found, expected) < 1e-8)
    var changed = product
    changed.parameters = product.parameters
    #expect(changed.energy(of: rows) == product.energy(of: rows))
    // Two terms, onto what is scaled, is what two gradients are.
    var sum = found
    product.accumulateGradient(
      of: [
        GradientTerm(product.complete(rows), weight: 0.5),
        GradientTerm(product.complete(rows.rows(1..<3)), weight: -1),
      ], into: &sum, scalingPreviousBy: 2, on: .single)
    let (first, second) = (product.gradient(at: rows), product.gradient(at: rows.rows(1..<3)))
    for index in sum.entries.indices {
      let value =
        found.entries[index].value * 2 + first.entries[index].value * 0.5
        - second.entries[index].value
      #expect((sum.entries[index].value - value).largestMagnitude < 1e-12, "\(names[index])")
    }
  }

  @Test func theVariableGradientIsThatOfTheEnergy() throws {
    let normal = try NormalDistribution<Double>(
      mean: Tensor([1, 0]), covariance: Tensor([[1, 0.4], [0.4, 2]]))
    let bowl = QuadraticEnergy<Double>(
      precision: Tensor([[0.5, 0], [0, 3]]), mean: Tensor([-1, 0.5]))
    let product = try ProductOfExperts(normal, bowl, weights: [1, 0.3])
    let mixture = try MixtureOfExperts(
      [EitherEnergy.first(normal), .second(bowl)],
      logPartitions: [0, MonteCarlo.log(2 * .pi / (1.5).squareRoot())], proportions: [1, 3])
    func check<Model: DifferentiableEnergy>(_ model: Model) where Model.Scalar == Double {
      let rows = Tensor<Double>(normal: [20, 2], using: RandomKey(seed: 504))
      var gradient = Tensor<Double>([20, 2], repeating: .nan)
      let energies = model.energy(of: rows, gradient: &gradient)
      #expect((energies - model.energy(of: rows)).largestMagnitude < 1e-13)
      #expect(model.energyGradient(at: rows) == gradient)
      for column in 0..<2 {
        let step = Tensor<Double>(column == 0 ? [1e-5, 0] : [0, 1e-5])
        let slope = (model.energy(of: rows + step) - model.energy(of: rows - step)) / 2e-5
        let own = gradient.columns(column..<column + 1).reshaped(to: [20])
        #expect((own - slope).largestMagnitude < 1e-8)
      }
    }
    check(product)
    check(mixture)
  }

  /// What values and flips cost is what energies say, also with a judgement turned round and values that
  /// sites lack.
  @Test func conditionalEnergiesAreDifferences() throws {
    var stream = RandomStream(key: RandomKey(seed: 505))
    let values: [[Double]] = [[-1, 1], [0, 1, 2], [0, 1, 2, 5]]
    let tables = (0..<2).map { _ in
      TableEnergy(values: values, energies: (0..<24).map { _ in stream.exponential() })
    }
    let product = try ProductOfExperts(tables, weights: [1.5, -0.5])
    let rows = tables[0].space.rows
    let costs = product.conditionalEnergies(of: rows, sites: [2, 0])
    for row in 0..<24 {
      for (index, site) in [2, 0].enumerated() {
        let energies = values[site].map { value in
          var moved = rows.rows(row..<row + 1)
          moved[0, site] = value
          return 1.5 * tables[0].energy(of: moved)[0] - 0.5 * tables[1].energy(of: moved)[0]
        }
        for value in energies.indices {
          let cost = costs[row, index, value] - costs[row, index, 0]
          #expect(abs(cost - (energies[value] - energies[0])) < 1e-12)
        }
        for value in energies.count..<4 { #expect(costs[row, index, value] == .infinity) }
      }
    }
  }

  /// One expert's zero is the product's, and not the mixture's.
  @Test func productsAreAndAndMixturesOr() throws {
    let left = UniformBox<Double>(lower: Tensor([0, 0]), upper: Tensor([2, 1]))
    let right = UniformBox<Double>(lower: Tensor([1, 0]), upper: Tensor([3, 1]))
    let rows = Tensor<Double>([[0.5, 0.5], [1.5, 0.5], [2.5, 0.5], [4, 0.5]])
    let product = try ProductOfExperts([left, right])
    #expect(product.energy(of: rows).elements.map(\.isFinite) == [false, true, false, false])
    let mixture = try MixtureOfExperts([left, right], proportions: [1, 3])
    #expect(mixture.energy(of: rows).elements.map(\.isFinite) == [true, true, true, false])
    let densities = mixture.logDensity(of: rows).exp().elements
    for (found, expected) in zip(densities, [0.125, 0.5, 0.375, 0]) {
      #expect(abs(found - expected) < 1e-15)
    }
  }
}
