public import JouleCore
import JouleTensor

extension MADE: ArchivableModel {
  public static var kind: String { "made" }

  /// The parameters by their names; of every mask `mask.0.order` `[variables]` and, a hidden layer each,
  /// `mask.0.degrees.0` `[hidden]`, whole numbers; the name of the activation as text.
  public func archive(into archive: inout Archive) {
    parameters.archive(into: &archive, prefix: "")
    archive.metadata["activation"] = activation.rawValue
    for (index, mask) in masks.enumerated() {
      archive.store(Tensor<Double>(mask.order.map { Double($0) }), as: "mask.\(index).order")
      for (layer, degrees) in mask.degrees.enumerated() {
        archive.store(
          Tensor<Double>(degrees.map { Double($0) }), as: "mask.\(index).degrees.\(layer)")
      }
    }
  }

  /// - Throws: when a tensor is missing, unknown, of another shape or not finite, or when an order is no
  ///   permutation or a degree out of range.
  public init(from archive: Archive) throws(ArchiveError) {
    let name = try archive.text("activation")
    guard let activation = Activation(rawValue: name) else { throw .malformed("activation", name) }
    var masks = [try Self.mask(0, of: archive)]
    while archive.tensors["mask.\(masks.count).order"] != nil {
      let mask = try Self.mask(masks.count, of: archive)
      guard mask.order.count == masks[0].order.count else {
        throw .shape(
          "mask.\(masks.count).order", found: [mask.order.count],
          expected: "[\(masks[0].order.count)]")
      }
      for (layer, degrees) in mask.degrees.enumerated() {
        guard
          mask.degrees.count == masks[0].degrees.count,
          degrees.count == masks[0].degrees[layer].count
        else {
          throw .shape(
            "mask.\(masks.count).degrees.\(layer)", found: [degrees.count],
            expected: "that of mask.0")
        }
      }
      masks.append(mask)
    }
    let layout = Self.layout(of: masks[0], isDirect: archive.tensors["direct.weights"] != nil)
    let own =
      layout.map(\.name)
      + masks.indices.flatMap { index in
        ["mask.\(index).order"] + masks[0].degrees.indices.map { "mask.\(index).degrees.\($0)" }
      }
    if let unknown = archive.tensors.keys.sorted().first(where: { !own.contains($0) }) {
      throw .unknown(unknown, expected: own)
    }
    var entries: [ParameterSet<Scalar>.Entry] = []
    for (name, shape) in layout {
      entries.append(
        .init(
          name: name, role: shape.count == 1 ? .bias : .weight,
          value: try archive.tensor(name, shape: shape)))
    }
    self.init(ParameterSet(entries), masks: masks, activation: activation)
    if let place = parameters.firstNonFinite {
      throw .notFinite(place.name, index: place.index)
    }
  }

  private static func mask(
    _ index: Int, of archive: Archive
  ) throws(ArchiveError) -> AutoregressiveMask {
    let order = try wholeNumbers("mask.\(index).order", of: archive)
    guard order.sorted() == Array(0..<order.count) else {
      throw .malformed("mask.\(index).order", "no permutation of 0 to \(order.count - 1)")
    }
    let range = AutoregressiveMask.range(variables: order.count)
    var degrees: [[Int]] = []
    repeat {
      let name = "mask.\(index).degrees.\(degrees.count)"
      let layer = try wholeNumbers(name, of: archive)
      guard layer.allSatisfy(range.contains) else {
        throw .malformed(name, "a degree outside of \(range.lowerBound) to \(range.upperBound)")
      }
      degrees.append(layer)
    } while archive.tensors["mask.\(index).degrees.\(degrees.count)"] != nil
    return AutoregressiveMask(order: order, degrees: degrees)
  }

  private static func wholeNumbers(
    _ name: String, of archive: Archive
  ) throws(ArchiveError) -> [Int] {
    let stored: Tensor<Double> = try archive.tensor(name)
    guard stored.rank == 1, stored.count > 0 else {
      throw .shape(name, found: stored.shape, expected: "one axis, not of length zero")
    }
    return stored.elements.map { Int(exactly: $0) ?? -1 }
  }
}
