import Joule

/// A model of the catalog as an expert of a product.
///
/// Which of the abilities below its kind really has is known at run time alone: flips are differences of
/// energies where it has none of its own, and ``isDifferentiable`` says whether gradients may be asked
/// for.
struct FileExpert: LocalEnergy, DifferentiableEnergy {
  typealias Scalar = Float

  let kind: any ModelKind
  private let model: any EnergyModel

  init(kind: any ModelKind) {
    self.kind = kind
    model = kind.rowEnergy
  }

  var variableCount: Int { kind.variableCount }

  func energy(of rows: Tensor<Float>) -> Tensor<Float> { Self.energy(of: rows, model) }

  private static func energy<Model: EnergyModel>(
    of rows: Tensor<Float>, _ model: Model
  ) -> Tensor<Float> {
    Tensor<Float>(model.energy(of: Tensor<Model.Scalar>(rows)))
  }

  /// The parameters by name.
  var tensors: [(name: String, value: Tensor<Double>)] { kind.tensors }

  /// Independent draws, `[count, variables]`; nil where its kind has none.
  func draws(_ count: Int, using random: ChainRandom) -> Tensor<Float>? {
    func draws<Kind: NormalizedKind>(_ kind: Kind) -> Tensor<Float> {
      Tensor<Float>(kind.model.sample(count: count, using: random))
    }
    return (kind as? any NormalizedKind).map { draws($0) }
  }

  /// log Z of a model that knows its density and its draws: −E(x) − log p(x) at any x; nil of any other.
  var knownLogPartition: Double? {
    func known<Kind: NormalizedKind>(_ kind: Kind) -> Double {
      let draw = kind.model.sample(count: 1, using: ChainRandom(key: RandomKey(seed: 0)))
      return -Double(kind.model.energy(of: draw)[0]) - kind.model.logDensity(of: draw)[0]
    }
    return (kind as? any NormalizedKind).map { known($0) }
  }

  /// Whether its kind has a gradient in the variables.
  var isDifferentiable: Bool { model is any DifferentiableEnergy }

  /// - Precondition: ``isDifferentiable``.
  func energy(of rows: Tensor<Float>, gradient: inout Tensor<Float>) -> Tensor<Float> {
    guard let model = model as? any DifferentiableEnergy else {
      preconditionFailure("\(type(of: kind).title) has no gradient in its variables")
    }
    return Self.energy(of: rows, model, gradient: &gradient)
  }

  private static func energy<Model: DifferentiableEnergy>(
    of rows: Tensor<Float>, _ model: Model, gradient: inout Tensor<Float>
  ) -> Tensor<Float> {
    var own = Tensor<Model.Scalar>(zeros: rows.shape)
    let energies = model.energy(of: Tensor<Model.Scalar>(rows), gradient: &own)
    gradient = Tensor<Float>(own)
    return Tensor<Float>(energies)
  }

  func markovBlanket(ofSite site: Int) -> [Int] {
    guard let model = model as? any LocalEnergy else {
      return (0..<variableCount).filter { $0 != site }
    }
    return model.markovBlanket(ofSite: site)
  }

  func flipEnergies(of rows: Tensor<Float>, sites: [Int]) -> Tensor<Float> {
    if let model = model as? any LocalEnergy {
      return Self.flipEnergies(of: rows, sites, model)
    }
    let resting = energy(of: rows)
    let columns = sites.map { site in
      var flipped = rows
      for row in 0..<rows.shape[0] { flipped[row, site] = 1 - flipped[row, site] }
      return (energy(of: flipped) - resting).reshaped(to: [rows.shape[0], 1])
    }
    return Tensor(concatenating: columns, along: 1)
  }

  private static func flipEnergies<Model: LocalEnergy>(
    of rows: Tensor<Float>, _ sites: [Int], _ model: Model
  ) -> Tensor<Float> {
    Tensor<Float>(model.flipEnergies(of: Tensor<Model.Scalar>(rows), sites: sites))
  }
}
