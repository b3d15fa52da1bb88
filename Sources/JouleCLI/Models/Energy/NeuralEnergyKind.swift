import Joule

/// Kinds of energies of real variables that are networks: Langevin chains draw from them, and grids sum them.
protocol NeuralEnergyKind: ModelKind where Model: EnergyExpression, Model.Scalar == Float {
  /// What holds the energy together along a variable: its middle, and as far as its own tails reach, 4e-8 of a normal
  /// distribution being beyond; nil where nothing does.
  func well(_ column: Int) -> (center: Double, reach: Double)?
}

extension NeuralEnergyKind {
  /// Chains whose step size is found while they move from where they start.
  func warmedUp(
    _ start: Tensor<Float>, steps: Int, key: RandomKey, _ workers: Workers
  ) throws -> ParallelChains<MetropolisAdjustedLangevin<Model>> {
    var chains = ParallelChains(
      MetropolisAdjustedLangevin(model, adapting: .stepSize, from: 0.01), at: start, key: key)
    if steps > 0 { try chains.warmUp(steps: max(20, steps / 5), on: workers) }
    return chains
  }
}

/// Settings of kinds that train a network: what it is, and what keeps its training stable.
protocol NetworkSettings: KindSettings {
  var architecture: String { get }
  /// The longest gradient of an update; 0 for any.
  var largestGradient: Double { get }
  /// The decay of the moving average of parameters; 0 for none.
  var averaging: Double { get }
}

extension TrainableKind where Settings: NetworkSettings {
  static func plan(_ configuration: RunConfiguration<Settings>) -> TrainingPlan {
    var plan = configuration.plan
    let own = configuration.own
    plan.largestGradient = own.largestGradient > 0 ? own.largestGradient : nil
    plan.averaging = own.averaging > 0 ? own.averaging : nil
    plan.recovery = Recovery()
    return plan
  }
}

extension RunConfiguration where Settings: NetworkSettings {
  /// What is made of the architecture and the shape of a row.
  ///
  /// - Throws: a failure that says why the architecture cannot be.
  func network<Model>(_ make: (EnergyArchitecture, [Int]) throws -> Model) throws -> Model {
    do {
      let architecture = try EnergyArchitecture(own.architecture)
      return try make(architecture, try common.inputShape(of: architecture))
    } catch let error as ArchitectureError {
      throw Failure("\(error)")
    }
  }
}

extension CommonSettings {
  /// What a row is to a network: convolutions see images, of the file's shape, or square.
  func inputShape(of architecture: EnergyArchitecture) throws(Failure) -> [Int] {
    let columns = data.columns
    guard case .convolutional = architecture.body else { return [columns] }
    if let shape = imageShape { return [shape.height, shape.width, 1] }
    let side = Int(Double(columns).squareRoot().rounded())
    try require(
      side * side == columns,
      "\(architecture) sees images, and rows of \(columns) columns are none: give a file of rank 3, "
        + "[rows, height, width], or an mlp")
    return [side, side, 1]
  }
}
