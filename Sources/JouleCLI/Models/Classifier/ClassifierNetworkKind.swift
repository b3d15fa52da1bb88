import Joule

/// Networks that name classes. Of a row alone they have an energy too, −log Σ_y exp(−E(x, y)), which a network that
/// learnt p(y | x) alone leaves without meaning as a density; none can be drawn from.
struct ClassifierNetworkKind: ModelKind {
  typealias Model = ClassifierNetwork<Float>

  static let title = "a network of logistic units that names classes"
  static let values = VariableValues.unit
  static let canDraw = false

  let model: Model

  init(_ model: Model) { self.model = model }

  var variableCount: Int { model.inputCount }
  var rowEnergy: any EnergyModel { InputDistribution(model) }

  var sizes: [(name: String, count: Int)] {
    [("visible", model.inputCount)]
      + model.hiddenCounts.enumerated().map { ("hidden \($0 + 1)", $1) }
      + [("classes", model.classCount)]
  }

  func energies(of rows: ModelRows, key: RandomKey, on workers: Workers) -> [Double] {
    rows.energies(InputDistribution(model), key: key, on: workers)
  }

  func likelihood(_ request: LikelihoodRequest) throws -> LikelihoodReport {
    if case .exact = request.method {
      throw Failure("--exact: a network that names classes has no density of rows to normalise")
    }
    let energies = energies(of: request.rows, key: request.key, on: request.workers)
    if let row = energies.firstIndex(where: { !$0.isFinite }) {
      throw Failure("the energy of row \(row + 1) is \(energies[row]), expected a finite number")
    }
    return LikelihoodReport(logPartition: nil, energies: energies)
  }

  func draw(_ request: DrawRequest) throws -> Tensor<Float> {
    throw Failure("a network that names classes draws no rows")
  }
}

extension ClassifierNetworkKind: ClassifierKind {}

extension ClassifierNetworkKind: FeatureKind {
  var hiddenLayers: [Int] { model.hiddenCounts }

  func features(of rows: Tensor<Float>, layer: Int) -> Tensor<Float> {
    model.hiddenUnits(of: rows, layer: layer)
  }
}
