import Joule

/// A kind of model as commands use it: what it takes, says of itself, draws and knows of its
/// likelihood. A value is one model.
///
/// What is written here holds for every file of the kind, however its model was made; a kind that
/// `joule train` makes is a ``TrainableKind`` too.
protocol ModelKind: Sendable {
  associatedtype Model: ArchivableModel

  /// What a file of this kind holds, with its article: "a restricted Boltzmann machine …".
  static var title: String { get }
  /// The values that a variable may take.
  static var values: VariableValues { get }
  /// Whether Z = 1, so that −E is the log-density.
  static var isNormalized: Bool { get }

  /// The name of the kind in files: by default the model's.
  static var name: String { get }

  /// The name of its command, where it is trained: by default the name in files, with hyphens.
  static var commandName: String { get }

  var model: Model { get }
  init(_ model: Model)

  /// Whether values may be missing (NaN) from rows that the model learns from or is judged on.
  static var allowsMissing: Bool { get }

  /// Refuses rows of a file that cannot be rows of this very model, where the values of its kind say too little.
  ///
  /// - Parameter allowingMissing: whether NaN may stand for a value to be filled in.
  func check(_ data: LoadedData, allowingMissing: Bool) throws
  /// The columns of its data: by default the model's variables.
  var variableCount: Int { get }

  /// The sizes that `joule info` tells of, the variables first.
  var sizes: [(name: String, count: Int)] { get }

  /// The parameters by name, in their order.
  var tensors: [(name: String, value: Tensor<Double>)] { get }

  /// Whether rows can be drawn from the model.
  static var canDraw: Bool { get }

  /// Whether draws can be had as the means that they are drawn with.
  static var drawsMeans: Bool { get }

  /// Whether a Markov chain can go about among its rows in small steps: bits, or numbers that change each by itself.
  var takesSteps: Bool { get }

  /// What gives its rows their energies: the model, or where a row has fewer columns than the model has variables, the
  /// model with the others summed out.
  var rowEnergy: any EnergyModel { get }

  /// What E is counted in.
  static var energyScale: EnergyScale { get }

  /// E of every row in the units of the data: less the log-density where the kind is normalised.
  func energies(of rows: ModelRows, key: RandomKey, on workers: Workers) -> [Double]

  /// How likely rows are.
  ///
  /// - Throws: a failure that says what is possible, where what was asked for is not.
  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport

  /// Rows drawn from the model, `[count, variables]`.
  ///
  /// - Throws: a failure where the kind cannot do what was asked for.
  func draw(_ request: DrawRequest) throws -> Tensor<Float>
}

/// The values that the variables of a kind of model may take.
enum VariableValues: Sendable {
  /// From 0 to 1: bits, or the probabilities that they are drawn with.
  case unit
  /// Any finite number.
  case real

  /// - Parameter allowingMissing: whether NaN may stand for a value to be filled in.
  /// - Throws: what is wrong with the first value that cannot be meant.
  func check(_ data: LoadedData, allowingMissing: Bool = false) throws {
    switch self {
    case .unit: try data.requireProbabilities(allowingMissing: allowingMissing)
    case .real: try data.requireFinite(allowingMissing: allowingMissing)
    }
  }
}

/// Rows as a model takes them.
struct ModelRows: Sendable {
  /// In the model's own units.
  var dataset: Dataset
  var binarization = Binarization.none
  /// What an energy in the model's units lacks to be one in those of the data, in nats.
  var energyOffset = 0.0

  /// E of every row, in the units of the data.
  func energies<Model: EnergyModel>(
    _ model: Model, key: RandomKey, on workers: Workers
  ) -> [Double] {
    RowScores(model, data: dataset, binarization: binarization, key: key, on: workers)
      .energies().map { $0 + energyOffset }
  }
}

extension ModelRows {
  /// The rows that scores while a model trains are taken on: a fixed sample.
  func sampled(_ count: Int = 500, key: RandomKey) -> ModelRows {
    var sample = self
    var stream = RandomStream(key: key)
    let picked = stream.permutation(count: dataset.rowCount).prefix(count)
    sample.dataset = dataset.rows(at: Array(picked))
    return sample
  }
}

/// What is asked of a model's likelihood.
struct LikelihoodRequest {
  enum Method {
    /// What the model itself suggests.
    case automatic
    case exact
    /// - steps: of annealing in either direction, and of sampling from data rows to the model's samples
    ///   that the reverse direction starts from.
    case annealed(chains: Int, steps: Int)
  }

  var rows: ModelRows
  var method = Method.automatic
  var key: RandomKey
  var workers: Workers
  var display: ProgressDisplay
}

/// What is asked of a model's sampler.
struct DrawRequest {
  var count: Int
  /// Where Markov chains start, `[count, variables]`; nil leaves it to the model.
  var start: Tensor<Float>?
  /// Rows whose given values stay, NaN where a value is to be drawn, `[count, variables]`.
  var clamped: Tensor<Float>?
  /// Steps of every Markov chain; models that are drawn from directly need none.
  var steps: Int
  /// Means instead of draws, where the kind has them.
  var wantsMeans = false
  var key: RandomKey
  var workers: Workers
  var display: ProgressDisplay
}

extension ModelKind {
  func check(_ data: LoadedData, allowingMissing: Bool) throws {}

  static var isNormalized: Bool { false }
  static var allowsMissing: Bool { false }
  static var canDraw: Bool { true }
  static var drawsMeans: Bool { false }
  var takesSteps: Bool { true }
  var rowEnergy: any EnergyModel { model }
  static var energyScale: EnergyScale { .nats }

  static var commandName: String { name.replacing("_", with: "-") }

  var variableCount: Int { model.variableCount }

  var sizes: [(name: String, count: Int)] { [("variables", model.variableCount)] }

  func energies(of rows: ModelRows, key: RandomKey, on workers: Workers) -> [Double] {
    rows.energies(model, key: key, on: workers)
  }
}

extension ModelKind where Model: ParametricEnergy {
  var tensors: [(name: String, value: Tensor<Double>)] {
    model.parameters.entries.map { ($0.name, Tensor<Double>($0.value)) }
  }
}
