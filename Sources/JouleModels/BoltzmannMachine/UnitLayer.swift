import JouleCore
import JouleRandom
import JouleTensor
import RealModule

/// A layer of a Boltzmann machine: groups of units side by side, each of one kind.
///
/// A table's columns are such a layer: some real, some categories, some bits. Everything that a layer does is
/// what its groups do on their columns.
public struct UnitLayer: Sendable {
  /// In the order of their columns.
  public let groups: [any Units]
  /// The columns of every group.
  public let ranges: [Range<Int>]

  /// - Precondition: at least one group, none of them empty.
  public init(_ groups: [any Units]) {
    precondition(!groups.isEmpty, "a layer has at least one group of units")
    var ranges: [Range<Int>] = []
    for group in groups {
      precondition(group.count > 0, "a group of units is not empty: \(group.text)")
      let first = ranges.last?.upperBound ?? 0
      ranges.append(first..<first + group.width)
    }
    self.groups = groups
    self.ranges = ranges
  }

  public init(_ units: any Units) { self.init([units]) }

  /// The number of columns.
  public var width: Int { ranges[ranges.count - 1].upperBound }

  /// The number of units: categories take several columns each.
  public var unitCount: Int { groups.reduce(0) { $0 + $1.count } }

  /// Kinds and sizes of the groups: "gaussian:4+potts:3x5".
  public var text: String { groups.map { $0.text }.joined(separator: "+") }

  /// Whether all units have a finite number of states.
  public var isFinite: Bool { groups.allSatisfy { $0.states != nil } }

  /// Whether means determine what is drawn.
  var isDeterminedByMean: Bool { groups.allSatisfy { $0.isDeterminedByMean } }
  /// Whether there are parameters beyond the biases.
  var hasShape: Bool { groups.contains { !$0.shapeNames.isEmpty } }
  /// log₂ of the number of joint states; infinite where a group has no finite number.
  var logStateCount: Double {
    groups.reduce(0) { sum, group in
      guard let states = group.states else { return .infinity }
      return sum + Double(group.count) * Double.log2(Double(states.count))
    }
  }

  /// The first column of a row that holds what its unit cannot be, and what it can be.
  public func firstImpossible(
    in values: ArraySlice<Float>
  ) -> (column: Int, expected: String)? {
    for (group, range) in zip(groups, ranges) {
      let start = values.startIndex
      let part = values[start + range.lowerBound..<start + range.upperBound]
      if let column = group.firstImpossible(in: part) {
        return (range.lowerBound + column, group.valuesInWords)
      }
    }
    return nil
  }
}

extension UnitLayer: Equatable {
  public static func == (left: UnitLayer, right: UnitLayer) -> Bool { left.text == right.text }
}

/// Parameters of a layer: of every group its bias and its shape.
struct LayerParameters<Scalar: TensorScalar>: Sendable {
  var groups: [[Tensor<Scalar>]]

  /// The biases of all columns, `[width]`.
  var bias: Tensor<Scalar> {
    groups.count == 1 ? groups[0][0] : Tensor(concatenating: groups.map { $0[0] }, along: 0)
  }
}

// What groups do, over the layer's columns. A layer of one group works on the block as it is.
extension UnitLayer {
  func energies<S: TensorScalar>(
    of values: Tensor<S>, _ parameters: LayerParameters<S>
  ) -> Tensor<Double> {
    sum(over: values) { group, block in groups[group].energies(of: block, parameters.groups[group])
    }
  }

  func logPartitions<S: TensorScalar>(
    of input: Tensor<S>, _ parameters: LayerParameters<S>
  ) -> Tensor<Double> {
    sum(over: input) { group, block in
      groups[group].logPartitions(of: block, parameters.groups[group])
    }
  }

  func formMeans<S: TensorScalar>(_ input: inout Tensor<S>, _ parameters: LayerParameters<S>) {
    change(&input) { group, block in groups[group].formMeans(&block, parameters.groups[group]) }
  }

  func formVariances<S: TensorScalar>(
    _ input: inout Tensor<S>, _ parameters: LayerParameters<S>
  ) {
    change(&input) { group, block in
      groups[group].formVariances(&block, parameters.groups[group])
    }
  }

  func formModes<S: TensorScalar>(_ input: inout Tensor<S>, _ parameters: LayerParameters<S>) {
    change(&input) { group, block in groups[group].formModes(&block, parameters.groups[group]) }
  }

  func formDraws<S: TensorScalar>(
    _ input: inout Tensor<S>, _ parameters: LayerParameters<S>, using random: ChainRandom,
    purpose: UInt32
  ) {
    change(&input) { group, block in
      groups[group].formDraws(
        &block, parameters.groups[group], using: random.group(group), purpose: purpose)
    }
  }

  func formDraws<S: TensorScalar>(
    ofMeans means: inout Tensor<S>, using random: ChainRandom, purpose: UInt32
  ) {
    change(&means) { group, block in
      groups[group].formDraws(ofMeans: &block, using: random.group(group), purpose: purpose)
    }
  }

  private func sum<S: TensorScalar>(
    over block: Tensor<S>, _ term: (Int, Tensor<S>) -> Tensor<Double>
  ) -> Tensor<Double> {
    if groups.count == 1 { return term(0, block) }
    var total = Tensor<Double>(zeros: [block.shape[0]])
    for group in groups.indices { total += term(group, block.columns(ranges[group])) }
    return total
  }

  private func change<S: TensorScalar>(
    _ block: inout Tensor<S>, _ change: (Int, inout Tensor<S>) -> Void
  ) {
    if groups.count == 1 { return change(0, &block) }
    let parts = groups.indices.map { group in
      var part = block.columns(ranges[group])
      change(group, &part)
      return part
    }
    block = Tensor(concatenating: parts, along: 1)
  }
}

extension ChainRandom {
  /// The draws of one of the layers of a side, which draw for the same purpose; the first keeps the plain ones.
  func layer(_ number: Int) -> ChainRandom { number == 0 ? self : folded(number) }

  /// The draws of one of the groups of a layer; the first keeps the layer's. By a name of their own, so that no group has the
  /// draws of another layer.
  func group(_ number: Int) -> ChainRandom {
    if number == 0 { return self }
    return ChainRandom(
      key: key.folded("group").folded(UInt64(number)), firstChain: firstChain, step: step)
  }
}
