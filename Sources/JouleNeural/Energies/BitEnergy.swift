public import JouleAutodiff
public import JouleCore
public import JouleRandom
public import JouleTensor

/// An energy of bits: a network beside independent bits.
///
///     E(x) = f(x; θ) − b·x,   x ∈ {0, 1}ⁿ
///
/// b begins at the log-odds of the data's means, so that training starts near independent bits. The gradient in x is that of
/// the energy continued to real numbers, by which `GibbsWithGradients` and `DiscreteLangevin` choose what to
/// flip. Parameters: the network's, under the names of ``Sequential``, and `visible_bias`.
public struct BitEnergy<Scalar: TensorScalar>: EnergyExpression {
  private var base: NeuralEnergy<Scalar>
  private var visibleBias: Tensor<Scalar>

  static var biasName: String { "visible_bias" }
  /// Rows of which energies are taken at one time.
  private static var blockSize: Int { 4096 }

  /// A network as it starts.
  ///
  /// - Parameters:
  ///   - inputShape: of one row; the product of its lengths is the number of variables.
  ///   - means: of the data, `[variables]`, strictly between 0 and 1.
  /// - Throws: when the network does not fit the inputs.
  public init(
    _ architecture: EnergyArchitecture, inputShape: [Int], means: Tensor<Scalar>,
    using key: RandomKey
  ) throws(ArchitectureError) {
    precondition(
      means.shape == [inputShape.reduce(1, *)]
        && means.elements.allSatisfy { $0 > 0 && $0 < 1 },
      "means of rows of shape \(inputShape) lie strictly between 0 and 1, got \(means)")
    self.init(
      try NeuralEnergy(architecture, inputShape: inputShape, using: key),
      visibleBias: means.log() - (1 - means).log())
  }

  init(_ base: NeuralEnergy<Scalar>, visibleBias: Tensor<Scalar>) {
    self.base = base
    self.visibleBias = visibleBias
  }

  /// The same energy in another scalar type.
  public init<Other>(_ other: BitEnergy<Other>) {
    self.init(NeuralEnergy(other.base), visibleBias: Tensor(other.visibleBias))
  }

  public var architecture: EnergyArchitecture { base.architecture }
  /// What a row is to the network.
  public var inputShape: [Int] { base.inputShape }
  public var variableCount: Int { base.variableCount }
  public var workspace: Workspace<Scalar> { base.workspace }

  public var parameters: ParameterSet<Scalar> {
    get {
      ParameterSet(
        base.parameters.entries + [
          .init(name: Self.biasName, role: .bias, value: visibleBias)
        ])
    }
    set {
      base.parameters = ParameterSet(Array(newValue.entries.dropLast()))
      visibleBias = newValue[Self.biasName]
    }
  }

  public func energy(
    of rows: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    base.energy(of: rows, parameters) - (rows * parameters[Self.biasName]).sum(along: 1)
  }
}

extension BitEnergy: LocalEnergy {
  /// Differences of energies: a network knows no shorter way.
  public func flipEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar> {
    requireRows(rows)
    let resting = energy(of: rows)
    let count = rows.shape[0]
    var result = Tensor<Scalar>(zeros: [count, sites.count])
    let most = Swift.max(1, Self.blockSize / Swift.max(1, count))
    for first in stride(from: 0, to: sites.count, by: most) {
      let block = first..<Swift.min(first + most, sites.count)
      let flipped = block.map { place in
        var moved = rows
        for row in 0..<count { moved[row, sites[place]] = 1 - moved[row, sites[place]] }
        return moved
      }
      let energies = energy(of: Tensor(concatenating: flipped, along: 0))
      for (index, place) in block.enumerated() {
        for row in 0..<count {
          result[row, place] = energies[index * count + row] - resting[row]
        }
      }
    }
    return result
  }
}

extension BitEnergy: EnumerableModel, ListedModel {
  public var enumeratedBitCount: Int { variableCount }

  private var values: [[[Double]]] { [[[Double]]](repeating: [[0], [1]], count: variableCount) }

  /// −E of the states; see `EnumerableModel`.
  public func enumeratedLogWeights(_ states: Range<Int>) -> [Double] {
    energy(of: enumeratedCompletion(states)).elements.map { -Double($0) }
  }

  public func enumeratedCompletion(_ states: Range<Int>) -> Tensor<Scalar> {
    Tensor(numbers: states, of: values)
  }

  public func rows(listingAtMost count: Int) -> Tensor<Scalar>? {
    Tensor.listing(values, atMost: count)
  }

  /// A network has no parts that are energies: the model itself.
  public func submodel(units: Int, using key: RandomKey) -> Self { self }
}

extension BitEnergy: ArchivableModel {
  public static var kind: String { "bit_energy" }

  /// What `NeuralEnergy` writes, and `visible_bias` [variables].
  public func archive(into archive: inout Archive) {
    base.archive(into: &archive)
    archive.store(visibleBias, as: Self.biasName)
  }

  /// - Throws: as `NeuralEnergy`, and when the biases are missing, of another shape or not finite.
  public init(from archive: Archive) throws(ArchiveError) {
    var rest = archive
    rest.tensors[Self.biasName] = nil
    let base = try NeuralEnergy<Scalar>(from: rest)
    guard base.confinement == nil else {
      throw .inconsistent("bits need no confinement, and it has one")
    }
    let bias: Tensor<Scalar> = try archive.tensor(Self.biasName, shape: [base.variableCount])
    if let index = bias.firstNonFinite { throw .notFinite(Self.biasName, index: index) }
    self.init(base, visibleBias: bias)
  }
}
