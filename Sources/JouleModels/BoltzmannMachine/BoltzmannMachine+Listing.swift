public import JouleCore
public import JouleRandom
public import JouleTensor

extension BoltzmannMachine: ListedModel {
  public func rows(listingAtMost count: Int) -> Tensor<Scalar>? {
    let values = unitStates(ofSide: 0)
    if values.contains(where: { $0.isEmpty }) { return nil }
    return Tensor.listing(values, atMost: count)
  }

  public func submodel(units: Int, using key: RandomKey) -> BoltzmannMachine {
    var stream = RandomStream(key: key)
    var kept: [UnitLayer] = []
    var columns: [[Int]] = []
    var values: [[[Tensor<Scalar>]]] = []
    for (number, layer) in layers.enumerated() {
      let parameters = unitParameters(number)
      var (groups, picked, own): ([any Units], [Int], [[Tensor<Scalar>]]) = ([], [], [])
      let chosen = Set(stream.permutation(count: layer.unitCount).prefix(units))
      var first = 0
      for (index, group) in layer.groups.enumerated() {
        let places = (0..<group.count).filter { chosen.contains(first + $0) }
        first += group.count
        if places.isEmpty { continue }
        let perUnit = group.width / group.count
        let inside = places.flatMap { place in (0..<perUnit).map { place * perUnit + $0 } }
        groups.append(group.resized(to: places.count))
        picked += inside.map { layer.ranges[index].lowerBound + $0 }
        own.append(parameters.groups[index].map { $0.rows(at: inside) })
      }
      kept.append(UnitLayer(groups))
      columns.append(picked)
      values.append(own)
    }
    return BoltzmannMachine(
      layers: kept,
      weights: weightIndices.map { lower in
        weights(lower).rows(at: columns[lower]).transposed().rows(at: columns[lower + 1])
          .transposed()
      }, units: values)
  }

  /// The same joint distribution with its layers in the opposite order: of two layers, the hidden one first.
  public func turned() -> BoltzmannMachine {
    BoltzmannMachine(
      layers: layers.reversed(),
      weights: weightIndices.reversed().map { weights($0).transposed() },
      units: layers.indices.reversed().map { unitParameters($0).groups })
  }
}
